"""A composed message is read back: it must say exactly what was meant."""

import hashlib
from collections.abc import Iterator, Mapping
from email import message_from_string
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import Message
from email.utils import getaddresses

from outbound.channel import Parcel, Refused

_OF_CONTENT = frozenset({"content-type", "content-transfer-encoding", "content-disposition"})


def says_what_was_meant(data: bytes, parcel: Parcel, headers: Mapping[str, str | Address]) -> None:
    """Read a message back and compare it with what it was made of.

    Args:
        data: the message before it is signed.
        parcel: whose texts and enclosures it carries.
        headers: every header of its top but those about its content.

    Raises:
        Refused: it would say something else; the message says what, never its words.
    """
    message = message_from_string(data.decode())
    faults = [*_line_faults(data), *_top_faults(message, headers), *_part_faults(message, parcel)]
    if faults:
        raise Refused(f"the message would not say what was meant: {', '.join(faults)}")


def _line_faults(data: bytes) -> Iterator[str]:
    if not data.count(b"\r\n") == data.count(b"\r") == data.count(b"\n"):
        yield "bare CR or LF"
    if b"\0" in data:
        yield "a NUL"


def _top_faults(top: Message, headers: Mapping[str, str | Address]) -> Iterator[str]:
    if [name for name in top.keys() if name.lower() not in _OF_CONTENT] != list(headers):  # noqa: SIM118
        yield "headers that nobody asked for"
        return
    for name, value in headers.items():
        said = "".join(str(top[name]).splitlines())
        if isinstance(value, Address):
            meant = [(value.display_name.split(), value.addr_spec)]
            if [(_decoded(a), b) for a, b in getaddresses([said])] != meant:
                yield name
        elif _decoded(said) != value.split():
            yield name


def _decoded(text: str) -> list[str]:
    """Return the words of a header; a fold may change how much blank there is between them."""
    return str(make_header(decode_header(text))).split()


def _part_faults(message: Message, parcel: Parcel) -> Iterator[str]:
    parts = list(message.walk())
    if any(part.defects for part in parts):
        yield "a defect in its form"
    leaves = [(part, _content(part)) for part in parts if not part.is_multipart()]
    attached = [
        (part.get_filename(), hashlib.sha256(content).digest())
        for part, content in leaves
        if part.get_content_disposition() == "attachment"
    ]
    if attached != [(e.name, hashlib.sha256(e.data).digest()) for e in parcel.enclosures]:
        yield "other attachments"
    shown = [
        content.decode(errors="replace").rstrip().splitlines()
        for part, content in leaves
        if part.get_content_disposition() is None
    ]
    meant = [text for text in (parcel.text, parcel.html) if text is not None]
    if shown != [text.rstrip().splitlines() for text in meant]:
        yield "another text"


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
