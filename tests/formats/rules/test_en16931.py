"""One row a rule: a clean invoice with just that one thing broken, and which rules say so."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from formats.findings import Severity
from formats.model import Identifier, Invoice, Line, Period, Totals, VatBreakdown
from formats.rules.en16931 import EN16931
from formats.rules.engine import check, outcome
from tests.formats.rules.samples import BASES, CLEAN, change

D = Decimal


class Row(NamedTuple):
    changes: dict[str, Any]
    also: tuple[str, ...] = ()
    """Rules that cannot but fall with it."""
    base: str = "S"


NO_SELLER_TAX = {
    "seller.vat_identifier": None,
    "seller.tax_registration": None,
    "tax_representative": None,
}
ONLY_TAX_NUMBER = {"seller.vat_identifier": None, "tax_representative": None}

BROKEN: dict[str, Row] = {
    "BR-01": Row({"specification": " "}),
    "BR-02": Row({"number": ""}),
    "BR-03": Row({"issue_date": None}),
    "BR-04": Row({"type_code": None}),
    "BR-05": Row({"currency": None}),
    "BR-06": Row({"seller.name": None}),
    "BR-07": Row({"buyer.name": None}),
    "BR-08": Row({"seller.address": None}),
    "BR-09": Row({"seller.address.country": None}),
    "BR-10": Row({"buyer.address": None}),
    "BR-11": Row({"buyer.address.country": None}),
    "BR-12": Row({"totals.lines": None}, also=("BR-CO-10", "BR-CO-13")),
    "BR-13": Row({"totals.without_vat": None}, also=("BR-CO-13", "BR-CO-15")),
    "BR-14": Row({"totals.with_vat": None}, also=("BR-CO-15", "BR-CO-16")),
    "BR-15": Row({"totals.due": None}, also=("BR-CO-16",)),
    "BR-16": Row({"lines": ()}, also=("BR-CO-10", "BR-S-08")),
    "BR-17": Row({"payee.name": "Seller"}),
    "BR-18": Row({"tax_representative.name": None}),
    "BR-19": Row({"tax_representative.address": None}),
    "BR-20": Row({"tax_representative.address.country": None}),
    "BR-21": Row({"lines[1].id": None}),
    "BR-22": Row({"lines[1].quantity": None}),
    "BR-23": Row({"lines[1].unit": None}),
    "BR-24": Row({"lines[2].net": None}),
    "BR-25": Row({"lines[1].item.name": None}),
    "BR-26": Row({"lines[1].price.net": None}, also=("BR-27",)),
    "BR-27": Row({"lines[1].price.net": D("-1")}),
    "BR-28": Row({"lines[1].price.gross": D("-1")}),
    "BR-29": Row({"period.end": date(2025, 12, 31)}),
    "BR-30": Row({"lines[1].period.end": date(2025, 12, 31)}),
    "BR-31": Row({"allowances[1].amount": None}),
    "BR-32": Row({"allowances[1].vat_category": None}),
    "BR-33": Row(
        {"allowances[1].reason": None, "allowances[1].reason_code": None}, also=("BR-CO-21",)
    ),
    "BR-36": Row({"charges[1].amount": None}),
    "BR-37": Row({"charges[1].vat_category": None}),
    "BR-38": Row({"charges[1].reason": None, "charges[1].reason_code": None}, also=("BR-CO-22",)),
    "BR-41": Row({"lines[0].allowances[0].amount": None}),
    "BR-42": Row({"lines[0].allowances[0].reason": None}, also=("BR-CO-23",)),
    "BR-43": Row({"lines[0].charges[0].amount": None}),
    "BR-44": Row({"lines[0].charges[0].reason_code": None}, also=("BR-CO-24",)),
    "BR-45": Row({"vat_breakdown[0].taxable": None}, also=("BR-CO-17", "BR-S-08", "BR-S-09")),
    "BR-46": Row({"vat_breakdown[0].tax": None}, also=("BR-CO-14", "BR-CO-17", "BR-S-09")),
    "BR-47": Row({"vat_breakdown[0].category": None}, also=("BR-S-01",)),
    "BR-48": Row({"vat_breakdown[0].rate": None}, also=("BR-CO-17", "BR-S-09")),
    "BR-49": Row({"payment.means_code": None}),
    "BR-50": Row({"payment.credit_transfers[0].account": " "}),
    "BR-51": Row({"payment.card.number": "12345678901"}),
    "BR-52": Row({"supporting_documents[0].reference": None}),
    "BR-53": Row({"totals.vat_in_accounting_currency": None}),
    "BR-54": Row({"lines[1].item.attributes[0].value": None}),
    "BR-55": Row({"preceding[0].number": None}),
    "BR-56": Row({"tax_representative.vat_identifier": None}),
    "BR-57": Row({"delivery.address.country": None}),
    "BR-61": Row({"payment.credit_transfers": ()}),
    "BR-62": Row({"seller.electronic_address.scheme": None}),
    "BR-63": Row({"buyer.electronic_address.scheme": None}),
    "BR-64": Row({"lines[1].item.standard_id.scheme": None}),
    "BR-65": Row({"lines[1].item.classifications[0].scheme": None}),
    "BR-CO-03": Row({"tax_point_date": date(2026, 1, 31)}),
    "BR-CO-04": Row({"lines[2].vat_category": None}),
    "BR-CO-09": Row({"buyer.vat_identifier": "987654321"}),
    "BR-CO-10": Row({"totals.lines": D("150.01")}, also=("BR-CO-13",)),
    "BR-CO-11": Row({"totals.allowances": None, "totals.charges": D("0.00")}, also=("BR-CO-12",)),
    "BR-CO-12": Row({"totals.charges": D("10.01")}, also=("BR-CO-13",)),
    "BR-CO-13": Row({"totals.without_vat": D("150.01")}, also=("BR-CO-15",)),
    "BR-CO-14": Row({"totals.vat": D("28.51"), "totals.with_vat": D("178.51")}, also=("BR-CO-16",)),
    "BR-CO-15": Row({"totals.with_vat": D("178.51"), "totals.due": D("79.01")}),
    "BR-CO-16": Row({"totals.due": D("79.01")}),
    "BR-CO-17": Row(
        {
            "vat_breakdown[0].tax": D("29.50"),
            "totals.vat": D("29.50"),
            "totals.with_vat": D("179.50"),
            "totals.due": D("80.00"),
        },
        also=("BR-S-09",),
    ),
    "BR-CO-18": Row({"vat_breakdown": ()}, also=("BR-S-01",)),
    "BR-CO-19": Row({"period": Period(), "tax_point_code": None}),
    "BR-CO-20": Row({"lines[1].period": Period()}),
    "BR-CO-21": Row(
        {"allowances[0].reason": None, "allowances[0].reason_code": None}, also=("BR-33",)
    ),
    "BR-CO-22": Row({"charges[0].reason": None, "charges[0].reason_code": None}, also=("BR-38",)),
    "BR-CO-23": Row({"lines[0].allowances[0].reason": None}, also=("BR-42",)),
    "BR-CO-24": Row({"lines[0].charges[0].reason_code": None}, also=("BR-44",)),
    "BR-CO-26": Row(
        {
            "seller.vat_identifier": None,
            "seller.legal_registration": None,
            "seller.identifiers": (Identifier(value="DE98ZZZ09999999999", scheme="SEPA"),),
        }
    ),
    "BR-B-01": Row({"buyer.address.country": "DE"}, base="B"),
    "BR-B-02": Row({"lines[2].vat_category": "S"}, also=("BR-S-01",), base="B"),
    "BR-CL-01": Row({"type_code": "999"}),
    "BR-CL-04": Row({"currency": "eur"}),
    "BR-CL-05": Row({"accounting_currency": "XYZ"}),
    "BR-CL-06": Row({"tax_point_code": "29"}),
    "BR-CL-07": Row({"lines[1].invoiced_object.scheme": "??"}),
    "BR-CL-08": Row({"notes[0].subject_code": "QQQ"}),
    "BR-CL-10": Row({"buyer.identifiers[0].scheme": "SEPA"}),
    "BR-CL-11": Row({"payee.legal_registration.scheme": "9999"}),
    "BR-CL-13": Row({"lines[1].item.classifications[0].scheme": "CPV"}),
    "BR-CL-14": Row({"delivery.address.country": "Germany"}),
    "BR-CL-15": Row({"lines[1].item.origin_country": "UK"}),
    "BR-CL-16": Row({"payment.means_code": "SEPA"}),
    "BR-CL-17": Row({"allowances[1].vat_category": "X"}),
    "BR-CL-18": Row({"lines[2].vat_category": "X"}),
    "BR-CL-19": Row({"allowances[0].reason_code": "FC"}),
    "BR-CL-20": Row({"lines[0].charges[0].reason_code": "95"}),
    "BR-CL-21": Row({"lines[1].item.standard_id.scheme": "GTIN"}),
    "BR-CL-22": Row({"vat_breakdown[0].exemption_code": "VATEX-XX"}, base="E"),
    "BR-CL-23": Row({"lines[1].unit": "PCE", "lines[1].price.base_unit": "C62"}),
    "BR-CL-24": Row({"supporting_documents[0].attachment.media_type": "text/html"}),
    "BR-CL-25": Row({"buyer.electronic_address.scheme": "MAIL"}),
    "BR-CL-26": Row({"delivery.location.scheme": "GLN"}),
    "BR-DEC-01": Row({"allowances[1].amount": D("0.000")}),
    "BR-DEC-02": Row({"allowances[1].base": D("1.001")}),
    "BR-DEC-05": Row({"charges[1].amount": D("0.000")}),
    "BR-DEC-06": Row({"charges[1].base": D("1.001")}),
    "BR-DEC-09": Row({"totals.lines": D("150.000")}),
    "BR-DEC-10": Row({"totals.allowances": D("10.000")}),
    "BR-DEC-11": Row({"totals.charges": D("10.000")}),
    "BR-DEC-12": Row({"totals.without_vat": D("150.000")}),
    "BR-DEC-13": Row({"totals.vat": D("28.501")}, also=("BR-CO-14",)),
    "BR-DEC-14": Row({"totals.with_vat": D("178.500")}),
    "BR-DEC-15": Row({"totals.vat_in_accounting_currency": D("300.001")}),
    "BR-DEC-16": Row({"totals.paid": D("100.000")}),
    "BR-DEC-17": Row({"totals.rounding": D("0.500")}),
    "BR-DEC-18": Row({"totals.due": D("79.000")}),
    "BR-DEC-19": Row({"vat_breakdown[0].taxable": D("150.000")}),
    "BR-DEC-20": Row({"vat_breakdown[0].tax": D("28.500")}),
    "BR-DEC-23": Row({"lines[1].net": D("50.000")}),
    "BR-DEC-24": Row({"lines[0].allowances[0].amount": D("5.000")}),
    "BR-DEC-25": Row({"lines[0].allowances[0].base": D("5.000")}),
    "BR-DEC-27": Row({"lines[0].charges[0].amount": D("5.000")}),
    "BR-DEC-28": Row({"lines[0].charges[0].base": D("5.000")}),
    "BR-IC-11": Row(
        {"delivery.delivered_on": None, "period": None, "tax_point_code": None}, base="K"
    ),
    "BR-IC-12": Row({"delivery.address": None}, base="K"),
    "BR-O-11": Row(
        {
            "vat_breakdown": (
                BASES["O"].vat_breakdown[0],
                VatBreakdown(taxable=D(0), tax=D(0), category="Z", rate=D(0)),
            )
        },
        base="O",
    ),
    "BR-O-12": Row(
        {"lines[2].vat_category": "Z", "lines[2].vat_rate": D(0)}, also=("BR-Z-01",), base="O"
    ),
    "BR-O-13": Row(
        {"allowances[1].vat_category": "Z", "allowances[1].vat_rate": D(0)},
        also=("BR-Z-01",),
        base="O",
    ),
    "BR-O-14": Row(
        {"charges[1].vat_category": "Z", "charges[1].vat_rate": D(0)}, also=("BR-Z-01",), base="O"
    ),
}

PREFIXES = {
    "S": "BR-S",
    "Z": "BR-Z",
    "E": "BR-E",
    "AE": "BR-AE",
    "K": "BR-IC",
    "G": "BR-G",
    "O": "BR-O",
    "L": "BR-AF",
    "M": "BR-AG",
}
PARTIES_BROKEN: dict[str, dict[str, Any]] = {
    "AE": {"buyer.vat_identifier": None, "buyer.legal_registration": None},
    "K": {"buyer.vat_identifier": None},
    "G": ONLY_TAX_NUMBER,
    "O": {"buyer.vat_identifier": "DE987654321"},
}
RATE_BROKEN: dict[str, Decimal | None] = {
    "S": D(0),
    "O": D(0),
    "L": D(-1),
    "M": D(-1),
}
WRONG_TAX: dict[str, tuple[str, tuple[str, ...]]] = {
    "S": ("29.50", ("BR-CO-14", "BR-CO-17")),
    "L": ("11.50", ("BR-CO-14", "BR-CO-17")),
    "M": ("16.00", ("BR-CO-14", "BR-CO-17")),
}

for category, prefix in PREFIXES.items():
    together = (f"{prefix}-02", f"{prefix}-03", f"{prefix}-04")
    parties = PARTIES_BROKEN.get(category, NO_SELLER_TAX)
    rate = RATE_BROKEN.get(category, D(1))
    wrong_tax, because_of_tax = WRONG_TAX.get(category, ("0.40", ("BR-CO-14",)))
    reason = None if BASES[category].vat_breakdown[0].exemption_reason else "because"
    wrong_taxable = D("152.00") if category in {"S", "L", "M"} else D("150.01")
    BROKEN |= {
        f"{prefix}-01": Row({"vat_breakdown": ()}, also=("BR-CO-18",), base=category),
        **{rule: Row(parties, also=together, base=category) for rule in together},
        f"{prefix}-05": Row({"lines[2].vat_rate": rate}, base=category),
        f"{prefix}-06": Row({"allowances[1].vat_rate": rate}, base=category),
        f"{prefix}-07": Row({"charges[1].vat_rate": rate}, base=category),
        f"{prefix}-08": Row({"vat_breakdown[0].taxable": wrong_taxable}, base=category),
        f"{prefix}-09": Row(
            {"vat_breakdown[0].tax": D(wrong_tax)}, also=because_of_tax, base=category
        ),
        f"{prefix}-10": Row({"vat_breakdown[0].exemption_reason": reason}, base=category),
    }


@pytest.mark.parametrize("base", BASES)
def test_clean_invoices_are_clean(base: str) -> None:
    assert check(BASES[base], EN16931) == ()


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_reported_and_no_other(rule: str) -> None:
    row = BROKEN[rule]
    findings = check(change(BASES[row.base], row.changes), EN16931)
    assert {finding.rule for finding in findings} == {rule, *row.also}
    assert len(findings) == len({rule, *row.also}), "each once"


ALWAYS_TRUE = {"BR-CO-05", "BR-CO-06", "BR-CO-07", "BR-CO-08"}
"""Officially true(): whether text and code mean the same takes a person."""


def test_every_rule_has_its_row() -> None:
    assert set(BROKEN) == {rule.id for rule in EN16931} - ALWAYS_TRUE


def test_only_the_card_number_is_a_warning() -> None:
    assert {r.id for r in EN16931 if r.severity is Severity.WARNING} == {"BR-51"}


def test_every_rule_runs_on_some_clean_invoice() -> None:
    """Or "nothing found" would mean "nothing judged"."""
    passed = {rule for base in BASES.values() for rule in outcome(base, EN16931).passed}
    assert {rule.id for rule in EN16931} - passed == {"BR-CL-22"}, "no clean base has a VATEX code"


def test_taxable_amounts_count_a_category_and_rate_over_lines_allowances_and_charges() -> None:
    """The second rate takes its own row; a rate is the same number however it is written."""
    two_rates = change(
        CLEAN,
        {
            "lines[1].vat_rate": D("7.0"),
            "allowances[0].vat_rate": D(7),
            "vat_breakdown": (
                VatBreakdown(taxable=D("110.00"), tax=D("20.90"), category="S", rate=D("19.00")),
                VatBreakdown(taxable=D("40.00"), tax=D("2.80"), category="S", rate=D(7)),
            ),
            "totals.vat": D("23.70"),
            "totals.with_vat": D("173.70"),
            "totals.due": D("74.20"),
        },
    )
    assert check(two_rates, EN16931) == ()


ROUNDED = {
    "ties go up": ("0.005", "0.01"),
    "also below zero": ("-0.005", "0.00"),
    "no tie": ("-0.006", "-0.01"),
}


@pytest.mark.parametrize(("net", "total"), ROUNDED.values(), ids=ROUNDED)
def test_sums_are_rounded_as_xpath_rounds(net: str, total: str) -> None:
    invoice = Invoice(lines=(Line(net=D(net)),), totals=Totals(lines=D(total)))
    assert "BR-CO-10" not in {finding.rule for finding in check(invoice, EN16931)}


def test_sums_are_exact_beyond_28_digits() -> None:
    nets = (D("10000000000000000000000000000.00"), D("0.01"))
    invoice = Invoice(
        lines=tuple(Line(net=net) for net in nets),
        totals=Totals(lines=D("10000000000000000000000000000.01")),
    )
    assert "BR-CO-10" not in {finding.rule for finding in check(invoice, EN16931)}
