"""What happens to files in a watched folder: whole ones only, none lost, none in another's way."""

import os
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from hub.config.companies import Answer
from hub.doors.folder import FolderDoor
from hub.pipeline.contents import HELD_BYTES_MAX
from hub.store import submissions
from tests.hub.houses import Home, Killed, raised

Complete = Literal["close", "rename", "marker", "stable"]


class Folder:
    """A watched folder and the one who looks into it."""

    def __init__(self, home: Home, complete: Complete = "rename", **changes: Any) -> None:
        self.home = home
        self.now = 0.0
        self.changes = {"complete": complete, **changes}
        self.door = self.opened()
        self.path = home.house.config.path("in")

    def opened(self) -> FolderDoor:
        """Open the door, as after a start."""
        erp = self.home.house.config.senders["erp"]
        sender = msgspec.structs.replace(erp, **self.changes)
        return FolderDoor(self.home.house, "erp", sender, monotonic=lambda: self.now)

    def drop(self, name: str, content: bytes = b"<a/>") -> Path:
        path = self.path / name
        path.write_bytes(content)
        return path

    def names(self, where: str = "") -> list[str]:
        return sorted(path.name for path in (self.path / where).iterdir() if path.is_file())

    def taken(self) -> list[str]:
        with self.home.house.database.transaction() as connection:
            rows = submissions.listed(connection, tenant=None, state=None, limit=99)
        return sorted(row.name for row in rows)


@pytest.fixture
def folder(home: Home) -> Folder:
    return Folder(home)


def test_a_whole_file_is_taken_and_put_away(folder: Folder) -> None:
    folder.drop("a.xml")
    assert folder.door.look() == 1
    assert (folder.taken(), folder.names(), folder.names("processed")) == (["a.xml"], [], ["a.xml"])


def test_a_file_that_takes_the_place_of_one_that_is_taken_just_now_comes_next(
    folder: Folder,
) -> None:
    house, append = folder.home.house, folder.home.house.archive.append

    def meanwhile(*drafts: Any, **more: Any) -> Any:
        folder.drop(".new", b"<second/>").replace(folder.path / "a.csv")
        return append(*drafts, **more)

    folder.drop("a.csv", b"<first/>")
    house.archive.append = meanwhile  # type: ignore[method-assign]
    folder.door.look()
    assert folder.names() == ["a.csv"]
    house.archive.append = append  # type: ignore[method-assign]
    folder.door.look()
    with house.database.transaction() as connection:
        rows = submissions.listed(connection, tenant=None, state=None, limit=9)
    both = {sha256(content).hexdigest() for content in (b"<first/>", b"<second/>")}
    assert {row.sha256 for row in rows} == both
    assert folder.names("processed") == ["a.csv"]


LARGE = bytes(range(256)) * (HELD_BYTES_MAX // 256 + 1)


def test_a_large_file_is_kept_to_the_byte(home: Home) -> None:
    home.house = raised(home.house, max_file_mb=64)
    folder = Folder(home)
    folder.drop("a.pdf", LARGE)
    folder.drop("b.xml")
    assert folder.door.look() == 2
    assert home.house.archive.get(sha256(LARGE).hexdigest()) == LARGE
    assert (folder.names(), folder.names("processed")) == ([], ["a.pdf", "b.xml"])


def test_a_large_file_that_changes_while_it_is_taken_stays_and_hinders_nothing_else(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    def spoil() -> datetime:
        (home.house.config.path("in") / "a.pdf").write_bytes(LARGE[::-1])
        return home.clock()

    home.house = replace(raised(home.house, max_file_mb=64), clock=spoil)
    folder = Folder(home)
    folder.drop("a.pdf", LARGE)
    folder.drop("b.xml")
    assert folder.door.look() == 1
    assert (folder.taken(), folder.names()) == (["b.xml"], ["a.pdf"])
    assert "a.pdf was changed while it was being kept" in caplog.text
    assert folder.door.look() == 1
    assert home.house.archive.get(sha256(LARGE[::-1]).hexdigest()) == LARGE[::-1]


@pytest.mark.parametrize(
    "name", ["a.part", "a.xml.PART", "a.tmp", "a.filepart", "a.partial", ".a.xml", "a.ok"]
)
def test_what_is_under_way_or_no_file_is_left_alone(folder: Folder, name: str) -> None:
    folder.drop(name)
    (folder.path / "sub.xml").mkdir()
    (folder.path / "link.xml").symlink_to("/etc/hostname")
    os.mkfifo(folder.path / "pipe.xml")
    assert folder.door.look() == 0
    assert folder.taken() == []
    folder.drop("b.xml")
    assert folder.door.look() == 1


A, B = b"<a/>", b"<b/>"
HASH_A, HASH_B = (sha256(content).hexdigest() for content in (A, B))


def test_a_marker_says_that_a_file_is_whole(home: Home) -> None:
    folder = Folder(home, "marker")
    folder.drop("a.xml")
    assert folder.door.look() == 0
    folder.drop("a.xml.ok", b"")
    assert folder.door.look() == 1
    assert folder.names() == []


def test_a_marker_whose_file_was_taken_counts_for_no_other(home: Home) -> None:
    """The process died between putting the file away and its marker."""
    folder = Folder(home, "marker")
    folder.drop("a.xml", b"<the first/>")
    folder.drop("a.xml.ok", b"")
    (folder.path / "processed").rmdir()
    (folder.path / "processed").touch()
    assert folder.door.look() == 0
    (folder.path / "processed").unlink()
    assert folder.names() == ["a.xml", "a.xml.ok"], "nothing was put away, and it is tried again"
    (folder.path / "a.xml.ok").rename(folder.path / ".taken" / "a.xml.ok")
    folder.door = folder.opened()
    assert (folder.names(), folder.names("processed")) == ([], ["a.xml"])
    folder.drop("a.xml", b"half of the ne")
    assert folder.door.look() == 0
    folder.drop("a.xml", b"<the next/>")
    folder.drop("a.xml.ok", b"")
    assert folder.door.look() == 1
    assert len(folder.taken()) == 2


def test_a_marker_put_aside_for_another_file_is_forgotten(home: Home) -> None:
    folder = Folder(home, "marker")
    (folder.path / ".taken").mkdir()
    (folder.path / ".taken" / "a.xml.ok").write_bytes(b"")
    folder.drop("a.xml", b"half of the ne")
    folder.door = folder.opened()
    assert (folder.door.look(), folder.names()) == (0, ["a.xml"])
    assert folder.names(".taken") == []


@pytest.mark.parametrize("said", [b"", b"size=4\ntotal.EUR=1.00", f"sha256={HASH_A}".encode()])
def test_a_marker_that_comes_first_waits_for_its_file_to_be_whole(home: Home, said: bytes) -> None:
    folder = Folder(home, "marker")
    folder.drop("a.xml.ok", said)
    assert [folder.door.look() for _ in range(3)] == [0, 0, 0]
    for folder.now, content in ((60, A[:2]), (61.9, A[:2]), (62, A), (63.9, A)):
        if folder.now in {60, 62}:
            folder.drop("a.xml", content)
        assert folder.door.look() == 0
    folder.now = 64
    assert folder.door.look() == 1
    assert (folder.taken(), folder.names(), folder.names("error")) == (["a.xml"], [], [])


def test_what_a_marker_that_comes_first_states_holds(home: Home) -> None:
    folder = Folder(home, "marker", stable_seconds=0)
    folder.drop("a.xml.ok", b"size=5")
    assert folder.door.look() == 0
    folder.drop("a.xml", A)
    assert [folder.door.look() for _ in range(2)] == [0, 0]
    assert folder.names("error") == ["a.xml", "a.xml.err.txt", "a.xml.ok"]
    assert folder.taken() == []


@pytest.mark.parametrize(
    "said", [b"", b"total.EUR=1.00", f"{HASH_A}  a.xml".encode()], ids=["empty", "total", "list"]
)
def test_a_marker_waits_an_hour_and_is_refused_then(home: Home, said: bytes) -> None:
    folder = Folder(home, "marker")
    folder.drop("a.xml.ok", said)
    for folder.now in (0, 3599):
        assert folder.door.look() == 0
        assert folder.names() == ["a.xml.ok"]
    folder.now = 3600
    assert folder.door.look() == 0
    assert (folder.names(), folder.names("error")) == ([], ["a.xml.ok", "a.xml.ok.err.txt"])
    reason = (folder.path / "error/a.xml.ok.err.txt").read_text(encoding="utf-8")
    assert "a.xml.ok stands for a.xml" in reason
    folder.drop("a.xml.ok", said)
    assert (folder.door.look(), folder.names()) == (0, ["a.xml.ok"])


@pytest.mark.parametrize(
    ("marker", "taken"),
    [
        (b"", ["a.xml"]),
        (f"{HASH_A}  a.xml\n".encode(), ["a.xml"]),
        (f"{HASH_A.upper()} *a.xml\r\n".encode(), ["a.xml"]),
        (f"\xef\xbb\xbfSHA256: {HASH_A}\ncount = 12\nsize=4\ntotal.EUR=-0.5".encode(), ["a.xml"]),
        (b"written by the night run, 23:59\n\0\xff", ["a.xml"]),
        (f"{HASH_A}  a.xml\n{HASH_B}  b.xml\ncount=2\n".encode(), ["a.xml", "b.xml"]),
    ],
    ids=["empty", "sha256sum", "binary sums", "words", "anything else", "a list"],
)
def test_a_marker_may_say_what_it_stands_for(home: Home, marker: bytes, taken: list[str]) -> None:
    folder = Folder(home, "marker")
    folder.drop("a.xml", A)
    folder.drop("b.xml", B)
    folder.drop("a.xml.OK", marker)
    assert folder.door.look() == len(taken)
    assert (folder.taken(), folder.names("processed")) == (taken, taken)
    assert folder.names() == sorted({"a.xml", "b.xml"} - set(taken))


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        (f"{HASH_B}  a.xml".encode(), HASH_A),
        (f"{HASH_A}  a.xml\n{HASH_A}  b.xml".encode(), "b.xml: not what its marker states"),
        (b"size=5", "5 bytes are stated, 4 came"),
        (b"sha256=abc", "64 hexadecimal digits"),
        (b"count=-1", "a whole number is wanted"),
        (b"count=1\ncount=2", "stated twice"),
        (b"total.EUR=1.234,56", "an amount like 1234.56"),
        (b"sum.EUR=119.00", "sum.EUR: known words are count, size, sha256, total.EUR"),
        (b"Total=119.00", "total: known words"),
        (b"invoices=12", "invoices: known words"),
        (b"checksum=0123", "checksum: known words"),
        (f"{HASH_A}  ../a.xml".encode(), "files beside it"),
        (b"x" * ((1 << 20) + 1), "at most"),
    ],
    ids=[
        "hash",
        "one of a list",
        "size",
        "no hash",
        "no count",
        "twice",
        "no sum",
        "sum",
        "bare",
        "documents by another word",
        "a hash by another word",
        "path",
        "long",
    ],
)
def test_what_its_marker_contradicts_is_refused_whole(
    home: Home, marker: bytes, words: str
) -> None:
    folder = Folder(home, "marker")
    folder.drop("a.xml", A)
    folder.drop("b.xml", B)
    folder.drop("a.xml.ok", marker)
    assert folder.door.look() == 0
    assert folder.taken() == []
    assert words in (folder.path / "error" / "a.xml.err.txt").read_text(encoding="utf-8")
    assert set(folder.names("error")) >= {"a.xml", "a.xml.err.txt", "a.xml.ok"}
    folder.drop("a.xml", A)
    folder.drop("a.xml.ok", b"")
    assert folder.door.look() == 1


def test_a_list_waits_for_all_its_files(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    folder = Folder(home, "marker")
    folder.drop("run.ctl", f"{HASH_A}  a.xml\n{HASH_B}  b.xml".encode())
    folder.drop("b.xml", B)
    assert [folder.door.look() for _ in range(3)] == [0, 0, 0]
    assert len([line for line in caplog.messages if "run.ctl stands for a.xml" in line]) == 1
    folder.drop("a.xml", A)
    for folder.now, taken in ((1, 0), (3, 2)):
        assert folder.door.look() == taken
    assert (folder.taken(), folder.names()) == (["a.xml", "b.xml"], [])


@pytest.mark.parametrize("moved", [[], ["a.xml"], ["a.xml", "b.xml"]], ids=len)
def test_a_list_is_taken_once_wherever_the_process_dies(home: Home, moved: list[str]) -> None:
    folder = Folder(home, "marker")
    marker = f"{HASH_A}  a.xml\n{HASH_B}  b.xml\n".encode()
    for name, content in (("a.xml", A), ("b.xml", B), ("run.ctl", marker)):
        folder.drop(name, content)
    kept = {name: (folder.path / name).read_bytes() for name in folder.names()}
    assert folder.door.look() == 2
    for name in sorted(kept.keys() - set(moved)):
        folder.drop(name, kept[name])
    folder.opened().look()
    assert folder.taken() == ["a.xml", "b.xml"]
    assert [name for name in folder.names() if name != "run.ctl"] == []


def test_only_names_that_the_sender_may_use_are_taken(home: Home) -> None:
    folder = Folder(home, "rename", names=("*.xml", "INV-[0-9]*.pdf"))
    for name in ("a.XML", "inv-1.pdf", "invoice.pdf", "a.xml.exe"):
        folder.drop(name, name.encode())
    assert folder.door.look() == 2
    assert folder.taken() == ["a.XML", "inv-1.pdf"]
    assert folder.names() == []
    reason = (folder.path / "error" / "a.xml.exe.err.txt").read_text(encoding="utf-8")
    assert "none of *.xml, INV-[0-9]*.pdf" in reason


def test_what_lies_about_is_said_once(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    (folder.path / "sub").mkdir()
    (folder.path / "sub" / "a.xml").write_bytes(A)
    for _ in range(3):
        assert folder.door.look() == 0
    assert len(caplog.messages) == 1
    assert "drop files into the folder itself" in caplog.text


def test_folders_that_settings_put_there_are_no_news(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    change = msgspec.structs.replace
    answer = Answer(sender="erp", form="csv", folder="in/sap/xml")
    home.house = replace(home.house, config=change(home.house.config, answers={"erp": answer}))
    folder = Folder(home)
    for name in ("sap/xml", "other"):
        (folder.path / name).mkdir(parents=True)
    assert folder.door.look() == 0
    (said,) = caplog.messages
    assert said.startswith(repr(str(folder.path / "other")))


@pytest.mark.parametrize("complete", ["stable", "close"])
def test_a_file_is_whole_when_it_has_not_changed_for_a_while(
    home: Home, complete: Complete
) -> None:
    folder = Folder(home, complete)
    path = folder.drop("a.xml", b"half")
    assert folder.door.look() == 0
    folder.now = 1.9
    assert folder.door.look() == 0
    path.write_bytes(b"half and more")
    folder.now = 2.5
    assert folder.door.look() == 0
    folder.now = 4.4
    assert folder.door.look() == 0
    folder.now = 4.5
    assert folder.door.look() == 1


def test_a_file_taken_in_a_crash_is_put_away_and_not_taken_twice(folder: Folder) -> None:
    def die() -> None:
        raise Killed

    folder.drop("a.xml")
    living = folder.home.house
    folder.home.house = replace(living, nudge=die)
    with pytest.raises(Killed):
        folder.opened().look()
    folder.home.house = living
    assert folder.names() == ["a.xml"]
    assert folder.opened().look() == 1
    assert (folder.taken(), folder.names("processed")) == (["a.xml"], ["a.xml"])


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "the file is empty; export it again"), (b"x" * 1_048_577, "max_file_mb")],
    ids=["empty", "oversize"],
)
def test_what_is_refused_lies_beside_the_reason(folder: Folder, content: bytes, words: str) -> None:
    folder.drop("a.xml", content)
    folder.drop("b.xml")
    assert folder.door.look() == 1
    assert folder.names("error") == ["a.xml", "a.xml.err.txt"]
    assert words in (folder.path / "error" / "a.xml.err.txt").read_text(encoding="utf-8")
    assert folder.taken() == ["b.xml"]


def test_what_was_put_away_before_is_not_replaced(folder: Folder) -> None:
    for content in (b"<one/>", b"<two/>", b"<one/>"):
        folder.drop("a.xml", content)
        assert folder.door.look() == 1
    assert folder.names("processed") == ["a.xml", "a.xml.1", "a.xml.2"]
    assert len(folder.taken()) == 2


def test_when_there_is_no_room_files_stay_where_they_are(folder: Folder) -> None:
    config = folder.home.house.config
    full = msgspec.structs.replace(config.hub, min_free_mb=1 << 40)
    living = folder.home.house
    folder.home.house = replace(living, config=msgspec.structs.replace(config, hub=full))
    folder.drop("a.xml")
    assert folder.opened().look() == 0
    assert folder.names() == ["a.xml"]
    folder.home.house = living
    assert folder.opened().look() == 1


@pytest.mark.parametrize("name", [b"\xff\xfe.xml", b"a\nb.xml", b"x" * 250], ids=repr)
def test_any_name_is_a_label_only(folder: Folder, name: bytes) -> None:
    (folder.path / os.fsdecode(name)).write_bytes(b"<a/>")
    folder.drop("z.xml", b"<z/>")
    assert folder.door.look() == 2
    assert all(label.isprintable() for label in folder.taken())


def test_names_as_long_as_names_get_are_put_away(folder: Folder) -> None:
    for content in (b"<one/>", b"<two/>", b""):
        folder.drop("a" * 255, content)
        folder.drop("b.xml", content)
        folder.door.look()
    assert folder.names() == []
    assert [len(folder.names(where)) for where in ("processed", "error")] == [4, 4]
    assert len(folder.taken()) == 2


def test_a_file_that_cannot_be_put_away_is_in_no_others_way(folder: Folder) -> None:
    (folder.path / "processed").rmdir()
    folder.drop("processed", b"not a folder")
    folder.drop("a.xml", b"<a/>")
    folder.drop("b.xml", b"<b/>")
    assert folder.door.look() == 0
    assert folder.taken() == ["a.xml", "b.xml", "processed"]
    (folder.path / "processed").unlink()
    assert folder.door.look() == 2
