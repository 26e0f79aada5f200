"""The official schemas and rules beside our own: what they say of a document as XML.

First the schema, since the rules are made for valid documents only; then the Schematron of each
rule set that has judged. What is not here is said, and is never a pass.
"""

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from lxml import etree
from msgspec.structs import replace

from formats import canonical
from formats.certificate.form import (
    UNJUDGED_OFFICIALLY,
    Judgement,
    OfficialResult,
    State,
    verdict_of,
)
from formats.cii.write import write_cii
from formats.findings import Actor, Finding, Severity
from formats.model import Invoice
from formats.rules.catalogue import RULESETS
from formats.rules.de_extensions import EXCUSED
from formats.ubl.write import write_ubl
from formats.xml.names import Element
from formats.xml.parsing import parse
from hub.engine.saxon import BrokenDown, Fired, NotAvailable, Saxon, python_with_saxon
from hub.official.artefacts import Stock

SCHEMAS: Final[Mapping[str, str]] = {
    "Invoice": "ubl-invoice-xsd",
    "CreditNote": "ubl-credit-note-xsd",
    "CrossIndustryInvoice": "cii-xsd",
}
"""Name of the root element to the artefact."""

STYLESHEETS: Final[Mapping[tuple[str, str], str]] = {
    ("ubl", "en16931"): "en16931-ubl-xslt",
    ("cii", "en16931-cii"): "en16931-cii-xslt",
    ("ubl", "xrechnung-3.0"): "xrechnung-ubl-xslt",
    ("cii", "xrechnung-3.0-cii"): "xrechnung-cii-xslt",
    ("ubl", "peppol-bis-3"): "peppol-ubl-xslt",
    ("ubl", "fr-ctc"): "fr-ctc-ubl-xslt",
    ("cii", "peppol-bis-3"): "peppol-cii-xslt",
    ("ubl", "peppol-selfbilling-3"): "peppol-selfbilling-ubl-xslt",
    ("ubl", "peppol-bis-3.0.22"): "peppol-22-ubl-xslt",
    ("cii", "peppol-bis-3.0.22"): "peppol-22-cii-xslt",
    ("ubl", "peppol-selfbilling-3.0.22"): "peppol-22-selfbilling-ubl-xslt",
    ("cii", "fr-ctc-cii"): "fr-ctc-cii-xslt",
    ("ubl", "fr-extended-ctc"): "fr-extended-ubl-xslt",
    ("cii", "fr-extended-ctc-cii"): "fr-extended-cii-xslt",
    ("cii", "facturx-minimum"): "facturx-minimum-xslt",
    ("cii", "facturx-basicwl"): "facturx-basicwl-xslt",
    ("cii", "facturx-basic"): "facturx-basic-xslt",
    ("cii", "facturx-en16931"): "facturx-en16931-xslt",
    ("cii", "facturx-extended"): "facturx-extended-xslt",
    ("ubl", "cius-ro"): "cius-ro-ubl-xslt",
}
"""Syntax and rule set to the artefact."""

_MILD: Final = frozenset({"warning", "information", "info"})
Said = tuple[OfficialResult, tuple[Finding, ...]]


def as_xml(content: bytes, syntax: str) -> bytes | None:
    """Write a canonical document in a syntax, as it stands; None if it is no invoice."""
    document = canonical.decode(content)
    if not isinstance(document, Invoice):
        return None
    return write_cii(document) if syntax == "cii" else write_ubl(document)


class Official:
    """Runs what is in a stock of artefacts; one caller after the other."""

    def __init__(self, stock: Stock, saxon: Saxon) -> None:
        self._stock = stock
        self._saxon = saxon
        self._schemas: dict[str, etree.XMLSchema] = {}
        self._turn = threading.Lock()

    def add(self, judgement: Judgement, xml: bytes | Exception | None, syntax: str) -> Judgement:
        """Return a judgement with what the official rules say, as far as ours have not said it.

        Args:
            judgement: by our own rules.
            xml: the same document; why it cannot be written; or None, if it is no invoice.
            syntax: `ubl` or `cii`.
        """
        if xml is None:
            return judgement
        if isinstance(xml, Exception):
            said: tuple[Said, ...] = (_absent(syntax, f"it cannot be written as {syntax}: {xml}"),)
        else:
            judged = (each.key for each in judgement.sets if each.state is State.JUDGED)
            keys = [key for key in judged if key in RULESETS]
            said = self.judge(xml, syntax, keys, judgement.specification)
        known = {finding.rule for finding in judgement.findings}
        more = (each for _, found in said for each in found if each.rule not in known)
        findings = (*judgement.findings, *more)
        return replace(
            judgement,
            verdict=verdict_of(findings, judgement.sets),
            official=tuple(result for result, _ in said),
            findings=findings,
        )

    def judge(
        self, xml: bytes, syntax: str, keys: Sequence[str], specification: str | None
    ) -> tuple[Said, ...]:
        """Return what the schema and the rules of each set say, with findings of their own.

        Args:
            xml: an invoice without envelope.
            syntax: `ubl` or `cii`.
            keys: rule sets that have judged it.
            specification: its BT-24.
        """
        with self._turn:
            root = parse(xml, what="an invoice in UBL or CII")
            first = self._by_schema(root, xml, syntax)
            if first[0].state is not State.JUDGED or first[0].failed:
                return (first, *(_not_run(syntax, key) for key in keys))
            return (first, *(self._by_rules(xml, syntax, key, specification) for key in keys))

    def lacking(self) -> Iterator[str]:
        """Yield what is not here of what can be had by a command, as a sentence each."""
        try:
            python_with_saxon()
        except NotAvailable as error:
            yield str(error)
        yield from self._missing(by_hand=False)

    def lacking_by_hand(self) -> Iterator[str]:
        """Yield what is not here and only you can place, for documents of some rule sets."""
        yield from self._missing(by_hand=True)

    def _missing(self, *, by_hand: bool) -> Iterator[str]:
        for name in (*SCHEMAS.values(), *STYLESHEETS.values()):
            is_by_hand = bool(self._stock.artefacts[name].file)
            if is_by_hand is by_hand and self._stock.find(name) is None:
                yield self._how_to_get(name)

    def close(self) -> None:
        """End the child process."""
        self._saxon.close()

    def _by_schema(self, root: Element, xml: bytes, syntax: str) -> Said:
        name = SCHEMAS.get(etree.QName(root).localname, "")
        path = self._stock.find(name) if name else None
        if path is None:
            why = self._how_to_get(name) if name else "no schema is named for this document"
            return _absent(name or "xsd", why)
        try:
            schema = self._schema(name, path)
        except etree.LxmlError as error:
            return _absent(name, f"{name}: {error}")
        schema.validate(root)
        log: Iterable[Any] = schema.error_log  # type: ignore[assignment]  # (stubs know no entries)
        said = [f"{fault.path}: {fault.message}" for fault in log]
        return self._result(name, xml, syntax, said), tuple(_refused(name, each) for each in log)

    def _schema(self, name: str, path: Path) -> etree.XMLSchema:
        if name not in self._schemas:
            self._schemas[name] = etree.XMLSchema(file=str(path))
        return self._schemas[name]

    def _by_rules(self, xml: bytes, syntax: str, key: str, specification: str | None) -> Said:
        name = STYLESHEETS.get((syntax, key))
        if name is None:
            why = f"no official rules are named for {key} in {syntax}"
            return _absent(f"{key} in {syntax}", why, Severity.WARNING)
        path = self._stock.find(name)
        if path is None:
            return _absent(name, self._how_to_get(name))
        try:
            fired = self._saxon.run(path, xml)
        except (NotAvailable, BrokenDown) as error:
            return _absent(name, str(error))
        result = self._result(name, xml, syntax, [each.rule or each.text for each in fired])
        return result, tuple(_finding(name, each, specification) for each in _once(fired))

    def _result(self, name: str, xml: bytes, syntax: str, failed: list[str]) -> OfficialResult:
        return OfficialResult(
            artefact=name,
            state=State.JUDGED,
            provenance=self._stock.artefacts[name].provenance,
            syntax=syntax,
            sha256=hashlib.sha256(xml).hexdigest(),
            failed=tuple(dict.fromkeys(failed)),
        )

    def _how_to_get(self, name: str) -> str:
        artefact = self._stock.artefacts[name]
        if artefact.file:
            return f"{name}: place {artefact.file} by `facteur artefacts sync --from-dir DIR`"
        return f"{name}: not fetched; run `facteur artefacts sync`"


def _not_run(syntax: str, key: str) -> Said:
    name = STYLESHEETS.get((syntax, key), f"{key} in {syntax}")
    why = "the schema comes first, and has not accepted the document"
    return OfficialResult(artefact=name, state=State.NOT_RUN, reason=why), ()


def _absent(name: str, why: str, severity: Severity = Severity.FATAL) -> Said:
    finding = Finding(
        rule=UNJUDGED_OFFICIALLY,
        message=f"the official rules have not judged: {why}",
        severity=severity,
        fix="mend what keeps them from judging, or set check.official = false; then resubmit",
        actor=Actor.OPERATOR,
    )
    return OfficialResult(artefact=name, state=State.NOT_AVAILABLE, reason=why), (finding,)


def _refused(name: str, fault: Any) -> Finding:
    """Return what a schema says: the place is a path, for lines are those of what was handed on."""
    return Finding(
        rule="XSD",
        message=f"not valid against {name}: {fault.message}",
        place=fault.path,
        fix="send what the schema asks for",
    )


def _once(fired: Iterable[Fired]) -> Iterator[Fired]:
    """Leave out what has no id and was said before, of another place."""
    said: set[str] = set()
    for each in fired:
        if each.rule or each.text not in said:
            yield each
        said.add(each.text)


def _finding(name: str, fired: Fired, specification: str | None) -> Finding:
    """Return what a rule says; what has no id is not fatal, as its publishers' own examples show.

    Factur-X reports of elements that a level marks as not used, and of currencies of most amounts.
    """
    mild = not fired.rule or fired.flag in _MILD or EXCUSED.get(fired.rule, "") == specification
    return Finding(
        rule=fired.rule or name,
        message=f"{name}: {fired.text or 'it does not hold'}" if fired.rule else fired.text,
        severity=Severity.WARNING if mild else Severity.FATAL,
        place=fired.location or None,
        fix="send what the rule asks for",
    )
