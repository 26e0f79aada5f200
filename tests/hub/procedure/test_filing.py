"""The documentation follows the settings, says them in three languages, and tells no secret."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace as changed

from formats.catalogue import WRITERS
from hub.engine.pool import Pool
from hub.pipeline.house import House
from hub.pipeline.receive import Arrival, receive
from hub.procedure.blocks import Chapter, Word, Words
from hub.procedure.filing import (
    chapters_of,
    file_all,
    file_if_changed,
    page_of,
    policy_files,
    versions_of,
)
from hub.procedure.writing import LANGUAGES
from hub.store import access
from hub.store.database import Database
from hub.wiring.building import rules_of
from routing_rules import grammar
from routing_rules.roads import Vocabulary
from tests.hub.houses import Home, opened_house
from tests.hub.invoices import ubl

SECRETS = {"password": "canary-1", "bounce_secret": "canary-2", "token": "canary-3"}


@pytest.fixture
def home(tmp_path: Path, sqlite_database: Database, pool: Pool) -> Iterator[Home]:
    with opened_house(tmp_path, sqlite_database, pool) as made:
        yield made


def furnished(home: Home) -> House:
    """Return the house with a channel full of secrets, an API key and all shipped rules."""
    config = changed(
        home.house.config,
        channels={"post": {"kind": "sftp", "host_key": "SHA256:PINNED", **SECRETS}},
    )
    with home.house.database.transaction() as connection:
        access.add_key(
            connection,
            key_id="k7",
            secret="canary-4",
            tenant="nordwind",
            sender="erp",
            scopes=("submit",),
            now=home.clock.now,
        )
    return replace(home.house, config=config, rules=rules_of(config))


def test_a_version_is_filed_when_something_has_changed_and_only_then(home: Home) -> None:
    first = file_if_changed(home.house, "nordwind")
    assert first
    assert (first.number, first.at) == (1, home.clock.now)
    home.clock.forward(days=1)
    assert file_all(home.house) == 0
    tenant = changed(home.house.config.tenants["nordwind"], iban="", country="FR")
    other = replace(home.house, config=changed(home.house.config, tenants={"nordwind": tenant}))
    assert file_all(other) == 1
    assert file_all(other) == 0
    assert file_all(home.house) == 1
    versions = versions_of(home.house.archive, "nordwind")
    filed = home.house.archive.entries(subject="procedure")
    assert [(entry.kind, entry.key) for entry in filed] == [
        ("procedure", f"procedure:{one.number}") for one in versions
    ]
    assert [one.number for one in versions] == [1, 2, 3]
    assert versions[0].fingerprint == versions[2].fingerprint != versions[1].fingerprint
    kept = dict(policy_files(home.house.archive, "nordwind"))
    assert b"Verfahrensdokumentation" in kept["procedure-3-de.html"]
    assert msgspec.json.decode(kept["retention.json"])["DE"]["years"] == 8
    assert msgspec.json.decode(kept["procedure.json"], type=list[Chapter])


def test_a_document_names_the_version_in_force_when_it_came(home: Home) -> None:
    ids = []
    for number in ("R-1", "R-2"):
        arrival = Arrival(
            data=ubl(number=number), name="a", tenant="nordwind", sender="erp", door="api"
        )
        ids.append(receive(home.house, arrival)[0].id)
        home.run()
        file_all(home.house)
    entries = [home.house.archive.entries(document=f"{one}-1")[0] for one in ids]
    assert [entry.fields.get("procedure") for entry in entries] == [None, "1"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_the_settings_and_no_secret(home: Home, language: str) -> None:
    house = furnished(home)
    page = page_of(house, "nordwind", language)
    assert all(
        word in page for word in ("SHA256:PINNED", "DE123456789", "k7", "AO § 147", "de-b2b")
    )
    assert "canary" not in page
    assert "http" not in page.partition("</style>")[2].replace("test://", "")


@pytest.mark.parametrize(
    ("language", "said", "unsaid"),
    [
        ("de", ("Tabellen (CSV, feste Breite", "Dateien übergeben"), "a mapping"),
        ("fr", ("tableaux (CSV, largeur fixe", "remettre des fichiers"), "a mapping"),
    ],
)
def test_what_the_settings_insert_is_said_in_the_language(
    home: Home, language: str, said: tuple[str, ...], unsaid: str
) -> None:
    page = page_of(furnished(home), "nordwind", language)
    assert [each for each in (*said, unsaid) if each in page] == [*said]
    scopes = {f"scope_{each}" for each in access.SCOPES}
    kinds = {f"kind_{kind}" for writer in WRITERS.values() for kind in writer.kinds}
    assert scopes | kinds <= _words(language)["words"].keys()


OTHERS = """
[[rule]]
name = "{name}"
because = "test"
source = "test"
when.{word} = "{value}"
roads = [{{ channel = "post", format = "ubl" }}]
"""


@pytest.mark.parametrize(
    ("word", "value", "shown"),
    [
        ("tenant", "nordwind", True),
        ("tenant", "another", False),
        ("not_tenant", "another", True),
        ("sender", "shop", True),
        ("sender", "theirs", False),
    ],
)
def test_rules_of_other_companies_are_left_out(
    home: Home, word: str, value: str, *, shown: bool
) -> None:
    text = OTHERS.format(name="this-one", word=word, value=value)
    vocabulary = Vocabulary(channels={"post": "sftp"}, formats={"ubl": WRITERS["ubl"].kinds})
    house = replace(home.house, rules=grammar.load([("own.toml", text)], vocabulary))
    assert ("this-one" in page_of(house, "nordwind", "en")) is shown


def test_every_word_is_there_in_every_language_and_is_used(home: Home) -> None:
    used: dict[str, set[str]] = {"titles": set(), "labels": set(), "words": set()}
    for chapter in chapters_of(furnished(home), "nordwind"):
        used["titles"].add(chapter.key)
        for block in chapter.blocks:
            used["titles"].add(block.key)
            used["labels"] |= {*getattr(block, "head", ())}
            rows = getattr(block, "rows", ())
            used["words"] |= {cell.key for row in rows for cell in row if isinstance(cell, Word)}
            many = (cell.keys for row in rows for cell in row if isinstance(cell, Words))
            used["words"] |= {key for keys in many for key in keys}
            if not hasattr(block, "head"):
                used["labels"] |= {row[0] for row in rows}
    tables = {one: _words(one) for one in LANGUAGES}
    english = tables["en"]
    for table in tables.values():
        assert {name: table[name].keys() for name in table} == {
            name: english[name].keys() for name in english
        }
        assert all(text.strip() for part in table.values() for text in part.values())
    assert used["labels"] == english["labels"].keys()
    assert used["words"] <= english["words"].keys()
    assert english["titles"].keys() <= used["titles"]
    assert english["texts"].keys() <= used["titles"]


def _words(language: str) -> dict[str, dict[str, str]]:
    file = resources.files("hub.procedure").joinpath(f"{language}.toml")
    return tomllib.loads(file.read_text("utf-8"))
