"""The classes of a day: the operator's first; what he has written wrongly holds no letter up."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from hub.config.config import Config
from hub.config.faults import Faulty
from hub.config.loading import load
from hub.runs.postage import prices_of, rates_of, unsure_of
from outbound.print_mail.stationery import Stationery
from tests.hub.houses import SETTINGS

TARIFF = """
[[price]]
channel = "post"
what = "postage"
product = "by contract"
seller_country = "DE"
weight_max_g = 20
valid_from = 2026-01-01
each = "0.71"
currency = "EUR"
source = "contract 7"
"""
MAY = date(2026, 5, 1)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    settings = tmp_path / "facteur.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    made = load(settings)
    routing = msgspec.structs.replace(made.routing, tariff=("own.toml",))
    return msgspec.structs.replace(made, routing=routing)


def test_the_operator_s_rates_come_first_and_those_of_other_days_do_not(config: Config) -> None:
    config.path("own.toml").write_text(TARIFF, encoding="utf-8")
    rates = rates_of(config, "post", Stationery(), MAY)
    assert [rate.product for rate in rates[:2]] == ["by contract", "Standardbrief"]
    assert rates[0].price == Decimal("0.71")
    assert rates[0].weight_max_mg == 20_000
    assert [rate.is_verified for rate in rates[:2]] == [True, False]
    assert rates_of(config, "post", Stationery(posted_in="XX"), MAY) == ()
    assert rates_of(config, "other", Stationery(), MAY)[0].product == "Standardbrief"
    before = rates_of(config, "post", Stationery(), date(2025, 5, 1))
    assert before[0].product == "Standardbrief"


def test_letters_are_sorted_by_classes_that_have_run_out_until_others_come(config: Config) -> None:
    """The tariff that ships with us ends with 2026; no job may wait for the next."""
    own, after = config.path("own.toml"), date(2027, 1, 1)
    own.write_text("", encoding="utf-8")
    then, now = (rates_of(config, "post", Stationery(), day) for day in (MAY, after))
    assert [(one.product, one.price) for one in now] == [(one.product, one.price) for one in then]
    assert not any(one.is_verified for one in now)
    own.write_text(TARIFF + TARIFF.replace("2026-01-01", "2027-02-01"), encoding="utf-8")
    first, second = rates_of(config, "post", Stationery(), after)[:2]
    assert (first.product, first.is_verified) == ("by contract", True)
    assert (second.product, second.is_verified) == ("Kompaktbrief", False)
    own.write_text(TARIFF + "valid_until = 2026-08-31\n", encoding="utf-8")
    rates = rates_of(config, "post", Stationery(), date(2026, 9, 1))
    assert (rates[0].product, rates[-1].product) == ("Standardbrief", "by contract")


def test_a_price_of_the_operator_s_own_replaces_an_unverified_one(config: Config) -> None:
    own = config.path("own.toml")
    own.write_text("", encoding="utf-8")
    home = ["Standardbrief", "Kompaktbrief", "Großbrief", "Maxibrief"]
    abroad = [f"{name} international" for name in home]
    unsure = [price.product for price in unsure_of(config, "post", "DE", MAY)]
    assert unsure == home + abroad
    own.write_text(TARIFF, encoding="utf-8")
    assert [price.product for price in unsure_of(config, "post", "DE", MAY)] == [
        *(home[1:] + abroad[1:])
    ]
    own.write_text(TARIFF.replace("max_g = 20\n", "max_g = 20\ncountry = 'DE'\n"), "utf-8")
    assert [price.product for price in unsure_of(config, "post", "DE", MAY)] == home[1:] + abroad
    assert unsure_of(config, "post", "CH", MAY) == []


@pytest.mark.parametrize("text", [None, "[[price", "[[price]]\nx = 1", "\xff"])
def test_a_tariff_that_cannot_be_used_is_said_and_holds_nothing_up(
    config: Config, text: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    if text is not None:
        config.path("own.toml").write_text(text, encoding="latin-1")
    with pytest.raises(Faulty, match=r"^routing\.tariff: .*own\.toml:(\d+:)? "):
        prices_of(config)
    assert rates_of(config, "post", Stationery(), MAY)[0].product == "Standardbrief"
    assert "own.toml" in caplog.text
