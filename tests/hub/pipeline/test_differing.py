"""A person says why what came is right although something else was stated."""

from dataclasses import replace
from decimal import Decimal

import pytest

from hub.daily import differing, report
from hub.pipeline.differing import NotDiffering, settle_difference
from hub.pipeline.receive import receive
from hub.pipeline.stated import Stated
from hub.store import drops, events
from tests.hub.houses import Home
from tests.hub.invoices import ubl
from tests.hub.pipeline.test_reconciling import FILE

SAID = Stated(count=3, sums={"EUR": Decimal(238)}, files=2, group="g")
WHY = {"who": "the night shift", "reason": "one was written by hand"}


def two(home: Home) -> tuple[str, str]:
    """Drop two files of one statement that says three documents."""
    made = []
    for number in ("R-1", "R-2"):
        file, _ = receive(home.house, replace(FILE, data=ubl(number=number), stated=SAID))
        home.run()
        made.append(file.id)
    return made[0], made[1]


def test_the_alarm_ends_for_all_files_of_the_statement_and_the_report_says_by_whom(
    home: Home,
) -> None:
    first, second = two(home)
    now = home.clock.now
    with home.house.database.transaction() as connection:
        assert len(differing(connection, now)) == 2
    words = settle_difference(home.house, second, **WHY)
    assert words == "3 documents are stated, 2 came"
    with home.house.database.transaction() as connection:
        assert differing(connection, now) == []
        (own,) = report(connection, now.date())
        lines = [line for line in events.of_submission(connection, second) if line.entry]
    assert (own.stated["differs"], own.stated["settled"]) == (0, 2)
    assert {drop.settled for drop in own.settled} == {"the night shift: one was written by hand"}
    assert own.differing == []
    assert lines[-1].text.startswith("difference settled by the night shift: one was written")
    entry = lines[-1].entry
    assert entry is not None
    (kept,) = home.house.archive.entries(subject=second)[-1].items
    assert b"one was written by hand" in home.house.archive.get(kept.sha256)
    for submission in (first, second):
        with pytest.raises(NotDiffering):
            settle_difference(home.house, submission, **WHY)


def test_another_difference_is_a_new_alarm(home: Home) -> None:
    first, _ = two(home)
    settle_difference(home.house, first, **WHY)
    with home.house.database.transaction() as connection:
        (drop,) = drops.of_submission(connection, first)
        drops.judge(connection, [drop.id], drop.verdict, "4 documents are stated, 2 came")
        assert [d.id for d in differing(connection, home.clock.now)] == [drop.id]


def test_without_a_reason_or_a_difference_nothing_is_settled(home: Home) -> None:
    first, _ = two(home)
    with pytest.raises(NotDiffering, match="say why"):
        settle_difference(home.house, first, who="x", reason=" ")
    with pytest.raises(NotDiffering, match="nothing differs"):
        settle_difference(home.house, "sunknown", **WHY)
