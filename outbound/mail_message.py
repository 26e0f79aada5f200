"""A parcel as an Internet message: the same parcel gives the same bytes, and no header too many."""

import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Iterator, Sequence
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import MIMEPart
from email.utils import format_datetime

from cryptography import x509

from outbound.channel import Enclosure, Parcel, Refused
from outbound.mail_address import envelope_address, single_line
from outbound.mail_encryption import encrypted
from outbound.mail_envelope import Cipher
from outbound.mail_guard import says_what_was_meant
from outbound.mail_header import header_line
from outbound.mail_smime import Smime

_WIRE = policy.SMTP.clone(cte_type="7bit")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_UNKNOWN = "application/octet-stream"
_NESTING = ("multipart/", "message/")
_PLAIN_NAME = re.compile(r"[\w.-]{1,40}", re.ASCII)
_LINE_MAX = 76
"""Of base64 (RFC 2045 section 6.8)."""
_LAST_OF_TOP = b"\r\nMIME-Version: 1.0\r\n"
_LINE_END = re.compile(r"\r\n|\r|\n")


def compose(
    parcel: Parcel,
    *,
    sender: Address,
    reply_to: str | None,
    token: str,
    domain: str,
    receipt_to: str | None = None,
    smime: Smime | None = None,
) -> bytes:
    """Return the message with CRLF line ends; ASCII, unless the recipient's address is not.

    Args:
        parcel: whose subject, text, html and enclosures it carries.
        sender: of the From header.
        reply_to: where answers of people go, if not to the sender.
        token: makes Message-ID and MIME boundaries; nobody else can foresee it.
        domain: right side of the Message-ID.
        receipt_to: where a read receipt is asked to be sent (RFC 8098), or None.
        smime: signs it, or None. A signature has its time, so that a repeat is not equal.

    Raises:
        Refused: an address is missing or malformed, a header value or file name could start a
            header of its own (CVE-2024-6923 and its kin), or the message read back says something
            else than was meant.
    """
    headers = dict(_headers(parcel, sender, reply_to, f"<{token}@{domain}>", receipt_to))
    try:
        top = b"".join(header_line(name, value) for name, value in headers.items())
        entity = _entity(parcel, token)
        says_what_was_meant(top + entity, parcel, headers)
    except (MessageError, ValueError, IndexError) as fault:
        raise Refused("the parcel cannot be written as a message") from fault
    return top + (smime.signed(entity, boundary=f"=_{token}_s") if smime else entity)


def sealed(message: bytes, certificate: x509.Certificate, cipher: Cipher) -> bytes:
    """Return a composed message whose content is encrypted; its headers can be read on the way."""
    head, mark, entity = message.partition(_LAST_OF_TOP)
    return head + mark + encrypted(entity, certificate, cipher)


def _headers(
    parcel: Parcel, sender: Address, reply_to: str | None, message_id: str, receipt_to: str | None
) -> Iterator[tuple[str, str | Address]]:
    name = single_line(parcel.destination.name, "recipient's name")
    yield "From", sender
    local, _, domain = envelope_address(parcel.destination.email).rpartition("@")
    yield "To", Address(display_name=name, username=local, domain=domain)
    yield "Subject", single_line(parcel.subject, "subject")
    yield "Date", format_datetime(parcel.created)
    yield "Message-ID", message_id
    if earlier := parcel.labels.get("replies_to"):
        yield "In-Reply-To", single_line(earlier, "earlier Message-ID")
        yield "References", single_line(earlier, "earlier Message-ID")
    yield "Auto-Submitted", "auto-generated"
    if reply_to:
        yield "Reply-To", Address(addr_spec=single_line(reply_to, "reply address"))
    if receipt_to:
        yield "Disposition-Notification-To", Address(addr_spec=receipt_to)
    yield "MIME-Version", "1.0"


def _entity(parcel: Parcel, token: str) -> bytes:
    """Write the content, whose own headers begin the bytes."""
    texts = [_text("plain", parcel.text)]
    if parcel.html is not None:
        texts.append(_text("html", parcel.html))
    body = texts[0] if len(texts) == 1 else _multipart("alternative", texts, f"=_{token}_1")
    if not parcel.enclosures:
        return body
    return _multipart("mixed", [body, *map(_file, parcel.enclosures)], f"=_{token}_0")


def _multipart(subtype: str, parts: Sequence[bytes], boundary: str) -> bytes:
    mark = f"--{boundary}".encode()
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def _text(subtype: str, text: str) -> bytes:
    """Write a text so that no server needs to touch a line of it."""
    lines = _LINE_END.sub("\r\n", text).encode()
    return (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode() + b2a_qp(lines if lines.endswith(b"\r\n") else lines + b"\r\n")


def _file(enclosure: Enclosure) -> bytes:
    match = _MEDIA_TYPE.match(enclosure.media_type)
    media_type = match.group() if match else _UNKNOWN
    encoded = b64encode(enclosure.data)
    return b"\r\n".join(
        (
            f"Content-Type: {_UNKNOWN if media_type.startswith(_NESTING) else media_type}".encode(),
            b"Content-Transfer-Encoding: base64",
            _disposition(single_line(enclosure.name, "file name")),
            b"",
            *(encoded[at : at + _LINE_MAX] for at in range(0, len(encoded), _LINE_MAX)),
            b"",
        )
    )


def _disposition(name: str) -> bytes:
    """Write a file's name; the library knows how to write odd and long ones (RFC 2231)."""
    if _PLAIN_NAME.fullmatch(name):
        return f'Content-Disposition: attachment; filename="{name}"'.encode()
    part = MIMEPart(policy=_WIRE)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part.as_bytes().rstrip(b"\r\n")
