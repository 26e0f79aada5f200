"""What the rules on files add to a judgement: elements and attributes, which no model shows."""

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from formats.certificate.form import Judgement, SetResult, State, verdict_of
from formats.facturx.read import invoice_xml
from formats.rules.engine import Outcome
from formats.syntax.catalogue import SYNTAXES
from formats.syntax.cii import CII
from formats.syntax.judge import judge
from formats.syntax.rules import SyntaxRules
from formats.syntax.ubl import UBL
from formats.xml import parse, payload

BY_READER: Final[Mapping[str, SyntaxRules]] = {"ubl": UBL, "cii": CII, "facturx": CII}
"""Readers of files that are an invoice in XML, or have one inside."""

_CORE: Final = frozenset({"en16931", "en16931-cii"})
_OTHERWISE: Final[Mapping[str, str]] = {
    "#conformant#urn:factur-x.eu:1p0:extended": "Factur-X EXTENDED has elements that these forbid",
    "#conformant#urn:zugferd.de:2p0:extended": "ZUGFeRD EXTENDED has elements that these forbid",
    "#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr": "EXTENDED-CTC-FR replaces the core's rules",
}
"""End of a BT-24 to why the core's rules on files do not judge."""
_WHAT: Final = "an invoice in UBL or CII"


def outcome_of(data: bytes, reader: str) -> Outcome | None:
    """Return what the rules on files say of a file; None if there are none for its reader.

    Args:
        data: a file that this reader has read.
        reader: its name in `formats.catalogue`.
    """
    if reader not in BY_READER:
        return None
    xml = invoice_xml(data) if reader == "facturx" else data
    root = payload(parse(xml, what=_WHAT), what=_WHAT)
    return judge(root) if str(root.tag) in SYNTAXES else None


def with_file_rules(judgement: Judgement, reader: str, said: Outcome | None) -> Judgement:
    """Add to a judgement by the core rules what the rules on files say of the same document.

    They come with the core and only with it: a document that is judged by other sets stays as it
    is, and of one that extends the core the certificate says why they have not judged.
    """
    rules = BY_READER.get(reader)
    judged = {each.key for each in judgement.sets if each.state is State.JUDGED}
    if rules is None or said is None or judged.isdisjoint(_CORE):
        return judgement
    named = "".join((judgement.specification or "").split())
    why = next((reason for end, reason in _OTHERWISE.items() if named.endswith(end)), None)
    if why is not None:
        idle = SetResult(key=rules.key, state=State.NOT_RUN, version=rules.version, reason=why)
        return replace(judgement, sets=(*judgement.sets, idle))
    sets = (*(_answered(each, said) for each in judgement.sets), _result(rules, said))
    findings = (*judgement.findings, *said.findings)
    return replace(judgement, sets=sets, findings=findings, verdict=verdict_of(findings, sets))


def _answered(result: SetResult, said: Outcome) -> SetResult:
    """Drop from a set's unjudged rules those that are judged on the file."""
    judged = {*said.passed, *said.failed, *said.not_applicable}
    left = {rule: why for rule, why in result.unjudged.items() if rule not in judged}
    return result if len(left) == len(result.unjudged) else replace(result, unjudged=left)


def _result(rules: SyntaxRules, said: Outcome) -> SetResult:
    return SetResult(
        key=rules.key,
        state=State.JUDGED,
        version=rules.version,
        source=rules.source,
        passed=said.passed,
        failed=said.failed,
        not_applicable=said.not_applicable,
    )
