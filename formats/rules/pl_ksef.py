"""FA3-*: what FA(3) of KSeF needs of an invoice beyond EN 16931. Our own ids."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from formats.findings import Severity
from formats.model import Attribute, Invoice, Line, VatBreakdown
from formats.model.poland import Poland
from formats.rules.engine import Context, Rule, RuleSet, stated
from formats.rules.national import adds_up, fits, unit_price
from formats.rules.pl_codes import (
    CORRECTIONS,
    exemption,
    kind,
    nip,
    poland,
    rate,
    tax_in_zloty,
)
from formats.rules.totals import CENT, total
from formats.rules.worksheet import (
    Places,
    Worksheet,
    each_allowance,
    each_attribute,
    each_charge,
    each_line,
    each_preceding,
    lay_out,
    the_buyer,
    the_buyer_address,
    the_invoice,
    the_representative,
    the_seller,
    the_seller_address,
    the_seller_contact,
    the_totals,
)

SYNTAX = "FA(3)"
EARLIEST, LATEST = date(2016, 7, 1), date(2050, 1, 1)
LARGEST = Decimal(10) ** 16
LINES = 10_000
ROLE_OF_LOCAL_UNIT = "8"
ROLE_OF_GROUP_MEMBER = "10"
GOODS_GROUPS = frozenset(f"GTU_{number:02}" for number in range(1, 14))

_KSEF_NUMBER = re.compile(
    r"(?:[1-9](?:[0-9][1-9]|[1-9][0-9])[0-9]{7}|M[0-9]{9}|[A-Z]{3}[0-9]{7})"
    r"-20[2-9][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])-[0-9A-F]{6}-?[0-9A-F]{6}-[0-9A-F]{2}"
)
_SWIFT = re.compile("[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


def _rows(sheet: Worksheet) -> Places[tuple[Invoice, VatBreakdown]]:
    return [(path, (sheet.invoice, row)) for path, row in sheet.rows]


def _dates(sheet: Worksheet) -> Places[date]:
    invoice = sheet.invoice
    fields = ("issue_date", "due_date", "tax_point_date")
    found = [(field, getattr(invoice, field)) for field in fields]
    found += [(f"preceding[{n}].issue_date", p.issue_date) for n, p in enumerate(invoice.preceding)]
    if invoice.delivery:
        found.append(("delivery.delivered_on", invoice.delivery.delivered_on))
    if invoice.period:
        found.append(("period.start", invoice.period.start))
        found.append(("period.end", invoice.period.end))
    return [(path, day) for path, day in found if day]


each_row_of_invoice: Context[tuple[Invoice, VatBreakdown]] = Context(name="each row", find=_rows)
each_date: Context[date] = Context(name="each date", find=_dates)


def _corrected(invoice: Invoice) -> bool | None:
    if kind(invoice) not in CORRECTIONS:
        return None
    return bool(invoice.preceding) and all(
        p.issue_date and stated(p.number) for p in invoice.preceding
    )


def _in_zloty(pair: tuple[Invoice, VatBreakdown]) -> bool | None:
    invoice, row = pair
    if invoice.currency == "PLN" or not row.tax:
        return None
    return tax_in_zloty(invoice, row) is not None


def _sum_in_zloty(invoice: Invoice) -> bool | None:
    """Whether the taxes converted one by one are BT-111, which is all that EN 16931 states."""
    totals = invoice.totals
    by = None if totals is None else totals.vat_in_accounting_currency
    if invoice.currency == "PLN" or invoice.accounting_currency != "PLN" or by is None:
        return None
    converted = [tax_in_zloty(invoice, row) for row in invoice.vat_breakdown if row.tax]
    return None if None in converted else abs(total(converted) - by) < CENT


def _basis(invoice: Invoice) -> bool | None:
    if not any(row.category == "E" for row in invoice.vat_breakdown):
        return None
    return exemption(invoice) is not None or any(
        rate(invoice, row.category, row.rate) == "margin" for row in invoice.vat_breakdown
    )


def _third_party(
    wanted: Callable[[Poland], str | None], role: str
) -> Callable[[Invoice], bool | None]:
    def predicate(invoice: Invoice) -> bool | None:
        data = poland(invoice)
        if wanted(data) != "1":
            return None
        return any(party.role == role for party in data.third_parties)

    return predicate


def _named_third_parties(invoice: Invoice) -> bool | None:
    parties = poland(invoice).third_parties
    return all(p.role and p.name for p in parties) if parties else None


def _registered(invoice: Invoice) -> bool | None:
    numbers = [r.ksef for r in poland(invoice).registered]
    return all(_KSEF_NUMBER.fullmatch(n or "") for n in numbers) if numbers else None


def _accounts(invoice: Invoice) -> bool | None:
    transfers = invoice.payment.credit_transfers if invoice.payment else ()
    if not transfers:
        return None
    return all(10 <= len("".join((t.account or "").split())) <= 34 for t in transfers)


def _banks(invoice: Invoice) -> bool | None:
    transfers = invoice.payment.credit_transfers if invoice.payment else ()
    banks = [t.bank for t in transfers if t.bank]
    return all(_SWIFT.fullmatch(bank) for bank in banks) if banks else None


def _price(line: Line) -> bool | None:
    price = unit_price(line)
    return None if price is None else abs(price) < Decimal(10) ** 14


def _vehicles(invoice: Invoice) -> bool | None:
    found = poland(invoice).new_transports
    if not found:
        return None
    return all(
        v.line and v.first_use and any((v.mileage, v.sailing_hours, v.flying_hours)) for v in found
    )


def _said(attribute: Attribute) -> bool | None:
    return stated(attribute.name) if stated(attribute.value) else None


def _reason(part: object) -> bool:
    return stated(getattr(part, "reason", None)) or stated(getattr(part, "reason_code", None))


NEEDED: tuple[Rule, ...] = (
    the_invoice(
        "FA3-01",
        "BT-3",
        "the type of document leads to a RodzajFaktury",
        lambda invoice: kind(invoice) is not None,
        at="type_code",
        fix="state RodzajFaktury in extensions.pl.kind; KOR only with differences as amounts",
    ),
    the_seller(
        "FA3-02",
        "BT-31",
        "the seller has a NIP",
        lambda seller: nip(seller) is not None,
        at="vat_identifier",
        fix="state BT-31 as PL with ten digits",
    ),
    the_representative(
        "FA3-03",
        "BT-63",
        "the tax representative has a NIP",
        lambda party: nip(party) is not None,
        at="vat_identifier",
        fix="state BT-63 as PL with ten digits",
    ),
    the_seller.has("FA3-04", "BG-5", "the seller has an address", "address", fix="state BG-5"),
    the_seller_address.states(
        "FA3-05", "BT-40", "the seller's country is named", "country", fix="state BT-40"
    ),
    each_row_of_invoice(
        "FA3-06",
        "BT-119",
        "the VAT category and rate are one of the Polish act (P_12)",
        lambda pair: rate(pair[0], pair[1].category, pair[1].rate) is not None,
        at="rate",
        fix="use 23, 22, 8, 7, 5, 4 or 3 % with S, or Z, E, AE, K, G, O",
    ),
    the_invoice(
        "FA3-07",
        "BT-120",
        "what is exempt has its legal basis",
        _basis,
        fix="state it in BT-120, or extensions.pl.annotations[code=P_19A].text",
    ),
    the_invoice(
        "FA3-08",
        "BG-3",
        "a correction names the invoices it corrects, with number and date",
        _corrected,
        at="preceding",
        fix="state BT-25 and BT-26",
    ),
    each_row_of_invoice(
        "FA3-09",
        "BT-117",
        "the tax is known in złoty too",
        _in_zloty,
        at="tax",
        fix="state extensions.pl.exchange_rate, or BT-6 PLN with BT-111 if one rate is taxed",
    ),
    the_invoice(
        "FA3-10",
        "BT-111",
        "the taxes in złoty add up to BT-111",
        _sum_in_zloty,
        at="totals.vat_in_accounting_currency",
        fix="correct BT-111, or leave it out and state extensions.pl.exchange_rate",
    ),
    the_invoice(
        "FA3-11",
        "extensions.pl.third_parties",
        "a unit of local government (JST) is named as third party with role 8",
        _third_party(lambda data: data.local_unit, ROLE_OF_LOCAL_UNIT),
        at="extensions.pl.third_parties",
        fix="state the unit in extensions.pl.third_parties[role=8]",
    ),
    the_invoice(
        "FA3-12",
        "extensions.pl.third_parties",
        "a member of a VAT group (GV) is named as third party with role 10",
        _third_party(lambda data: data.vat_group, ROLE_OF_GROUP_MEMBER),
        at="extensions.pl.third_parties",
        fix="state the member in extensions.pl.third_parties[role=10]",
    ),
    the_invoice(
        "FA3-13",
        "extensions.pl.third_parties",
        "each third party has a role and a name",
        _named_third_parties,
        at="extensions.pl.third_parties",
        fix="complete extensions.pl.third_parties",
    ),
    the_invoice(
        "FA3-14",
        "extensions.pl.registered",
        "a number of KSeF is well-formed",
        _registered,
        at="extensions.pl.registered",
        fix="copy the number from KSeF's receipt (UPO)",
    ),
    the_invoice(
        "FA3-15",
        "BT-84",
        "an account has 10 to 34 characters",
        _accounts,
        fix="state an IBAN in BT-84",
    ),
    the_invoice(
        "FA3-16", "BT-86", "a bank is named by its SWIFT code", _banks, fix="state a BIC in BT-86"
    ),
    the_invoice(
        "FA3-17",
        "extensions.pl.new_transports",
        "a new means of transport has its line, first use, and mileage or hours",
        _vehicles,
        at="extensions.pl.new_transports",
        fix="complete extensions.pl.new_transports",
    ),
    each_line(
        "FA3-18",
        "extensions.pl.goods_group",
        "the group of goods is GTU_01 to GTU_13",
        lambda line: (
            line.extensions.pl.goods_group in GOODS_GROUPS
            if line.extensions and line.extensions.pl and line.extensions.pl.goods_group
            else None
        ),
        at="extensions.pl.goods_group",
        fix="correct the code",
    ),
    each_allowance("FA3-19", "BT-97", "the allowance has a reason", _reason, fix="state BT-97"),
    each_charge("FA3-20", "BT-104", "the charge has a reason", _reason, fix="state BT-104"),
    each_attribute(
        "FA3-21", "BT-160", "the attribute has a name", _said, at="name", fix="state BT-160"
    ),
)

SUMS: tuple[Rule, ...] = (
    each_line(
        "FA3-30",
        "BT-131",
        "the line's net amount is price times quantity with allowances and charges, to the cent",
        adds_up,
        at="net",
        severity=Severity.WARNING,
        fix="correct BT-131, BT-129, BT-146 or the line's allowances and charges",
    ),
    each_line(
        "FA3-31",
        "BT-129",
        "the quantity has at most six decimals",
        lambda line: (
            None
            if line.quantity is None
            else line.quantity == line.quantity.quantize(Decimal("0.000001"))
        ),
        at="quantity",
        fix="state BT-129 with six decimals",
    ),
    each_line(
        "FA3-32",
        "BT-146",
        "the price has at most fourteen digits before the point",
        _price,
        at="price.net",
        fix="state another unit (BT-130)",
    ),
    the_totals(
        "FA3-33",
        "BT-112",
        "the total has at most sixteen digits before the point",
        lambda totals: None if totals.with_vat is None else abs(totals.with_vat) < LARGEST,
        at="with_vat",
        fix="split the invoice",
    ),
    each_date(
        "FA3-34",
        "BT-2",
        "a date is between July 2016 and 2050",
        lambda day: EARLIEST <= day <= LATEST,
        fix="correct the date",
    ),
    the_invoice(
        "FA3-35",
        "BG-25",
        "there are at most 10,000 lines, with allowances and charges",
        lambda invoice: (
            sum(1 + len(line.charges) for line in invoice.lines)
            + len(invoice.allowances)
            + len(invoice.charges)
            <= LINES
        ),
        fix="split the invoice",
    ),
)

TEXTS: tuple[Rule, ...] = (
    each_line(
        "FA3-40",
        "BT-154",
        "name and description of an item have at most 512 characters together",
        lambda line: (
            None
            if line.item is None
            else len(line.item.name or "") + len(line.item.description or "") + 3 <= 512
        ),
        at="item.description",
        fix="shorten BT-154",
    ),
    the_seller_contact(
        "FA3-41",
        "BT-42",
        "the phone number has at most 16 characters, else it is left out",
        lambda contact: len(contact.phone) <= 16 if contact.phone else None,
        at="phone",
        severity=Severity.WARNING,
        private=True,
        fix="state the number without separators",
    ),
    the_buyer(
        "FA3-42",
        "BT-48",
        "a tax number has at most 50 characters, without blanks",
        lambda buyer: (
            len("".join(buyer.vat_identifier.split())) <= 50 if buyer.vat_identifier else None
        ),
        at="vat_identifier",
        fix="correct BT-48",
    ),
)

LIMITS = fits(
    "FA3-5",
    SYNTAX,
    (
        (the_invoice, "BT-1", "number", 256),
        (the_seller, "BT-27", "name", 512),
        (the_buyer, "BT-44", "name", 512),
        (the_seller_address, "BT-37", "city", 200),
        (the_buyer_address, "BT-52", "city", 200),
        (the_seller_address, "BT-35", "line_1", 160),
        (the_seller_address, "BT-36", "line_2", 160),
        (the_seller_address, "BT-162", "line_3", 160),
        (the_buyer_address, "BT-50", "line_1", 160),
        (the_buyer_address, "BT-51", "line_2", 160),
        (the_buyer_address, "BT-163", "line_3", 160),
        (the_seller_address, "BT-38", "post_code", 30),
        (the_buyer_address, "BT-53", "post_code", 30),
        (the_invoice, "BT-12", "contract", 256),
        (the_invoice, "BT-13", "purchase_order", 256),
        (the_invoice, "BT-16", "despatch_advice", 256),
        (each_preceding, "BT-25", "number", 256),
        (each_line, "BT-155", "item.seller_id", 50),
        (each_line, "BT-130", "unit", 256),
        (each_attribute, "BT-160", "name", 256),
        (the_representative, "BT-62", "name", 512),
        (the_invoice, "BT-59", "payee.name", 512),
        (each_allowance, "BT-97", "reason", 512),
        (each_charge, "BT-104", "reason", 512),
        (the_invoice, "BT-82", "payment.means_text", 256),
        (the_seller, "BT-33", "legal_information", 3500),
    ),
)

KSEF_FA3 = RuleSet(
    key="pl-ksef-fa3",
    version="1-0E",
    source="Ministry of Finance, logical structure FA(3), pattern 13775 of 25 June 2025",
    lay_out=lay_out,
    rules=(*NEEDED, *SUMS, *TEXTS, *LIMITS),
)
