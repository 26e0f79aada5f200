"""The rules FX-…: what a PDF and the invoice inside it must have in common.

A rule is ours where it has no number elsewhere; its source stands beside it. Fatal is what the
standard demands without exception, and a second truth: the page does not only miss the value, it
shows another one in its place, so that nobody can know which is owed. All else is a warning, which
never stops an invoice.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from formats.findings import Finding, Severity

FACTURX_6 = "Factur-X 1.0.07, part 2, chapter 6"
PDFA3 = "ISO 19005-3"
ONE_TRUTH = "EN 16931-1, 5: both forms are one invoice; Directive 2006/112/EC, article 226"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        sentence: what is wrong; values stand in braces.
        fix: what to do about it, as an order.
        source: the standard.
        term: BT or BG number.
        severity: where nothing is said instead.
        may_be_fatal: it is, where the page says something else instead.
    """

    sentence: str
    fix: str
    source: str
    term: str | None = None
    severity: Severity = Severity.WARNING
    may_be_fatal: bool = False


RULES: Mapping[str, Rule] = {
    "FX-MISSING": Rule(
        sentence="the PDF's metadata name Factur-X {stated}, and no invoice is embedded as XML;"
        " embedded: {names}",
        fix="embed the invoice as {wanted}, or make the PDF without Factur-X in its metadata",
        source=FACTURX_6,
        severity=Severity.FATAL,
    ),
    "FX-XML": Rule(
        sentence="{count} invoices are embedded ({names})",
        fix="embed one",
        source=FACTURX_6,
        may_be_fatal=True,
    ),
    "FX-NAME": Rule(
        sentence="the invoice is embedded as {name!r}",
        fix="use {wanted}",
        source=FACTURX_6,
        severity=Severity.FATAL,
    ),
    "FX-AF": Rule(
        sentence="the invoice is not an associated file",
        fix="list it in the catalogue's /AF",
        source=f"{PDFA3}, 6.8",
        severity=Severity.FATAL,
    ),
    "FX-LISTED": Rule(
        sentence="the invoice is not in the name tree of embedded files",
        fix="list it in /EmbeddedFiles, so that viewers show it",
        source=f"{PDFA3}, 6.8",
    ),
    "FX-UNRELATED": Rule(
        sentence="it is not said how the invoice is related to the page",
        fix="write /AFRelationship {wanted}",
        source=f"{PDFA3}, 6.8",
        severity=Severity.FATAL,
    ),
    "FX-RELATIONSHIP": Rule(
        sentence="the relationship of the invoice to the page is {relationship}",
        fix="use {wanted}",
        source=f"{PDFA3}, 6.8; {FACTURX_6}",
    ),
    "FX-XMP": Rule(
        sentence="the PDF's metadata do not name Factur-X",
        fix="write the fx schema",
        source=FACTURX_6,
    ),
    "FX-PROFILE": Rule(
        sentence="the PDF's metadata say profile {stated}, the invoice says {own}",
        fix="write the same in both",
        source=FACTURX_6,
        term="BT-24",
        severity=Severity.FATAL,
    ),
    "FX-XMP-NAME": Rule(
        sentence="the PDF's metadata call the embedded file {stated!r}, it is {name!r}",
        fix="write the same in both",
        source=FACTURX_6,
    ),
    "FX-XMP-TYPE": Rule(
        sentence="the PDF's metadata say document type {stated!r}",
        fix="write INVOICE, also for a credit note",
        source=FACTURX_6,
    ),
    "FX-XMP-VERSION": Rule(
        sentence="the PDF's metadata say version {stated!r}",
        fix="write 1.0",
        source=FACTURX_6,
    ),
    "FX-PDFA": Rule(
        sentence="the PDF does not claim to be PDF/A-3 but {stated}",
        fix="make it PDF/A-3",
        source=f"{PDFA3}, 6.6.4",
    ),
    "FX-CONTENT": Rule(
        sentence="the profile {own} has no lines, and the invoice has {count}",
        fix="name the profile that the invoice follows",
        source="Factur-X 1.0.07, annex 1",
        term="BT-24",
    ),
    "FX-PAGE": Rule(
        sentence="the page cannot be compared with the invoice inside: {reason}",
        fix="print text instead of a picture, or compare by eye",
        source=ONE_TRUTH,
    ),
    "FX-PAGE-NUMBER": Rule(
        sentence="the page does not show the invoice number {value}",
        fix="print and embed the same invoice",
        source=ONE_TRUTH,
        term="BT-1",
        may_be_fatal=True,
    ),
    "FX-PAGE-DATE": Rule(
        sentence="the page does not show the invoice date {value}",
        fix="print and embed the same date",
        source=ONE_TRUTH,
        term="BT-2",
    ),
    "FX-PAGE-DUE-DATE": Rule(
        sentence="the page does not show the due date {value}",
        fix="print and embed the same date",
        source=ONE_TRUTH,
        term="BT-9",
    ),
    "FX-PAGE-CURRENCY": Rule(
        sentence="the page does not show the currency {value}",
        fix="print and embed the same currency",
        source=ONE_TRUTH,
        term="BT-5",
        may_be_fatal=True,
    ),
    "FX-PAGE-SELLER": Rule(
        sentence="the page shows neither the name nor a number of the seller {value}",
        fix="print and embed the same seller",
        source=ONE_TRUTH,
        term="BT-27",
        may_be_fatal=True,
    ),
    "FX-PAGE-BUYER": Rule(
        sentence="the page shows neither the name nor a number of the buyer {value}",
        fix="print and embed the same buyer",
        source=ONE_TRUTH,
        term="BT-44",
        may_be_fatal=True,
    ),
    "FX-PAGE-NET": Rule(
        sentence="the page does not show the total without VAT {value}",
        fix="print and embed the same amount",
        source=ONE_TRUTH,
        term="BT-109",
        may_be_fatal=True,
    ),
    "FX-PAGE-VAT": Rule(
        sentence="the page does not show the VAT {value}",
        fix="print and embed the same amount",
        source=ONE_TRUTH,
        term="BT-110",
        may_be_fatal=True,
    ),
    "FX-PAGE-TOTAL": Rule(
        sentence="the page does not show the total {value}",
        fix="print and embed the same amount",
        source=ONE_TRUTH,
        term="BT-112",
        may_be_fatal=True,
    ),
    "FX-PAGE-DUE": Rule(
        sentence="the page does not show the amount due {value}",
        fix="print and embed the same amount",
        source=ONE_TRUTH,
        term="BT-115",
        may_be_fatal=True,
    ),
}


def breach(rule: str, *, instead: str = "", **values: object) -> Finding:
    """Return the finding of a broken rule.

    Args:
        rule: key in RULES.
        instead: what is shown in the value's place; makes the finding fatal where the rule may be.
        values: for the braces of sentence and fix.

    >>> breach("FX-PAGE-TOTAL", instead="Total TTC 3042.00", value="3000.00").message
    'the page does not show the total 3000.00; it says: Total TTC 3042.00'
    """
    known = RULES[rule]
    sentence = known.sentence.format(**values)
    return Finding(
        rule=rule,
        message=f"{sentence}; it says: {instead}" if instead else sentence,
        severity=Severity.FATAL if instead and known.may_be_fatal else known.severity,
        term=known.term,
        value=str(values["value"]) if "value" in values else None,
        fix=known.fix.format(**values),
    )
