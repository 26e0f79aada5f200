"""Waiting letters become jobs of one make each, at the rates of the day; each is told how."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from hub.pipeline.receive import Arrival, receive
from hub.runs.print_batches import print_now
from hub.runs.print_gathering import rates_of
from hub.store import deliveries, print_letters
from hub.store.print_letters import PrintLetter
from outbound.print_mail.batches import Batch
from outbound.print_mail.letters import Letter
from outbound.print_mail.stationery import Stationery
from tests.hub.houses import Home
from tests.hub.invoices import ubl
from tests.hub.runs.test_print_batches import Mailroom

LINES = ("Buyer", "Weg 1", "10115 Berlin")
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


@pytest.fixture
def mailroom(home: Home) -> Mailroom:
    made = Mailroom()
    home.house = replace(home.house, channels={"post": made, "second": home.second})
    for number in ("R-1", "R-2", "R-3", "R-4"):
        arrival = Arrival(
            data=ubl(number=number), name=number, tenant="nordwind", sender="erp", door="api"
        )
        receive(home.house, arrival)
    home.run()
    made.stationery = Stationery()
    return made


def test_letters_of_one_make_leave_in_one_job(home: Home, mailroom: Mailroom) -> None:
    with home.house.database.transaction() as connection:
        waiting = deliveries.gathered(connection, "post")
        looked_at = [
            PrintLetter(
                letter=Letter(
                    key=one.parcel_key,
                    tenant="nordwind",
                    pages=pages,
                    country="DE",
                    post_code="10115",
                    address_lines=LINES,
                    together=together,
                    sha256=one.rendition_sha256,
                )
            )
            for one, pages, together in zip(waiting, (1, 2, 30), (True, True, False), strict=False)
        ]
        print_letters.put(connection, looked_at)
    assert print_now(home.house) == 4
    first, second, thick, unseen = (one.parcel_key for one in waiting)
    orders = [msgspec.json.decode(order, type=Batch) for order in mailroom.orders if order]
    assert sorted((b.make.envelope, b.make.product, b.pieces) for b in orders) == [
        ("C5", "Großbrief", ((thick,),)),
        ("DL", "Standardbrief", ((first, second),)),
    ]
    assert sorted(mailroom.jobs.values()) == sorted([(first, second), (thick,), (unseen,)])


def test_the_operator_s_rates_come_first_and_those_of_other_days_do_not(home: Home) -> None:
    path = home.house.config.path("own.toml")
    path.write_text(TARIFF, encoding="utf-8")
    routing = msgspec.structs.replace(home.house.config.routing, tariff=("own.toml",))
    config = msgspec.structs.replace(home.house.config, routing=routing)
    house = replace(home.house, config=config)
    rates = rates_of(house, "post", Stationery(), date(2026, 5, 1))
    assert [rate.product for rate in rates[:2]] == ["by contract", "Standardbrief"]
    assert rates[0].price == Decimal("0.71")
    assert rates[0].weight_max_mg == 20_000
    assert rates_of(house, "post", Stationery(posted_in="XX"), date(2026, 5, 1)) == ()
    before = rates_of(house, "post", Stationery(), datetime(2025, 5, 1, tzinfo=UTC).date())
    assert before[0].product == "Standardbrief"
