"""A parcel as a message: what was put in comes out, and nothing else."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

import pytest

from outbound.channel import Enclosure, Parcel, Refused
from outbound.mail_message import compose
from tests.outbound.rigs import parcel

SENDER = Address("Nordlicht Handel GmbH", "rechnung", "nordlicht.example")


KEYWORDS: dict[str, Any] = {
    "sender": SENDER,
    "reply_to": None,
    "token": "t" * 32,
    "domain": "post.nordlicht.example",
}


def written(made: Parcel) -> bytes:
    return compose(made, **KEYWORDS)


def name_in_to(data: bytes) -> str:
    """Return the name in To; the strict parser puts blanks between the words of a long one."""
    [(name, _)] = getaddresses(["".join(str(message_from_bytes(data)["To"]).splitlines())])
    return str(make_header(decode_header(name)))


def read(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_what_was_put_in_comes_out() -> None:
    xml = Enclosure(name="größe.xml", media_type="text/xml; charset=utf-8", data=b"<a>\r\n\n</a>")
    note = Enclosure(name="a b.eml", media_type="message/rfc822", data=b"From: x\n\n.\n")
    made = parcel("content", *parcel("x").enclosures, xml, note, html="<p>Grüße</p>" + "x" * 2000)
    message = read(written(made))
    assert message["To"].addresses[0].addr_spec == "content@kunde.example"
    assert message["To"].addresses[0].display_name == "Bäckerei Süßmund GmbH"
    assert message["Subject"] == "Rechnung content"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert plain.get_content().splitlines() == made.text.splitlines()
    assert html is not None
    assert html.get_content().rstrip() == made.html
    attached = [(part.get_filename(), part.get_content()) for part in message.iter_attachments()]
    assert [name for name, _ in attached] == [enclosure.name for enclosure in made.enclosures]
    assert attached[0][1] == made.enclosures[0].data


def test_same_parcel_gives_the_same_bytes() -> None:
    made = parcel("same", html="<p>x</p>")
    assert written(made) == written(replace(made, labels=dict(made.labels)))


def test_wire_form_is_ascii_with_crlf_in_short_lines() -> None:
    made = parcel("wire", text="ä" * 5000 + "\rlone\nbare\r\n.\n" + "x" * 3000, html="<b>ü\n.</b>")
    data = written(made)
    data.decode("ascii")
    lines = data.split(b"\r\n")
    assert [line for line in lines if b"\r" in line or b"\n" in line or len(line) > 998] == []


def test_correction_answers_the_message_that_it_corrects() -> None:
    earlier = "<earlier@post.nordlicht.example>"
    message = read(written(parcel("thread", labels={"replies_to": earlier})))
    assert message["In-Reply-To"] == message["References"] == earlier


def test_read_receipt_is_asked_for_where_that_is_wished() -> None:
    address = "bounce+t@post.nordlicht.example"
    data = compose(parcel("mdn"), **KEYWORDS, receipt_to=address)
    assert read(data)["Disposition-Notification-To"] == address
    assert "Disposition-Notification-To" not in read(written(parcel("mdn")))


LONG_BUT_PLAIN = {
    "a name of many words": "Gesellschaft für größere Überraschungen und Zubehör " * 6,
    "one endless word": "Ü" * 300,
    "quotes and brackets": '"Süß & Söhne" <GmbH>; (Berlin), Abt. \\ 7',
    "beyond the first plane": "🧾 Rechnung 請求書 فاتورة",
}


@pytest.mark.parametrize("name", LONG_BUT_PLAIN)
def test_odd_but_harmless_value_is_said_in_full(name: str) -> None:
    value = " ".join(LONG_BUT_PLAIN[name].split())
    made = parcel("long")
    [enclosure] = made.enclosures
    data = written(
        replace(
            made,
            subject=value,
            destination=replace(made.destination, name=value),
            enclosures=(replace(enclosure, name=f"{value[:120]}.pdf"),),
        )
    )
    message = read(data)
    assert message["Subject"] == value
    assert name_in_to(data) == value
    assert [part.get_filename() for part in message.iter_attachments()] == [f"{value[:120]}.pdf"]


HOSTILE = {
    "line feed": "Rechnung\nBcc: eve@evil.example",
    "carriage return": "Rechnung\rBcc: eve@evil.example",
    "NUL": "Rechnung\0",
    "next line": "Rechnung\x85Bcc: eve@evil.example",
    "line separator": "Rechnung\u2028Bcc: eve@evil.example",
    "paragraph separator": "Rechnung\u2029Bcc: eve@evil.example",
    "lone surrogate": "Rechnung\udc0a",
    "encoded word": "=?utf-8?q?Rechnung=0d=0aBcc:_eve=40evil.example?=",
    "encoded word in the middle": "x=?utf-8?b?DQpCY2M6IGV2ZQ==?=",
}


@pytest.mark.parametrize("where", ["subject", "recipient's name", "file name"])
@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_value_is_refused(what: str, where: str) -> None:
    value, made = HOSTILE[what], parcel("hostile")
    [enclosure] = made.enclosures
    changed = {
        "subject": lambda: replace(made, subject=value),
        "recipient's name": lambda: replace(
            made, destination=replace(made.destination, name=value)
        ),
        "file name": lambda: replace(made, enclosures=(replace(enclosure, name=value),)),
    }
    with pytest.raises(Refused, match=where):
        written(changed[where]())
