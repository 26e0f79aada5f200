"""IPP requests and answers as bytes: what printing a file and asking after it takes of RFC 8010."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from io import BytesIO

Value = int | bool | str
Attributes = Mapping[str, tuple[Value, ...]]


class Operation(IntEnum):
    """What is asked (RFC 8011 section 5.4.15)."""

    PRINT_JOB = 0x0002
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class Tag(IntEnum):
    """What follows: a group, or a value of a syntax (RFC 8010 section 3.5)."""

    OPERATION_GROUP = 0x01
    JOB_GROUP = 0x02
    END = 0x03
    PRINTER_GROUP = 0x04
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    COLLECTION = 0x34
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    COLLECTION_END = 0x37
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49
    MEMBER = 0x4A


_FIRST_VALUE_TAG = 0x10
_OUT_OF_BAND = range(0x10, 0x20)
_WITH_LANGUAGE = frozenset({Tag.TEXT_WITH_LANGUAGE, Tag.NAME_WITH_LANGUAGE})
_NUMBERS = frozenset({Tag.INTEGER, Tag.ENUM})
_TEXTS = range(0x40, 0x50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the printer says.

    Attributes:
        status: 0 to 0xFF are successes (RFC 8011 appendix B).
        groups: tag of each group, and its attributes: one group of jobs for each job.
    """

    status: int
    groups: Sequence[tuple[int, Attributes]]

    def of(self, tag: Tag) -> list[Attributes]:
        """Return the groups of a kind."""
        return [attributes for kind, attributes in self.groups if kind == tag]


def request(operation: Operation, *groups: bytes, number: int = 1) -> bytes:
    """Return a request of version 1.1, which every printer understands; a file may follow it."""
    return struct.pack(">BBHI", 1, 1, operation, number) + b"".join(groups) + bytes([Tag.END])


def group(tag: Tag, *attributes: bytes) -> bytes:
    """Return a group of attributes; empty for none."""
    return bytes([tag]) + b"".join(attributes) if attributes else b""


def attribute(tag: Tag, name: str, *values: Value) -> bytes:
    """Return an attribute: all values after the first have no name."""
    names = (name, *[""] * (len(values) - 1))
    return b"".join(
        _field(tag, each, _encoded(value)) for each, value in zip(names, values, strict=True)
    )


def collection(name: str, *members: bytes) -> bytes:
    """Return an attribute that consists of members (RFC 8010 section 3.1.6).

    >>> collection("media-col", member(Tag.KEYWORD, "media-source", "tray-1")).count(b"tray-1")
    1
    """
    start, end = _field(Tag.COLLECTION, name, b""), _field(Tag.COLLECTION_END, "", b"")
    return start + b"".join(members) + end


def member(tag: Tag, name: str, value: Value) -> bytes:
    """Return one member of a collection."""
    return _named(name) + _field(tag, "", _encoded(value))


def inner(name: str, *members: bytes) -> bytes:
    """Return a member that is a collection itself."""
    return _named(name) + collection("", *members)


def read(data: bytes) -> Answer:
    """Read an answer; collections are passed over, as none is asked for.

    Raises:
        ValueError: it is no IPP, or is cut off.
    """
    stream = BytesIO(data)
    _, status, _ = struct.unpack(">HHI", _exactly(stream, 8))
    groups: list[tuple[int, dict[str, tuple[Value, ...]]]] = []
    name, depth = "", 0
    while (tag := _exactly(stream, 1)[0]) != Tag.END:
        if tag < _FIRST_VALUE_TAG:
            groups.append((tag, {}))
            continue
        name, raw = _sized(stream).decode("utf-8", "replace") or name, _sized(stream)
        if not groups:
            raise ValueError("an attribute stands outside of any group")
        depth += (tag == Tag.COLLECTION) - (tag == Tag.COLLECTION_END)
        known = groups[-1][1].get(name, ())
        groups[-1][1][name] = known if depth else known + _decoded(tag, raw)
    return Answer(status=status, groups=groups)


def _named(name: str) -> bytes:
    return _field(Tag.MEMBER, "", name.encode())


def _field(tag: Tag, name: str, value: bytes) -> bytes:
    head = struct.pack(">BH", tag, len(name.encode())) + name.encode()
    return head + struct.pack(">H", len(value)) + value


def _encoded(value: Value) -> bytes:
    if isinstance(value, bool):
        return bytes([value])
    return struct.pack(">i", value) if isinstance(value, int) else value.encode()


def _decoded(tag: int, raw: bytes) -> tuple[Value, ...]:
    """Return the value, or nothing for what is unknown, unsupported or of no use here."""
    if tag in _OUT_OF_BAND:
        return ()
    if tag in _NUMBERS and len(raw) == 4:
        return (int.from_bytes(raw, "big", signed=True),)
    if tag == Tag.BOOLEAN and len(raw) == 1:
        return (raw != b"\0",)
    if tag in _WITH_LANGUAGE:
        stream = BytesIO(raw)
        _sized(stream)
        return (_sized(stream).decode("utf-8", "replace"),)
    return (raw.decode("utf-8", "replace"),) if tag in _TEXTS else ()


def _sized(stream: BytesIO) -> bytes:
    (size,) = struct.unpack(">H", _exactly(stream, 2))
    return _exactly(stream, size)


def _exactly(stream: BytesIO, size: int) -> bytes:
    found = stream.read(size)
    if len(found) < size:
        raise ValueError("it is cut off")
    return found
