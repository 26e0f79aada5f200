"""Bytes to Certificate, bad input included; a document to Judgement. Never raises for a file."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from formats import canonical, catalogue
from formats.certificate.choice import Choice, choose
from formats.certificate.echoes import without_echoes
from formats.certificate.file_rules import judged_by, outcomes_in, with_file_rules
from formats.certificate.form import (
    Certificate,
    Changes,
    Judgement,
    SetResult,
    State,
    verdict_of,
    worst,
)
from formats.certificate.parts import parts
from formats.certificate.plausible import implausible
from formats.codec import Guide, Reading, Unreadable
from formats.facturx.read import invoice_xml
from formats.findings import Finding, Severity
from formats.model import Document, Invoice, kind_of
from formats.rules.catalogue import RULESETS
from formats.rules.engine import Outcome, RuleSet, outcomes
from formats.syntax.facturx import LEVELS

SYNTAXES: Final[Mapping[str, str]] = {"cii": "cii", "facturx": "cii"}
"""Reader to the syntax whose rules judge; of every other reader it is UBL."""


_PLACES_SHOWN: Final = 3
Complete = Callable[[str, Document], tuple[Document, tuple[str, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms a file is judged.

    Attributes:
        at: the instant of judgement.
        day: for which the rule sets are chosen.
        by: name and version of this software.
        keys: rule sets that are asked for; empty: what the documents claim to obey.
        guides: the sender's mappings and layouts.
        complete: given reader and document, adds what is known beforehand, and says what, as a hub
            does before it checks.
    """

    at: datetime
    day: date
    by: str
    keys: tuple[str, ...] = ()
    guides: Sequence[Guide] = ()
    complete: Complete = lambda _reader, document: (document, ())


def judge_file(data: bytes, name: str, terms: Terms) -> Certificate:
    """Return what is to be said of a file, be it readable or not."""
    try:
        reader, readings = catalogue.read(data, name, terms.guides)
    except Unreadable as fault:
        return _certified(data, name, terms, findings=(_told(fault, data, terms.keys),))
    documents = tuple(_judged_as_file(reading, reader.name, terms) for reading in readings)
    return _certified(data, name, terms, reader=reader.name, documents=documents)


def _told(fault: Unreadable, data: bytes, keys: Sequence[str]) -> Finding:
    """Return why a file cannot be read; of a PDF that should be Factur-X, that none is inside."""
    if fault.finding.rule == "IN-PDF-LAYOUT" and any(key in LEVELS for key in keys):
        try:
            invoice_xml(data)
        except Unreadable as missing:
            return missing.finding
    return fault.finding


def _certified(
    data: bytes,
    name: str,
    terms: Terms,
    *,
    reader: str | None = None,
    documents: tuple[Judgement, ...] = (),
    findings: tuple[Finding, ...] = (),
) -> Certificate:
    return Certificate(
        verdict=worst(document.verdict for document in documents),
        at=terms.at,
        day=terms.day,
        by=terms.by,
        file=name,
        sha256=_sha256(data),
        size_bytes=len(data),
        reader=reader,
        documents=documents,
        findings=findings,
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _judged_as_file(reading: Reading, reader: str, terms: Terms) -> Judgement:
    judgement = _judged(reading, reader, terms)
    if reading.root is None:
        return judgement
    said = outcomes_in(reading.root, reading.xml, judged_by(judgement))
    judgement = with_file_rules(judgement, reader, said, reading.sources)
    return without_echoes(judgement, reading.notices)


def _judged(reading: Reading, reader: str, terms: Terms) -> Judgement:
    document, remarks = terms.complete(reader, reading.document)
    return judge_document(
        document,
        syntax_of(reader),
        terms.day,
        hybrid=is_hybrid(reader),
        keys=terms.keys,
        sources=reading.sources,
        noticed=reading.notices,
        remarks=(*remarks, *_left(reading.unmapped)),
        completed=document != reading.document,
    )


def _left(unmapped: Mapping[str, str]) -> tuple[str, ...]:
    """Say which values were not taken into what is judged; `facteur read --json` shows them all."""
    if not unmapped:
        return ()
    places = list(unmapped)
    one = len(places) == 1
    count = "1 value of the file has" if one else f"{len(places)} values of the file have"
    were = "and was" if one else "and were"
    more = ", …" if len(places) > _PLACES_SHOWN else ""
    shown = ", ".join(places[:_PLACES_SHOWN])
    return (f"{count} no place in the model {were} not judged as such: {shown}{more}",)


def syntax_of(reader: str) -> str:
    """Return in which syntax's words the rules judge what this reader has read.

    >>> syntax_of("facturx"), syntax_of("idoc")
    ('cii', 'ubl')
    """
    return SYNTAXES.get(reader, "ubl")


def is_hybrid(reader: str) -> bool:
    """Return whether what this reader reads came inside a PDF."""
    return reader == "facturx"


def judge_document(
    document: Document,
    syntax: str,
    day: date,
    *,
    hybrid: bool = False,
    keys: tuple[str, ...] = (),
    sources: Mapping[str, str] | None = None,
    noticed: Sequence[Finding] = (),
    remarks: tuple[str, ...] = (),
    completed: bool = False,
) -> Judgement:
    """Return what is to be said of one document.

    Args:
        document: may be partial.
        syntax: `ubl` or `cii`.
        day: of which rule sets must be in force, unless `keys` names them.
        hybrid: it came inside a PDF, and obeys the level of Factur-X that it is in.
        keys: sets to judge by; empty: those it claims to obey.
        sources: model path to place in the sender's file.
        noticed: what its reader has found.
        remarks: what whoever reads the judgement must know.
        completed: whether something was added to what its sender wrote.
    """
    choice = Choice(keys=keys) if keys else choose(document, syntax, day, hybrid=hybrid)
    judging = parts(choice.keys)
    said = outcomes(document, judging, sources=sources)
    sets = (*map(_result, judging, said), *_idle(choice))
    found = (finding for each in said for finding in each.findings)
    findings = (*noticed, *choice.findings, *found, *implausible(document, sources or {}))
    judgement = Judgement(
        verdict=verdict_of(findings, sets),
        number=document.number,
        kind=kind_of(document),
        specification=document.specification if isinstance(document, Invoice) else None,
        completed_sha256=_sha256(canonical.encode(document)) if completed else None,
        sets=sets,
        findings=findings,
        remarks=(*remarks, *choice.remarks),
    )
    return without_echoes(judgement, noticed)


def _result(ruleset: RuleSet, said: Outcome) -> SetResult:
    """Return the outcome of a set; of one that is for other documents, that it has not judged."""
    judged = bool(said.passed or said.failed)
    return SetResult(
        key=ruleset.key,
        state=State.JUDGED if judged else State.NOT_AVAILABLE,
        reason="" if judged else "none of its rules is for such a document",
        version=ruleset.version,
        source=ruleset.source,
        valid_from=ruleset.valid_from,
        valid_until=ruleset.valid_until,
        passed=said.passed,
        failed=said.failed,
        not_applicable=said.not_applicable,
        unjudged=said.unjudged,
    )


def _idle(choice: Choice) -> tuple[SetResult, ...]:
    """Return the sets that should have judged, with the reason why they have not."""
    absent = (
        SetResult(key=key, state=State.NOT_AVAILABLE, reason=why)
        for key, why in choice.absent.items()
    )
    return (*absent, *(_out_of_force(RULESETS[key]) for key in choice.out_of_force))


def _out_of_force(ruleset: RuleSet) -> SetResult:
    begun = f"from {ruleset.valid_from}" if ruleset.valid_from else ""
    ended = f"until {ruleset.valid_until}" if ruleset.valid_until else ""
    return SetResult(
        key=ruleset.key,
        state=State.NOT_VALID,
        version=ruleset.version,
        source=ruleset.source,
        valid_from=ruleset.valid_from,
        valid_until=ruleset.valid_until,
        reason=f"in force {begun} {ended}".replace("  ", " ").strip(),
    )


def changes(earlier: Certificate, later: Certificate) -> Changes:
    """Return what breaks from the day of one certificate of a file to that of another.

    What has only warned, and then is fatal, breaks as well.
    """
    before, after = _sets(earlier), _sets(later)
    weights, weights_later = _weights(earlier), _weights(later)
    return Changes(
        since=earlier.day,
        sets_added=tuple(key for key in after if key not in before),
        sets_dropped=tuple(key for key in before if key not in after),
        broken=tuple(_heavier(weights_later, weights)),
        mended=tuple(_heavier(weights, weights_later)),
    )


def _sets(certificate: Certificate) -> dict[str, None]:
    return dict.fromkeys(
        f"{each.key} {each.version}".strip()
        for document in certificate.documents
        for each in document.sets
        if each.state is State.JUDGED
    )


def _weights(certificate: Certificate) -> dict[str, int]:
    """Return each rule that is broken: 1 if it only warns, 2 if it is fatal."""
    fatal = {
        finding.rule
        for document in certificate.documents
        for finding in document.findings
        if finding.severity is Severity.FATAL
    }
    failed = (each.failed for document in certificate.documents for each in document.sets)
    return {rule: 1 + (rule in fatal) for rules in failed for rule in rules}


def _heavier(these: Mapping[str, int], those: Mapping[str, int]) -> Iterator[str]:
    return (rule for rule, weight in these.items() if weight > those.get(rule, 0))
