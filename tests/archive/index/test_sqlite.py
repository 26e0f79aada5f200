import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from archive.entry import ArchiveError, Entry, KeptItem, Query
from archive.index.sql_asking import SqlAsking
from archive.index.sqlite import Index
from archive.packs.pack import Place
from tests.archive.filing import NOON, sha256_hex
from tests.archive.index.asked import entries, fill


def entry(position: int, **fields: str) -> Entry:
    return Entry(
        id=sha256_hex(str(position).encode()),
        log="acme/2026",
        position=position,
        at=NOON,
        key=f"key {position}",
        tenant="acme",
        subject="s",
        kind="document",
        step="read",
        document=None,
        fields=fields,
        items=(KeptItem(role="r", name="n", media_type="m", size_bytes=1, sha256="00" * 32),),
    )


def add(index: Index, entries: list[Entry]) -> None:
    places = [Place(sha256=each.id, offset=94, size_bytes=1) for each in entries]
    index.add("acme/2026", "note", pack=entries[0].position, places=places, entries=entries)


def found(index: Index, query: Query) -> list[int]:
    return [each.position for each in index.find(query)]


AMOUNTS = ["0", "-0.0001", "1e3", "12.34567", "NaN", "Infinity", "", "12,50", "9" * 30, "1_0"]


@pytest.mark.parametrize(
    ("query", "positions"),
    [
        (Query(amount_from=Decimal(0)), [9, 3, 2, 0]),
        (Query(amount_to=Decimal(0)), [1, 0]),
        (Query(amount_from=Decimal("12.3457"), amount_to=Decimal("12.3457")), [3]),
        (Query(amount_from=Decimal(1000), amount_to=Decimal("1000.00")), [2]),
    ],
)
def test_amounts_are_numbers_or_nothing(tmp_path: Path, query: Query, positions: list[int]) -> None:
    index = Index(tmp_path / "index.db")
    add(index, [entry(n, total=total) for n, total in enumerate(AMOUNTS)])
    assert found(index, query) == positions
    index.close()


def test_the_newest_of_many(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db")
    add(index, [entry(n, number=f"R-{n}", customer_name="Everybody") for n in range(300)])
    add(index, [entry(n, number=f"R-{n}") for n in range(300, 400)])
    assert found(index, Query(limit=2)) == [399, 398]
    assert found(index, Query(name_fragment="ERYB", limit=2)) == [299, 298]
    assert found(index, Query(number_fragment="R-39", limit=3)) == [399, 398, 397]
    assert index.head("acme/2026") == (400, "note")
    assert index.head("acme/2027") == (0, "")
    index.close()


def test_what_another_connection_brings_is_seen_while_an_index_grows(tmp_path: Path) -> None:
    one, other = Index(tmp_path / "index.db"), Index(tmp_path / "index.db")
    said = [replace(entry(n, number="R-1"), document="d") for n in range(3)]
    with one.growing():
        add(one, [entry(n) for n in range(10, 13)])
        add(other, said[:1])
        add(one, said[1:2])
        add(one, said[2:])
    assert one.rows("SELECT count(*) FROM documents", ()) == [(1,)]
    assert [each.position for each in one.about(document="d", subject=None)] == [0, 1, 2]
    one.close()
    other.close()


def test_what_one_connection_adds_another_finds(tmp_path: Path) -> None:
    one, other = Index(tmp_path / "index.db"), Index(tmp_path / "index.db")
    add(one, [entry(0)])
    assert [each.position for each in other.by_key("acme", "key 0")] == [0]
    other.clear()
    assert one.by_key("acme", "key 0") == []
    add(other, [entry(0)])
    assert list(one.content()) == list(other.content()) != []
    one.close()
    other.close()


def test_a_commit_is_indexed_whole_or_not(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db")
    add(index, [entry(0)])
    with pytest.raises(OSError, match="UNIQUE"):
        add(index, [entry(1), entry(2), entry(0)])
    assert found(index, Query()) == [0]
    assert index.head("acme/2026") == (1, "note")
    index.close()


def spoil(path: Path, how: str) -> None:
    if how == "of another version":
        db = sqlite3.connect(path)
        db.execute("PRAGMA user_version = 999")
        db.close()
    elif how == "cut short":
        path.write_bytes(path.read_bytes()[:5000])
    elif how == "overwritten inside":
        data = path.read_bytes()
        path.write_bytes(data[:4096] + b"\0\xff" * (len(data) // 2 - 2048))
    else:
        path.write_bytes(b"\0" * 5000)


@pytest.mark.parametrize("how", ["of another version", "cut short", "zeroed", "overwritten inside"])
def test_a_useless_file_makes_room(tmp_path: Path, how: str) -> None:
    path = tmp_path / "index.db"
    index = Index(path)
    add(index, [entry(n) for n in range(100)])
    index.close()
    spoil(path, how)
    index = Index(path)
    index.clear()
    assert list(index.content()) == []
    add(index, [entry(0)])
    assert found(index, Query()) == [0]
    index.close()


def test_what_is_erased_leaves_the_file(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db")
    filed = entries()
    fill(index, filed)
    everywhere = sha256_hex(b"everywhere")
    assert index.users("acme/2025", everywhere) == [1, 2]
    words = (b"rucksendung", b"gutschrift", b"FR99", "Müller".encode())
    assert [word in raw(tmp_path) for word in words] == [True] * 4
    index.forget([each.id for each in filed if each.document == "a" and each.tenant == "acme"])
    index.forget_files("acme/2025", [sha256_hex(b"of 0")])
    index.forget([each.id for each in filed if each.tenant == "other"])
    assert [word in raw(tmp_path) for word in words] == [False, True, False, True]
    asking = SqlAsking(index)
    assert [row.document for _, row in asking.listed(Query(tenant="acme"), 9)] == [*"dlcb"]
    assert [row.document for _, row in asking.listed(Query(tenant="acme", words="kran*"), 9)] == [
        *"cb"
    ]
    assert index.users("acme/2025", everywhere) == [2]
    assert index.place(sha256_hex(b"of 0")) is None
    assert index.place(everywhere, "acme/2026") is not None
    assert index.by_id(filed[0].id) == index.by_key("acme", "key 0") == []
    assert index.head("acme/2025") == (3, "3")
    index.close()


def raw(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def broken_off(index: Index, filed: list[Entry]) -> None:
    with index.filling():
        fill(index, filed)
        raise ArchiveError


def test_many_commits_at_once_are_the_same_rows(tmp_path: Path) -> None:
    one, many = Index(tmp_path / "one.db"), Index(tmp_path / "many.db")
    fill(one, entries())
    with pytest.raises(ArchiveError):
        broken_off(many, entries()[:5])
    assert many.head("acme/2026") == (2, "2")
    with many.filling():
        fill(many, entries()[5:])
    assert list(one.content()) == list(many.content())
    one.close()
    many.close()


def test_questions_are_put_over_a_connection_that_refuses_changes(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db")
    add(index, [entry(0)])
    with pytest.raises(OSError, match="readonly database"):
        index.rows("DELETE FROM entries", ())
    assert index.rows("SELECT count(*) FROM entries", ()) == [(1,)]
    index.close()
