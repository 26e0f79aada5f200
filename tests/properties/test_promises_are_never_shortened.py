"""What was promised when a document was filed is never shortened, whatever happens afterwards."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.entry import Entry
from archive.law import periods
from archive.law.holds import Hold, Said, Scope
from archive.law.periods import PERIODS, Period, Start
from archive.law.retention import COMPANY, Ground, Policy, Promise, fields_of, promised
from archive.law.standing import standing_of

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
CLOSINGS = DAYS.map(lambda day: (day.month, day.day))
COUNTRIES = st.sampled_from([*PERIODS, "XX"])
GROUNDS = st.lists(COUNTRIES, max_size=3).map(lambda names: [Ground(rule=n, why="") for n in names])
OWN = Ground(rule=COMPANY, why="", years=3, source="own")
TABLES = st.dictionaries(
    COUNTRIES,
    st.builds(
        Period, years=st.integers(0, 30), start=st.sampled_from(Start), source=st.just("to come")
    ),
)
DOCUMENT = "d1"


def entry(n: int, promise: Promise) -> Entry:
    return Entry(
        id=f"{n:064}",
        log="acme/2026",
        position=n,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        key=f"d1/enrich/{n}",
        tenant="acme",
        subject=DOCUMENT,
        kind="document",
        step="enrich",
        document=DOCUMENT,
        fields=fields_of(promise),
        items=(),
    )


def extension(until: date) -> Hold:
    said = Said(by="A", at=datetime(2026, 1, 1, tzinfo=UTC), reason="x", entry="e")
    return Hold(
        id="hold:1",
        tenant="acme",
        scope=Scope(document=DOCUMENT),
        until=until,
        restricts=False,
        placed=said,
        released=None,
        confirmed=None,
    )


@given(
    issued=st.none() | DAYS,
    filed=DAYS,
    grounds=GROUNDS,
    closing=CLOSINGS,
    later=st.lists(st.tuples(DAYS, GROUNDS, CLOSINGS), max_size=2),
    table=TABLES,
    extended=st.lists(DAYS, max_size=2),
)
def test_neither_table_nor_setting_nor_another_reading_shortens_it(
    *,
    issued: date | None,
    filed: date,
    grounds: list[Ground],
    closing: tuple[int, int],
    later: list[tuple[date, list[Ground], tuple[int, int]]],
    table: dict[str, Period],
    extended: list[date],
) -> None:
    first = promised(issued, [*grounds, OWN], filed=filed, closing=closing)
    assert first.until >= filed
    again = [promised(day, more, filed=filed, closing=end) for day, more, end in later]
    entries = [entry(n, promise) for n, promise in enumerate([first, *again])]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(periods, "PERIODS", table)
        standing = standing_of(DOCUMENT, entries, map(extension, extended), Policy(grounds=()))
    assert standing.until >= max([first.until, *extended, *(each.until for each in again)])
    assert standing.obstacles(first.until) != []
    if standing.until < date.max:
        assert standing.obstacles(standing.until + timedelta(days=1)) == []
