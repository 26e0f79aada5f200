"""What is sent packed: every file in it enters once, as if it had been dropped alone."""

import gzip
import io
import random
import stat
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from archive.content import pieces
from archive.entry import ArchiveUnavailable
from formats.codec import Unreadable
from hub.engine.pool import Pool
from hub.pipeline import packed
from hub.pipeline.contents import HELD_BYTES_MAX
from hub.pipeline.house import House
from hub.pipeline.members import Member
from hub.pipeline.packed import PART, PORTION_BYTES, PORTION_MEMBERS, Unpacked, unpack
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.settling import settle
from hub.pipeline.unpacking import UNPACKING, unpacked
from hub.store import documents, drops, submissions, work
from hub.store.database import Database
from hub.store.drops import Fate
from hub.store.submissions import Submission, SubmissionState
from tests.hub.houses import Home, Killed, opened_house, raised
from tests.hub.invoices import ubl
from tests.hub.packing import zipped

ZIP = Arrival(data=b"", name="run.zip", tenant="nordwind", sender="erp", door="sftp")
ONE, TWO = ubl(number="R-1"), ubl(number="R-2")


def drop(home: Home, data: bytes) -> Submission:
    submission, _ = receive(home.house, replace(ZIP, data=data))
    home.run()
    return submission


def files(home: Home) -> dict[str, Submission]:
    with home.house.database.transaction() as connection:
        rows = submissions.listed(connection, tenant=None, state=None, limit=99)
    return {row.name: row for row in rows}


def sent(home: Home) -> list[str]:
    return sorted(parcel.labels["number"] for parcel in home.post.sent)


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (zipped(("a.xml", ONE), ("sub/b.xml", TWO)), ["a.xml", "sub/b.xml"]),
        (zipped(("sub/", b""), ("a.xml", ONE), ("__MACOSX/._a.xml", b"litter")), ["a.xml"]),
        (zipped(("a.xml", ONE), how=zipfile.ZIP_STORED), ["a.xml"]),
        (gzip.compress(ONE), ["run.zip"]),
        (gzip.compress(ONE[:100]) + gzip.compress(ONE[100:]) + bytes(64), ["run.zip"]),
    ],
    ids=["zip", "folders and litter", "stored", "gzip", "gzip in parts"],
)
def test_each_file_that_is_packed_enters_and_leaves_once(
    home: Home, data: bytes, names: list[str]
) -> None:
    packed = drop(home, data)
    found = files(home)
    assert sorted(found) == sorted({*names, "run.zip"})
    assert sent(home) == ["R-1", "R-2"][: len(names)]
    with home.house.database.transaction() as connection:
        inside = drops.of_parent(connection, packed.id)
        assert submissions.get(connection, packed.id) == replace(packed, state=SubmissionState.READ)
    assert [(one.name, one.fate, one.door) for one in inside] == [
        (name, Fate.TAKEN, "zip") for name in names
    ]
    assert all(home.house.archive.get(one.sha256) for one in inside)
    drop(home, data)
    assert sent(home) == ["R-1", "R-2"][: len(names)]


def test_a_member_that_came_before_or_lies_in_it_twice_is_not_taken_twice(home: Home) -> None:
    receive(home.house, replace(ZIP, data=ONE, name="alone.xml"))
    packed = drop(home, zipped(("a.xml", ONE), ("b.xml", TWO), ("c.xml", TWO)))
    with home.house.database.transaction() as connection:
        fates = [one.fate for one in drops.of_parent(connection, packed.id)]
    assert fates == [Fate.AGAIN, Fate.TAKEN, Fate.AGAIN]
    assert sorted(files(home)) == ["alone.xml", "b.xml", "run.zip"]
    assert sent(home) == ["R-1", "R-2"]


def test_a_member_that_cannot_be_read_parks_alone(home: Home) -> None:
    drop(home, zipped(("a.xml", ONE), ("b.bin", b"noise"), ("empty.xml", b"")))
    found = files(home)
    states = {name: row.state for name, row in found.items()}
    assert states == {
        "run.zip": SubmissionState.READ,
        "a.xml": SubmissionState.READ,
        "b.bin": SubmissionState.PARKED,
        "empty.xml": SubmissionState.PARKED,
    }
    receive(home.house, replace(ZIP, data=TWO, name="b.xml", replaces=found["b.bin"].id))
    home.run()
    assert sent(home) == ["R-1", "R-2"]


def linked() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("link.xml")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def encrypted() -> bytes:
    """Set the flag of encryption in both headers (APPNOTE 4.4.4)."""
    data = bytearray(zipped(("a.xml", ONE)))
    data[6] |= 1
    data[data.rindex(b"PK\1\2") + 8] |= 1
    return bytes(data)


def many(count: int) -> Iterable[tuple[str, bytes]]:
    return ((f"{number}.xml", b"<a/>") for number in range(count))


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (zipped(("a.xml", ONE), ("../b.xml", TWO)), "IN-ZIP-NAME"),
        (zipped(("/etc/b.xml", TWO)), "IN-ZIP-NAME"),
        (zipped(("c:b.xml", TWO)), "IN-ZIP-NAME"),
        (zipped(("a\nb.xml", TWO)), "IN-ZIP-NAME"),
        (zipped((linked(), b"/etc/passwd")), "IN-ZIP-NAME"),
        (zipped(("a.xml", bytes(700_000)), ("b.xml", bytes(400_000))), "IN-ZIP-SIZE"),
        (lambda: zipped(("a.xml", bytes(20 << 20))), "IN-ZIP-SIZE"),
        (lambda: gzip.compress(bytes(20 << 20)), "IN-ZIP-SIZE"),
        (zipped(("a.zip", zipped(("b.xml", ONE)))), "IN-ZIP-NESTED"),
        (zipped(("a.xml.gz", gzip.compress(ONE))), "IN-ZIP-NESTED"),
        (encrypted(), "IN-ZIP"),
        (zipped(), "IN-FORMAT"),
        (zipped(("sub/", b"")), "IN-ZIP-EMPTY"),
        (zipped(("a.xml", ONE))[:-30], "IN-ZIP"),
        (gzip.compress(ONE)[:-9], "IN-ZIP-BROKEN"),
        (gzip.compress(ONE)[:-4] + b"\1\1\1\1", "IN-ZIP-BROKEN"),
        (zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<a/>")), "IN-"),
    ],
    ids=[
        "path outside",
        "absolute path",
        "drive",
        "line feed",
        "link",
        "too large",
        "bomb",
        "gzip bomb",
        "zip in zip",
        "gzip in zip",
        "encrypted",
        "no file",
        "folders only",
        "cut",
        "gzip cut",
        "gzip changed",
        "office document",
    ],
)
def test_what_is_out_of_bounds_is_parked_with_the_reason(
    home: Home, data: bytes | Callable[[], bytes], rule: str
) -> None:
    drop(home, data if isinstance(data, bytes) else data())
    parked = [row for row in files(home).values() if row.state == SubmissionState.PARKED]
    assert [row.findings[0].rule.startswith(rule) for row in parked] == [True]
    assert sent(home) == []


def test_of_what_is_broken_behind_a_large_part_nothing_stays_on_the_disk(home: Home) -> None:
    home.house = raised(home.house, max_file_mb=64)
    large = random.Random(1).randbytes(HELD_BYTES_MAX + (4 << 20))  # noqa: S311
    drop(home, gzip.compress(large, 1)[: -(1 << 20)])
    assert [row.state for row in files(home).values()] == [SubmissionState.PARKED]
    assert list((home.house.config.data / UNPACKING).glob("*")) == []


def portion(data: bytes, folder: Path, taken: int = 0) -> Unpacked:
    file = io.BytesIO(data)
    return unpack(file, "a", limit_bytes=1 << 30, inside=False, target=folder, taken=taken)


def test_a_file_that_would_grow_out_of_all_proportion_is_no_files(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="more than 200 times"):
        portion(zipped(("a.xml", bytes(3 << 20))), tmp_path)


def test_so_many_files_are_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MEMBERS_MAX", 3)
    assert len(portion(zipped(*many(3)), tmp_path).members) == 3
    with pytest.raises(Unreadable, match="4 files are in it, 3 may be"):
        portion(zipped(*many(4)), tmp_path)


def large(seed: int) -> bytes:
    """Return noise that is too much to be held, the same in every run."""
    return random.Random(seed).randbytes(HELD_BYTES_MAX + 1)  # noqa: S311


LARGE = large(1)


@pytest.mark.parametrize(
    ("made", "portions"),
    [
        (lambda: zipped(*many(2 * PORTION_MEMBERS + 1)), [PORTION_MEMBERS, PORTION_MEMBERS, 1]),
        (
            lambda: zipped(("a", LARGE), ("b", b"b"), ("c", LARGE), ("d", LARGE + LARGE)),
            [1, 1, 1, 1],
        ),
        (lambda: gzip.compress(LARGE, 0), [1]),
        (lambda: gzip.compress(LARGE, 0) * 2, [1]),
    ],
    ids=["many", "large", "gzip", "gzip in parts"],
)
def test_what_is_much_is_taken_out_in_portions_none_of_which_is_large(
    tmp_path: Path, made: Callable[[], bytes], portions: list[int]
) -> None:
    data = made()
    found: list[bytes] = []
    for count in portions:
        one = portion(data, tmp_path, taken=len(found))
        held = [member.data for member in one.members]
        assert sum(len(each) for each in held if isinstance(each, bytes)) <= PORTION_BYTES
        assert (one.taken, len(held)) == (len(found), count)
        assert one.left == sum(portions) - len(found) - count
        found += [b"".join(pieces(each)) for each in held]
    assert found == plain(data)


def plain(data: bytes) -> list[bytes]:
    if data.startswith(b"\x1f"):
        return [gzip.decompress(data)]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(each) for each in archive.infolist()]


@pytest.mark.parametrize("spoil", ["sum", "size"])
def test_of_what_is_broken_at_its_end_nothing_is_taken_out(tmp_path: Path, spoil: str) -> None:
    data = bytearray(zipped(*many(PORTION_MEMBERS), ("last", LARGE), how=zipfile.ZIP_STORED))
    data[data.index(LARGE[:99]) + (99 if spoil == "sum" else -40)] ^= 1
    with pytest.raises(Unreadable, match="cannot be read"):
        portion(bytes(data), tmp_path)


def test_it_is_unpacked_once_wherever_the_process_dies(home: Home) -> None:
    packed, _ = receive(home.house, replace(ZIP, data=zipped(("a.xml", ONE), ("b.xml", TWO))))
    deaths = iter([True, True])

    def die() -> str:
        if next(deaths, False):
            raise Killed
        return living.new_id()

    living = home.house
    home.house = replace(living, new_id=die)
    for _ in range(2):
        with pytest.raises(Killed):
            home.restart()
        assert sorted(files(home)) == ["run.zip"]
    home.house = living
    home.restart()
    assert sent(home) == ["R-1", "R-2"]
    with living.database.transaction() as connection:
        assert len(drops.of_parent(connection, packed.id)) == 2
        assert len(documents.found(connection)) == 2


MANY = (("a", ONE), ("b", large(2)), ("c", TWO), ("d", large(3)), ("e", b"noise"), ("f", large(4)))
"""Enters in six portions."""


@pytest.mark.parametrize("deaths", [[], [0], [1, 4], [9], [14], [15], [16, 3, 9]])
def test_many_files_enter_in_portions_each_once_wherever_the_process_dies(
    home: Home, deaths: list[int]
) -> None:
    """It dies each time after so many ids were drawn."""
    living = raised(home.house, max_file_mb=64)
    packed, _ = receive(living, replace(ZIP, data=zipped(*MANY, how=zipfile.ZIP_STORED)))
    for draws in deaths:
        home.house = replace(living, new_id=dying(living, draws))
        with suppress(Killed):
            unpack_all(home)
    home.house = living
    unpack_all(home)
    with living.database.transaction() as connection:
        inside = drops.of_parent(connection, packed.id)
        row = submissions.get(connection, packed.id)
    assert [(one.name, one.fate) for one in inside] == [(name, Fate.TAKEN) for name, _ in MANY]
    assert row == replace(packed, state=SubmissionState.READ)
    assert [living.archive.get(one.sha256) for one in inside] == [data for _, data in MANY]
    assert sent(home) == ["R-1", "R-2"]
    assert list((living.config.data / "unpacking").iterdir()) == []


FILES = tuple(Member(name=f"{n}", data=b"%d" % n) for n in range(51))


@pytest.mark.parametrize(
    ("found", "behind"),
    [
        (Unpacked(members=FILES[:50]), 0),
        (Unpacked(members=FILES), 1),
        (Unpacked(members=FILES[:1], taken=25, left=25), 1),
        (Unpacked(members=FILES[:1], door=PART), 1),
    ],
    ids=["few", "many", "many in portions", "a long table"],
)
def test_what_is_much_gives_way_to_what_comes_alone(
    home: Home, found: Unpacked, behind: int
) -> None:
    packed, _ = receive(home.house, replace(ZIP, data=ONE))
    with home.house.database.transaction() as connection:
        task = work.waiting(connection, [packed.id])[packed.id]
    settle(home.house, "read", [unpacked(home.house, packed, task, found)], lane=task.lane)
    with home.house.database.transaction() as connection:
        members = [drop.submission or "" for drop in drops.of_parent(connection, packed.id)]
        waiting = work.waiting(connection, [packed.id, *members]).values()
    assert len(waiting) == len(found.members) + bool(found.left)
    assert {one.priority for one in waiting} == {task.priority + behind}


def dying(living: House, draws: int) -> Callable[[], str]:
    left = iter(range(draws))

    def new_id() -> str:
        if next(left, None) is None:
            raise Killed
        return living.new_id()

    return new_id


def unpack_all(home: Home) -> None:
    for _ in MANY:
        home.restart()
        home.clock.forward(seconds=1)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_for_which_the_disk_has_no_room_is_taken_apart_later(
    tmp_path: Path, database: Database, pool: Pool
) -> None:
    with opened_house(tmp_path, database, pool) as home:
        home.house = raised(home.house, max_file_mb=64)
        large = zipped(("a.bin", bytes(HELD_BYTES_MAX + 1)), how=zipfile.ZIP_STORED)
        row, _ = receive(home.house, replace(ZIP, data=large))
        target = home.house.config.data / UNPACKING / row.id
        target.mkdir(parents=True)
        (target / "0").symlink_to("/dev/full")
        with pytest.raises(ArchiveUnavailable, match="no room to take"):
            home.run()
        home.restart()
        assert files(home)["run.zip"].state is SubmissionState.READ
        assert files(home)["a.bin"].size_bytes == HELD_BYTES_MAX + 1


def test_a_file_that_needs_more_memory_than_there_is_says_how_much_there_is(
    tmp_path: Path, database: Database
) -> None:
    pool = Pool(1, memory_bytes=400 << 20)
    rows = b"<a>1234567</a>" * (2 << 20)
    with opened_house(tmp_path, database, pool) as home:
        home.house = raised(home.house, max_file_mb=128, child_memory_mb=400)
        receive(home.house, replace(ZIP, data=b"<Invoice>" + rows + b"</Invoice>", name="a.xml"))
        home.run()
        found = files(home)["a.xml"]
    pool.close()
    (finding,) = found.findings
    size_mb = found.size_bytes >> 20
    assert (found.state, finding.rule) == (SubmissionState.PARKED, "IN-TOO-LARGE")
    assert f"{size_mb} MB" in finding.message
    assert "400 MB of memory" in finding.message
    assert "hub.child_memory_mb (400 MB now)" in (finding.fix or "")
