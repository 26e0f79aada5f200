"""Who judges our signatures is dkimpy, which had no part in making them but the canonical form."""

from collections.abc import Callable

import dkim  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from outbound.mail_dkim import DkimKey, dkim_key, dkim_signed
from outbound.mail_message import compose
from tests.outbound.rigs import NOON, parcel
from tests.outbound.sealing_keys import ed25519_key, pem, rsa_key
from tests.outbound.test_mail_message import KEYWORDS

DOMAIN = "nordlicht.example"
KEYS = (
    DkimKey(domain=DOMAIN, selector="r2026", key=rsa_key()),
    DkimKey(domain=DOMAIN, selector="e2026", key=ed25519_key()),
)
MESSAGE = compose(parcel("dkim", html="<p>Grüße </p> \n\n"), **KEYWORDS)


def verdicts(message: bytes) -> list[bool]:
    """Return whether each signature holds, by the records that we tell to publish."""
    zone = {f"{key.name}.".encode(): key.record.encode() for key in KEYS}
    count = message.partition(b"\r\n\r\n")[0].count(b"DKIM-Signature:")
    return [_holds(dkim.DKIM(message), at, zone) for at in range(count)]


def _holds(judge: dkim.DKIM, at: int, zone: dict[bytes, bytes]) -> bool:
    try:
        return bool(judge.verify(at, dnsfunc=lambda name, timeout: zone.get(name)))  # noqa: ARG005
    except dkim.ValidationError:
        return False


@pytest.mark.parametrize("keys", [KEYS[:1], KEYS[1:], KEYS, ()])
def test_each_signature_holds(keys: tuple[DkimKey, ...]) -> None:
    signed = dkim_signed(MESSAGE, keys, at=NOON)
    assert signed.endswith(MESSAGE)
    assert verdicts(signed) == [True] * len(keys)
    assert max(map(len, signed.split(b"\r\n"))) <= 78


SPOILT = {  # what is done to the message on its way, and whether that may be
    "another text": (b"anbei", b"dabei", False),
    "another subject": (b"Rechnung dkim", b"Mahnung dkim", False),
    "a second subject": (b"Subject:", b"Subject: x\r\nSubject:", False),
    "a header for answers": (b"Subject:", b"Reply-To: eve@evil.example\r\nSubject:", False),
    "another kind of content": (b"multipart/mixed", b"multipart/mixer", False),
    "a trace": (b"From:", b"Received: from a by b\r\nFrom:", True),
    "wider blanks": (b"Subject: ", b"Subject:   ", True),
}


@pytest.mark.parametrize("case", SPOILT)
def test_what_is_done_on_the_way_is_seen_where_it_matters(case: str) -> None:
    old, new, allowed = SPOILT[case]
    signed = dkim_signed(MESSAGE, KEYS, at=NOON)
    top = signed.index(b"From: ")
    changed = signed[:top] + signed[top:].replace(old, new, 1)
    assert changed != signed
    assert verdicts(changed) == [allowed] * 2


def test_record_is_cut_into_strings_that_a_server_takes() -> None:
    for key in KEYS:
        name, text = key.zone_line.split(" IN TXT ")
        strings = text[1:-1].split('" "')
        assert name == f"{key.selector}._domainkey.nordlicht.example."
        assert "".join(strings) == key.record
        assert max(map(len, strings)) <= 255


USELESS: dict[str, tuple[Callable[[], str], str]] = {
    "no key at all": (lambda: "-----BEGIN NOTHING-----", "no private key"),
    "another kind": (
        lambda: pem(ec.generate_private_key(ec.SECP256R1())),
        "RSA and Ed25519 alone",
    ),
    "too long": (lambda: pem(rsa.generate_private_key(65537, 4104)), "4104 bits"),
}


@pytest.mark.parametrize("case", USELESS)
def test_key_of_no_use_is_refused(case: str) -> None:
    key, words = USELESS[case]
    text = key()
    with pytest.raises(ValueError, match=words):
        dkim_key(text, domain=DOMAIN, selector="s")


def test_key_out_of_a_file_is_the_key() -> None:
    assert dkim_key(pem(rsa_key()), domain=DOMAIN, selector="r2026").record == KEYS[0].record
