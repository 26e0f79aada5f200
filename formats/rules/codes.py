"""BR-CL: codes are from their lists; BR-CO-09: VAT identifiers begin with a country."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from formats.model import VatBreakdown
from formats.model.codes import (
    ALLOWANCE_REASONS,
    ATTACHMENT_TYPES,
    CHARGE_REASONS,
    COUNTRIES,
    CURRENCIES,
    DOCUMENT_TYPES,
    ELECTRONIC_ADDRESS_SCHEMES,
    EXEMPTION_REASONS,
    IDENTIFIER_SCHEMES,
    ITEM_CLASSIFICATIONS,
    NOTE_SUBJECTS,
    OBJECT_SCHEMES,
    PAYMENT_MEANS,
    UNITS,
    VAT_CATEGORIES,
    VAT_IDENTIFIER_PREFIXES,
    VAT_POINT_CODES,
    CodeList,
)
from formats.rules.engine import Context, Rule, getter
from formats.rules.worksheet import (
    any_allowance,
    any_charge,
    each_address,
    each_classification,
    each_invoiced_object,
    each_line,
    each_note,
    each_party,
    each_party_identifier,
    each_row,
    each_supporting_document,
    each_unit,
    each_vat_category,
    each_vat_identifier,
    the_delivery,
    the_invoice,
    the_payment,
)

Terms = str | Mapping[str, str]

ADDRESSES = {
    "seller.address.country": "BT-40",
    "buyer.address.country": "BT-55",
    "tax_representative.address.country": "BT-69",
    "delivery.address.country": "BT-80",
}
IDENTIFIERS = {
    "seller.identifiers.scheme": "BT-29",
    "buyer.identifiers.scheme": "BT-46",
    "payee.identifiers.scheme": "BT-60",
}
REGISTRATIONS = {
    "seller.legal_registration.scheme": "BT-30",
    "buyer.legal_registration.scheme": "BT-47",
    "payee.legal_registration.scheme": "BT-61",
}
ELECTRONIC_ADDRESSES = {
    "seller.electronic_address.scheme": "BT-34",
    "buyer.electronic_address.scheme": "BT-49",
}
OBJECTS = {"invoiced_object.scheme": "BT-18", "lines.invoiced_object.scheme": "BT-128"}
UNIT_CODES = {"lines.unit": "BT-130", "lines.price.base_unit": "BT-150"}
CATEGORIES = {
    "allowances.vat_category": "BT-95",
    "charges.vat_category": "BT-102",
    "vat_breakdown.category": "BT-118",
}
ALLOWANCES = {"allowances.reason_code": "BT-98", "lines.allowances.reason_code": "BT-140"}
CHARGES = {"charges.reason_code": "BT-105", "lines.charges.reason_code": "BT-145"}
VAT_IDENTIFIERS = {
    "seller.vat_identifier": "BT-31",
    "buyer.vat_identifier": "BT-48",
    "tax_representative.vat_identifier": "BT-63",
}

Coded = tuple[Context[Any], str, Terms, str, str, CodeList]
"""Where, rule, term, path there, noun, list."""

CODED: tuple[Coded, ...] = (
    (the_invoice, "BR-CL-01", "BT-3", "type_code", "a document type", DOCUMENT_TYPES),
    (the_invoice, "BR-CL-04", "BT-5", "currency", "a currency", CURRENCIES),
    (the_invoice, "BR-CL-05", "BT-6", "accounting_currency", "a currency", CURRENCIES),
    (the_invoice, "BR-CL-06", "BT-8", "tax_point_code", "a tax point code", VAT_POINT_CODES),
    (each_invoiced_object, "BR-CL-07", OBJECTS, "scheme", "an object's scheme", OBJECT_SCHEMES),
    (each_note, "BR-CL-08", "BT-21", "subject_code", "a note's subject", NOTE_SUBJECTS),
    (
        each_party_identifier,
        "BR-CL-10",
        IDENTIFIERS,
        "scheme",
        "the scheme of a party's identifier",
        IDENTIFIER_SCHEMES,
    ),
    (
        each_party,
        "BR-CL-11",
        REGISTRATIONS,
        "legal_registration.scheme",
        "the scheme of a registration number",
        IDENTIFIER_SCHEMES,
    ),
    (
        each_classification,
        "BR-CL-13",
        "BT-158",
        "scheme",
        "the scheme of an item classification",
        ITEM_CLASSIFICATIONS,
    ),
    (each_address, "BR-CL-14", ADDRESSES, "country", "a country", COUNTRIES),
    (each_line, "BR-CL-15", "BT-159", "item.origin_country", "a country of origin", COUNTRIES),
    (the_payment, "BR-CL-16", "BT-81", "means_code", "a payment means", PAYMENT_MEANS),
    (each_vat_category, "BR-CL-17", CATEGORIES, "", "a VAT category", VAT_CATEGORIES),
    (each_line, "BR-CL-18", "BT-151", "vat_category", "a line's VAT category", VAT_CATEGORIES),
    (
        any_allowance,
        "BR-CL-19",
        ALLOWANCES,
        "reason_code",
        "the reason code of an allowance",
        ALLOWANCE_REASONS,
    ),
    (
        any_charge,
        "BR-CL-20",
        CHARGES,
        "reason_code",
        "the reason code of a charge",
        CHARGE_REASONS,
    ),
    (
        each_line,
        "BR-CL-21",
        "BT-157",
        "item.standard_id.scheme",
        "the scheme of an item's standard identifier",
        IDENTIFIER_SCHEMES,
    ),
    (each_unit, "BR-CL-23", UNIT_CODES, "", "a unit", UNITS),
    (
        each_supporting_document,
        "BR-CL-24",
        "BT-125",
        "attachment.media_type",
        "the type of an attachment",
        ATTACHMENT_TYPES,
    ),
    (
        each_party,
        "BR-CL-25",
        ELECTRONIC_ADDRESSES,
        "electronic_address.scheme",
        "the scheme of an electronic address",
        ELECTRONIC_ADDRESS_SCHEMES,
    ),
    (
        the_delivery,
        "BR-CL-26",
        "BT-71",
        "location.scheme",
        "the scheme of a delivery location",
        IDENTIFIER_SCHEMES,
    ),
)


def coded(table: Iterable[Coded]) -> Iterator[Rule]:
    """Return one rule a row: where there is a code, it is from the list."""
    for context, rule, terms, at, noun, codes in table:
        yield context(
            rule,
            terms,
            f"{noun} is a code of {codes.name}",
            _listed(at, codes),
            at=at,
            fix=f"map the ERP's value to a code of {codes.name}",
        )


def _listed(at: str, codes: CodeList) -> Callable[[object], bool | None]:
    get = getter(at)

    def holds(group: object) -> bool | None:
        code = get(group)
        return None if code is None else code in codes

    return holds


def _exemption_code(row: VatBreakdown) -> bool | None:
    code = row.exemption_code
    return None if code is None else code.upper() in EXEMPTION_REASONS


PREFIXES = f" {' '.join(sorted(VAT_IDENTIFIER_PREFIXES))} "
"""The official test searches the first two characters in such a string; so does this one."""

RULES: tuple[Rule, ...] = (
    *coded(CODED),
    each_row(
        "BR-CL-22",
        "BT-121",
        "an exemption reason code is one of VATEX, in capitals or not",
        _exemption_code,
        at="exemption_code",
        fix="map the ERP's value to a code of VATEX, e.g. VATEX-EU-AE",
    ),
    each_vat_identifier(
        "BR-CO-09",
        VAT_IDENTIFIERS,
        "a VAT identifier begins with the country that issued it",
        lambda identifier: identifier[:2] in PREFIXES,
        fix="send the VAT identifier with its country prefix, e.g. DE or EL",
    ),
)
