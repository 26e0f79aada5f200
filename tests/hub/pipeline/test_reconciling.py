"""What was stated of a drop, held against what came of it; nothing counts twice or not at all."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from hub.pipeline.receive import Arrival, receive
from hub.pipeline.stated import Stated, stated
from hub.store import drops, events
from hub.store.drops import Verdict
from tests.hub.houses import Home
from tests.hub.invoices import ubl, wrong_sum
from tests.hub.packing import zipped

FILE = Arrival(data=b"", name="run", tenant="nordwind", sender="erp", door="sftp")
TWO = zipped(("a.xml", ubl(number="R-1")), ("b.xml", ubl(number="R-2")))


def dropped(
    home: Home, data: bytes, said: Mapping[str, str], name: str = "run"
) -> tuple[Verdict, str]:
    """Drop a file of which this is stated; return the verdict."""
    arrival = replace(FILE, data=data, stated=stated(said.items()), name=name)
    submission, _ = receive(home.house, arrival)
    home.run()
    with home.house.database.transaction() as connection:
        last = drops.of_submission(connection, submission.id)[-1]
        lines = events.of_submission(connection, submission.id)
    alarms = [line.text for line in lines if line.text.startswith("ALARM")]
    assert bool(alarms) is (last.verdict is Verdict.DIFFERS)
    assert all(last.verdict_text in line for line in alarms)
    return last.verdict, last.verdict_text


@pytest.mark.parametrize(
    ("data", "said", "verdict", "text"),
    [
        (ubl(), {}, Verdict.OPEN, ""),
        (ubl(), {"count": "1", "total.EUR": "119"}, Verdict.AGREES, ""),
        (ubl(), {"total.EUR": "119.00"}, Verdict.AGREES, ""),
        (ubl(), {"count": "2"}, Verdict.DIFFERS, "2 documents are stated, 1 came"),
        (ubl(), {"count": "0"}, Verdict.DIFFERS, "0 documents are stated, 1 came"),
        (ubl(), {"total.EUR": "119.01"}, Verdict.DIFFERS, "EUR 119.01 is stated, 119.00 came"),
        (ubl(), {"total.USD": "1"}, Verdict.DIFFERS, "USD 1 is stated, 0 came"),
        (TWO, {"count": "2", "total.EUR": "238.00"}, Verdict.AGREES, ""),
        (TWO, {"count": "3"}, Verdict.DIFFERS, "3 documents are stated, 2 came"),
        (wrong_sum(), {"count": "1"}, Verdict.AGREES, ""),
        (
            b"noise",
            {"count": "1"},
            Verdict.DIFFERS,
            "cannot be read: run; 1 documents are stated, 0 came",
        ),
        (
            zipped(("a.xml", ubl()), ("b", b"noise")),
            {"count": "2"},
            Verdict.DIFFERS,
            "cannot be read: b; 2 documents are stated, 1 came",
        ),
    ],
    ids=[
        "nothing stated",
        "count and sum",
        "sum",
        "one lacks",
        "one too much",
        "other sum",
        "other currency",
        "zip",
        "zip, one lacks",
        "parked counts as come",
        "unreadable",
        "unreadable in a zip",
    ],
)
def test_what_was_stated_is_held_against_what_came(
    home: Home, data: bytes, said: dict[str, str], verdict: Verdict, text: str
) -> None:
    assert dropped(home, data, said) == (verdict, text)


def test_duplicates_count_as_come(home: Home) -> None:
    dropped(home, ubl(number="R-1"), {})
    assert dropped(home, TWO, {"count": "2"}) == (Verdict.AGREES, "")
    assert dropped(home, TWO, {"count": "2"}, name="again")[0] is Verdict.OPEN


def test_files_of_one_statement_are_counted_together(home: Home) -> None:
    said = Stated(count=3, sums={"EUR": Decimal(238)}, files=2, group="g")
    verdicts = []
    for data in (ubl(number="R-1"), ubl(number="R-2")):
        submission, _ = receive(home.house, replace(FILE, data=data, stated=said))
        home.run()
        with home.house.database.transaction() as connection:
            verdicts.append(drops.of_submission(connection, submission.id)[0].verdict_text)
    assert verdicts == ["", "3 documents are stated, 2 came"]


def test_a_corrected_file_settles_what_was_stated_of_the_one_that_it_replaces(home: Home) -> None:
    said = stated({"count": "1", "total.EUR": "119.00"}.items())
    first, _ = receive(home.house, replace(FILE, data=b"noise", stated=said))
    home.run()
    again, _ = receive(home.house, replace(FILE, data=b"noise 2", replaces=first.id))
    home.run()
    receive(home.house, replace(FILE, data=ubl(), replaces=again.id))
    home.run()
    with home.house.database.transaction() as connection:
        (drop,) = drops.of_submission(connection, first.id)
    assert (drop.verdict, drop.verdict_text) == (Verdict.AGREES, "")
