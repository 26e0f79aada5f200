from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from hub.store import access
from hub.store.database import Database

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SECRET = "secret-with_underscores_-and-hyphens"


def add_key(database: Database) -> str:
    with database.transaction() as connection:
        return access.add_key(
            connection,
            key_id="1a2b",
            secret=SECRET,
            tenant="nordwind",
            sender="erp",
            scopes=("submit", "read"),
            now=NOW,
        )


def test_a_key_opens_what_it_was_made_for(database: Database) -> None:
    written = add_key(database)
    with database.transaction() as connection:
        key = access.find_key(connection, written)
    assert key == access.ApiKey(
        id="1a2b", tenant="nordwind", sender="erp", scopes=frozenset({"submit", "read"})
    )


@pytest.mark.parametrize(
    "written",
    [
        "",
        "fct",
        "fct_1a2b",
        "fct_1a2b_",
        f"fct_1a2b_{SECRET}x",
        f"fct_9999_{SECRET}",
        f"key_1a2b_{SECRET}",
        f"fct_1a2b_{SECRET.upper()}",
        "fct_9999_",
        "fct_1a2b_schlüssel",
    ],
)
def test_any_other_key_opens_nothing(database: Database, written: str) -> None:
    add_key(database)
    with database.transaction() as connection:
        assert access.find_key(connection, written) is None


def test_a_revoked_key_opens_nothing_and_is_still_known(database: Database) -> None:
    written = add_key(database)
    later = NOW + timedelta(days=1)
    with database.transaction() as connection:
        revoked = [access.revoke_key(connection, key, later) for key in ("1a2c", "1a2b", "1a2b")]
        assert revoked == [False, True, False]
        assert access.find_key(connection, written) is None
        (known,) = access.known_keys(connection)
    assert (known.id, known.made_at, known.revoked_at) == ("1a2b", NOW, later)
    assert (known.tenant, known.sender, known.scopes) == ("nordwind", "erp", ("submit", "read"))


def add_login(database: Database, kind: str, minutes: int = 60) -> None:
    with database.transaction() as connection:
        access.add_login(
            connection,
            secret=f"{SECRET}{minutes}",
            kind=kind,
            tenant="nordwind",
            expires_at=NOW + timedelta(minutes=minutes),
        )


@pytest.mark.parametrize(
    ("kind", "minutes", "secret", "tenant"),
    [
        ("link", 60, f"{SECRET}60", "nordwind"),
        ("link", 60, f"{SECRET}61", None),
        ("link", 0, f"{SECRET}0", None),
        ("session", 60, f"{SECRET}60", None),
    ],
    ids=["good", "unknown", "expired", "a session is no link"],
)
def test_a_link_opens_once_and_in_time(
    database: Database, kind: str, minutes: int, secret: str, tenant: str | None
) -> None:
    add_login(database, kind, minutes)
    with database.transaction() as connection:
        assert access.use_link(connection, secret, NOW) == tenant
        assert access.use_link(connection, secret, NOW) is None


def test_a_session_lasts_until_its_time_or_its_end(database: Database) -> None:
    add_login(database, "session", 60)
    add_login(database, "session", 30)
    add_login(database, "link", 90)

    def sessions(after_minutes: int) -> list[str | None]:
        at = NOW + timedelta(minutes=after_minutes)
        with database.transaction() as connection:
            return [access.session_tenant(connection, f"{SECRET}{n}", at) for n in (60, 30, 90)]

    assert sessions(29) == ["nordwind", "nordwind", None]
    assert sessions(30) == ["nordwind", None, None]
    with database.transaction() as connection:
        access.end_session(connection, f"{SECRET}60", NOW)
    assert sessions(0) == [None, "nordwind", None]


def test_what_is_over_is_forgotten_and_nothing_else(database: Database) -> None:
    for minutes in (10, 20, 30):
        add_login(database, "session", minutes)
    with database.transaction() as connection:
        access.forget_expired(connection, NOW + timedelta(minutes=20))
        left = connection.execute(sa.select(access.logins.c.expires_at)).scalars().all()
    assert sorted(left) == [NOW + timedelta(minutes=minutes) for minutes in (20, 30)]


def test_no_secret_is_kept(database: Database) -> None:
    add_key(database)
    add_login(database, "link")
    with database.transaction() as connection:
        kept = [
            str(row)
            for table in (access.api_keys, access.logins)
            for row in connection.execute(sa.select(table))
        ]
    assert len(kept) == 2
    assert not [row for row in kept if SECRET in row]
