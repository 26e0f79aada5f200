"""DER (ITU-T X.690) as far as time stamps need it, in bounds. Standard library alone."""

from __future__ import annotations

from typing import NamedTuple

SEQUENCE, OCTETS, OID = 0x30, 0x04, 0x06


class Value(NamedTuple):
    """One value: its tag, what is in it, and all its bytes."""

    tag: int
    content: bytes
    raw: bytes

    def inside(self) -> list[Value]:
        """Return the values in it."""
        return read(self.content)


def read(data: bytes) -> list[Value]:
    """Return the values that stand one after the other.

    Raises:
        ValueError: the last one ends too early.
    """
    found, at = [], 0
    while at < len(data):
        start, size, at = at, data[at + 1] if at + 1 < len(data) else 0, at + 2
        if size & 0x80:
            width = size & 0x7F
            size, at = int.from_bytes(data[at : at + width], "big"), at + width
        if at + size > len(data):
            raise ValueError("ends too early")
        found.append(Value(data[start], data[at : at + size], data[start : at + size]))
        at += size
    return found


def one(data: bytes, tag: int) -> Value:
    """Return the only value there is, of this tag.

    Raises:
        ValueError: it is not that.
    """
    (value,) = read(data)
    if value.tag != tag:
        raise ValueError(f"has tag {value.tag}")
    return value


def sequence(content: bytes) -> bytes:
    """Return a sequence."""
    size = len(content)
    if size < 0x80:
        return bytes([SEQUENCE, size]) + content
    width = (size.bit_length() + 7) // 8
    return bytes([SEQUENCE, 0x80 | width]) + size.to_bytes(width, "big") + content
