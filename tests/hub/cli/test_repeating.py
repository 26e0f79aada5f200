"""`explain --then`: the past stands, whatever rules and address book say today."""

from pathlib import Path

import msgspec
import pytest

from hub.config.loading import load
from hub.store import documents
from hub.wiring.database import open_database
from routing_rules.decision import Decision
from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.cli.test_traffic import submit
from tests.hub.invoices import ubl

OTHER = """
[[rule]]
name = "other"
because = "test"
roads = [{ channel = "second", format = "ubl" }]
"""


@pytest.fixture
def document(facteur: Facteur, hub: Hub, tmp_path: Path) -> str:
    (tmp_path / "good.xml").write_bytes(ubl())
    (submission,) = submit(facteur, hub, "good.xml")
    return f"{submission}-1"


def test_a_past_decision_comes_out_again_under_other_rules(
    facteur: Facteur, document: str, tmp_path: Path
) -> None:
    made = facteur("explain", document)
    rules_then = facteur("explain", document, "--json").json[0]["rules_version"]
    (tmp_path / "rules.toml").write_text(OTHER)
    shown = facteur("explain", "R-1", "--then")
    assert (shown.code, shown.err) == (0, "")
    head, _, *text = shown.out.splitlines()
    assert head.endswith(": the same.")
    assert text == made.out.splitlines()
    kept = facteur("archive", "get", rules_then, "-o", tmp_path / "then.json")
    assert kept.code == 0
    assert b'name = \\"all\\"' in (tmp_path / "then.json").read_bytes()


def test_a_decision_that_is_not_what_the_archive_says_is_named(
    facteur: Facteur, document: str, tmp_path: Path
) -> None:
    database = open_database(load(tmp_path / "facteur.toml"))
    try:
        with database.transaction() as connection:
            row = documents.get(connection, document)
            assert row is not None
            made = msgspec.json.decode(row.decision, type=Decision)
            bent = msgspec.structs.replace(made, rule="bent", roads=made.roads[1:])
            documents.change(connection, document, decision=msgspec.json.encode(bent).decode())
    finally:
        database.close()
    shown = facteur("explain", document, "--then", "--json")
    assert (shown.code, shown.json["same"]) == (1, False)
    assert shown.json["differing"] == ["rule", "roads"]
    said = facteur("explain", document, "--then").out.splitlines()
    assert said[0].endswith("NOT the same.")
    assert said[1] == '  rule: was "bent", is "all"'
