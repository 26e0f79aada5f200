"""Consents and proposals over HTTP, to their own tenant."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.engine.pool import Pool
from hub.store import recipients
from hub.store.database import Database
from tests.hub.api.asking import asker
from tests.hub.houses import Home
from tests.hub.wishes.wishing import invoice, paper_house

EVERY = ("submit", "read", "manage")
GIVEN = {"consent": "email", "how": "contract", "on": "2026-11-02", "who": "Anna", "words": "c. 12"}
BACK = {"consent": "email", "how": "phone", "who": "Anna"}


@pytest.fixture
def home(tmp_path: Path, database: Database, pool: Pool) -> Iterator[Home]:
    with paper_house(tmp_path, database, pool) as made:
        yield made


def test_a_consent_is_entered_told_and_taken_back(home: Home) -> None:
    own, other = asker(home, "nordwind", EVERY), asker(home, "other", EVERY)
    path = "recipients/K1/consents"
    entered = own("POST", path, json=GIVEN)
    assert (entered.status_code, entered.json()[0]["given_on"]) == (201, "2026-11-02")
    shown = own("GET", path).json()
    assert [each["consent"] for each in shown["in_force"]] == ["email"]
    assert shown["moments"][0]["who"].startswith("Anna (api key ")
    assert other("GET", path).status_code == own("GET", "recipients/K9/consents").status_code == 404
    assert own("POST", "recipients/K1/withdrawals", json=BACK).status_code == 201
    assert own("GET", path).json()["in_force"] == []
    refused = own("POST", "recipients/K1/withdrawals", json=BACK)
    assert (refused.status_code, "has given no consent" in refused.json()["detail"]) == (422, True)
    assert own("POST", "recipients/K9/consents", json=GIVEN).status_code == 422
    assert own("POST", path, json=GIVEN | {"consent": "fax"}).status_code == 422
    reader = asker(home, "nordwind", ("read",))
    assert reader("POST", path, json=GIVEN).status_code == 403


def test_proposals_are_answered_by_their_ids(home: Home) -> None:
    for key, number in (("K1", "R-1"), ("K2", "R-2")):
        invoice(home, key, number)
    own, other = asker(home, "nordwind", EVERY), asker(home, "other", EVERY)
    first, second = own("GET", "proposals").json()
    assert (first["customer"], first["road"], first["channel"]) == ("K1", "post", "second")
    assert first["saves"] == {"EUR": "0.95"}

    accept = {"only": [first["id"]], "accepted": True, "who": "Anna"}
    decline = {"only": [second["id"]], "accepted": False, "who": "Anna", "why": "wants paper"}
    assert other("POST", "proposals/answers", json=accept).json() == {"done": 0}
    assert own("POST", "proposals/answers", json=accept).json() == {"done": 1}
    assert own("POST", "proposals/answers", json=decline).json() == {"done": 1}
    assert own("POST", "proposals/answers", json=accept | {"only": []}).status_code == 422
    assert own("GET", "proposals").json() == []
    with home.house.database.transaction() as connection:
        book = recipients.many(connection, "nordwind", ["K1", "K2"])
    assert [book[key].wishes for key in ("K1", "K2")] == [("second",), ()]
