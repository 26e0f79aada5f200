"""Recipients choose how their invoices come: by what they click, never by what is looked at."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from lxml import html

from hub.engine.pool import Pool
from hub.store import consents, deliveries, recipients
from hub.store.consents import Given, How
from hub.store.database import Database
from hub.wishes.consenting import Act
from hub.wishes.looking import proposals
from hub.wishes.self_service import CHECKS_A_DAY, forget_unanswered, revoke
from outbound.channel import DeliveryState
from routing_rules.recipient import Consent, Recipient
from tests.hub.houses import Home
from tests.hub.wishes.selfserving import (
    BUYER,
    arrived,
    asked,
    asked_in_turn,
    inviting_house,
    path_in,
)
from tests.hub.wishes.wishing import invoice
from tests.servers.simulators import Peer, simulator

NEW = "neu@kunde.example"
WORDS = (
    "Ich bin einverstanden, dass Nordwind Werkzeuge GmbH mir Rechnungen per E-Mail an "
    f"{NEW} sendet."
)


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    with simulator("mail", tmp_path / "mail") as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, database: Database, pool: Pool, peer: Peer) -> Iterator[Home]:
    with inviting_house(tmp_path, database, pool, peer) as made:
        yield made


def invited(home: Home, peer: Peer) -> str:
    """Send an invoice and return the path of the invitation in its mail."""
    invoice(home, "K1", "R-1")
    [mail] = arrived(peer, "buyer@kunde.example")
    return path_in(mail)


def entered(home: Home, peer: Peer) -> str:
    """Be invited, enter an address, and return the path in the mail that goes there."""
    return entered_at(home, peer, invited(home, peer))


def entered_at(home: Home, peer: Peer, path: str) -> str:
    assert asked(home, "POST", path, choice="email", answer=NEW).status_code == 200
    home.run()
    [mail] = arrived(peer, NEW)
    return path_in(mail)


def book(home: Home) -> tuple[Recipient, list[Given]]:
    with home.house.database.transaction() as connection:
        entry = recipients.get(connection, "nordwind", "K1")
        assert entry is not None
        return entry, consents.of_recipient(connection, "nordwind", "K1")


def test_from_the_invitation_to_the_next_invoice(home: Home, peer: Peer) -> None:
    path = entered(home, peer)
    assert book(home) == (BUYER, [])
    shown = asked(home, "GET", path)
    assert WORDS in shown.text
    assert book(home) == (BUYER, [])
    done = asked(home, "POST", path)
    assert done.status_code == 200
    entry, [given] = book(home)
    assert (entry.email, entry.wishes) == (NEW, ("second",))
    assert (given.consent, given.how, given.words) == (Consent.EMAIL, How.SELF_SERVICE, WORDS)
    assert given.given_on == home.clock.now.date()
    invoice(home, "K1", "R-2")
    [_, mail] = arrived(peer, NEW)
    assert "R-2" in str(mail["Subject"])
    assert len(arrived(peer, "buyer@kunde.example")) == 1


def test_the_mail_to_a_new_address_is_filed_and_carries_no_document(home: Home, peer: Peer) -> None:
    entered(home, peer)
    [mail] = arrived(peer, NEW)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    [entry] = [e for e in home.house.archive.entries() if e.step == "address-check"]
    assert {item.name for item in entry.items} >= {"receipt.json", "message.eml", "smtp.txt"}
    assert NEW not in str(entry.fields)


def test_looking_changes_nothing(home: Home, peer: Peer) -> None:
    path = entered(home, peer)
    for how in ("GET", "HEAD", "GET"):
        assert asked(home, how, path).status_code == 200
    assert book(home) == (BUYER, [])


def test_clicked_twice_is_agreed_once(home: Home, peer: Peer) -> None:
    path = entered(home, peer)
    first, second = asked(home, "POST", path), asked(home, "POST", path)
    assert (first.status_code, first.text) == (second.status_code, second.text)
    assert len(book(home)[1]) == 1
    assert asked(home, "GET", path).text == first.text


def test_an_address_that_nobody_answered_for_is_forgotten(home: Home, peer: Peer) -> None:
    path = entered(home, peer)
    for days, gone in ((7, 0), (2, 1), (0, 0)):
        home.clock.forward(days=days)
        assert forget_unanswered(home.house) == gone
    assert asked(home, "GET", path).status_code == 404


def test_an_address_that_was_confirmed_is_not_forgotten(home: Home, peer: Peer) -> None:
    assert asked(home, "POST", entered(home, peer)).status_code == 200
    home.clock.forward(days=30)
    assert forget_unanswered(home.house) == 0


def revoked(home: Home) -> None:
    act = Act(id="act", at=home.clock.now, tenant="nordwind", who="Anna")
    assert revoke(home.house.database, home.house.archive, act, "K1") == 1
    [entry] = [e for e in home.house.archive.entries() if e.step == "invitations-revoked"]
    assert entry.fields["who"] == "Anna"


ENDS: dict[str, Callable[[Home], object]] = {
    "expired": lambda home: home.clock.forward(hours=24),
    "revoked": revoked,
}


@pytest.mark.parametrize("case", ENDS)
def test_what_has_ended_changes_nothing_and_looks_like_what_never_was(
    home: Home, peer: Peer, case: str
) -> None:
    path = entered(home, peer)
    ENDS[case](home)
    never = asked(home, "GET", f"/s/c/{'x' * 43}")
    for how in ("GET", "POST"):
        answer = asked(home, how, path)
        assert (answer.status_code, answer.text) == (404, never.text)
    assert book(home) == (BUYER, [])


def test_an_invitation_ends_with_its_time_or_when_it_is_revoked(home: Home, peer: Peer) -> None:
    path = invited(home, peer)
    assert asked(home, "GET", path).status_code == 200
    home.clock.forward(days=89)
    assert asked(home, "GET", path).status_code == 200
    home.clock.forward(days=1)
    answer = asked(home, "POST", path, choice="email", answer=NEW)
    assert answer.status_code == 404
    home.run()
    assert arrived(peer, NEW) == []


def test_the_same_is_answered_to_known_and_unknown_addresses(home: Home, peer: Peer) -> None:
    path = invited(home, peer)
    answers = {
        asked(home, "POST", path, choice="email", answer=address).text
        for address in (NEW, "buyer@kunde.example", "refuse-me@kunde.example")
    }
    assert len(answers) == 1
    home.run()
    assert [len(arrived(peer, each)) for each in (NEW, "buyer@kunde.example")] == [1, 2]


def test_nobodys_mailbox_is_filled(home: Home, peer: Peer) -> None:
    path = invited(home, peer)
    answers = [
        asked(home, "POST", path, choice="email", answer=NEW).text for _ in range(CHECKS_A_DAY + 3)
    ]
    home.run()
    assert len(arrived(peer, NEW)) == CHECKS_A_DAY
    assert len(set(answers)) == 1


AMISS = {
    "no address": {"choice": "email", "answer": ""},
    "half an address": {"choice": "email", "answer": "neu@"},
    "two addresses": {"choice": "email", "answer": "a@b.example, c@d.example"},
    "a header": {"choice": "email", "answer": "a@b.example\r\nBcc: c@d.example"},
    "nothing chosen": {"answer": NEW},
    "no such road": {"choice": "peppol", "answer": NEW},
    "too much": {"choice": "email", "answer": NEW, "more": "x" * 2000},
}


@pytest.mark.parametrize("case", AMISS)
def test_what_is_filled_in_amiss_is_asked_again(home: Home, peer: Peer, case: str) -> None:
    answer = asked(home, "POST", invited(home, peer), **AMISS[case])
    assert answer.status_code == 422
    assert "Bitte wählen Sie" in answer.text
    home.run()
    assert arrived(peer, NEW) == []


def test_page_says_nothing_personal(home: Home, peer: Peer) -> None:
    page = asked(home, "GET", invited(home, peer))
    shown = html.fromstring(page.content)
    text = " ".join("".join(map(str, shown.itertext())).split())
    assert shown.get("lang") == "de"
    options = [each.get("value") for each in shown.iter("input") if each.get("type") == "radio"]
    assert options == ["email", "print"]
    assert "Nordwind Werkzeuge GmbH" in text
    for personal in ("Buyer", "buyer@", "Berlin", "10115", "R-1", "K1", "119"):
        assert personal not in page.text
    assert not shown.xpath("//script | //link | //img | //@src | //@href")


def test_post_is_chosen_at_once_and_ends_the_consent(home: Home, peer: Peer) -> None:
    assert asked(home, "POST", entered(home, peer)).status_code == 200
    invoice(home, "K1", "R-2")
    path = path_in(arrived(peer, NEW)[1])
    for _ in range(2):
        answer = asked(home, "POST", path, choice="print")
        assert "Ihre Rechnungen kommen per Post" in answer.text
    entry, [given] = book(home)
    assert entry.wishes == ("post", "second")
    assert given.withdrawn_how == How.SELF_SERVICE
    invoice(home, "K1", "R-3")
    assert [parcel.labels["number"] for parcel in home.post.sent] == ["R-3"]
    assert proposals(home.house, ["nordwind"]) == [], "he has said himself what he wants"


def test_what_the_law_decides_is_shown_and_not_chosen(home: Home, peer: Peer) -> None:
    path = invited(home, peer)
    waiting = entered_at(home, peer, path)
    rules = home.house.rules.rules
    lawful = replace(home.house.rules, rules=tuple(replace(rule, legal=True) for rule in rules))
    home.house = replace(home.house, rules=lawful)
    shown = asked(home, "GET", path)
    assert "schreibt ein Gesetz vor" in shown.text
    assert not html.fromstring(shown.content).xpath("//form")
    for form in ({"choice": "email", "answer": NEW}, {"choice": "print"}):
        assert asked(home, "POST", path, **form).status_code == 422
    assert asked(home, "POST", waiting).status_code == 404
    assert book(home) == (BUYER, [])


def test_who_looks_too_often_waits(home: Home, peer: Peer) -> None:
    config = home.house.config
    few = msgspec.structs.replace(config.links, tries_a_minute=2)
    home.house = replace(home.house, config=msgspec.structs.replace(config, links=few))
    answers = asked_in_turn(home, invited(home, peer), "GET", "HEAD", "GET", "POST")
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]


def test_tokens_are_in_no_table(home: Home, peer: Peer) -> None:
    tokens = [path.rpartition("/")[2] for path in (entered(home, peer),)]
    tokens += [path_in(arrived(peer, "buyer@kunde.example")[0]).rpartition("/")[2]]
    with home.house.database.transaction() as connection:
        rows = [
            connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608
            for table in ("invitations", "address_checks")
        ]
    assert all(len(token) == 43 and token not in str(rows) for token in tokens)


def test_a_stranger_to_the_book_is_not_invited(home: Home) -> None:
    invoice(home, "K9", "R-9")
    with home.house.database.transaction() as connection:
        [delivery] = deliveries.listed(connection)
        rows = connection.exec_driver_sql("SELECT * FROM invitations").all()
    assert (delivery.state, rows) == (DeliveryState.HANDED_OVER, [])
