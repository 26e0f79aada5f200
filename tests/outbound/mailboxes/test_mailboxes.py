"""Mailboxes: each message is seen until it is put away, and then never again."""

from pathlib import Path

import pytest

from outbound.mailboxes import maildir
from outbound.mailboxes.maildir import Maildir, deliver


def test_message_in_a_maildir_is_put_away_once(tmp_path: Path) -> None:
    box = Maildir(tmp_path)
    assert list(box.waiting()) == []
    for name in "2", "1", "3":
        deliver(tmp_path, name, name.encode())
    assert [(letter.source, letter.data) for letter in box.waiting()] == [
        ("1", b"1"),
        ("2", b"2"),
        ("3", b"3"),
    ]
    for _ in range(2):
        box.put_away("1", taken=True)
    box.put_away("2", taken=False)
    assert [letter.source for letter in box.waiting()] == ["3"]
    assert {file.name for file in (tmp_path / "cur").iterdir()} == {"1:2,S", "2:2,"}
    assert box.left_for_a_person() == 1


def test_what_is_no_message_is_for_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maildir, "LETTER_BYTES_MAX", 3)
    deliver(tmp_path, "large", b"1234")
    (tmp_path / "new" / "folder").mkdir()
    assert list(Maildir(tmp_path).waiting()) == []
    box = Maildir(tmp_path)
    assert box.left_for_a_person() == 2
    assert [(left.place.split("/")[-1], left.head) for left in box.left()] == [
        ("folder:2,", b""),
        ("large:2,", b"1234"),
    ]


def test_a_message_is_delivered_once_under_a_name(tmp_path: Path) -> None:
    deliver(tmp_path, "1", b"first")
    deliver(tmp_path, "1", b"first")
    assert [letter.data for letter in Maildir(tmp_path).waiting()] == [b"first"]
