"""BR-*-01 to BR-*-07 and what is particular to one: what each VAT category demands."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from formats.model import AllowanceCharge, Invoice, Line, Period
from formats.rules.categories import (
    EACH_ALLOWANCE,
    EACH_CHARGE,
    EACH_LINE,
    NAMES,
    WITH_ALLOWANCES,
    WITH_CHARGES,
    WITH_LINES,
    WITH_ROWS,
)
from formats.rules.engine import Context, Rule
from formats.rules.worksheet import Worksheet, the_worksheet

ITALY = "IT"


def _seller_vat(invoice: Invoice) -> bool:
    seller, representative = invoice.seller, invoice.tax_representative
    return (seller is not None and seller.vat_identifier is not None) or (
        representative is not None and representative.vat_identifier is not None
    )


def _seller_taxed(invoice: Invoice) -> bool:
    seller = invoice.seller
    return _seller_vat(invoice) or (seller is not None and seller.tax_registration is not None)


def _buyer_vat(invoice: Invoice) -> bool:
    return invoice.buyer is not None and invoice.buyer.vat_identifier is not None


def _buyer_registered(invoice: Invoice) -> bool:
    buyer = invoice.buyer
    return buyer is not None and (
        buyer.vat_identifier is not None or buyer.legal_registration is not None
    )


def _no_vat_identifiers(invoice: Invoice) -> bool:
    representative = invoice.tax_representative
    return (
        (invoice.seller is None or invoice.seller.vat_identifier is None)
        and (representative is None or representative.vat_identifier is None)
        and not _buyer_vat(invoice)
    )


class Parties(NamedTuple):
    """What a category demands of seller and buyer."""

    demand: str
    holds: Callable[[Invoice], bool]
    fix: str


SELLER = Parties(
    "the seller's VAT identifier or tax number, or the tax representative's VAT identifier",
    _seller_taxed,
    "send the seller's VAT identifier (BT-31) or tax number (BT-32)",
)
SELLER_AND_BUYER = Parties(
    "a tax identifier of the seller and the buyer's VAT identifier or registration number",
    lambda invoice: _seller_taxed(invoice) and _buyer_registered(invoice),
    "send the seller's VAT identifier (BT-31) and the buyer's (BT-48) or registration (BT-47)",
)
SELLER_VAT = Parties(
    "the VAT identifier of the seller or of the tax representative",
    _seller_vat,
    "send the seller's VAT identifier (BT-31); a tax number is not enough",
)
BOTH_VAT = Parties(
    "the VAT identifiers of seller and buyer",
    lambda invoice: _seller_vat(invoice) and _buyer_vat(invoice),
    "send the VAT identifiers of the seller (BT-31) and of the buyer (BT-48)",
)
NO_VAT = Parties(
    "no VAT identifier of seller, tax representative or buyer",
    _no_vat_identifiers,
    "leave out BT-31, BT-48 and BT-63, or use another VAT category",
)

PARTIES: dict[str, tuple[str, str, str, Parties]] = {
    "S": ("BR-S-02", "BR-S-03", "BR-S-04", SELLER),
    "Z": ("BR-Z-02", "BR-Z-03", "BR-Z-04", SELLER),
    "E": ("BR-E-02", "BR-E-03", "BR-E-04", SELLER),
    "AE": ("BR-AE-02", "BR-AE-03", "BR-AE-04", SELLER_AND_BUYER),
    "K": ("BR-IC-02", "BR-IC-03", "BR-IC-04", BOTH_VAT),
    "G": ("BR-G-02", "BR-G-03", "BR-G-04", SELLER_VAT),
    "O": ("BR-O-02", "BR-O-03", "BR-O-04", NO_VAT),
    "L": ("BR-AF-02", "BR-AF-03", "BR-AF-04", SELLER),
    "M": ("BR-AG-02", "BR-AG-03", "BR-AG-04", SELLER),
}
"""Category to the rules for lines, document level allowances, document level charges."""


class Rate(NamedTuple):
    """What a category demands of the VAT rate of lines, allowances and charges."""

    demand: str
    holds: Callable[[Line | AllowanceCharge], bool]
    fix: str


ABOVE_ZERO = Rate(
    "a VAT rate above zero",
    lambda group: group.vat_rate is not None and group.vat_rate > 0,
    "send the rate, or the category that fits: Z zero rated, E exempt, O not subject to VAT",
)
ZERO_OR_MORE = Rate(
    "a VAT rate of zero or more",
    lambda group: group.vat_rate is not None and group.vat_rate >= 0,
    "send the rate",
)
IS_ZERO = Rate(
    "the VAT rate zero",
    lambda group: group.vat_rate is not None and group.vat_rate == 0,
    "send the rate 0, or category S where VAT is charged",
)
NO_RATE = Rate(
    "no VAT rate",
    lambda group: group.vat_rate is None,
    "leave the rate out, or use another VAT category",
)

RATES: dict[str, tuple[str, str, str, Rate]] = {
    "S": ("BR-S-05", "BR-S-06", "BR-S-07", ABOVE_ZERO),
    "Z": ("BR-Z-05", "BR-Z-06", "BR-Z-07", IS_ZERO),
    "E": ("BR-E-05", "BR-E-06", "BR-E-07", IS_ZERO),
    "AE": ("BR-AE-05", "BR-AE-06", "BR-AE-07", IS_ZERO),
    "K": ("BR-IC-05", "BR-IC-06", "BR-IC-07", IS_ZERO),
    "G": ("BR-G-05", "BR-G-06", "BR-G-07", IS_ZERO),
    "O": ("BR-O-05", "BR-O-06", "BR-O-07", NO_RATE),
    "L": ("BR-AF-05", "BR-AF-06", "BR-AF-07", ZERO_OR_MORE),
    "M": ("BR-AG-05", "BR-AG-06", "BR-AG-07", ZERO_OR_MORE),
}
"""Category to the rules for lines, document level allowances, document level charges."""


def _at_least_one(category: str) -> Callable[[Worksheet], bool | None]:
    def holds(sheet: Worksheet) -> bool | None:
        used, listed = sheet.uses(category), category in sheet.rows_of
        return None if not used and not listed else used and listed

    return holds


def _exactly_one(category: str) -> Callable[[Worksheet], bool | None]:
    def holds(sheet: Worksheet) -> bool | None:
        rows = len(sheet.rows_of.get(category, ()))
        return None if not rows and not sheet.uses(category) else rows == 1

    return holds


def _broken_down(ids: Mapping[str, str], *, several: bool) -> tuple[Rule, ...]:
    count, test = ("at least one row", _at_least_one) if several else ("one row", _exactly_one)
    return tuple(
        the_worksheet(
            rule,
            "BG-23",
            f"the VAT breakdown has {count} of category {category} ({NAMES[category]}) where lines,"
            " allowances or charges have that category",
            test(category),
            fix=f"send the VAT breakdown of category {category} as the lines have it",
        )
        for rule, category in ids.items()
    )


def _parties(ids: Mapping[str, tuple[str, str, str, Parties]]) -> tuple[Rule, ...]:
    return tuple(
        with_places[category](
            rule,
            term,
            f"an invoice with {places} that are {NAMES[category]} ({category}) names"
            f" {parties.demand}",
            parties.holds,
            fix=parties.fix,
        )
        for category, (on_line, on_allowance, on_charge, parties) in ids.items()
        for rule, term, places, with_places in (
            (on_line, "BT-31", "lines", WITH_LINES),
            (on_allowance, "BT-31", "allowances", WITH_ALLOWANCES),
            (on_charge, "BT-31", "charges", WITH_CHARGES),
        )
    )


def _rates(ids: Mapping[str, tuple[str, str, str, Rate]]) -> Iterator[Rule]:
    for category, (on_line, on_allowance, on_charge, rate) in ids.items():
        places: tuple[tuple[Context[Any], str, str, str], ...] = (
            (EACH_LINE[category], on_line, "BT-152", "a line"),
            (EACH_ALLOWANCE[category], on_allowance, "BT-96", "an allowance"),
            (EACH_CHARGE[category], on_charge, "BT-103", "a charge"),
        )
        for context, rule, term, noun in places:
            yield context(
                rule,
                term,
                f"{noun} of category {category} ({NAMES[category]}) has {rate.demand}",
                rate.holds,
                at="vat_rate",
                fix=rate.fix,
            )


def _delivered(invoice: Invoice) -> bool:
    delivery = invoice.delivery
    return (
        (delivery is not None and delivery.delivered_on is not None)
        or invoice.period not in (None, Period())
        or invoice.tax_point_code is not None
    )


def _delivery_country(invoice: Invoice) -> bool:
    address = invoice.delivery.address if invoice.delivery is not None else None
    return address is not None and address.country is not None and len(address.country) > 1


def _nothing_but_o(
    groups: Callable[[Worksheet], dict[str, Any]],
) -> Callable[[Worksheet], bool | None]:
    def holds(sheet: Worksheet) -> bool | None:
        return None if "O" not in sheet.rows_of else groups(sheet).keys() <= {"O"}

    return holds


def _uses_split_payment(sheet: Worksheet) -> bool:
    return sheet.uses("B") or "B" in sheet.rows_of


def _domestic(sheet: Worksheet) -> bool | None:
    if not _uses_split_payment(sheet):
        return None
    countries = [address.country for _, address in sheet.addresses()]
    countries += [line.item.origin_country for _, line in sheet.lines if line.item is not None]
    return all(country in (None, ITALY) for country in countries)


def _not_beside_standard(sheet: Worksheet) -> bool | None:
    if not _uses_split_payment(sheet):
        return None
    return not (sheet.uses("S") or "S" in sheet.rows_of)


RULES: tuple[Rule, ...] = (
    *_broken_down({"BR-S-01": "S", "BR-AF-01": "L", "BR-AG-01": "M"}, several=True),
    *_broken_down(
        {
            "BR-Z-01": "Z",
            "BR-E-01": "E",
            "BR-AE-01": "AE",
            "BR-IC-01": "K",
            "BR-G-01": "G",
            "BR-O-01": "O",
        },
        several=False,
    ),
    *_parties(PARTIES),
    *_rates(RATES),
    WITH_ROWS["K"](
        "BR-IC-11",
        "BT-72",
        "an intra-community supply has an actual delivery date or an invoicing period",
        _delivered,
        at="delivery.delivered_on",
        fix="send the delivery date (BT-72) or the invoicing period (BG-14)",
    ),
    WITH_ROWS["K"](
        "BR-IC-12",
        "BT-80",
        "an intra-community supply says to which country the goods went",
        _delivery_country,
        at="delivery.address.country",
        fix="send the country of the delivery address (BT-80)",
    ),
    the_worksheet(
        "BR-O-11",
        "BG-23",
        "a VAT breakdown of category O (not subject to VAT) has no rows of other categories",
        _nothing_but_o(lambda sheet: sheet.rows_of),
        fix="bill what is subject to VAT on an invoice of its own",
    ),
    the_worksheet(
        "BR-O-12",
        "BT-151",
        "an invoice with category O (not subject to VAT) has no lines of other categories",
        _nothing_but_o(lambda sheet: sheet.lines_of),
        fix="bill what is subject to VAT on an invoice of its own",
    ),
    the_worksheet(
        "BR-O-13",
        "BT-95",
        "an invoice with category O (not subject to VAT) has no allowances of other categories",
        _nothing_but_o(lambda sheet: sheet.allowances_of),
        fix="send document level allowances with category O",
    ),
    the_worksheet(
        "BR-O-14",
        "BT-102",
        "an invoice with category O (not subject to VAT) has no charges of other categories",
        _nothing_but_o(lambda sheet: sheet.charges_of),
        fix="send document level charges with category O",
    ),
    the_worksheet(
        "BR-B-01",
        "BT-151",
        "an invoice with split payment (category B) names no other country than Italy",
        _domestic,
        fix="use category B on domestic Italian invoices only",
    ),
    the_worksheet(
        "BR-B-02",
        "BT-151",
        "an invoice with split payment (category B) has nothing standard rated (S) beside it",
        _not_beside_standard,
        fix="put standard rated lines, allowances and charges on an invoice of their own",
    ),
)
