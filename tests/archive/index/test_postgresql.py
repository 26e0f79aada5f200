"""What PostgreSQL does otherwise than SQLite; the questions are in test_questions."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from archive.entry import Query
from archive.index.postgresql import PostgresIndex
from archive.index.sql_asking import SqlAsking
from archive.index.sqlite import Index
from tests.archive.filing import sha256_hex
from tests.archive.index.asked import A, entries, fill


@pytest.fixture
def index(empty_database: str) -> Iterator[PostgresIndex]:
    made = PostgresIndex(empty_database)
    made.clear()
    yield made
    made.close()


def test_it_holds_the_same_rows_as_sqlite(tmp_path: Path, index: PostgresIndex) -> None:
    other = Index(tmp_path / "index.db")
    fill(other, entries())
    with index.filling():
        fill(index, entries())
    assert list(index.content()) == list(other.content()) != []
    other.close()


ODD = ("a tab\t, a line\nand \r end", "a\\b \\. \\N", "Łódź 株式会社", "", "' & | ( :* %_")


def test_rows_that_are_copied_are_those_that_are_inserted(
    tmp_path: Path, index: PostgresIndex
) -> None:
    other = Index(tmp_path / "index.db")
    told = {"customer_name", "customer", "words", "corrects", "vat_ids"}
    many = [
        replace(
            entries()[0],
            id=sha256_hex(str(at).encode()),
            position=at,
            key=str(at),
            document=f"{at} {ODD[at % 5]}",
            fields=A | dict.fromkeys(told, f"{ODD[at % 5]} {at} {at}"),
        )
        for at in range(60)
    ]
    for each in (index, other):
        with each.filling():
            fill(each, many)
    assert list(index.content()) == list(other.content())
    asking = SqlAsking(index)
    assert asking.count(Query(tenant="acme", words="LINE and")) == 12
    assert asking.count(Query(tenant="acme", words="lodz 17 17")) == 1
    assert full_text(index) == ["grams_by_text", "words_by_text"]
    other.close()


def full_text(index: PostgresIndex) -> list[str]:
    """Return by what words and parts of names are looked up."""
    found = index.rows("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%USING gin%'", ())
    return sorted(name for (name,) in found)


def test_without_the_extension_parts_of_names_are_looked_for(
    index: PostgresIndex, empty_database: str
) -> None:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("DROP EXTENSION pg_trgm CASCADE")
    index.clear()
    with index.filling():
        fill(index, entries())
    assert full_text(index) == ["words_by_text"]
    assert SqlAsking(index).count(Query(tenant="acme", name_fragment="ller & s")) == 2
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm WITH SCHEMA public")


def test_what_another_connection_brings_is_seen_while_an_index_grows(
    index: PostgresIndex, empty_database: str
) -> None:
    other, filed = PostgresIndex(empty_database), entries()
    with index.growing():
        fill(index, filed[2:3])
        fill(other, filed[:1])
        fill(index, filed[1:2])
        fill(index, filed[3:])
    assert len(index.about(document="a", subject=None)) == 4
    assert index.rows("SELECT count(*) FROM documents", ()) == [(6,)]
    other.close()


def test_what_is_erased_is_no_longer_found(index: PostgresIndex) -> None:
    filed = entries()
    fill(index, filed)
    index.forget([each.id for each in filed if each.document == "a"])
    index.forget_files("acme/2025", [sha256_hex(b"of 0")])
    asking = SqlAsking(index)
    found = asking.listed(Query(tenant="acme", words="kran*"), 9)
    assert [row.document for _, row in found] == [*"cb"]
    assert asking.count(Query(tenant="other")) == 0
    assert index.place(sha256_hex(b"of 0")) is None
    assert [each.position for each in index.find(Query(limit=3))] == [8, 7, 6]


def test_questions_are_put_over_a_connection_that_refuses_changes(index: PostgresIndex) -> None:
    fill(index, entries())
    with pytest.raises(OSError, match="read-only transaction"):
        index.rows("DELETE FROM entries WHERE entry > ?", (0,))
    assert index.ends_of_trails("acme", ["a", "none"])["a"][0] > 0
    assert index.ends_of_files("acme", ["s1"]) == {}


def test_one_commit_twice_is_refused_whole(index: PostgresIndex) -> None:
    first, second, *_ = entries()
    fill(index, [first])
    with pytest.raises(OSError, match="duplicate key"):
        fill(index, [second, replace(first, position=1)])
    assert index.head("acme/2025") == (2, "2")
    assert [each.position for each in index.find(Query())] == [1, 0]


@pytest.mark.parametrize(
    "text", ["nul \0 in it", "' & | ! ( :* \\", "%_\\", "1e5 a-b c@d.example /x"]
)
def test_any_text_is_filed_and_found(index: PostgresIndex, text: str) -> None:
    entry = entries()[0]
    fields = {**entry.fields, "number": text, "customer_name": text, "words": f"{text} end"}
    fill(index, [replace(entry, fields=fields)])
    asking = SqlAsking(index)
    for query in (
        Query(tenant="acme", number_fragment=text.replace("\0", "")),
        Query(tenant="acme", name_fragment=text.replace("\0", "")[-2:]),
        Query(tenant="acme", words=f"{text} END"),
        Query(tenant="acme", words="en*"),
    ):
        assert asking.count(query) == 1, query


def test_an_index_of_another_version_is_made_anew(
    index: PostgresIndex, empty_database: str
) -> None:
    fill(index, entries())
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("UPDATE facteur_archive.version SET number = 1")
    other = PostgresIndex(empty_database)
    assert list(other.content()) == []
    other.close()


def test_a_database_that_is_not_there() -> None:
    with pytest.raises(OSError, match="facteur_archive"):
        PostgresIndex("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
