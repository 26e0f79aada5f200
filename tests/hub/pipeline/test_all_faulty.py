"""One file of faults is one thing to look at; a right document in it holds nothing up."""

from dataclasses import replace

import pytest

from formats.guide import parse
from hub.pipeline.all_faulty import MANY
from hub.pipeline.house import Outcome
from hub.pipeline.read import read
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import resubmit
from hub.pipeline.settling import settle
from hub.store import documents, submissions, work
from hub.store.submissions import SubmissionState
from tests.hub.houses import Home

GUIDE = """format = "csv"
rows = "lines"
key = "Nr"
[columns]
Nr = "number"
Text = "lines[].item.name"
"""
FAULTY = "".join(f"x{n}\n" for n in range(MANY + 1))
FILE = Arrival(data=b"", name="list.csv", tenant="nordwind", sender="erp", door="api")


MENDED = """format = "csv"
rows = "lines"
key = "Nr;Text"
[file]
delimiter = ","
[columns]
"Nr;Text" = "number"
"""


def first_read(home: Home, rows: str) -> Outcome:
    receive(home.house, replace(FILE, data=f"Nr;Text\n{rows}".encode()))
    return next_read(home, GUIDE)


def next_read(home: Home, guide: str) -> Outcome:
    home.house = replace(home.house, guides={"erp": [parse("own.toml", guide)]})
    with home.house.database.transaction() as connection:
        work.claim(
            connection, lane="documents", batch="b", now=home.clock.now, limit=9, skip_locked=False
        )
        tasks = work.of_batch(connection, "b")
    (outcome,) = read(home.house, tasks)
    return outcome


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (FAULTY, f"parked: none of the {MANY + 1} documents in list.csv can be read without"),
        (FAULTY + "y;right\n", f": {MANY + 2} documents, {MANY + 1} with faults"),
        (FAULTY[3:], f": {MANY} documents, {MANY} with faults"),
    ],
    ids=["all of many", "all but one", "all of few"],
)
def test_a_file_parks_as_a_whole_if_none_of_its_many_documents_is_right(
    home: Home, rows: str, line: str
) -> None:
    assert line in first_read(home, rows).line


def test_it_is_read_again_once_its_guide_is_mended(home: Home) -> None:
    settle(home.house, "read", [outcome := first_read(home, FAULTY)], lane="documents")
    with home.house.database.transaction() as connection:
        parked = submissions.get(connection, outcome.subject)
        assert documents.of_submission(connection, outcome.subject) == []
    assert parked is not None
    assert parked.state is SubmissionState.PARKED
    assert [finding.rule for finding in parked.findings] == ["IN-ALL-FAULTY"]
    assert "IN-CSV-ROW" in parked.findings[0].message
    resubmit(home.house, outcome.subject, who="test")
    assert f": {MANY + 1} documents" in next_read(home, MENDED).line
