from pathlib import Path

import pytest

from hub.config.loading import load
from hub.store import access
from hub.store.database import Database
from tests.hub.cli.conftest import Facteur, Hub


def opens(folder: Path, key: str) -> access.ApiKey | None:
    database = Database(load(folder / "facteur.toml").database_url)
    with database.transaction() as connection:
        found = access.find_key(connection, key)
    database.close()
    return found


def test_a_second_key_opens_what_it_is_made_for_until_it_is_revoked(
    facteur: Facteur, tmp_path: Path
) -> None:
    first = facteur("init", "--tenant", "acme", "--sender", "sap", "--json").json["api_key"]
    words = ("--sender", "sap", "--scope", "read", "--scope", "submit")
    second = facteur("keys", "add", *words, "--json").json["key"]
    found = opens(tmp_path, second)
    assert found is not None
    assert (found.tenant, found.sender, found.scopes) == (
        "acme",
        "sap",
        frozenset({"submit", "read"}),
    )
    shown = facteur("keys", "list")
    assert shown.code == 0
    head, *rows = (line.split() for line in shown.out.splitlines())
    assert head == ["key", "company", "sender", "scopes", "made", "state"]
    assert {row[0]: (row[1:-3], row[-1]) for row in rows} == {
        first.split("_")[1]: (["acme", "sap", "submit", "read", "manage"], "good"),
        found.id: (["acme", "sap", "submit", "read"], "good"),
    }
    assert first not in shown.out
    assert second not in shown.out
    assert facteur("keys", "revoke", found.id).out == f"{found.id}: revoked; it opens nothing now\n"
    assert (opens(tmp_path, second), opens(tmp_path, first) is None) == (None, False)
    states = {key["id"]: key["revoked_at"] for key in facteur("keys", "list", "--json").json}
    assert [bool(states[key.split("_")[1]]) for key in (first, second)] == [False, True]


MISUSE = {
    "whose": (("add",), "--sender must be one of: erp, shop"),
    "unknown sender": (("add", "--sender", "sap"), "--sender must be one of: erp, shop"),
    "unknown scope": (("add", "--sender", "erp", "--scope", "all"), "invalid choice: 'all'"),
    "which": (("revoke",), "give the id of a key that is good"),
    "unknown key": (("revoke", "1a2b3c4d"), "give the id of a key that is good"),
}


@pytest.mark.parametrize("case", MISUSE)
def test_what_cannot_be_done_is_said_with_exit_2(case: str, facteur: Facteur, hub: Hub) -> None:
    arguments, said = MISUSE[case]
    shown = facteur("keys", *arguments)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err
    assert hub.outboxes["post"].sent == []
