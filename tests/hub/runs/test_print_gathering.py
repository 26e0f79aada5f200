"""Waiting letters become jobs of one make each, at the rates of the day; each is told how."""

from dataclasses import replace

import msgspec
import pytest

from hub.pipeline.receive import Arrival, receive
from hub.runs.print_batches import print_now
from hub.store import deliveries, print_letters
from hub.store.print_letters import PrintLetter
from outbound.print_mail.batches import Batch
from outbound.print_mail.letters import Letter
from outbound.print_mail.stationery import Stationery
from tests.hub.houses import Home
from tests.hub.invoices import ubl
from tests.hub.runs.test_print_batches import Mailroom

LINES = ("Buyer", "Weg 1", "10115 Berlin")


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
