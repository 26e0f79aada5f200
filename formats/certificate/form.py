"""Certificate, Judgement, SetResult: what a validation says, as data that is kept for years."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec

from formats.findings import Finding, Severity

FORM = 1
UNJUDGED_OFFICIALLY = "IN-OFFICIAL"
"""Rule of a finding that says which official rules were asked for and have not judged."""
UNKNOWN_SPECIFICATION = "IN-SPECIFICATION"
"""Rule of a finding that says that a document names a specification without rules here."""


class Verdict(StrEnum):
    """What became of it; a document that could not be judged is never accepted."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_JUDGED = "could not be judged"


class State(StrEnum):
    """Whether a rule set or an official artefact has judged."""

    JUDGED = "judged"
    NOT_AVAILABLE = "not available"
    NOT_VALID = "not valid on that day"
    NOT_RUN = "not run"


class SetResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule set in one version says; ids as its publisher spells them.

    Attributes:
        key: as `--rules` and routes name it.
        source: where its rules are published.
        valid_from, valid_until: days of issue for which it is in force; None is without end.
        reason: why it has not judged.
        not_applicable: rules that this document gives no occasion to judge.
        unjudged: rules that are never judged by us, with the reason.
    """

    key: str
    state: State
    version: str = ""
    source: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    reason: str = ""
    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()
    unjudged: Mapping[str, str] = msgspec.field(default_factory=dict)


class OfficialResult(msgspec.Struct, frozen=True, kw_only=True):
    """What an official schema or stylesheet says.

    Attributes:
        artefact: its logical name in `artefacts.toml`.
        provenance: who published it, in which version.
        syntax: in which the document was judged.
        sha256: of the XML that was judged.
        failed: ids of rules that fired, texts of those without; what a schema says, with its place.
        reason: why it has not judged.
    """

    artefact: str
    state: State
    provenance: str = ""
    syntax: str = ""
    sha256: str = ""
    failed: tuple[str, ...] = ()
    reason: str = ""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of one document.

    Attributes:
        number: BT-1.
        specification: BT-24, as it was judged.
        completed_sha256: of the document's canonical JSON where the hub has completed it before it
            was judged; None: judged as it came.
        remarks: what a reader of the verdict must know, as sentences.
    """

    verdict: Verdict
    number: str | None
    kind: str
    specification: str | None
    completed_sha256: str | None = None
    sets: tuple[SetResult, ...] = ()
    official: tuple[OfficialResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What is otherwise on another day, for all documents of a file together.

    Attributes:
        since: the day that is compared with.
        sets_added, sets_dropped: rule sets that judge on the later, or on the earlier day only.
        broken: rules that are broken on the later day only, or warned before and are fatal then.
        mended: the same of the earlier day.
    """

    since: date
    sets_added: tuple[str, ...]
    sets_dropped: tuple[str, ...]
    broken: tuple[str, ...]
    mended: tuple[str, ...]


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What was judged, when, by what and with which result.

    Attributes:
        form: of this structure.
        verdict: of the whole file: the worst of its documents'.
        at: when it was judged.
        day: for which day the rule sets were chosen.
        by: name and version of this software.
        file: what the sender calls the file; a label.
        sha256: of the file's bytes.
        reader: which reader understood it; None: nobody did.
        findings: on the file as a whole, where no document could be read from it.
    """

    form: int = FORM
    verdict: Verdict
    at: datetime
    day: date
    by: str
    file: str
    sha256: str
    size_bytes: int
    reader: str | None
    documents: tuple[Judgement, ...] = ()
    findings: tuple[Finding, ...] = ()
    changes: Changes | None = None


def verdict_of(findings: Iterable[Finding], sets: Iterable[SetResult]) -> Verdict:
    """Return what follows from findings; where a set is missing that should judge, no acceptance.

    What is at fault only because rules that it asks for are not here is not rejected, nor accepted.
    """
    fatal = {finding.rule for finding in findings if finding.severity is Severity.FATAL}
    if fatal - {UNJUDGED_OFFICIALLY, UNKNOWN_SPECIFICATION}:
        return Verdict.REJECTED
    states = {each.state for each in sets}
    judged = State.JUDGED in states and State.NOT_AVAILABLE not in states
    return Verdict.ACCEPTED if judged and not fatal else Verdict.NOT_JUDGED


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict of a file whose documents have these.

    >>> worst([Verdict.ACCEPTED, Verdict.REJECTED]), worst([])
    (<Verdict.REJECTED: 'rejected'>, <Verdict.NOT_JUDGED: 'could not be judged'>)
    """
    given = set(verdicts) or {Verdict.NOT_JUDGED}
    order = (Verdict.REJECTED, Verdict.NOT_JUDGED, Verdict.ACCEPTED)
    return next(verdict for verdict in order if verdict in given)


def counted(findings: Iterable[Finding]) -> str:
    """Return how many findings there are of which weight.

    >>> counted([Finding(rule="BR-01", message="…")])
    '1 fatal'
    """
    fatal = warnings = 0
    for finding in findings:
        fatal += finding.severity is Severity.FATAL
        warnings += finding.severity is Severity.WARNING
    parts = [f"{fatal} fatal"] if fatal else []
    parts += [f"{warnings} warning" + ("s" if warnings > 1 else "")] if warnings else []
    return ", ".join(parts) or "no findings"
