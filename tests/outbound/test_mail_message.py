"""A parcel as a message: what was put in comes out, and nothing else."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage

import pytest

from outbound.channel import Enclosure, Parcel, Refused
from outbound.mail_message import compose, recipient
from tests.outbound.rigs import parcel

SENDER = Address("Nordlicht Handel GmbH", "rechnung", "nordlicht.example")


def written(made: Parcel) -> bytes:
    return compose(
        made, sender=SENDER, reply_to=None, token="t" * 32, domain="post.nordlicht.example"
    )


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


ADDRESSES = {
    "anna@kunde.example": "anna@kunde.example",
    "anna+rechnung@kunde.example": "anna+rechnung@kunde.example",
    "anna@bücher.example": "anna@xn--bcher-kva.example",
    "ännä@kunde.example": None,
    "": None,
    "anna": None,
    "@kunde.example": None,
    "anna@": None,
    "anna@@kunde.example": None,
    "anna @kunde.example": None,
    "anna@kunde.example>\r\nRCPT TO:<eve@evil.example": None,
    "anna@kunde.example,eve@evil.example": None,
    "<anna@kunde.example>": None,
    "anna..b@kunde.example": None,
    "a" * 250 + "@kunde.example": None,
}


@pytest.mark.parametrize("email", ADDRESSES)
def test_address_is_one_address_or_refused(email: str) -> None:
    made = parcel("address")
    addressed = replace(made, destination=replace(made.destination, email=email))
    wanted = ADDRESSES[email]
    if wanted is None:
        with pytest.raises(Refused):
            recipient(addressed)
    else:
        assert recipient(addressed) == wanted
