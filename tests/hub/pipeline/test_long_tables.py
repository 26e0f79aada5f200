"""A table longer than can be held: its parts enter as files of their own, each invoice once."""

import tracemalloc
import zipfile
from dataclasses import replace

import pytest

from formats.codec import Unreadable
from formats.guide import parse
from hub.pipeline.head import Sent, read_file
from hub.pipeline.long_tables import LONG_BYTES
from hub.pipeline.packed import Unpacked
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.stated import Stated
from hub.pipeline.unpacking import UNPACKING
from hub.store import documents, drops, submissions
from hub.store.drops import Fate, Verdict
from hub.store.submissions import SubmissionState
from tests.hub.houses import Home, Killed, raised
from tests.hub.packing import zipped

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
ALONE = b"A one\n" + BLANK * 3 + b"A two\n"
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


@pytest.mark.parametrize("packed", [False, True], ids=["alone", "in a ZIP"])
def test_each_part_enters_once_and_has_whole_invoices(wide: Home, *, packed: bool) -> None:
    file = replace(FILE, data=TOGETHER, stated=Stated(count=3))
    zipped_too = zipped(("all.csv", TOGETHER), how=zipfile.ZIP_STORED)
    outer, _ = receive(
        wide.house, replace(file, data=zipped_too, name="all.zip") if packed else file
    )
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
    numbers = sorted(numbers_of(wide).values())
    assert numbers == [*[[]] * (1 + packed), ["A"], ["B"], ["C"]]
    with wide.house.database.transaction() as connection:
        (stated,) = drops.of_submission(connection, outer.id)
        within = sorted(drops.all_inside(connection, [outer.id]))
        (whole,) = {
            drop.parent for each in within for drop in drops.of_submission(connection, each)
        } - ({outer.id} if packed else set())
        inside = drops.of_parent(connection, whole or "")
    assert (stated.verdict, stated.verdict_text) == (Verdict.AGREES, "")
    assert len(within) == len(NAMES) + packed
    assert [one.name for one in inside] == NAMES
    assert {(one.fate, one.door) for one in inside} == {(Fate.TAKEN, "part")}
    assert not list((wide.house.config.data / UNPACKING).iterdir())


def sent_of(wide: Home, data: bytes, *, again: bool) -> Sent:
    whole, _ = receive(wide.house, replace(FILE, data=data))
    return Sent(
        kept=wide.house.archive.locate(whole.sha256),
        name=whole.name,
        guides=tuple(wide.house.guides["erp"]),
        limit_bytes=64 << 20,
        inside=False,
        taken=0,
        again=again,
        target=wide.house.config.data / UNPACKING / whole.id,
        at=wide.clock.now,
        trusted=(),
    )


def test_what_was_read_as_a_whole_before_is_read_so_again(wide: Home) -> None:
    found = read_file(sent_of(wide, TOGETHER, again=True))
    assert not isinstance(found, Unpacked)
    assert [head.number for head in found[1]] == ["A", "B", "C"]


def test_a_long_file_that_nobody_claims_is_not_loaded(wide: Home) -> None:
    sent = replace(sent_of(wide, bytes(LONG_BYTES + 1), again=False), name="all.bin")
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable, match="no format that is known"):
            read_file(sent)
        assert tracemalloc.get_traced_memory()[1] < LONG_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("data", "numbers"), [(STREWN, ["A", "B"]), (ALONE, ["A"])], ids=["strewn", "of one invoice"]
)
def test_what_cannot_be_cut_is_read_as_a_whole(wide: Home, data: bytes, numbers: list[str]) -> None:
    whole, _ = receive(wide.house, replace(FILE, data=data))
    wide.run()
    assert numbers_of(wide) == {"all.csv": numbers}
    assert not (wide.house.config.data / UNPACKING / whole.id).exists()


def test_a_part_that_is_long_itself_is_read_as_a_whole(wide: Home) -> None:
    receive(wide.house, replace(FILE, data=ALONE + b"B one\n"))
    wide.run()
    assert sorted(numbers_of(wide).values()) == [[], ["A"], ["B"]]
