from dataclasses import replace

import pytest

from archive.entry import Query
from hub.store import suppressions
from hub.store.suppressions import Suppression
from tests.hub.console.town import Person, entered, on_sqlite, served
from tests.hub.houses import START, Home

BAD = Suppression(
    tenant="nordwind",
    address="buyer@kunde.example",
    verdict="dead",
    reason="550 5.1.1 <no such mailbox>",
    since=START,
    document="D1",
    delivery="D1-d0",
)
LIFT = {"tenant": BAD.tenant, "address": BAD.address, "why": "their server moved"}


@pytest.fixture(autouse=True)
def suppressed(home: Home) -> None:
    other = replace(BAD, tenant="suedwind", address="other@kunde.example")
    with home.house.database.transaction() as connection:
        for each in BAD, other:
            suppressions.suppress(connection, each)


def test_the_recipients_page_says_why_and_lifts_it(home: Home, clerk: Person) -> None:
    shown = clerk.get("/recipient?tenant=nordwind&key=K1").text
    for words in ("is suppressed", "It takes no mail.", "&lt;no such mailbox&gt;"):
        assert words in shown
    answer = clerk.post("/suppressed/lift", **LIFT)
    assert (answer.status_code, answer.headers["location"]) == (303, "/suppressed?lifted=true")
    assert "It gets mail again" in clerk.get(answer.headers["location"]).text
    assert "is suppressed" not in clerk.get("/recipient?tenant=nordwind&key=K1").text
    [entry] = home.house.archive.find(Query(tenant="nordwind", step="suppression-lifted"))
    assert entry.fields["who"].startswith("console session")
    [item] = entry.items
    assert b"their server moved" in home.house.archive.get(item.sha256)


@on_sqlite
def test_a_list_of_all_is_looked_through(clerk: Person) -> None:
    assert clerk.get("/suppressed").text.count("Why it may get mail again") == 2
    found = clerk.get("/suppressed?q=OTHER").text
    assert "other@kunde.example" in found
    assert BAD.address not in found
    assert "No suppressed address" in clerk.get("/suppressed?q=nobody").text


@on_sqlite
def test_others_addresses_are_neither_seen_nor_lifted(home: Home) -> None:
    stranger = entered(home, served(home), "suedwind")
    assert BAD.address not in stranger.get("/suppressed").text
    assert stranger.post("/suppressed/lift", **LIFT).status_code == 404


@on_sqlite
@pytest.mark.parametrize(
    ("change", "status"), [({"why": " "}, 422), ({"address": "nobody@kunde.example"}, 404)]
)
def test_a_lift_needs_a_reason_and_an_address(
    clerk: Person, change: dict[str, str], status: int
) -> None:
    assert clerk.post("/suppressed/lift", **(LIFT | change)).status_code == status
    assert BAD.address in clerk.get("/suppressed").text
