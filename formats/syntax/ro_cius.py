"""CIUS-RO in UBL: its rules that only a file shows; none is left unjudged.

Which document it is, the root element says; how a date is written, the text; and what the official
file asks of one element at a time, or never reaches, is asked here as it is there.
"""

from collections.abc import Iterator
from typing import Final

from formats.rules.ro_cius import CREDIT_NOTE, INVOICES, TAXED
from formats.syntax.peppol import no_day
from formats.syntax.rules import Own, Sheet, SyntaxRules, load, normal, text
from formats.xml.names import Element, tag

_ID: Final = "cbc:ID"
_COMPANY_ID: Final = "cbc:CompanyID"
_SELLER: Final = ("cac:AccountingSupplierParty", "cac:Party")
_BUYER: Final = ("cac:AccountingCustomerParty", "cac:Party")
_REPRESENTATIVE: Final = "cac:TaxRepresentativeParty"
_NUMBER: Final = ("cac:PartyTaxScheme", _COMPANY_ID)


def _below(element: Element, *path: str) -> Iterator[Element]:
    """Yield what stands at a path of prefixed names."""
    found = [element]
    for name in path:
        found = [child for each in found for child in each.iterchildren(tag(name))]
    yield from found


def _says(element: Element, name: str, *words: str) -> bool:
    return any(text(each) in words for each in _below(element, name))


def _is_taxed(document: Element) -> bool:
    """Whether an allowance, a charge or a line of an invoice has a category that is taxed."""
    for part in _below(document, "cac:AllowanceCharge"):
        of_vat = _says(part, "cbc:ChargeIndicator", "true")
        for category in _below(part, "cac:TaxCategory"):
            named = of_vat or any(
                _says(scheme, _ID, "VAT") for scheme in _below(category, "cac:TaxScheme")
            )
            if named and _says(category, _ID, *TAXED):
                return True
    lines = _below(document, "cac:InvoiceLine", "cac:Item", "cac:ClassifiedTaxCategory")
    return any(_says(category, _ID, *TAXED) for category in lines)


def _seller_unknown(document: Element, sheet: Sheet) -> bool:
    if not sheet.once(_is_taxed, document):
        return False
    numbers = map(normal, _below(document, *_SELLER, *_NUMBER))
    return not any(numbers) and not any(True for _ in _below(document, _REPRESENTATIVE, *_NUMBER))


def _buyer_unknown(document: Element, sheet: Sheet) -> bool:
    if not sheet.once(_is_taxed, document):
        return False
    registered = _below(document, *_BUYER, "cac:PartyLegalEntity", _COMPANY_ID)
    numbers = map(normal, _below(document, *_BUYER, *_NUMBER))
    return not any(numbers) and not any(True for _ in registered)


def _typed(*codes: str) -> Own:
    return Own(
        path=".",
        only=lambda code, _sheet: normal(code) not in codes,
        sentence=f"the type is none of {', '.join(codes)}",
        fix="write one of these types, in the document that has it",
        term="BT-3",
    )


def _stated(name: str, what: str, term: str) -> Own:
    return Own(
        path=".",
        only=lambda address, _sheet: not any(map(normal, _below(address, name))),
        sentence=f"the address of the tax representative has no {what}",
        fix=f"give {name}",
        term=term,
    )


def _day(term: str) -> Own:
    return Own(
        path=".",
        only=no_day,
        sentence="a date is not written as year, month and day",
        fix="write the date as 2026-01-31",
        term=term,
    )


OWN: Final = {
    "BR-RO-DT001": _day("BT-2"),
    "BR-RO-DT002": _day("BT-7"),
    "BR-RO-DT003": _day("BT-9"),
    "BR-RO-DT003_CN": _day("BT-9"),
    "BR-RO-DT004": _day("BT-72"),
    "BR-RO-DT005": _day("BT-73"),
    "BR-RO-DT006": _day("BT-74"),
    "BR-RO-020_1": _typed(*(code for code in INVOICES)),
    "BR-RO-020_2": _typed(CREDIT_NOTE),
    "BR-RO-065": Own(
        path=".",
        only=_seller_unknown,
        sentence="the seller has no tax number, nor a tax representative who has one",
        fix="give cbc:CompanyID in cac:PartyTaxScheme of the seller",
        term="BT-31",
    ),
    "BR-RO-120": Own(
        path=".",
        only=_buyer_unknown,
        sentence="the buyer has neither a registration nor a VAT identifier",
        fix="give cbc:CompanyID of the buyer",
        term="BT-48",
    ),
    "BR-RO-140": _stated("cbc:StreetName", "first line", "BT-64"),
    "BR-RO-150": _stated("cbc:CityName", "city", "BT-66"),
}

CIUS_RO_UBL: Final[SyntaxRules] = load("ro_cius.toml", key="cius-ro", own=OWN, conditions={})
