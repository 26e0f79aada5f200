"""The tables as SQL makes them, as SQLAlchemy names them, and what a transaction promises."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
import sqlalchemy as sa

from hub import store
from hub.store import database as store_database
from hub.store import deliveries
from hub.store.database import TABLES, Database, Unreachable
from tests.servers.postgres import Cluster


def test_the_migrations_make_exactly_the_tables_that_the_code_names(database: Database) -> None:
    for module in iter_modules(store.__path__, "hub.store."):
        import_module(module.name)
    found = sa.inspect(database.engine)
    named = {
        name: (
            {column.name for column in table.columns},
            [column.name for column in table.primary_key.columns],
        )
        for name, table in TABLES.tables.items()
    }
    made = {
        name: (
            {column["name"] for column in found.get_columns(name)},
            found.get_pk_constraint(name)["constrained_columns"],
        )
        for name in found.get_table_names()
        if name != "hub_schema"
    }
    assert made == named


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres_cluster")
        url = cluster.url("new")
    made = Database(url)
    yield made
    made.close()


def test_processes_that_start_at_once_migrate_once(empty: Database) -> None:
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(empty.migrate) for _ in range(4)]:
            done.result()
    with empty.transaction() as connection:
        versions = connection.execute(sa.text("SELECT version FROM hub_schema")).scalars().all()
    scripts = (Path(store_database.__file__).parent / "migrations").glob("*.sql")
    assert sorted(versions) == sorted(int(script.name[:4]) for script in scripts)


def test_a_migration_that_is_cut_off_leaves_nothing(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = "CREATE TABLE half (id TEXT PRIMARY KEY);\nCREATE TABLE NONSENSE NONSENSE"
    with monkeypatch.context() as patched:
        patched.setattr(store_database, "_migrations", lambda: [(1, half)])
        with pytest.raises((sa.exc.ProgrammingError, Unreachable), match="NONSENSE"):
            empty.migrate()
    assert sa.inspect(empty.engine).get_table_names() == []
    empty.migrate()


def add_report(database: Database, source: str, at: datetime) -> None:
    with database.transaction() as connection:
        deliveries.note_report(connection, source=source, channel="post", now=at)


INSTANTS = (
    datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    datetime(2026, 11, 20, 10, 30, 0, 1, tzinfo=timezone(timedelta(hours=1))),
    datetime(2026, 11, 20, 9, 30, 1, tzinfo=UTC),
)


def test_instants_come_back_as_they_were_and_sort_by_time(database: Database) -> None:
    for number, at in enumerate(INSTANTS):
        add_report(database, str(number), at)
    query = sa.select(deliveries.reports.c.taken_at).order_by(deliveries.reports.c.taken_at)
    with database.transaction() as connection:
        found = list(connection.execute(query).scalars())
    assert found == list(INSTANTS)
    assert {at.tzinfo for at in found} == {UTC}


def test_an_instant_without_zone_is_a_bug(database: Database) -> None:
    with pytest.raises(sa.exc.StatementError, match="instants are aware"):
        add_report(database, "naive", INSTANTS[0].replace(tzinfo=None))


def test_what_raises_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as connection:
            deliveries.note_report(connection, source="x", channel="post", now=INSTANTS[0])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.transaction() as connection:
        assert not deliveries.has_report(connection, "x")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgres://u:secret@host/db", r"write postgresql\+psycopg://"),
        ("nonsense", r"write postgresql\+psycopg://"),
        ("postgresql+psycopg://u:secret@127.0.0.1:9/db", "port 9 failed: Connection refused"),
        ("sqlite:////nowhere/facteur.db", "unable to open database file"),
    ],
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(url: str, words: str) -> None:
    with pytest.raises(Unreachable, match=words) as caught:
        Database(url).migrate()
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
