"""A parcel as an Internet message: the same parcel gives the same bytes, and no header too many."""

import re
import unicodedata
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.utils import format_datetime

from outbound.channel import Enclosure, Parcel, Refused

_WIRE = policy.SMTP.clone(cte_type="7bit")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_ADDR_SPEC = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")
_ENCODED_WORD = re.compile(r"=\?.*\?", re.DOTALL)
_FORBIDDEN_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}


def compose(
    parcel: Parcel, *, sender: Address, reply_to: str | None, token: str, domain: str
) -> bytes:
    """Return the message with CRLF line ends, ASCII only.

    Args:
        parcel: whose subject, text, html and enclosures it carries.
        sender: of the From header.
        reply_to: where answers of people go, if not to the sender.
        token: makes Message-ID and MIME boundaries; nobody else can foresee it.
        domain: right side of the Message-ID.

    Raises:
        Refused: an address is missing or malformed, or a header value or file name could start
            a header of its own (CVE-2024-6923 and its kin).
    """
    try:
        message = _build(parcel, sender, reply_to, f"<{token}@{domain}>")
        _set_boundaries(message, token)
        return _checked(message)
    except (MessageError, ValueError, IndexError) as fault:
        raise Refused("the parcel cannot be written as a message") from fault


def recipient(parcel: Parcel) -> str:
    """Return the envelope address, its domain in ASCII.

    Raises:
        Refused: there is none, it is malformed, or its local part is not ASCII.
    """
    email = parcel.destination.email
    if not email:
        raise Refused("the recipient has no email address")
    if not _ADDR_SPEC.fullmatch(email) or len(email) > 254:
        raise Refused("the recipient's email address is not an address (RFC 5321 section 4.1.2)")
    local, _, domain = email.partition("@")
    try:
        address = f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
        return Address(addr_spec=address).addr_spec
    except UnicodeError as fault:
        raise Refused("the recipient's email address cannot be written in ASCII") from fault
    except (MessageError, ValueError, IndexError) as fault:
        raise Refused("the recipient's email address is not an address") from fault


def single_line(value: str, what: str) -> str:
    """Return the value if it is harmless in a header or file name.

    Raises:
        Refused: it holds a control character, a line or paragraph separator, or an encoded word.

    >>> single_line("Rechnung 4711 über 12 €", "subject")
    'Rechnung 4711 über 12 €'
    """
    for character in value:
        if unicodedata.category(character) in _FORBIDDEN_CATEGORIES:
            raise Refused(f"the {what} contains the forbidden character U+{ord(character):04X}")
    if _ENCODED_WORD.search(value):
        raise Refused(f"the {what} contains an encoded word (RFC 2047)")
    return value


def _build(parcel: Parcel, sender: Address, reply_to: str | None, message_id: str) -> EmailMessage:
    message = EmailMessage(policy=_WIRE)
    for name, value in _headers(parcel, sender, reply_to, message_id):
        message[name] = value
    message.set_content(parcel.text)
    if parcel.html is not None:
        message.add_alternative(parcel.html, subtype="html")
    for enclosure in parcel.enclosures:
        _attach(message, enclosure)
    return message


def _headers(
    parcel: Parcel, sender: Address, reply_to: str | None, message_id: str
) -> Iterator[tuple[str, str | Address]]:
    name = single_line(parcel.destination.name, "recipient's name")
    yield "From", sender
    yield "To", Address(display_name=name, addr_spec=recipient(parcel))
    yield "Subject", single_line(parcel.subject, "subject")
    yield "Date", format_datetime(parcel.created)
    yield "Message-ID", message_id
    yield "Auto-Submitted", "auto-generated"
    if reply_to:
        yield "Reply-To", single_line(reply_to, "reply address")


def _attach(message: EmailMessage, enclosure: Enclosure) -> None:
    match = _MEDIA_TYPE.match(enclosure.media_type)
    main, _, sub = (match.group() if match else "application/octet-stream").partition("/")
    if main in {"multipart", "message"}:
        main, sub = "application", "octet-stream"
    message.add_attachment(
        enclosure.data,
        maintype=main,
        subtype=sub,
        filename=single_line(enclosure.name, "file name"),
    )


def _set_boundaries(message: EmailMessage, token: str) -> None:
    for depth, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{token}_{depth}")


def _checked(message: EmailMessage) -> bytes:
    """Write the message and read it back: it must have the headers it was given and no other."""
    data = message.as_bytes()
    before, after = _header_names(message), _header_names(message_from_bytes(data))
    if before != after:
        raise Refused("the message would have headers that nobody asked for")
    if not data.count(b"\r\n") == data.count(b"\r") == data.count(b"\n"):
        raise Refused("the message would have bare CR or LF")
    return data


def _header_names(message: Message) -> list[list[str]]:
    return [list(part.keys()) for part in message.walk()]
