"""`facteur wishes`: listed, accepted, declined; tried on customers who get letters."""

from decimal import Decimal
from pathlib import Path

import pytest

from formats.model import Identifier, Party
from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.invoices import ubl
from tests.hub.wishes.wishing import ADDRESS

BOOK = """\
key,name,country,email,street,city,post_code
K1,Buyer,DE,a@kunde.example,Weg 1,Berlin,10115
K2,Other,DE,b@kunde.example,Weg 1,Berlin,10115
"""
CHANNELS = """
[channel.post]
kind = "print"
host = "127.0.0.1"
port = 9
host_key = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
username = "company"
password = "x"
[channel.second]
kind = "email"
host = "127.0.0.1"
port = 9
sender = "post@nordwind.example"
bounce_domain = "bounce.nordwind.example"
bounce_secret_file = "keys/bounce.secret"
"""


@pytest.fixture(autouse=True)
def letters(facteur: Facteur, hub: Hub) -> None:
    settings = Path("facteur.toml")
    head, _, rest = settings.read_text("utf-8").partition("[channel.post]")
    settings.write_text(f"{head}{CHANNELS}[routing]{rest.partition('[routing]')[2]}", "utf-8")
    Path("keys/bounce.secret").write_text("s" * 32, "utf-8")
    Path("book.csv").write_text(BOOK, "utf-8")
    assert facteur("address-book", "book.csv", "--tenant", "nordwind").code == 0
    for number, key in (("R-1", "K1"), ("R-2", "K2")):
        buyer = Party(name="B", identifiers=(Identifier(value=key),), address=ADDRESS)
        Path("in.xml").write_bytes(ubl(number=number, buyer=buyer))
        assert facteur("submit", "in.xml", "--sender", "erp").code == 0
    hub.work()


def keys(facteur: Facteur) -> list[str]:
    return [each["key"] for each in facteur("wishes", "proposals", "--json").json]


def test_what_is_proposed_is_listed_and_answered(facteur: Facteur) -> None:
    shown = facteur("wishes", "proposals").out
    for words in ("K1", "post", "second", "0.95 EUR*", "his email address", "* the other road"):
        assert words in shown
    [first, _] = facteur("wishes", "proposals", "--json").json
    assert Decimal(first["saves"]["EUR"]) == Decimal("0.95")
    declined = facteur("wishes", "decline", "K1", "--as", "Anna", "--why", "wants paper")
    assert (declined.code, declined.out) == (0, "1 declined; not proposed again for 180 days\n")
    assert keys(facteur) == ["K2"]
    accepted = facteur("wishes", "accept", "--all", "--as", "Anna")
    assert accepted.out == "1 accepted: the address book is changed, and the change filed\n"
    none_left = facteur("wishes", "accept", "--all", "--as", "Anna")
    assert none_left.out == "nothing accepted: no better road is proposed for them now\n"
    assert "nothing is proposed" in facteur("wishes", "proposals").out
    assert "wishes changed from none to second" in facteur("consents", "show", "K2").out


def test_what_lacks_consent_is_not_accepted(facteur: Facteur) -> None:
    settings = Path("facteur.toml")
    asked = settings.read_text("utf-8").replace(
        "[tenant.nordwind]", "[tenant.nordwind]\nemail_needs_consent = true"
    )
    settings.write_text(asked, "utf-8")
    assert "lacks his consent" in facteur("wishes", "proposals").out
    refused = facteur("wishes", "accept", "K1", "--as", "Anna")
    assert (refused.code, "for want of consent: K1" in refused.out) == (1, True)
    facteur("consents", "give", "K1", "--to", "email", "--how", "phone", "--as", "Anna")
    assert facteur("wishes", "accept", "K1", "--as", "Anna").code == 0
    assert keys(facteur) == ["K2"]


REFUSED = {
    "whom": (("wishes", "accept", "--as", "Anna"), "name the customers, or --all"),
    "who": (("wishes", "accept", "--all"), "--as NAME"),
    "whose": (("wishes", "proposals", "--tenant", "x"), "--tenant must be one of"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_lacking_is_said(facteur: Facteur, case: str) -> None:
    arguments, words = REFUSED[case]
    refused = facteur(*arguments)
    assert (refused.code, words in refused.err) == (2, True), refused.err
    assert len(keys(facteur)) == 2
