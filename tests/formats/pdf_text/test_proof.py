"""Amounts prove each other; each that is wrong is named, and no other."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from formats.model import AllowanceCharge, Invoice, Line, Price, Totals, VatBreakdown
from formats.pdf_text.proof import unproven

D = Decimal


def line(net: str, **terms: Any) -> Line:
    return Line(net=D(net), vat_category="S", vat_rate=D(19), **terms)


TOTALS = Totals(
    lines=D("100.00"),
    allowances=D("10.00"),
    charges=D("5.00"),
    without_vat=D("95.00"),
    vat=D("18.05"),
    with_vat=D("113.05"),
    paid=D("13.00"),
    rounding=D("-0.05"),
    due=D("100.00"),
)
RIGHT = Invoice(
    lines=(
        line("60.00", quantity=D(3), price=Price(net=D("20.00"))),
        line("40.00"),
    ),
    allowances=(AllowanceCharge(amount=D("10.00")),),
    charges=(AllowanceCharge(amount=D("5.00")),),
    vat_breakdown=(VatBreakdown(taxable=D("95.00"), tax=D("18.05"), rate=D(19)),),
    totals=TOTALS,
)


def paths(invoice: Invoice) -> list[str | None]:
    return [fault.path for fault in unproven(invoice)]


def with_line(**terms: Any) -> Invoice:
    return replace(RIGHT, lines=(replace(RIGHT.lines[0], **terms), RIGHT.lines[1]))


def with_totals(**amounts: Decimal | None) -> Invoice:
    return replace(RIGHT, totals=replace(TOTALS, **amounts))


PROVEN = {
    "all": RIGHT,
    "only what is to be paid": replace(
        RIGHT, totals=Totals(paid=D("13.00"), rounding=D("-0.05"), due=D("100.00"))
    ),
    "sums of allowances without items": replace(RIGHT, allowances=(), charges=()),
    "no VAT at all": Invoice(lines=(line("5"),), totals=Totals(with_vat=D("5.00"))),
    "VAT a cent off by line": replace(
        RIGHT,
        vat_breakdown=(VatBreakdown(taxable=D("95.00"), tax=D("18.06"), rate=D(19)),),
        totals=replace(TOTALS, vat=D("18.06"), with_vat=D("113.06"), due=D("100.01")),
    ),
    "price rounded for the page": with_line(quantity=D(180), price=Price(net=D("0.33"))),
    "price for a hundred": with_line(
        quantity=D(300), price=Price(net=D("20.00"), base_quantity=D(100))
    ),
    "discount in percent": with_line(
        price=Price(net=D("25.00")), allowances=(AllowanceCharge(percent=D(20)),)
    ),
    "discount and charge as amounts": with_line(
        price=Price(net=D("25.00")),
        allowances=(AllowanceCharge(amount=D("16.00")),),
        charges=(AllowanceCharge(amount=D("1.00")),),
    ),
    "credit": Invoice(
        lines=(line("-5.00", quantity=D(-1), price=Price(net=D("5.00"))),),
        vat_breakdown=(VatBreakdown(taxable=D("-5.00"), tax=D("-0.95"), rate=D(19)),),
        totals=Totals(due=D("-5.95")),
    ),
}


@pytest.mark.parametrize("case", PROVEN)
def test_proven(case: str) -> None:
    assert paths(PROVEN[case]) == []


WRONG = {
    "line": (with_line(quantity=D(4)), ["lines[0].net"]),
    "discount": (
        with_line(allowances=(AllowanceCharge(percent=D(20)),)),
        ["lines[0].net"],
    ),
    "missing line": (replace(RIGHT, lines=RIGHT.lines[:1]), ["totals.lines"]),
    "lines": (
        with_totals(lines=D("100.01"), without_vat=None),
        ["totals.lines", "totals.with_vat"],
    ),
    "allowances": (with_totals(allowances=D("9.99")), ["totals.allowances"]),
    "charges": (with_totals(charges=D("5.01")), ["totals.charges"]),
    "without VAT": (with_totals(without_vat=D("95.01")), ["totals.without_vat", "totals.with_vat"]),
    "VAT": (with_totals(vat=D("18.04")), ["totals.vat"]),
    "with VAT": (with_totals(with_vat=D("113.06")), ["totals.with_vat", "totals.due"]),
    "due": (with_totals(due=D("100.10")), ["totals.due"]),
    "VAT of a rate": (
        replace(
            RIGHT,
            vat_breakdown=(VatBreakdown(taxable=D("90.00"), tax=D("18.05"), rate=D(19)),),
        ),
        ["vat_breakdown[0].tax"],
    ),
    "no total": (replace(RIGHT, totals=Totals(vat=D("18.05"))), ["totals"]),
    "nothing": (Invoice(), ["totals"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong(case: str) -> None:
    invoice, expected = WRONG[case]
    assert paths(invoice) == expected
