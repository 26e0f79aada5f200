from datetime import date

import pytest

from routing_rules.tariff import UnusableTariff, Way, cost, load

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
    ("mailroom", "print", "2027-01-01", "DE", "DE"): None,
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


@pytest.mark.parametrize("text", ["[[price", "[[price]]", OWN.replace("EUR", "Euro"), "x = 1"])
def test_a_tariff_that_cannot_be_used_is_named(text: str) -> None:
    with pytest.raises(UnusableTariff, match=r"^own\.toml: "):
        load([("own.toml", text)])
