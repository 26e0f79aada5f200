"""Peppol BIS 3 in UBL: its rules that only a file shows; XRechnung has taken over most of them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from formats.rules import peppol_bis
from formats.rules import peppol_selfbilling as selfbilling
from formats.syntax.peppol_types import BILLING_OWN, between_germans, typed
from formats.syntax.rules import Own, Sheet, SyntaxRules, load, text
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INDICATOR: Final = tag("cbc:ChargeIndicator")
_PERCENT: Final = tag("cbc:MultiplierFactorNumeric")
_BASE: Final = tag("cbc:BaseAmount")
_CURRENCY: Final = tag("cbc:DocumentCurrencyCode")
_DOCUMENT_TYPE: Final = tag("cbc:DocumentTypeCode")
_REFERENCE: Final = tag("cac:DocumentReference")
_SUBTOTAL: Final = tag("cac:TaxSubtotal")
_TOTAL: Final = tag("cac:TaxTotal")
_TAX_AMOUNT: Final = tag("cbc:TaxAmount")


def empties(document: Element) -> Iterator[Element]:
    """Yield what has neither an element nor a text inside."""
    for element in document.iter("*"):
        if not (len(element) or (element.text or "").strip(WHITE_SPACE)):
            yield element


def indicates(charge: Element, sheet: Sheet, *words: str) -> bool:
    """Whether the indicator of an allowance or charge is one of these words."""
    del sheet
    for child in charge:
        if child.tag == _INDICATOR and text(child).strip(WHITE_SPACE) in words:
            return True
    return False


def half_percentage(charge: Element) -> bool:
    """Whether there is a percentage or its base, but not both: of such, no more is judged."""
    names = {child.tag for child in charge}
    return (_PERCENT in names) != (_BASE in names)


def _refers_otherwise(line: Element, sheet: Sheet) -> bool:
    references = line.iterchildren(_REFERENCE)
    return not any("130" in sheet.values(each, _DOCUMENT_TYPE) for each in references)


def _has_rows(total: Element) -> bool:
    return next(total.iterchildren(_SUBTOTAL), None) is not None


def _no_single_breakdown(document: Element, _sheet: Sheet) -> bool:
    return sum(map(_has_rows, document.iterchildren(_TOTAL))) != 1


def _not_as_many_totals(document: Element, _sheet: Sheet) -> bool:
    wanted = next(document.iterchildren(tag("cbc:TaxCurrencyCode")), None) is not None
    return sum(not _has_rows(each) for each in document.iterchildren(_TOTAL)) != wanted


def _of_project(reference: Element, sheet: Sheet) -> bool:
    return "50" in sheet.values(reference, _DOCUMENT_TYPE)


def no_day(element: Element, _sheet: Sheet) -> bool:
    """Whether a text is no day as 2026-01-31, and nothing else."""
    said = text(element)
    if not _DAY.fullmatch(said):
        return True
    try:
        date.fromisoformat(said)
    except ValueError:
        return True
    return False


def _in_other_currency(amount: Element, sheet: Sheet) -> bool:
    return amount.get("currencyID") not in sheet.values(sheet.root, _CURRENCY)


def _is_no_vat(amount: Element) -> bool:
    return amount.tag != _TAX_AMOUNT


def _heads_rows(amount: Element) -> bool:
    """Whether a tax amount is the VAT total that has a breakdown."""
    total = amount.getparent()
    return total is not None and total.tag == _TOTAL and _has_rows(total)


def _of_row(amount: Element) -> bool:
    parent = amount.getparent()
    return parent is not None and parent.tag == _SUBTOTAL


EMPTY: Final = Own(
    path=".",
    seek=lambda document: next(empties(document), None),
    sentence="there is an element with nothing inside",
    fix="leave out what is empty",
)
NO_INDICATOR: Final = Own(
    path=".",
    only=lambda charge, sheet: not indicates(charge, sheet, "true", "false"),
    sentence="it is not said with true or false whether this is a charge",
    fix="write true or false to cbc:ChargeIndicator",
)
SHARED: Final = {
    "PEPPOL-EN16931-R043": NO_INDICATOR,
    "PEPPOL-EN16931-R044": Own(
        path=".",
        only=lambda charge, sheet: not indicates(charge, sheet, "false"),
        sentence="a price has a charge, where only a discount may be",
        fix="write false to cbc:ChargeIndicator, and add what is charged to the price",
        term="BT-147",
    ),
    "PEPPOL-EN16931-R053": Own(
        path=".",
        only=_no_single_breakdown,
        sentence="there is not one VAT total with a breakdown",
        fix="give one cac:TaxTotal with cac:TaxSubtotal",
        term="BG-23",
    ),
    "PEPPOL-EN16931-R054": Own(
        path=".",
        only=_not_as_many_totals,
        sentence="a VAT total without breakdown is there if a tax currency is, and else not",
        fix="give cbc:TaxCurrencyCode and one cac:TaxTotal without cac:TaxSubtotal, or neither",
        term="BT-111",
    ),
    "PEPPOL-EN16931-R101": Own(
        path="cac:DocumentReference",
        around=True,
        only=_refers_otherwise,
        sentence="a line refers to a document that is no invoiced object",
        fix="write 130 to cbc:DocumentTypeCode, or leave out cac:DocumentReference",
        term="BT-128",
    ),
}
"""What XRechnung in UBL asks as well, by the same ids."""

OWN: Final = {
    **SHARED,
    "PEPPOL-EN16931-R008": EMPTY,
    "PEPPOL-EN16931-R051": Own(
        path=".",
        only=_in_other_currency,
        sentence="an amount is in another currency than the invoice",
        fix="state the amount in the currency of cbc:DocumentCurrencyCode",
        shows="currencyID",
    ),
    "PEPPOL-EN16931-CL007": Own(
        path=".",
        only=lambda amount, _sheet: amount.get("currencyID") not in peppol_bis.MONEY,
        sentence="the currency of an amount is none that Peppol knows",
        fix="write a code of ISO 4217 to the attribute currencyID",
        shows="currencyID",
    ),
    "PEPPOL-EN16931-R080": Own(
        path="cac:AdditionalDocumentReference",
        only=_of_project,
        most=1,
        sentence="there is more than one project",
        fix="keep one cac:AdditionalDocumentReference with the type code 50",
        term="BT-11",
    ),
    "PEPPOL-EN16931-F001": Own(
        path=".",
        only=no_day,
        sentence="a date is not written as year, month and day",
        fix="write the date as 2026-01-31",
    ),
}

BY_TYPE: Final = {
    "PEPPOL-EN16931-P0100": typed(
        peppol_bis.PROCESSES, peppol_bis.INVOICES, "an invoice", "write a type such as 380"
    ),
    "PEPPOL-EN16931-P0101": typed(
        peppol_bis.PROCESSES, peppol_bis.CREDIT_NOTES, "a credit note", "write a type such as 381"
    ),
}
_SELFBILLING: Final = set(selfbilling.PROCESSES) - {selfbilling.WITH_RESPONSE}
SELFBILLED: Final = {
    "PEPPOL-EN16931-P0100": typed(
        _SELFBILLING, selfbilling.INVOICES, "a self-billed invoice", "write 389"
    ),
    "PEPPOL-EN16931-P0101": typed(
        _SELFBILLING, selfbilling.CREDIT_NOTES, "a self-billed credit note", "write 261"
    ),
}
_BILLING: Final = load(
    "peppol_billing.toml",
    key="peppol-bis-3",
    own=BILLING_OWN,
    conditions={"german": between_germans},
)
_SHARED: Final = load(
    "peppol.toml",
    key="peppol-bis-3",
    own=OWN | BY_TYPE,
    conditions={
        "half": half_percentage,
        "judged": lambda amount: _is_no_vat(amount) or _heads_rows(amount) or _of_row(amount),
    },
)
PEPPOL_UBL: Final[SyntaxRules] = replace(_SHARED, contexts=(*_SHARED.contexts, *_BILLING.contexts))
SELFBILLING_UBL: Final[SyntaxRules] = replace(
    load(
        "peppol.toml",
        key="peppol-selfbilling-3",
        own=OWN | SELFBILLED,
        conditions={
            "half": half_percentage,
            "judged": lambda amount: _is_no_vat(amount) or _heads_rows(amount),
        },
    ),
    source="Peppol BIS Self-Billing 3, Schematron PEPPOL-EN16931-UBL-SB",
)
"""The currency of the rows of the VAT breakdown is not judged in self-billing."""
