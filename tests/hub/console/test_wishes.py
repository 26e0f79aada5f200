"""The page of better roads: what is marked is accepted or declined, others' are not seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.engine.pool import Pool
from hub.store import recipients
from hub.store.database import Database
from hub.wishes.looking import proposals
from tests.hub.console.town import Person, entered, on_sqlite, served
from tests.hub.houses import Home
from tests.hub.wishes.wishing import invoice, paper_house


@pytest.fixture
def home(tmp_path: Path, database: Database, pool: Pool) -> Iterator[Home]:
    with paper_house(tmp_path, database, pool) as made:
        for key, number in (("K1", "R-1"), ("K2", "R-2")):
            invoice(made, key, number)
        yield made


def ids(home: Home) -> dict[str, str]:
    return {each.key: each.id for each in proposals(home.house, ["nordwind"])}


def wishes(home: Home, key: str) -> tuple[str, ...]:
    with home.house.database.transaction() as connection:
        found = recipients.get(connection, "nordwind", key)
    assert found is not None
    return found.wishes


def test_the_marked_one_is_accepted_and_told(home: Home, clerk: Person) -> None:
    shown = clerk.get("/wishes").text
    for words in ("2 recipients", "1.90 EUR", "Söhne", "post → <b>second</b>", "Accept all 2"):
        assert words in shown
    answer = clerk.post("/wishes", do="accept", only=ids(home)["K1"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/wishes?done=1&left=0")
    assert wishes(home, "K1") == ("second",)
    assert "1 recipient could" in clerk.get("/wishes?done=1&left=0").text
    told = clerk.get("/recipient?tenant=nordwind&key=K1").text
    assert "wishes changed from none to second" in told


@on_sqlite
def test_declined_ones_go_and_all_others_are_accepted(home: Home, clerk: Person) -> None:
    clerk.post("/wishes", do="decline", only=ids(home)["K1"], why="wants <paper>")
    assert list(ids(home)) == ["K2"]
    assert "wants &lt;paper&gt;" in clerk.get("/recipient?tenant=nordwind&key=K1").text
    assert clerk.post("/wishes", do="accept-all").headers["location"] == "/wishes?done=1&left=0"
    assert (wishes(home, "K1"), wishes(home, "K2")) == ((), ("second",))
    assert "the best road that is known" in clerk.get("/wishes").text


@on_sqlite
def test_nobody_answers_what_is_not_shown_to_him(home: Home, clerk: Person) -> None:
    assert clerk.post("/wishes", do="accept").status_code == 422
    assert clerk.post("/wishes", do="burn", only=ids(home)["K1"]).status_code == 422
    stranger = entered(home, served(home), "suedwind")
    assert "Söhne" not in stranger.get("/wishes").text
    answer = stranger.post("/wishes", do="accept", only=ids(home)["K1"])
    assert answer.headers["location"] == "/wishes?done=0&left=0"
    assert wishes(home, "K1") == ()
