"""A stranger's message, read in bounds: its own parts, their text, the addresses it came to."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from itertools import islice

_BYTES_MAX = 1_048_576
_PARTS_MAX = 100
_DELIMITERS_MAX = 5_000
_TEXT_BYTES_MAX = 65_536
_LINE_MAX = 400
_CONTAINER = re.compile(rb"(?i)\b(?:multipart|message)/")
ADDRESS = re.compile(r"[^\s<>,;:\"]{1,64}@[^\s<>,;:\"]{1,255}")
_ADDRESSED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_COPY = re.compile(
    r"(?im)^.{0,20}(?:original message(?: follows| -+|$)|this is a copy of the message|"
    r"(?:below (?:this line )?is a|returned) copy of|unsent message follows|returned message -|"
    r"message header follows|header of the original message|original mail info|"
    r"included is a copy of)|^Received: (?:from|by) "
)
"""Where a report's own words end and the message that it is about begins."""


def parsed(data: bytes) -> Message | None:
    """Return the message, cut at 1 MiB; None where it has parts as no mail program makes them."""
    data = data[:_BYTES_MAX]
    if data.count(b"\n--") > _DELIMITERS_MAX or len(_CONTAINER.findall(data)) > _PARTS_MAX:
        return None
    return message_from_bytes(data)


def own_parts(message: Message) -> Iterator[Message]:
    """Yield a message's parts, but nothing of the messages that are enclosed in it."""
    return islice(_own_parts(message), _PARTS_MAX)


def parts_of(message: Message, *media_types: str) -> list[Message]:
    """Return its own parts of these media types."""
    return [part for part in own_parts(message) if part.get_content_type() in media_types]


def blocks_of(part: Message) -> list[Message]:
    """Return the groups of fields in a part that holds nothing else."""
    return enclosed_in(part) or [message_from_bytes(_decoded(part))]


def enclosed_in(part: Message) -> list[Message]:
    """Return what a part consists of; nothing for one that is all text."""
    payload = part.get_payload() if part.is_multipart() else ()
    return [each for each in payload if isinstance(each, Message)]


def field(block: Message, name: str) -> str:
    """Return a field's value on one line, of a length that can be shown; empty if it is not."""
    return single_line(str(block.get(name, "")))


def single_line(text: str) -> str:
    """Return the text on one line, cut at a length that can be shown."""
    words = " ".join(text[: 4 * _LINE_MAX].split())[:_LINE_MAX]
    return "".join(character for character in words if character.isprintable())


def text_of(message: Message) -> str:
    """Return a report's own words for people, without the message that it is about."""
    texts = [_text(part) for part in parts_of(message, "text/plain")]
    if not any(text.strip() for text in texts):
        texts = [_TAG.sub(" ", _text(part)) for part in parts_of(message, "text/html")]
    if not any(text.strip() for text in texts):
        texts = [str(part.preamble or "") + _text(part) for part in own_parts(message)]
    text = "\n".join(texts)[:_TEXT_BYTES_MAX]
    found = _COPY.search(text)
    return text[: found.start()] if found else text


def addresses_of(message: Message) -> tuple[str, ...]:
    """Return every address that it was sent to, as its headers say."""
    values = (str(value)[:2000] for name in _ADDRESSED_TO for value in message.get_all(name, ()))
    return tuple(dict.fromkeys(found for value in values for found in ADDRESS.findall(value)))


def _own_parts(part: Message) -> Iterator[Message]:
    yield part
    if part.get_content_maintype() == "multipart":
        for each in enclosed_in(part):
            yield from _own_parts(each)


def _text(part: Message) -> str:
    data = _decoded(part)[:_TEXT_BYTES_MAX]
    charset = part.get_param("charset")
    try:
        return data.decode(charset if isinstance(charset, str) else "utf-8", "replace")
    except (LookupError, ValueError):
        return data.decode("latin-1")


def _decoded(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
