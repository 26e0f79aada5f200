"""`facteur consents`: entered, shown, taken back, taken from a list."""

from pathlib import Path

import pytest

from tests.hub.cli.conftest import Facteur, Hub

BOOK = "key,name,country,email\nK1,Kunde,DE,a@kunde.example\nK2,Zwei,DE,b@kunde.example\n"
GIVE = ("consents", "give", "K1", "--to", "email", "--how", "contract", "--as", "Anna")


@pytest.fixture(autouse=True)
def book(facteur: Facteur, hub: Hub) -> None:  # noqa: ARG001
    Path("book.csv").write_text(BOOK, "utf-8")
    assert facteur("address-book", "book.csv", "--tenant", "nordwind").code == 0


def test_a_consent_from_beginning_to_end(facteur: Facteur) -> None:
    assert "nothing is known" in facteur("consents", "show", "K1").out
    Path("form.pdf").write_bytes(b"%PDF-1.7")
    entered = facteur(*GIVE, "--on", "2026-01-02", "--words", "c. 12", "--proof", "form.pdf")
    assert (entered.code, entered.out) == (0, "1 consents entered\n")
    shown = facteur("consents", "show", "K1").out
    for words in ("agrees to: email", "Anna", "invoices by email by contract on 2026-01-02: c. 12"):
        assert words in shown
    assert facteur("consents", "show", "K1", "--json").json["in_force"][0]["consent"] == "email"
    ended = facteur("consents", "withdraw", "K1", "--to", "email", "--how", "phone", "--as", "Ben")
    assert (ended.code, ended.out) == (0, "1 consents of K1 ended\n")
    assert "agrees to: nothing" in facteur("consents", "show", "K1").out


def test_invitations_end_in_somebodys_name(facteur: Facteur) -> None:
    assert "--as NAME" in facteur("consents", "uninvite", "K1").err
    ended = facteur("consents", "uninvite", "K1", "--as", "Ben")
    assert (ended.code, ended.out) == (0, "0 invitations of K1 ended\n")


def test_a_list_is_taken_once(facteur: Facteur) -> None:
    Path("list.csv").write_text("key,consent,on\nK1,email,2024-01-01\nK2,link,2024-01-01\n")
    take = ("consents", "import", "list.csv", "--as", "Anna")
    assert facteur(*take).out == "2 consents entered\n"
    assert facteur(*take).out == "0 consents entered\n"


REFUSED = {
    "who": (GIVE[:-2], "--as NAME"),
    "what": (("consents", "give", "K1", "--how", "phone", "--as", "A"), "say --to: one of email"),
    "how": (("consents", "give", "K1", "--to", "email", "--as", "A"), "say --how: one of"),
    "whom": (("consents", "give", "K9", *GIVE[3:]), "'K9' is not in the address book"),
    "what is not there": (("consents", "withdraw", *GIVE[2:]), "has given no consent to email"),
    "whose": ((*GIVE, "--tenant", "x"), "--tenant, one of"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_lacking_is_said(facteur: Facteur, case: str) -> None:
    arguments, words = REFUSED[case]
    refused = facteur(*arguments)
    assert (refused.code, words in refused.err) == (2, True), refused.err
    assert "nothing is known" in facteur("consents", "show", "K1").out


def test_doctor_says_when_nobody_has_agreed(facteur: Facteur) -> None:
    def examined() -> tuple[bool, str]:
        [found] = [
            each for each in facteur("doctor", "--json").json if each["name"] == "consent to email"
        ]
        return found["good"], found["words"]

    assert examined() == (True, "no company asks for consent to email")
    settings = Path("facteur.toml")
    asked = settings.read_text("utf-8").replace(
        "[tenant.nordwind]", "[tenant.nordwind]\nemail_needs_consent = true"
    )
    settings.write_text(asked, "utf-8")
    good, words = examined()
    assert (good, "none of 2 recipients with an email address has agreed" in words) == (False, True)
    facteur(*GIVE)
    good, words = examined()
    assert (good, words.split("; ")[0].endswith("1 of 2 agree")) == (True, True), words
