from decimal import Decimal

import pytest

from formats.model import AllowanceCharge, Invoice, Line, VatBreakdown
from formats.rules.totals import sums, tax_of, to_cents, to_units

D = Decimal

ROUNDED = {
    "2.345": ("2.35", "2"),
    "-2.345": ("-2.34", "-2"),
    "2.5": ("2.50", "3"),
    "-2.5": ("-2.50", "-2"),
    "0.004999": ("0.00", "0"),
    "-0.006": ("-0.01", "0"),
}


@pytest.mark.parametrize(("value", "expected"), ROUNDED.items())
def test_ties_go_towards_plus_infinity(value: str, expected: tuple[str, str]) -> None:
    assert (to_cents(D(value)), to_units(D(value))) == (D(expected[0]), D(expected[1]))


def test_sums_by_category_and_rate() -> None:
    found = sums(
        Invoice(
            lines=(
                Line(net=D("10.001"), vat_category="S", vat_rate=D("19.0")),
                Line(net=D(1), vat_category="S"),
                Line(net=D(5)),
                Line(vat_category="E", vat_rate=D(0)),
            ),
            allowances=(AllowanceCharge(amount=D(3), vat_category="S", vat_rate=D(19)),),
            charges=(AllowanceCharge(amount=D(2), vat_category="S", vat_rate=D(7)),),
            vat_breakdown=(VatBreakdown(tax=D("1.90")), VatBreakdown(), VatBreakdown(tax=D(-1))),
        )
    )
    assert (found.lines, found.allowances, found.charges) == (D("16.001"), D(3), D(2))
    assert found.tax == D("0.90")
    assert found.by_category == {"S": D("10.001"), "E": D(0)}
    assert found.by_rate == {("S", D(19)): D("7.001"), ("S", D(7)): D(2), ("E", D(0)): D(0)}
    assert found.at_rate("S", D("19.00")) == D("7.001")
    assert found.at_rate("S", D(20)) is None
    assert found.at_rate("S", None) is None


def test_tax_has_no_sign() -> None:
    assert tax_of(D("-100.005"), D(10)) == tax_of(D("100.005"), D(10)) == D("10.00")
