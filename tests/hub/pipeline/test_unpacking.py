"""What is sent packed: every file in it enters once, as if it had been dropped alone."""

import gzip
import stat
import zipfile
from collections.abc import Iterable
from dataclasses import replace

import pytest

from formats.codec import Unreadable
from hub.pipeline.packed import MEMBERS_MAX, unpack
from hub.pipeline.receive import Arrival, receive
from hub.store import documents, drops, submissions
from hub.store.drops import Fate
from hub.store.submissions import Submission, SubmissionState
from tests.hub.houses import Home, Killed
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
        (zipped(*many(MEMBERS_MAX + 1)), "IN-ZIP-COUNT"),
        (zipped(("a.xml", bytes(700_000)), ("b.xml", bytes(400_000))), "IN-ZIP-SIZE"),
        (zipped(("a.xml", bytes(20 << 20))), "IN-ZIP-SIZE"),
        (gzip.compress(bytes(20 << 20)), "IN-ZIP-SIZE"),
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
        "too many",
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
    home: Home, data: bytes, rule: str
) -> None:
    drop(home, data)
    parked = [row for row in files(home).values() if row.state == SubmissionState.PARKED]
    assert [row.findings[0].rule.startswith(rule) for row in parked] == [True]
    assert sent(home) == []


def test_a_file_that_would_grow_out_of_all_proportion_is_no_files() -> None:
    with pytest.raises(Unreadable, match="more than 200 times"):
        unpack(zipped(("a.xml", bytes(3 << 20))), "a.zip", limit_bytes=1 << 30, inside=False)


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
