"""The daily report: every document that was dropped stands in exactly one place, with its sum."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hub.daily import HEAD, SenderDay, differing, lines, report
from hub.pipeline.intake import turn_away
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.stated import stated
from outbound.channel import Refused
from tests.hub.houses import START, Home
from tests.hub.invoices import ubl, wrong_sum
from tests.hub.packing import zipped

FILE = Arrival(data=b"", name="run", tenant="nordwind", sender="erp", door="sftp")
DAY = START.date()


def drop(home: Home, data: bytes, *pairs: tuple[str, str]) -> None:
    receive(home.house, replace(FILE, data=data, stated=stated(pairs)))
    home.run()


def of_day(home: Home, tenant: str | None = None, days: int = 0) -> list[SenderDay]:
    with home.house.database.transaction() as connection:
        return report(connection, DAY + timedelta(days=days), tenant)


def parts(senders: Sequence[SenderDay]) -> dict[str, str]:
    """Return the rows of one sender as `what channel` to `count sum`."""
    rows = lines(DAY, senders)
    assert HEAD[3:] == ("currency", "what", "channel", "documents", "sum")
    return {
        f"{what} {way}".strip(): f"{count} {total}".strip() for *_, what, way, count, total in rows
    }


def test_a_day_without_drops_is_empty(home: Home) -> None:
    assert of_day(home) == []


def test_every_document_stands_in_one_place_and_the_sums_are_those_of_the_drops(
    home: Home,
) -> None:
    home.post.answers = [None, Refused("unknown"), None]
    drop(home, zipped(*((f"{n}.xml", ubl(number=f"R-{n}")) for n in range(3))), ("count", "3"))
    drop(home, ubl(number="R-1"))
    drop(home, wrong_sum())
    drop(home, ubl(number="R-7") + b"\n", ("count", "2"))
    drop(home, b"noise")
    turn_away(home.house, tenant="nordwind", sender="erp", door="sftp", name="a.exe", reason="no")
    home.clock.forward(days=1)
    drop(home, ubl(number="R-9"))
    (own,) = of_day(home)
    told = parts([own])
    assert told == {
        "files taken": "7",
        "files again": "1",
        "files refused": "1",
        "files unread": "0",
        "files unreadable": "1",
        "statements agrees": "1",
        "statements differs": "1",
        "statements settled": "0",
        "statements open": "0",
        "dropped": f"6 {5 * 119 + 120}.00",
        "accepted": f"4 {4 * 119}.00",
        "parked": "1 120.00",
        "duplicate": "1 119.00",
        "replaced": "0 0",
        "cancelled": "0 0",
        "in work": "0 0",
        "left by post": f"3 {3 * 119}.00",
        "left by second": "1 119.00",
    }
    assert [one.verdict_text for one in own.differing] == ["2 documents are stated, 1 came"]
    assert parts(of_day(home, days=1))["left by post"] == "1 119.00"
    assert of_day(home, "nobody") == []


def test_a_difference_is_an_alarm_for_a_week(home: Home) -> None:
    drop(home, ubl(), ("total.EUR", "1"))
    with home.house.database.transaction() as connection:
        for after, seen in ((0, 1), (6, 1), (8, 0)):
            now = START + timedelta(days=after)
            assert len(differing(connection, now)) == seen
        assert differing(connection, START, "other") == []
