from datetime import UTC, date, datetime, timedelta

import pytest

from hub.store import auditors
from hub.store.auditors import Access
from hub.store.database import Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def access(id_: str = "a1", tenant: str = "nordwind", days: int = 30) -> Access:
    return Access(
        id=id_,
        tenant=tenant,
        issued_from=date(2026, 1, 1),
        issued_to=date(2026, 12, 31),
        purpose="VAT audit 2026",
        invited_by="Office",
        made_at=NOW,
        expires_at=NOW + timedelta(days=days),
    )


def test_a_code_opens_its_access_and_no_other_word_does(database: Database) -> None:
    first, second = access("a1"), access("a2", tenant="suedwind")
    with database.transaction() as connection:
        code = auditors.add(connection, first, "secret-1")
        auditors.add(connection, second, "secret-2")
        assert auditors.by_code(connection, code) == first
        assert auditors.by_code(connection, "fca_a2_secret-2") == second
        wrong = [
            "",
            "fca",
            "fca_a1_",
            "fca_a1_secret-2",
            "fct_a1_secret-1",
            f"{code} ",
            "_".join("abc"),
        ]
        wrong += ["fca_a\0_x", "fca_ä_x", f"fca_{'a' * 100}_x", "fca_a1_\ud800", "fca__secret-1"]
        assert [auditors.by_code(connection, each) for each in wrong] == [None] * len(wrong)
        kept = [
            str(column) for row in connection.execute(auditors.auditors.select()) for column in row
        ]
    assert not any("secret-" in column for column in kept)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_access_is_open_until_it_expires_or_is_revoked(database: Database) -> None:
    with database.transaction() as connection:
        auditors.add(connection, access(days=30), "x")
        later = NOW + timedelta(days=29)
        found = auditors.get(connection, "a1")
        assert found is not None
        assert [found.is_open(at) for at in (NOW, later, found.expires_at)] == [True, True, False]
        assert not auditors.revoke(connection, "a1", now=found.expires_at, by="Office")
        assert auditors.revoke(connection, "a1", now=later, by="Office")
        assert not auditors.revoke(connection, "a1", now=later, by="Another")
        (listed,) = auditors.listed(connection, "nordwind")
        assert (listed.revoked_at, listed.revoked_by) == (later, "Office")
        assert not listed.is_open(NOW)
        assert auditors.listed(connection, "suedwind") == []
        assert auditors.get(connection, "a'--") is None
