"""A message that says something else than was meant is found out, whoever has spoilt it."""

from collections.abc import Callable
from dataclasses import replace
from email.headerregistry import Address

import pytest

from outbound.channel import Enclosure, Parcel, Refused
from outbound.mail_guard import says_what_was_meant
from outbound.mail_message import compose
from tests.outbound.rigs import parcel
from tests.outbound.test_mail_message import KEYWORDS, SENDER

MADE = parcel("guard", html="<p>Grüße</p>")
TO = Address("Bäckerei Süßmund GmbH", "guard", "kunde.example")
SPOILT: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a header more": (lambda data: b"Bcc: eve@evil.example\r\n" + data, "nobody asked for"),
    "a header twice": (
        lambda data: data.replace(b"Subject:", b"Subject: x\r\nSubject:", 1),
        "nobody asked for",
    ),
    "a second From": (lambda data: b"From: eve@evil.example\r\n" + data, "nobody asked for"),
    "another recipient": (lambda data: data.replace(b"guard@kunde", b"eve@kunde", 1), "To"),
    "a recipient more": (
        lambda data: data.replace(b"<guard@kunde", b"<eve@evil.example>, <guard@kunde", 1),
        "To",
    ),
    "another subject": (lambda data: data.replace(b"Rechnung guard", b"Rechnung", 1), "Subject"),
    "another text": (lambda data: data.replace(b"anbei", b"dabei", 1), "another text"),
    "a text more": (
        lambda data: data.replace(b"Content-Disposition: attachment;", b"X-Name:"),
        "attachments",
    ),
    "another file name": (lambda data: data.replace(b".pdf", b".exe", 1), "attachments"),
    "another file": (lambda data: data.replace(b"JVBER", b"JVBEr", 1), "attachments"),
    "a part cut off": (lambda data: data[: data.rfind(b"--=_") - 40], "defect"),
    "a bare LF": (lambda data: data + b"\n", "bare CR or LF"),
    "a NUL": (lambda data: data + b"\0", "a NUL"),
    "a header line of 999": (
        lambda data: data.replace(b"Subject: ", b"Subject: " + b"x" * 990, 1),
        "too long",
    ),
}


def guard(data: bytes, made: Parcel) -> None:
    headers: dict[str, str | Address] = {
        "From": SENDER,
        "To": TO,
        "Subject": made.subject,
        "Date": "Wed, 04 Nov 2026 12:00:00 +0000",
        "Message-ID": f"<{'t' * 32}@post.nordlicht.example>",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }
    says_what_was_meant(data, made, headers)


def test_what_was_composed_passes() -> None:
    guard(compose(MADE, **KEYWORDS), MADE)


@pytest.mark.parametrize("case", SPOILT)
def test_what_was_spoilt_is_refused(case: str) -> None:
    spoil, words = SPOILT[case]
    data = compose(MADE, **KEYWORDS)
    assert spoil(data) != data
    with pytest.raises(Refused, match=words):
        guard(spoil(data), MADE)


def test_attachments_are_compared_with_those_that_were_meant() -> None:
    other = Enclosure(name="Rechnung.pdf", media_type="application/pdf", data=b"%PDF-other")
    with pytest.raises(Refused, match="other attachments"):
        guard(compose(MADE, **KEYWORDS), replace(MADE, enclosures=(other,)))
