"""The table of bad inputs dropped into a hub: parked with the fault named, or never taken."""

from pathlib import Path

import pytest

from hub.engine.pool import Pool
from hub.pipeline.receive import Arrival, Unacceptable, receive
from hub.store import documents, submissions
from hub.store.database import Database
from hub.store.documents import DocumentState
from hub.store.submissions import SubmissionState
from tests.formats.bad_inputs import GOOD, MIXED, UNREADABLE
from tests.hub.houses import Home, opened_house
from tests.hub.invoices import ubl

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

REFUSED = {case for case, (data, _) in UNREADABLE.items() if not data or len(data) > 1 << 20}
"""Too large for this hub, or nothing at all: refused at the door."""


def arrival(data: bytes, name: str) -> Arrival:
    return Arrival(data=data, name=name, tenant="nordwind", sender="erp", door="cli")


def test_each_is_parked_with_its_fault_and_the_good_ones_go_on(home: Home) -> None:
    kept = {case: data for case, (data, _) in UNREADABLE.items() if case not in REFUSED}
    ids = {
        case: receive(home.house, arrival(data, f"{case}.xml"))[0].id
        for case, data in {**kept, **MIXED, **GOOD}.items()
    }
    home.run()
    with home.house.database.transaction() as connection:
        files = submissions.many(connection, list(ids.values()))
        rows = {case: documents.of_submission(connection, id_) for case, id_ in ids.items()}
    for case in kept:
        file = files[ids[case]]
        assert (case, file.state, rows[case]) == (case, SubmissionState.PARKED, [])
        assert [finding.rule for finding in file.findings] == [UNREADABLE[case][1]]
    for case in MIXED:
        (row,) = rows[case]
        assert (case, row.state) == (case, DocumentState.PARKED)
        assert "IN-XML-7" in {finding.rule for finding in row.findings}
    assert all(len(rows[case]) == 1 for case in GOOD)


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_what_is_too_much_or_nothing_is_refused_at_the_door(home: Home, case: str) -> None:
    with pytest.raises(Unacceptable):
        receive(home.house, arrival(UNREADABLE[case][0], "a.xml"))


def test_what_is_too_much_to_read_says_which_limits(tmp_path: Path, database: Database) -> None:
    pool = Pool(1, timeout_seconds=0)
    with opened_house(tmp_path, database, pool) as home:
        id_ = receive(home.house, arrival(ubl(), "large.xml"))[0].id
        home.run()
        with home.house.database.transaction() as connection:
            file = submissions.get(connection, id_)
    pool.close()
    assert file is not None
    (finding,) = file.findings
    assert (file.state, finding.rule) == (SubmissionState.PARKED, "IN-HOSTILE")
    assert f"{len(ubl())} bytes" in finding.message
    assert "ChildDied" not in finding.message
    assert "hub.child_memory_mb" in (finding.fix or "")
