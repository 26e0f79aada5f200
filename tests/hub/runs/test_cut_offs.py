"""Cut-offs of each partner in his own time zone, quiet hours, and a partner who is down."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace as change

from hub.config.traffic import Traffic
from hub.runs.cut_offs import is_due, is_held
from hub.runs.print_batches import print_when_due
from hub.store import deliveries
from outbound.channel import Deferred
from tests.hub.houses import Home
from tests.hub.runs.test_print_batches import Mailroom, mailroom

__all__ = ["mailroom"]


def settle(home: Home, **traffic: Any) -> None:
    runs = change(home.house.config.runs, print_every_minutes=traffic.pop("every", 0))
    config = change(home.house.config, runs=runs, traffic={"post": Traffic(**traffic)})
    home.house = replace(home.house, config=config)


def at(home: Home, hour: int, minute: int = 0, day: int = 20) -> None:
    home.clock.now = datetime(2026, 11, day, hour, minute, tzinfo=UTC)


BERLIN = {"time_zone": "Europe/Berlin"}
DUE = [  # letters were gathered on Friday at 9:00 UTC, 10:00 in Berlin
    ({"cut_offs": ("17:00",), **BERLIN}, {(15, 59): False, (16, 0): True}),
    ({"cut_offs": ("11:00", "17:00"), **BERLIN}, {(9, 59): False, (10, 0): True}),
    ({"cut_offs": ("17:00",), "every": 60}, {(10, 0): False, (17, 0): True}),
    ({"every": 60}, {(9, 59): False, (10, 0): True}),
    ({"cut_offs": ("11:00",), "quiet": ("10:00-18:00",)}, {(11, 0): False, (18, 0): True}),
    ({}, {(16, 59): False, (17, 0): True}),
]


@pytest.mark.parametrize(("traffic", "moments"), DUE)
@pytest.mark.usefixtures("mailroom")
def test_letters_are_due_at_their_partner_s_cut_off(
    home: Home, traffic: dict[str, Any], moments: dict[tuple[int, int], bool]
) -> None:
    settle(home, **traffic)
    found = {}
    for moment in moments:
        at(home, *moment)
        found[moment] = is_due(home.house, "post")
    assert found == moments


@pytest.mark.usefixtures("mailroom")
def test_a_deadline_waits_for_no_quiet_hours(home: Home) -> None:
    settle(home, quiet=("08:00-07:00",), cut_offs=("17:00",))
    at(home, 12)
    assert not is_due(home.house, "post")
    with home.house.database.transaction() as connection:
        soon = home.clock.now + timedelta(hours=3)
        connection.execute(sa.update(deliveries.deliveries).values(due_by=soon))
    assert is_due(home.house, "post")


def test_a_partner_who_is_down_is_asked_less_and_less_often(home: Home, mailroom: Mailroom) -> None:
    mailroom.answers = [Deferred("nobody there", endpoint_down=True)] * 100
    at(home, 17)
    tried = []
    for _ in range(1000):
        before = len(mailroom.answers)
        print_when_due(home.house)
        if len(mailroom.answers) < before:
            tried.append(home.clock.now)
        home.clock.forward(seconds=10)
    waits = [(later - first).total_seconds() for first, later in pairwise(tried)]
    assert waits == [10, 10, 300, 600, 1200, 2400, 4000]
    assert is_held(home.house, "post")
    mailroom.answers = []
    home.clock.forward(hours=2)
    assert print_when_due(home.house) == 3
    assert not is_held(home.house, "post")
