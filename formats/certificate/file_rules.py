"""What the rules on files add to a judgement: elements and attributes, which no model shows."""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from msgspec.structs import replace

from formats.certificate.form import Judgement, SetResult, State, verdict_of
from formats.facturx.read import invoice_xml
from formats.findings import Finding
from formats.model.terms import term_of
from formats.rules.de_extensions import EXCUSED
from formats.rules.engine import Outcome
from formats.syntax.catalogue import CLAIMED, SYNTAXES
from formats.syntax.cii import CII
from formats.syntax.facturx import LEVELS, level_rules
from formats.syntax.judge import judge_by
from formats.syntax.rules import SyntaxRules
from formats.syntax.structure import source_of, structure_of
from formats.syntax.ubl import UBL
from formats.xml.names import Element, tag
from formats.xml.parsing import parse
from formats.xml.payload import payload

BY_READER: Final[Mapping[str, SyntaxRules]] = {"ubl": UBL, "cii": CII, "facturx": CII}
"""Readers of files that are an invoice in XML, or have one inside."""

_BY_KEY: Final[Mapping[str, SyntaxRules]] = {
    rules.key: rules for core, more in CLAIMED.items() for rules in (core, *more.values())
}
_CORES: Final = frozenset(rules.key for rules in CLAIMED)
_CORE: Final = frozenset({"en16931", "en16931-cii"})
_OTHERWISE: Final[Mapping[str, str]] = {
    ":factur-x.eu:1p0:extended": "Factur-X EXTENDED has elements that these forbid",
    ":zugferd.de:2p0:extended": "ZUGFeRD EXTENDED has elements that these forbid",
    "#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr": "EXTENDED-CTC-FR replaces the core's rules",
}
"""End of a BT-24 to why the core's rules on files do not judge."""
_NO_CORE: Final = "they come with the core's rules, which are not among those that judge"
_WHAT: Final = "an invoice in UBL or CII"
_EXTENSIONS: Final = tag("ext:UBLExtensions")
_ATTRIBUTE: Final = re.compile(r"/@\w+")


def judged_by(judgement: Judgement) -> frozenset[str]:
    """Return the keys of the sets that have judged."""
    return frozenset(each.key for each in judgement.sets if each.state is State.JUDGED)


def outcomes_of(data: bytes, reader: str, keys: frozenset[str]) -> tuple[Outcome, ...]:
    """Return what the rules on files say of a file, as `outcomes_in` does.

    Args:
        data: a file that this reader has read.
        reader: its name in `formats.catalogue`; of one without such rules nothing is said.
        keys: of the sets that judge the document.
    """
    if reader not in BY_READER:
        return ()
    xml = invoice_xml(data) if reader == "facturx" else data
    return outcomes_in(_root(xml, blanks=False), xml, keys)


def outcomes_in(root: Element, xml: bytes, keys: frozenset[str]) -> tuple[Outcome, ...]:
    """Return what the rules on files say: CEN's, those of what the file claims, and its schema.

    Args:
        root: of the invoice; of XML of another kind nothing is said.
        xml: it was parsed from.
        keys: of the sets that judge the document; those that have rules on files have them judged.
    """
    core = SYNTAXES.get(str(root.tag))
    if core is None:
        return ()
    claimed = [rules for key, rules in CLAIMED[core].items() if key in keys]
    if core is CII:
        claimed += [level_rules(key) for key in LEVELS if key in keys]
    structure = structure_of(root)
    if structure.failed or next(root.iter(_EXTENSIONS), None) is not None:
        root = _root(xml, blanks=True)  # an element that has a text may have elements there
    return (*judge_by((core, *claimed), root), structure)


def _root(xml: bytes, *, blanks: bool) -> Element:
    return payload(parse(xml, what=_WHAT, blanks=blanks), what=_WHAT)


def with_file_rules(
    judgement: Judgement,
    reader: str,
    said: Sequence[Outcome],
    sources: Mapping[str, str] | None = None,
) -> Judgement:
    """Add to a judgement what the rules on files say of the same document.

    A rule on any element names no term; where the model has read one there, it is told.

    CEN's come with the core and only with it; else the certificate says why they have not judged.
    What a file claims to obey has rules of both kinds in one set. A rule that is judged on the file
    counts as judged there, whatever was said of it on the model, which has less to see. Where its
    elements may stand is judged of every file.
    """
    rules = BY_READER.get(reader)
    if rules is None or not said:
        return judgement
    named = "".join((judgement.specification or "").split())
    why = _why_not(judgement, named)
    excused = frozenset(rule for rule, by in EXCUSED.items() if by == named)
    core, *claimed, elements = _without_excused(said[0], excused), *said[1:]
    heard = claimed if why else (core, *claimed)
    judged = _ids(tuple(each.rules for each in heard), excused)
    by_key = {each.rules: each for each in claimed}
    results = (_joined(_without(each, judged), by_key.get(each.key)) for each in judgement.sets)
    of_core = _idle(rules, why) if why else _result(core, rules.source)
    sets = (*results, of_core, _result(elements, source_of(elements.rules)))
    on_file = _with_terms([each for by in heard for each in by.findings], sources or {})
    findings = (*_told(judgement.findings, on_file, judged), *elements.findings)
    return replace(judgement, sets=sets, findings=findings, verdict=verdict_of(findings, sets))


def _with_terms(findings: Sequence[Finding], sources: Mapping[str, str]) -> Sequence[Finding]:
    if all(finding.term for finding in findings):
        return findings
    paths = {_first_or_only(place): path for path, place in sources.items()}
    return [_with_term(finding, paths) for finding in findings]


def _with_term(finding: Finding, paths: Mapping[str, str]) -> Finding:
    place = _first_or_only(finding.place or "")
    path = paths.get(place) or paths.get(_ATTRIBUTE.sub("", place))
    if finding.term or not path:
        return finding
    return replace(finding, term=term_of(path), path=path)


def _first_or_only(place: str) -> str:
    """Return a place as it is written of an element that is the only one, if it may be that."""
    return place.replace("[1]", "")


def _told(
    on_model: Sequence[Finding], on_file: Sequence[Finding], judged: frozenset[str]
) -> Iterator[Finding]:
    """Yield what is found, of a rule that is judged on the file by whoever has found more."""
    seen = Counter(finding.rule for finding in on_model)
    found = Counter(finding.rule for finding in on_file)
    as_many = {rule for rule, times in found.items() if seen[rule] >= times}
    for finding in on_model:
        if finding.rule not in judged or finding.rule in as_many:
            yield finding
    for finding in on_file:
        if finding.rule not in as_many:
            yield finding


def _why_not(judgement: Judgement, specification: str) -> str | None:
    """Return why CEN's rules do not judge a file; None if they do."""
    for end, why in _OTHERWISE.items():
        if specification.endswith(end):
            return why
    return _NO_CORE if judged_by(judgement).isdisjoint(_CORE) else None


@cache
def _ids(keys: tuple[str, ...], excused: frozenset[str]) -> frozenset[str]:
    """Return which rules these sets judge, the core without those that are excused."""
    return frozenset(
        rule.id
        for key in keys
        for rule in (_BY_KEY.get(key) or level_rules(key))
        if rule.id not in excused or key not in _CORES
    )


def _without_excused(core: Outcome, excused: frozenset[str]) -> Outcome:
    """Drop the core's rules that a specification replaces; the model says what becomes of them."""
    if not excused:
        return core
    return dataclasses.replace(
        core,
        passed=_not_in(excused, core.passed),
        failed=_not_in(excused, core.failed),
        not_applicable=_not_in(excused, core.not_applicable),
        findings=tuple(each for each in core.findings if each.rule not in excused),
    )


def _without(result: SetResult, judged: frozenset[str]) -> SetResult:
    """Drop from a set's lists the rules that are judged on the file."""
    return replace(
        result,
        passed=_not_in(judged, result.passed),
        failed=_not_in(judged, result.failed),
        not_applicable=_not_in(judged, result.not_applicable),
        unjudged={rule: why for rule, why in result.unjudged.items() if rule not in judged},
    )


@lru_cache(maxsize=256)
def _not_in(judged: frozenset[str], rules: tuple[str, ...]) -> tuple[str, ...]:
    """Drop from a list the rules that are judged on the file; the lists of most files are alike."""
    return tuple(rule for rule in rules if rule not in judged)


def _joined(result: SetResult, said: Outcome | None) -> SetResult:
    if said is None:
        return result
    return replace(
        result,
        passed=(*result.passed, *said.passed),
        failed=(*result.failed, *said.failed),
        not_applicable=(*result.not_applicable, *said.not_applicable),
    )


def _idle(rules: SyntaxRules, why: str) -> SetResult:
    return SetResult(key=rules.key, state=State.NOT_RUN, version=rules.version, reason=why)


def _result(said: Outcome, source: str) -> SetResult:
    return SetResult(
        key=said.rules,
        state=State.JUDGED,
        version=said.version,
        source=source,
        passed=said.passed,
        failed=said.failed,
        not_applicable=said.not_applicable,
    )
