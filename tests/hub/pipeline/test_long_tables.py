"""A table longer than can be held: its parts enter as files of their own, each invoice once."""

from dataclasses import replace

import pytest

from formats.guide import parse
from hub.pipeline.long_tables import LONG_BYTES
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.unpacking import UNPACKING
from hub.store import documents, drops, submissions
from hub.store.drops import Fate
from hub.store.submissions import SubmissionState
from tests.hub.houses import Home, Killed, raised

GUIDE = """format = "fixed_width"
rows = "lines"
key = "Nr"
positions = {Nr = [1, 2], Text = [3, 9]}
[columns]
Nr = "number"
Text = "lines[].item.name"
"""
BLANK = (b" " * 99_999 + b"\n") * (LONG_BYTES // 300_000 + 1)
"""A third of a long table, in which nothing stands."""
TOGETHER = b"A one\n" + BLANK + b"B two\nB three\n" + BLANK + b"C four\n" + BLANK
STREWN = b"A one\n" + BLANK + b"B two\n" + BLANK + b"A four\n" + BLANK
FILE = Arrival(data=b"", name="all.csv", tenant="nordwind", sender="erp", door="api")
_ROWS = BLANK.count(b"\n")
NAMES = [
    f"all.rows-1-{1 + _ROWS}.csv",
    f"all.rows-{2 + _ROWS}-{3 + 2 * _ROWS}.csv",
    f"all.rows-{4 + 2 * _ROWS}-{4 + 3 * _ROWS}.csv",
]

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


@pytest.fixture
def wide(home: Home) -> Home:
    home.house = replace(raised(home.house, max_file_mb=64), guides={"erp": [parse("own", GUIDE)]})
    return home


def numbers_of(home: Home) -> dict[str, list[str]]:
    """Return the numbers that were read out of each file."""
    with home.house.database.transaction() as connection:
        rows = submissions.listed(connection, tenant=None, state=SubmissionState.READ, limit=9)
        found = documents.of_submissions(connection, [row.id for row in rows])
    return {row.name: [one.number for one in found[row.id]] for row in rows}


def test_each_part_enters_once_and_has_whole_invoices(wide: Home) -> None:
    whole, _ = receive(wide.house, replace(FILE, data=TOGETHER))
    append = wide.house.archive.append
    killed: list[object] = []

    def dies_once(drafts: object, **kwargs: object) -> object:
        if drafts and not killed:
            killed.append(append(drafts, **kwargs))  # type: ignore[arg-type]
            raise Killed
        return append(drafts, **kwargs)  # type: ignore[arg-type]

    wide.house.archive.append = dies_once  # type: ignore[assignment,method-assign]
    with pytest.raises(Killed):
        wide.run()
    wide.restart()
    assert sorted(numbers_of(wide).values()) == [[], ["A"], ["B"], ["C"]]
    with wide.house.database.transaction() as connection:
        inside = drops.of_parent(connection, whole.id)
    assert [one.name for one in inside] == NAMES
    assert {(one.fate, one.door) for one in inside} == {(Fate.TAKEN, "part")}
    assert not (wide.house.config.data / UNPACKING / whole.id).exists()


def test_one_whose_invoices_are_strewn_is_read_as_a_whole(wide: Home) -> None:
    whole, _ = receive(wide.house, replace(FILE, data=STREWN))
    wide.run()
    assert numbers_of(wide) == {"all.csv": ["A", "B"]}
    assert not (wide.house.config.data / UNPACKING / whole.id).exists()
