"""What happens to files in a watched folder: whole ones only, none lost, none in another's way."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from hub.doors.folder import FolderDoor
from hub.store import submissions
from tests.hub.houses import Home, Killed

Complete = Literal["rename", "marker", "stable"]


class Folder:
    """A watched folder and the one who looks into it."""

    def __init__(self, home: Home, complete: Complete = "rename") -> None:
        self.home = home
        self.now = 0.0
        self.complete = complete
        self.door = self.opened()
        self.path = home.house.config.path("in")

    def opened(self) -> FolderDoor:
        """Open the door, as after a start."""
        sender = msgspec.structs.replace(
            self.home.house.config.senders["erp"], complete=self.complete
        )
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
    folder.drop("a.xml.ok", b"")
    assert folder.door.look() == 0
    folder.drop("a.xml", b"half of the ne")
    assert folder.door.look() == 0
    folder.drop("a.xml", b"<the next/>")
    folder.drop("a.xml.ok", b"")
    assert folder.door.look() == 1
    assert len(folder.taken()) == 1


def test_a_file_is_whole_when_it_has_not_changed_for_a_while(home: Home) -> None:
    folder = Folder(home, "stable")
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
