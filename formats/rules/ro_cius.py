"""BR-RO-*, BR-DEC-RO-*: what CIUS-RO, the Romanian RO e-Factura, adds to EN 16931."""

import re
from collections.abc import Callable
from typing import Any

from formats.model import Invoice, PostalAddress
from formats.rules.decimals import cents
from formats.rules.en16931 import EN16931
from formats.rules.engine import Context, Rule, RuleSet, getter, stated
from formats.rules.ro_lengths import (
    LENGTHS,
    an_invoice_allowance,
    an_invoice_charge,
    in_invoices,
)
from formats.rules.worksheet import (
    Worksheet,
    each_line_allowance,
    each_line_charge,
    each_row,
    lay_out,
    the_delivery_address,
    the_invoice,
    the_representative_address,
    the_totals,
    the_worksheet,
)

SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:efactura.mfinante.ro:CIUS-RO:1.0.1"
INVOICES = ("380", "384", "389", "751")
CREDIT_NOTE = "381"
LEU = "RON"
TAX_POINT_CODES = ("3", "35", "432")
TAXED = ("S", "Z", "E", "AE", "K", "G", "L", "M")
DIGIT = re.compile("[0-9]")

BUCHAREST = "RO-B"
SECTORS = frozenset(f"SECTOR{number}" for number in range(1, 7))
COUNTIES = frozenset(
    f"RO-{county}"
    for county in (
        *("AB", "AG", "AR", "B", "BC", "BH", "BN", "BR", "BT", "BV", "BZ", "CJ", "CL", "CS"),
        *("CT", "CV", "DB", "DJ", "GJ", "GL", "GR", "HD", "HR", "IF", "IL", "IS", "MH", "MM"),
        *("MS", "NT", "OT", "PH", "SB", "SJ", "SM", "SV", "TL", "TM", "TR", "VL", "VN", "VS"),
    )
)
"""ISO 3166-2:RO."""


a_representative_address = in_invoices(the_representative_address)
a_delivery_address = in_invoices(the_delivery_address)


def _uses(sheet: Worksheet, category: str) -> bool:
    """Whether a part of the invoice has this category; the lines of a credit note do not count."""
    return (
        category in sheet.allowances_of
        or category in sheet.charges_of
        or (category in sheet.lines_of and not sheet.invoice.is_credit_note)
    )


def _taxed(
    holds: Callable[[Invoice], bool],
) -> Callable[[Worksheet], bool | None]:
    return lambda sheet: holds(sheet.invoice) if any(_uses(sheet, each) for each in TAXED) else None


def _seller_is_known(invoice: Invoice) -> bool:
    seller, representative = invoice.seller, invoice.tax_representative
    return (representative is not None and representative.vat_identifier is not None) or (
        seller is not None and (stated(seller.vat_identifier) or stated(seller.tax_registration))
    )


def _buyer_is_known(invoice: Invoice) -> bool:
    buyer = invoice.buyer
    return buyer is not None and (
        buyer.legal_registration is not None or stated(buyer.vat_identifier)
    )


def _sector(address: PostalAddress | None) -> bool | None:
    if address is None or address.country != "RO" or address.subdivision != BUCHAREST:
        return None
    return address.city in SECTORS


def _county(address: PostalAddress | None) -> bool | None:
    if address is None or address.country != "RO":
        return None
    return address.subdivision in COUNTIES


def _of(path: str, judge: Callable[[Any], bool | None]) -> Callable[[Invoice], bool | None]:
    get = getter(path)
    return lambda invoice: judge(get(invoice))


HEADER: tuple[Rule, ...] = (
    the_invoice(
        "BR-RO-001",
        "BT-24",
        "an invoice follows CIUS-RO 1.0.1",
        lambda invoice: invoice.specification == SPECIFICATION,
        at="specification",
        fix=f"send {SPECIFICATION}",
    ),
    the_invoice(
        "BR-RO-010",
        "BT-1",
        "an invoice number has a digit",
        lambda invoice: DIGIT.search(invoice.number or "") is not None,
        at="number",
        fix="send a number with a digit in it",
    ),
    the_invoice(
        "BR-RO-020_1",
        "BT-3",
        f"an invoice is of one of the types {', '.join(INVOICES)}",
        lambda invoice: (
            None
            if invoice.type_code is None or invoice.is_credit_note
            else invoice.type_code in INVOICES
        ),
        at="type_code",
        fix="send one of these type codes",
    ),
    the_invoice(
        "BR-RO-020_2",
        "BT-3",
        f"a credit note is of type {CREDIT_NOTE}",
        lambda invoice: invoice.type_code == CREDIT_NOTE if invoice.is_credit_note else None,
        at="type_code",
        fix=f"send {CREDIT_NOTE}",
    ),
    the_invoice(
        "BR-RO-030",
        "BT-6",
        "an invoice in another currency has the leu as accounting currency",
        lambda invoice: LEU in (invoice.currency, invoice.accounting_currency),
        at="accounting_currency",
        fix="send RON as accounting currency, and the VAT total in it",
    ),
    the_invoice(
        "BR-RO-040",
        "BT-8",
        f"the VAT is due by one of {', '.join(TAX_POINT_CODES)}",
        lambda invoice: (
            None if invoice.tax_point_code is None else invoice.tax_point_code in TAX_POINT_CODES
        ),
        at="tax_point_code",
        fix="send 3 for issue, 35 for delivery, 432 for payment",
    ),
    the_invoice(
        "BR-RO-A020",
        "BG-1",
        "an invoice has at most 20 notes",
        lambda invoice: len(invoice.notes) <= 20 if invoice.notes else None,
        at="notes",
        fix="put several texts into one note",
    ),
    the_worksheet(
        "BR-RO-065",
        "BT-31",
        "the seller has a VAT identifier, a tax number or a tax representative",
        _taxed(_seller_is_known),
        at="seller.vat_identifier",
        fix="send the seller's VAT identifier (BT-31) or tax number (BT-32)",
    ),
    the_worksheet(
        "BR-RO-120",
        "BT-47",
        "the buyer has a registration number or a VAT identifier",
        _taxed(_buyer_is_known),
        at="buyer.legal_registration",
        fix="send the buyer's registration number (BT-47) or VAT identifier (BT-48)",
    ),
)


def _stated(rule: str, term: str, whose: str, path: str, what: str) -> Rule:
    return the_invoice(
        rule,
        term,
        f"{whose} address has a {what}",
        _of(path, stated),
        at=path,
        fix=f"send the {what}",
    )


FIX_SECTOR = "send the sector of Bucharest, SECTOR1 to SECTOR6, as city"
FIX_COUNTY = "send the county's code of ISO 3166-2:RO, e.g. RO-CJ"
IN_SECTOR = "an address in Bucharest (RO-B) has a sector as its city"
IN_COUNTY = "a Romanian address has the code of a county"

ADDRESSES: tuple[Rule, ...] = (
    _stated("BR-RO-081", "BT-35", "the seller's", "seller.address.line_1", "first line"),
    _stated("BR-RO-082", "BT-50", "the buyer's", "buyer.address.line_1", "first line"),
    _stated("BR-RO-091", "BT-37", "the seller's", "seller.address.city", "city"),
    _stated("BR-RO-092", "BT-52", "the buyer's", "buyer.address.city", "city"),
    *(
        the_invoice(rule, term, IN_SECTOR, _of(path, _sector), at=f"{path}.city", fix=FIX_SECTOR)
        for rule, term, path in (
            ("BR-RO-100", "BT-37", "seller.address"),
            ("BR-RO-101", "BT-52", "buyer.address"),
        )
    ),
    *(
        the_invoice(
            rule, term, IN_COUNTY, _of(path, _county), at=f"{path}.subdivision", fix=FIX_COUNTY
        )
        for rule, term, path in (
            ("BR-RO-110", "BT-39", "seller.address"),
            ("BR-RO-111", "BT-54", "buyer.address"),
        )
    ),
    a_representative_address.states(
        "BR-RO-140",
        "BT-64",
        "the tax representative's address has a first line",
        "line_1",
        fix="send street and number",
    ),
    a_representative_address.states(
        "BR-RO-150",
        "BT-66",
        "the tax representative's address has a city",
        "city",
        fix="send the city",
    ),
    a_representative_address("BR-RO-160", "BT-66", IN_SECTOR, _sector, at="city", fix=FIX_SECTOR),
    a_representative_address(
        "BR-RO-170", "BT-68", IN_COUNTY, _county, at="subdivision", fix=FIX_COUNTY
    ),
    a_delivery_address.states(
        "BR-RO-180",
        "BT-75",
        "the delivery address has a first line",
        "line_1",
        fix="send street and number",
    ),
    a_delivery_address.states(
        "BR-RO-201", "BT-77", "the delivery address has a city", "city", fix="send the city"
    ),
    a_delivery_address("BR-RO-202", "BT-77", IN_SECTOR, _sector, at="city", fix=FIX_SECTOR),
    a_delivery_address.states(
        "BR-RO-211",
        "BT-79",
        "the delivery address has a county",
        "subdivision",
        fix="send the county",
    ),
    a_delivery_address("BR-RO-212", "BT-79", IN_COUNTY, _county, at="subdivision", fix=FIX_COUNTY),
)

DECIMALS: tuple[tuple[Context[Any], str, str, str], ...] = (
    (an_invoice_allowance, "BR-DEC-RO-01", "BT-92", "amount"),
    (an_invoice_allowance, "BR-DEC-RO-02", "BT-93", "base"),
    (an_invoice_charge, "BR-DEC-RO-05", "BT-99", "amount"),
    (an_invoice_charge, "BR-DEC-RO-06", "BT-100", "base"),
    (the_totals, "BR-DEC-RO-09", "BT-106", "lines"),
    (the_totals, "BR-DEC-RO-10", "BT-107", "allowances"),
    (the_totals, "BR-DEC-RO-11", "BT-108", "charges"),
    (the_totals, "BR-DEC-RO-12", "BT-109", "without_vat"),
    (the_totals, "BR-DEC-RO-14", "BT-112", "with_vat"),
    (the_totals, "BR-DEC-RO-16", "BT-113", "paid"),
    (the_totals, "BR-DEC-RO-17", "BT-114", "rounding"),
    (the_totals, "BR-DEC-RO-18", "BT-115", "due"),
    (each_row, "BR-DEC-RO-1009", "BT-116", "taxable"),
    (each_row, "BR-DEC-RO-1010", "BT-117", "tax"),
    (each_line_allowance, "BR-DEC-RO-24", "BT-136", "amount"),
    (each_line_allowance, "BR-DEC-RO-25", "BT-137", "base"),
    (each_line_charge, "BR-DEC-RO-27", "BT-141", "amount"),
    (each_line_charge, "BR-DEC-RO-28", "BT-142", "base"),
)


def _cents(at: str) -> Callable[[object], bool | None]:
    get: Callable[[object], Any] = getter(at)
    return lambda group: cents(get(group))


AMOUNTS: tuple[Rule, ...] = tuple(
    context(
        rule,
        term,
        "an amount has at most two decimals",
        _cents(at),
        at=at,
        fix="round the amount to cents",
    )
    for context, rule, term, at in DECIMALS
)

_DATE = "how a date was written is seen by the reader, not in the model"
_ONE = "the official test counts one element at a time, so it always holds"
_HIDDEN = "the official file never reaches it: an earlier rule takes the same element"

UNJUDGED = {
    **{f"BR-RO-DT00{number}": _DATE for number in ("1", "2", "3", "3_CN", "4", "5", "6")},
    "BR-RO-A051": _ONE,
    "BR-RO-A052": _ONE,
    "BR-RO-A500": _ONE,
    "BR-RO-L1019": _HIDDEN,
    "BR-DEC-RO-13": f"{_HIDDEN}; BR-DEC-13 judges it",
    "BR-DEC-RO-15": f"{_HIDDEN}; BR-DEC-15 judges it",
    "BR-DEC-RO-23": f"{_HIDDEN}; BR-DEC-23 judges it",
}

CIUS_RO = RuleSet(
    key="cius-ro",
    version="1.0.9",
    source="Romanian Ministry of Finance, RO e-Factura Schematron 1.0.9 for CIUS-RO 1.0.1",
    lay_out=lay_out,
    extends=(EN16931,),
    rules=(*HEADER, *ADDRESSES, *AMOUNTS, *LENGTHS),
    unjudged=UNJUDGED,
)
