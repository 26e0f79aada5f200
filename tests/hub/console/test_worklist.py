"""The worklist page: everything by cause; retry of all or of some, statements, cancelling."""

import re

import pytest

from hub.store import calls, documents
from hub.store.calls import Call
from outbound.channel import Deferred, InDoubt, Refused
from tests.hub.console.town import Person, Town, drop, entered, on_sqlite, served
from tests.hub.houses import Home
from tests.hub.invoices import ubl

BY = {"who": "A. Clerk", "reason": "rang the customer"}


def undelivered(home: Home, number: str) -> str:
    home.post.answers, home.second.answers = [Refused("no")], [Refused("nor here")]
    return f"{drop(home, ubl(number=number))}-1"


def doubtful(home: Home, number: str) -> str:
    home.post.answers = [InDoubt("cut")]
    return f"{drop(home, ubl(number=number))}-1-d0"


def causes(person: Person) -> list[str]:
    return re.findall(r'action="/worklist/([0-9a-f]{12})"', person.get("/worklist").text)


def states(home: Home) -> dict[str, int]:
    with home.house.database.transaction() as connection:
        return documents.counts(connection)


def marked(person: Person, cause: str, only: list[str], **fields: str) -> str:
    """Post the form of a cause with these marked; returns where it leads."""
    data = {"token": person.token(), "only": only} | fields
    answer = person.ask("POST", f"/worklist/{cause}", data=data)
    assert answer.status_code in {200, 303}, answer.text
    return str(answer.headers.get("location", answer.text))


def test_all_of_a_cause_or_what_is_marked_is_retried_after_a_look(
    home: Home, clerk: Person
) -> None:
    made = [undelivered(home, f"R-{n}") for n in range(3)]
    (cause,) = causes(clerk)
    look = marked(clerk, cause, [], do="try-all")
    assert look.count("would go through again") == 3
    assert states(home) == {"parked": 3}
    assert marked(clerk, cause, made[:1], do="retry") == "/worklist?done=1&left=0&sender="
    assert marked(clerk, cause, [], do="retry-all") == "/worklist?done=2&left=0&sender="
    assert marked(clerk, cause, [], do="retry-all") == "/worklist?done=0&left=0&sender="
    home.run()
    assert (len(home.post.sent), states(home)) == (3, {"handed_over": 3})
    assert "Nothing waits for a person" in clerk.get("/worklist").text


def test_marked_doubts_are_stated_with_name_and_reason(home: Home, clerk: Person) -> None:
    made = [doubtful(home, f"R-{n}") for n in range(3)]
    (cause,) = causes(clerk)
    bare = clerk.post(f"/worklist/{cause}", do="arrived", only=made[0])
    assert (bare.status_code, "Say who you are" in bare.text) == (422, True)
    nothing = clerk.post(f"/worklist/{cause}", do="arrived", **BY)
    assert (nothing.status_code, "Nothing is marked" in nothing.text) == (422, True)
    assert "done=2&left=0" in marked(clerk, cause, made[:2], do="arrived", **BY)
    assert "done=1&left=0" in marked(clerk, cause, made[2:], do="lost", **BY)
    home.clock.forward(hours=2)
    home.run()
    assert (len(home.post.sent), states(home)) == (1, {"handed_over": 3})
    page = clerk.get(f"/documents/{made[0][:-3]}").text
    assert "A. Clerk (console session" in page
    assert "rang the customer" in page


def test_a_call_is_seen_to(home: Home, clerk: Person) -> None:
    delivery = f"{drop(home, ubl())}-1-d0"
    with home.house.database.transaction() as connection:
        calls.call(connection, delivery, Call.ADDRESS)
    (cause,) = causes(clerk)
    assert "A letter came back" in clerk.get("/worklist").text
    assert "done=1&left=0" in marked(clerk, cause, [delivery], do="seen", **BY)
    assert causes(clerk) == []


@on_sqlite
def test_another_company_sees_and_does_nothing(home: Home, clerk: Person) -> None:
    made = undelivered(home, "R-1")
    (cause,) = causes(clerk)
    stranger = entered(home, served(home), "suedwind")
    assert causes(stranger) == []
    assert "done=0" in marked(stranger, cause, [made], do="retry")
    assert states(home) == {"parked": 1}
    assert stranger.post(f"/cancel/{made}", reason="x").status_code == 404


def test_what_waits_is_cancelled_from_its_page(home: Home, clerk: Person) -> None:
    home.post.answers = [Deferred("busy")]
    document = f"{drop(home, ubl())}-1"
    assert f'action="/cancel/{document}"' in clerk.get(f"/documents/{document}").text
    assert clerk.post(f"/cancel/{document}", reason="").status_code == 409
    assert clerk.post(f"/cancel/{document}", reason="ordered twice").status_code == 303
    text = clerk.get(f"/documents/{document}").text
    assert "ordered twice" in text
    assert f'action="/cancel/{document}"' not in text
    assert states(home) == {"cancelled": 1}
    left = f"{drop(home, ubl(number='R-2'))}-1"
    assert clerk.post(f"/cancel/{left}", reason="too late").status_code == 409


@pytest.mark.parametrize("words", ["In doubt on post", "No road to the recipient is left"])
def test_a_busy_house_has_its_causes_on_one_page(town: Town, words: str) -> None:
    assert words in town.clerk.get("/worklist").text
    assert words not in town.stranger.get("/worklist").text
