from datetime import date
from decimal import Decimal

import pytest

from routing_rules.tariff import UnusableTariff, Way, cost, load, postage

OWN = """
[[price]]
channel = "post"
what = "print"
each = "0.081"
currency = "EUR"
source = "contract"
valid_from = 2026-01-01
[[price]]
channel = "ap"
what = "network"
each = 0.30
currency = "CHF"
source = "contract"
valid_from = 2026-07-01
valid_until = 2026-07-31
"""
COSTS = {  # channel, kind, day, from, to: what it costs
    ("post", "print", "2025-12-31", "DE", "DE"): {"EUR": "0.95"},
    ("post", "print", "2026-01-01", "DE", "DE"): {"EUR": "1.031"},
    ("mailroom", "print", "2026-12-31", "DE", "FR"): {"EUR": "1.25"},
    ("mailroom", "print", "2027-01-01", "DE", "DE"): {"EUR": "0.95"},  # has run out
    ("post", "print", "2027-01-01", "DE", "DE"): {"EUR": "1.031"},
    ("mailroom", "print", "2025-12-31", "FR", "FR"): {"EUR": "1.39"},
    ("mailroom", "print", "2026-01-01", "FR", "FR"): {"EUR": "1.52"},
    ("mailroom", "print", "2026-01-01", "FR", "DE"): None,
    ("mailroom", "print", "2026-01-01", None, "DE"): None,
    ("ap", "peppol", "2026-06-30", "DE", "DE"): None,
    ("ap", "peppol", "2026-07-31", "DE", "DE"): {"CHF": "0.30"},
    ("mail", "email", "2026-07-31", "DE", "DE"): None,
}


@pytest.mark.parametrize("case", COSTS)
def test_what_a_way_costs_by_its_day_and_countries(
    case: tuple[str, str, str, str | None, str],
) -> None:
    channel, kind, day, seller, country = case
    way = Way(
        channel=channel,
        kind=kind,
        day=date.fromisoformat(day),
        seller_country=seller,
        country=country,
    )
    found = cost(load([("own.toml", OWN)]), way)
    said = None if found is None else {name: str(sum_) for name, sum_ in found.items()}
    assert said == COSTS[case]


CLASSES = {  # from, to, grams, long and short side of the envelope: what it costs on 1 May 2026
    ("DE", "DE", "20", 220, 110): "0.95",
    ("DE", "DE", "20.001", 220, 110): "1.10",
    ("DE", "DE", "50.001", 220, 110): "1.80",
    ("DE", "DE", "15", 229, 162): "1.80",
    ("DE", "DE", "500.001", 324, 229): "2.90",
    ("DE", "DE", "1000.001", 324, 229): None,
    ("DE", "CH", "20.001", 220, 110): "1.80",
    ("DE", "US", "15", 324, 229): "3.30",
    ("FR", "FR", "20", 229, 162): "1.52",
    ("FR", "FR", "20.001", 220, 110): "3.04",
    ("FR", "FR", "100.001", 220, 110): None,
}


@pytest.mark.parametrize("case", CLASSES)
def test_postage_by_weight_and_size(case: tuple[str, str, str, int, int]) -> None:
    seller, country, grams, long_mm, short_mm = case
    way = Way(
        channel="post",
        kind="print",
        day=date(2026, 5, 1),
        seller_country=seller,
        country=country,
        weight_mg=int(Decimal(grams) * 1000),
        long_mm=long_mm,
        short_mm=short_mm,
    )
    found = cost(load(), way)
    assert (None if found is None else str(found["EUR"])) == CLASSES[case]


def test_classes_in_force_are_told_lightest_first() -> None:
    way = Way(channel="post", kind="print", day=date(2026, 5, 1), seller_country="DE")
    found = [price.product for price in postage(load(), way)]
    assert found[:4] == ["Standardbrief", "Kompaktbrief", "Großbrief", "Maxibrief"]
    assert len(found) == 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[price", "1: not TOML: "),
        ("\n[[price]]", "2: price: `channel` is missing"),
        (
            OWN.replace("EUR", "Euro"),
            '{currency}: price: `currency`: expected a currency like "EUR"',
        ),
        ("x = 1", "1: unknown key `x`"),
        ("price = 1", "1: write each price under a line [[price]]"),
    ],
)
def test_a_tariff_that_cannot_be_used_is_named_with_its_line(text: str, said: str) -> None:
    lines = text.splitlines()
    currency = next((at for at, line in enumerate(lines, start=1) if "currency" in line), 0)
    with pytest.raises(UnusableTariff) as told:
        load([("own.toml", text)])
    assert str(told.value).startswith(f"own.toml:{said.format(currency=currency)}")
