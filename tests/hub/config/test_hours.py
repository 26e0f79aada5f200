"""Windows and cut-offs, by clocks that jump and over midnight."""

from datetime import UTC, datetime

import pytest

from hub.config.hours import closed_until, last_cut_off, time_zone, window

BERLIN = "Europe/Berlin"

CLOSED = [
    # 2026-11-20 is a Friday; Berlin is UTC+1 then
    (["20:00-07:00"], "2026-11-20T18:59", None),
    (["20:00-07:00"], "2026-11-20T19:00", "2026-11-21T06:00"),
    (["20:00-07:00"], "2026-11-20T05:59", "2026-11-20T06:00"),
    (["20:00-07:00"], "2026-11-20T06:00", None),
    (["20:00-07:00", "sat", "sun"], "2026-11-20T20:00", "2026-11-23T06:00"),
    (["sat-sun"], "2026-11-21T10:00", "2026-11-22T23:00"),
    (["mon-fri 12:00-13:00"], "2026-11-20T11:30", "2026-11-20T12:00"),
    (["mon-fri 12:00-13:00"], "2026-11-21T11:30", None),
    (["fri 22:00-05:00"], "2026-11-21T03:00", "2026-11-21T04:00"),
    (["fri 22:00-05:00"], "2026-11-20T03:00", None),
    (["12-25", "12-26"], "2026-12-25T08:00", "2026-12-26T23:00"),
    (["2025-12-25"], "2026-12-25T08:00", None),
    (["2026-12-25"], "2026-12-25T08:00", "2026-12-25T23:00"),
    (["sun-mon"], "2026-11-23T10:00", "2026-11-23T23:00"),
    # the night in which clocks go back lasts an hour longer, the one in March an hour less
    (["20:00-07:00"], "2026-10-24T18:00", "2026-10-25T06:00"),
    (["20:00-07:00"], "2026-03-28T19:00", "2026-03-29T05:00"),
    (["02:30-04:00"], "2026-03-29T01:45", "2026-03-29T02:00"),
    ([], "2026-11-20T19:00", None),
]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("quiet", "at", "until"), CLOSED)
def test_until_when_nothing_leaves(quiet: list[str], at: str, until: str | None) -> None:
    found = closed_until(instant(at), [window(each) for each in quiet], time_zone(BERLIN))
    assert found == (instant(until) if until else None)


CUTS = [
    (["17:00"], "2026-11-20T16:00", "2026-11-20T16:00"),
    (["17:00"], "2026-11-20T15:59", "2026-11-19T16:00"),
    (["17:00"], "2026-07-20T15:00", "2026-07-20T15:00"),
    (["11:00", "17:00"], "2026-11-20T12:00", "2026-11-20T10:00"),
    (["17:00", "11:00"], "2026-11-20T08:00", "2026-11-19T16:00"),
]


@pytest.mark.parametrize(("times", "at", "cut"), CUTS)
def test_the_last_cut_off(times: list[str], at: str, cut: str) -> None:
    assert last_cut_off(instant(at), times, time_zone(BERLIN)) == instant(cut)


@pytest.mark.parametrize(
    "text", ["", "20-07", "25:00-07:00", "07:00-07:00", "someday", "sat sun", "13-45", "2026-02-30"]
)
def test_what_is_no_window_is_said_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no window|whole day"):
        window(text)


def test_a_week_without_any_time_is_refused() -> None:
    with pytest.raises(ValueError, match="leave no time"):
        closed_until(instant("2026-11-20T10:00"), [window("mon-sun")], time_zone("UTC"))


@pytest.mark.parametrize("name", ["Europe/Nowhere", "../etc", ""])
def test_what_is_no_time_zone_is_said_so(name: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        time_zone(name)
