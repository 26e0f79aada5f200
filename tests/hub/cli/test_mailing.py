"""What the DNS is to say, who vouches for mail, and links that are withdrawn."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from hub.wiring.clock import now
from outbound.mail_encryption import one_line
from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.cli.test_doctoring import by_name
from tests.outbound.sealing_keys import ed25519_key, pem, rsa_key
from tests.outbound.test_mail_encryption import certificate

EMAIL = """
[channel.email]
kind = "email"
host = "127.0.0.1"
port = 9
sender = "rechnung@nordwind.example"
bounce_domain = "bounce.nordwind.example"
bounce_secret = "x"
"""
RSA = 'dkim_selector = "r"\ndkim_key_file = "keys/rsa.pem"\n'
ED25519 = 'dkim_selector = "e"\ndkim_key_file = "keys/ed25519.pem"\n'
BOTH = RSA + 'dkim_second_selector = "e"\ndkim_second_key_file = "keys/ed25519.pem"\n'
SHORT = RSA.replace("rsa.pem", "short.pem")


def settle(folder: Path, more: str, tables: str = "") -> None:
    with (folder / "facteur.toml").open("a", encoding="utf-8") as settings:
        settings.write(EMAIL + more + tables)
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505  (what doctor is to find)
    for name, key in (("rsa", rsa_key()), ("ed25519", ed25519_key()), ("short", short)):
        (folder / "keys" / f"{name}.pem").write_text(pem(key))
        (folder / "keys" / f"{name}.pem").chmod(0o600)


@pytest.mark.usefixtures("hub")
def test_records_of_all_keys_for_the_dns(facteur: Facteur, tmp_path: Path) -> None:
    settle(tmp_path, BOTH)
    shown = facteur("mail", "dkim-record")
    assert [line.partition(" ")[0] for line in shown.out.splitlines()] == [
        "r._domainkey.nordwind.example.",
        "e._domainkey.nordwind.example.",
    ]
    [first, second] = facteur("mail", "dkim-record", "email", "--json").json
    assert first["value"].startswith("v=DKIM1; k=rsa; p=MII")
    assert (second["name"], second["type"]) == ("e._domainkey.nordwind.example", "TXT")


@pytest.mark.usefixtures("hub")
def test_mail_for_a_person_is_listed_with_its_place(facteur: Facteur, tmp_path: Path) -> None:
    settle(tmp_path, 'bounce_maildir = "bounces"\n')
    assert facteur("mail", "waiting").out == "no mail waits for a person\n"
    letter = tmp_path / "bounces" / "cur" / "1:2,"
    letter.parent.mkdir(parents=True)
    letter.write_text("From: Anna <anna@kunde.example>\nSubject: Your invoice\n\nsecret")
    shown = facteur("mail", "waiting")
    assert shown.code == 1
    for words in ("email", "a…@kunde.example", "Your invoice", str(letter)):
        assert words in shown.out
    assert "anna" not in shown.out
    assert "secret" not in shown.out
    [found] = facteur("mail", "waiting", "--json").json["email"]
    assert (found["author"], found["subject"]) == ("a…@kunde.example", "Your invoice")


@pytest.mark.usefixtures("hub")
def test_who_signs_nothing_is_told_how(facteur: Facteur, tmp_path: Path) -> None:
    settle(tmp_path, "")
    shown = facteur("mail", "dkim-record")
    assert shown.code == 2
    assert "openssl genrsa" in shown.err
    assert "no [channel.other]" in facteur("mail", "dkim-record", "other").err


LOOKS = {  # settings of the channel, whether doctor is content, and what it says
    "both": (BOTH, True, "rsa-sha256 as r._domainkey.nordwind.example; ed25519-sha256"),
    "none": ("", True, "the smart host must vouch"),
    "a domain below": ('dkim_domain = "mail.nordwind.example"\n' + RSA, True, "r._domainkey.mail"),
    "a stranger's": ('dkim_domain = "nordwind.test"\n' + RSA, False, "DMARC counts only"),
    "a short key": (SHORT, False, "an RSA key of 1024 bits; make one of 2048"),
    "Ed25519 alone": (ED25519, False, "add an RSA key"),
    "half of it": ('dkim_selector = "r"\n', False, "dkim_selector and dkim_key_file"),
}


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("case", LOOKS)
def test_doctor_looks_who_vouches(facteur: Facteur, tmp_path: Path, case: str) -> None:
    more, good, words = LOOKS[case]
    settle(tmp_path, more)
    found, said = by_name(facteur)["signing of email"]
    assert (found, words in said) == (good, True), said


LINKS = {
    "": (True, "none: everything goes along"),
    '[links]\nurl = "https://post.nordwind.example"\n': (True, "/l/…, for 90 days"),
    '[links]\nurl = "http://post.nordwind.example"\n': (False, "write https"),
    "[tenant.x]\nname = 'X'\nself_service = true\n": (False, "nobody is invited"),
}


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("tables", LINKS)
def test_doctor_looks_where_links_lead(facteur: Facteur, tmp_path: Path, tables: str) -> None:
    settle(tmp_path, "", tables)
    good, words = by_name(facteur)["links"]
    assert (good, LINKS[tables][1] in words) == (LINKS[tables][0], True)


SEALED = {  # days of a certificate from today on, whether doctor is content, and what it says
    "good": ((-9, 99), True, "emails to 1 recipients are encrypted"),
    "ends soon": ((-9, 9), True, "within 30 days none can be encrypted to:\nK1"),
    "over": ((-9, -2), False, "K1 of nordwind: it was valid until 20"),
}


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("case", SEALED)
def test_doctor_looks_at_certificates_of_recipients(
    facteur: Facteur, tmp_path: Path, case: str
) -> None:
    days, good, words = SEALED[case]
    text = one_line(certificate(days=days, noon=now()))
    book = tmp_path / "book.csv"
    book.write_text(f"key,name,email,smime_certificate\nK1,Anna,anna@kunde.example,{text}\n")
    assert facteur("address-book", "book.csv", "--tenant", "nordwind").code == 0
    found, said = by_name(facteur)["certificates of recipients"]
    assert (found, words in said) == (good, True), said


def test_what_has_no_link_cannot_be_withdrawn(facteur: Facteur, hub: Hub) -> None:
    hub.work()
    assert "facteur mail withdraw DELIVERY" in facteur("mail", "withdraw").err
    assert "no delivery with a link that is open" in facteur("mail", "withdraw", "x").err
