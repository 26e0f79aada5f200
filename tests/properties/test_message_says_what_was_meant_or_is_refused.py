"""Whatever names, subjects and files hold, a message says just that to a reader, or is refused."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage

from hypothesis import example, given
from hypothesis import strategies as st

from outbound.channel import Enclosure, Refused
from outbound.mail_message import compose
from tests.outbound.rigs import parcel
from tests.outbound.test_mail_message import name_in_to

GIVEN = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"]
GIVEN += ["Content-Type"]
NASTY = st.sampled_from(
    ["\r\n", "\n", "\r", "\0", "=?utf-8?q?=0d=0a?=", "\u2028", "\u2029", "\x85", "\udc0a", "\t"]
)
ODD = st.sampled_from(
    ['"', "\\", "<>", ";", "=?", "?=", "(", ",", "@", "\u202e", "\u2066", "  ", "é" * 80, "x" * 999]
)
HARMLESS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
HARMLESS_VALUES = st.lists(st.one_of(st.text(HARMLESS, max_size=90), ODD), max_size=6).map("".join)
VALUES = st.one_of(HARMLESS_VALUES, st.tuples(HARMLESS_VALUES, NASTY, HARMLESS_VALUES).map("".join))
WORDS = st.text(st.characters(categories=("Lu", "Ll", "Nd")), min_size=1, max_size=40)
NAMES = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
SENDER = Address("Nordlicht", "rechnung", "nordlicht.example")


def composed(subject: str, name: str, file_name: str, text: str, content: bytes) -> bytes:
    made = parcel("law", Enclosure(name=file_name, media_type="text/xml", data=content))
    to = replace(made.destination, name=name)
    made = replace(made, subject=subject, text=text, html=text, destination=to)
    return compose(made, sender=SENDER, reply_to=None, token="t", domain="post.example")


def read(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@example(subject="x" * 999, name="", file_name="", text="", content=b"")
@given(subject=VALUES, name=VALUES, file_name=VALUES, text=VALUES, content=st.binary(max_size=300))
def test_message_says_what_was_meant_or_is_refused(
    subject: str, name: str, file_name: str, text: str, content: bytes
) -> None:
    try:
        data = composed(subject, name, file_name, text, content)
    except Refused:
        return
    message = read(data)
    assert message.keys() == GIVEN
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert [to.addr_spec for to in message["To"].addresses] == ["law@kunde.example"]
    assert name_in_to(data).split() == name.split()
    assert [sender.addr_spec for sender in message["From"].addresses] == [SENDER.addr_spec]
    assert message["Subject"].split() == subject.split()
    [attached] = message.iter_attachments()
    assert attached.get_payload(decode=True) == content


@given(subject=NAMES, name=NAMES, file_name=NAMES)
def test_what_is_only_long_and_foreign_is_never_refused(
    subject: str, name: str, file_name: str
) -> None:
    message = read(composed(subject, name, f"{file_name}.xml", "Text", b"<a/>"))
    assert message["Subject"] == subject
    [attached] = message.iter_attachments()
    assert attached.get_filename() == f"{file_name}.xml"
