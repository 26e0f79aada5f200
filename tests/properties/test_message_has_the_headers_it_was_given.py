"""Whatever names and subjects hold, a message has the headers it was given, or is refused."""

from dataclasses import replace
from email import message_from_bytes
from email.headerregistry import Address

from hypothesis import given
from hypothesis import strategies as st

from outbound.channel import Enclosure, Refused
from outbound.mail_message import compose
from tests.outbound.rigs import parcel

GIVEN = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"]
GIVEN += ["Content-Type"]
NASTY = st.sampled_from(["\r\n", "\n", "=?utf-8?q?=0d=0a?=", "\u2028", "\x85", "\udc0a", "\t"])
ODD = st.sampled_from(['"', "\\", "<>", ";", "=?", "?=", "(", ",", "@", "\u202e", "  ", "é" * 80])
HARMLESS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
HARMLESS_VALUES = st.lists(st.one_of(st.text(HARMLESS, max_size=90), ODD), max_size=6).map("".join)
VALUES = st.one_of(HARMLESS_VALUES, st.tuples(HARMLESS_VALUES, NASTY, HARMLESS_VALUES).map("".join))


@given(subject=VALUES, name=VALUES, file_name=VALUES, text=VALUES)
def test_message_has_the_headers_it_was_given(
    subject: str, name: str, file_name: str, text: str
) -> None:
    made = parcel("law", Enclosure(name=file_name, media_type="text/xml", data=b"<a/>"))
    made = replace(
        made, subject=subject, text=text, destination=replace(made.destination, name=name)
    )
    sender = Address("Nordlicht", "rechnung", "nordlicht.example")
    try:
        data = compose(made, sender=sender, reply_to=None, token="t", domain="post.example")
    except Refused:
        return
    message = message_from_bytes(data)
    assert message.keys() == GIVEN
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert [part.get_payload(decode=True) for part in message.walk()][-1] == b"<a/>"
