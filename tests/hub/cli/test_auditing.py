from pathlib import Path

import msgspec
import pytest

from hub.config.loading import load
from hub.store import auditors
from hub.wiring.auditing import open_reading
from tests.hub.cli.conftest import Facteur, Hub

INVITE = ("auditor", "invite", "--company", "nordwind", "--from", "2026-01-01", "--to")
GOOD = (
    *INVITE,
    "2026-12-31",
    "--purpose",
    "VAT audit",
    "--expires",
    "2199-01-31",
    "--by",
    "Office",
)


def test_an_access_is_given_listed_and_taken_back(
    facteur: Facteur, hub: Hub, tmp_path: Path
) -> None:
    made = facteur(*GOOD, "--json").json
    assert made["link_with_code"] == f"http://127.0.0.1:8481/enter#{made['code']}"
    assert made["expires_at"] == "2199-02-01T00:00:00Z"
    database = open_reading(load(tmp_path / "facteur.toml"))
    with database.transaction() as connection:
        found = auditors.by_code(connection, made["code"])
    database.close()
    assert found is not None
    assert (found.id, found.purpose, found.invited_by) == (made["access"], "VAT audit", "Office")
    shown = facteur("auditor", "list")
    assert "nordwind" in shown.out
    assert "VAT audit" in shown.out
    assert made["code"] not in shown.out
    told = facteur("auditor", "revoke", made["access"], "--by", "Another").out
    assert told == f"{made['access']}: revoked; it opens nothing now\n"
    (listed,) = facteur("auditor", "list", "--company", "nordwind", "--json").json
    assert listed["revoked_by"] == "Another"
    assert facteur("auditor", "list", "--company", "suedwind", "--json").json == []
    with hub.open() as home:
        entries = home.house.archive.entries(subject=f"auditor:{made['access']}")
        acts = [msgspec.json.decode(home.house.archive.get(e.items[0].sha256)) for e in entries]
    assert [(e.kind, e.step, act["who"]) for e, act in zip(entries, acts, strict=True)] == [
        ("access", "invite", "Office"),
        ("access", "revoke", "Another"),
    ]


def test_doctor_says_who_may_look_and_whether_others_could_listen(
    facteur: Facteur, hub: Hub, tmp_path: Path
) -> None:
    def said() -> str:
        (line,) = [one for one in facteur("doctor").out.splitlines() if " auditors: " in one]
        return line

    assert said() == "good  auditors: no auditor has an access"
    facteur(*GOOD)
    assert said().startswith("note  auditors: 1 open, the last until 2199-02-01 00:00 UTC; ")
    assert "this machine alone" in said()
    settings = tmp_path / "facteur.toml"
    plain = settings.read_text()
    for url, verdict in (("http://audit.example", "note"), ("https://audit.example", "good")):
        settings.write_text(f'{plain}\n[auditor]\npublic_url = "{url}"\n')
        assert said().startswith(verdict)
        assert ("not https" in said()) is (verdict == "note")
    assert hub.outboxes["post"].sent == []


MISUSE = {
    "whose": (("auditor", "invite"), "--company must be one of: nordwind"),
    "which period": (("auditor", "invite", "--company", "nordwind"), "give --from and --to"),
    "backwards": ((*GOOD, "--to", "2025-12-31"), "the period ends on 2025-12-31, before it begins"),
    "over": ((*GOOD, "--expires", "2020-01-01"), "it would be over already"),
    "what for": ((*GOOD, "--purpose", "  "), "--purpose WORDS"),
    "who": ((*GOOD, "--by", ""), "--by NAME"),
    "no date": ((*GOOD, "--from", "yesterday"), "'yesterday' is not a date"),
    "which": (("auditor", "revoke"), "give the id of an access"),
    "unknown": (("auditor", "revoke", "a1", "--by", "Office"), "no access of this id is open"),
}


@pytest.mark.parametrize("case", MISUSE)
def test_what_cannot_be_done_is_said_with_exit_2(case: str, facteur: Facteur, hub: Hub) -> None:
    arguments, said = MISUSE[case]
    shown = facteur(*arguments)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err
    assert hub.outboxes["post"].sent == []


def test_pages_are_not_served_on_a_port_that_is_taken_or_without_a_database(
    facteur: Facteur, hub: Hub, tmp_path: Path
) -> None:
    shown = facteur("auditor", "serve")
    assert shown.code == 2
    assert "`facteur auditor list` brings it up to date" in shown.err
    settings = tmp_path / "facteur.toml"
    settings.write_text(settings.read_text() + '\n[auditor]\nlisten = "198.51.100.1:9"\n')
    assert "auditor.listen 198.51.100.1:9" in facteur("auditor", "serve").err
    assert hub.outboxes["post"].sent == []
