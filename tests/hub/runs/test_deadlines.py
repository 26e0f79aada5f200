"""Alarms before and after a deadline: each said once, gone when it is met."""

import logging
from dataclasses import replace

import pytest

from hub.daily import late_of
from hub.pipeline.cancel import cancel
from hub.pipeline.confirm import confirm
from hub.pipeline.resubmit import resubmit
from hub.runs.deadlines import alarms, heads, watch
from hub.status import document_status
from hub.store import deadlines, deliveries, events
from hub.store.deadlines import Told
from hub.worklist.gathering import worklist
from outbound.channel import Deferred, DeliveryState, Event
from routing_rules.time_limits import load
from tests.hub.endpoints.test_standing import act
from tests.hub.houses import Home
from tests.hub.invoices import ubl, wrong_sum
from tests.hub.pipeline.test_runner import drop, only

CONTRACT = """
[[limit]]
name = "within-a-day"
because = "K1 has it within a day."
law = "contract 7"
when.recipient = "K1"
starts = "received"
within = "24 hours"
reached = "delivered"
warn_before = "6 hours"
fix = "call the customer"
"""


@pytest.fixture(autouse=True)
def contract(home: Home) -> None:
    home.house = replace(home.house, limits=load([("own.toml", CONTRACT)], shipped=False))


def alarmed(home: Home) -> list[str]:
    watch(home.house)
    with home.house.database.transaction() as connection:
        return [alarm.words for alarm in alarms(connection, "nordwind")]


def lines(home: Home, document: str) -> list[str]:
    with home.house.database.transaction() as connection:
        found = events.of_document(connection, document, document.rpartition("-")[0])
    return [line.text for line in found if line.room == "deadline"]


def delivered(home: Home, document: str) -> None:
    home.post.reports.append(
        Event(
            parcel_key=f"{document}-d0.0",
            external_id=None,
            state=DeliveryState.DELIVERED,
            reason="read",
            source=f"report-{document}",
        )
    )
    confirm(home.house, "post")


def test_an_alarm_comes_before_and_after_names_all_that_is_needed_and_goes_when_met(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "facteur.deadlines")
    document = only(home, drop(home, ubl())).id
    with home.house.database.transaction() as connection:
        (way,) = deliveries.of_documents(connection, [document])[document]
        (due,) = deadlines.of_document(connection, document)
    assert way.due_by == due.due_at == home.clock.now.replace(day=21)
    assert alarmed(home) == []
    home.clock.forward(hours=18)
    near = (
        "R-1 for Buyer is due 2026-11-21 09:00 UTC, by then delivered: within-a-day, "
        "K1 has it within a day. (contract 7). To do: call the customer"
    )
    assert (alarmed(home), alarmed(home)) == ([near], [near])
    home.clock.forward(hours=6)
    missed = near.replace("is due", "was due")
    assert (alarmed(home), alarmed(home)) == ([missed], [missed])
    assert lines(home, document) == [f"ALARM: {near}", f"ALARM: {missed}"]
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    with home.house.database.transaction() as connection:
        (head,) = heads(alarms(connection))
    assert (head.key, head.count, head.what) == (
        "deadline-nordwind-within-a-day-missed",
        1,
        "deadline missed: within-a-day, the first 2026-11-21 09:00 UTC",
    )
    assert head.words.startswith("nordwind: R-1 for Buyer. K1 has it within a day. (contract 7)")
    delivered(home, document)
    assert alarmed(home) == []
    assert lines(home, document)[2:] == [
        "deadline within-a-day: met late, it was due 2026-11-21 09:00 UTC"
    ]


def test_what_is_met_in_time_says_nothing(home: Home) -> None:
    document = only(home, drop(home, ubl())).id
    delivered(home, document)
    home.clock.forward(days=3)
    assert (alarmed(home), lines(home, document)) == ([], [])
    with home.house.database.transaction() as connection:
        assert [d.told for d in deadlines.of_document(connection, document)] == [Told.MET]


def test_what_is_parked_has_its_deadline_too_and_keeps_it_when_it_goes_on(home: Home) -> None:
    document = only(home, drop(home, wrong_sum())).id
    home.clock.forward(hours=23)
    assert len(alarmed(home)) == 1
    resubmit(home.house, document, who="a clerk")
    home.run()
    assert (len(alarmed(home)), len(lines(home, document))) == (1, 1)


def test_what_is_cancelled_has_no_deadline_any_more(home: Home) -> None:
    home.post.answers = [Deferred("busy")]
    document = only(home, drop(home, ubl())).id
    home.clock.forward(hours=25)
    assert len(alarmed(home)) == 1
    cancel(home.house, document, who="a clerk", reason="ordered twice")
    assert alarmed(home) == []


def test_a_document_that_no_limit_binds_has_none(home: Home) -> None:
    home.house = replace(home.house, limits=load([], shipped=True))
    document = only(home, drop(home, ubl())).id
    with home.house.database.transaction() as connection:
        assert deadlines.of_document(connection, document) == []
        assert deliveries.get(connection, f"{document}-d0").due_by is None  # type: ignore[union-attr]


def test_the_daily_report_and_the_status_name_what_is_late(home: Home) -> None:
    document = only(home, drop(home, ubl())).id
    day = home.clock.now.date()
    home.clock.forward(hours=25)
    watch(home.house)
    with home.house.database.transaction() as connection:
        (late,) = late_of(connection, day, "nordwind")
        assert late_of(connection, home.clock.now.date()) == []
        assert late_of(connection, day, "others") == []
        status = document_status(connection, document)
    assert (late.row.id, late.missed) == (document, True)
    assert status is not None
    (due,) = status["deadlines"]
    assert (due["name"], due["state"], due["fix"]) == (
        "within-a-day",
        "missed",
        "call the customer",
    )


def test_an_alarm_says_that_a_pause_is_the_reason(home: Home) -> None:
    act(home, "pause", "post")
    document = only(home, drop(home, ubl())).id
    home.clock.forward(hours=18)
    paused = "post is paused since 2026-11-20 09:00 UTC by clerk: they move"
    why = f"t waits: {paused}; until somebody resumes it"
    (words,) = alarmed(home)
    assert f"I{why}. To do: call" in words
    assert f"I{why}. To do: call" in "".join(lines(home, document))
    near = next(group for group in worklist(home.house) if group.kind == "near")
    assert near.items[0].words.endswith(f"; i{why}")
    act(home, "resume", "post")
    with home.house.database.transaction() as connection:
        (alarm,) = alarms(connection)
    assert alarm.held == ""
