"""EDIFACT bytes to segments: service characters, release character, binary objects.

Source:
    ISO 9735-1: the service string advice UNA and what holds without it; ISO 9735-8: objects between
    UNO and UNP, whose length in octets stands in S022.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from formats.edi.faults import Faults

LIMIT_BYTES = 100_000_000
LIMIT_SEGMENTS = 1_000_000
LIMIT_ELEMENTS = 1_000

FAULTS = Faults("EDIFACT")
_PADDING = " \t\r\n\0\x1a"
"""What transports leave at the end of a file."""
_WRAPPED_LINES = 3
_WRAPPED_WIDTH = 10
"""From which on lines of one width are taken for a text that was broken to fit."""
_CONTINUATION = re.compile("[\x80-\xbf]")
_EMPTY = [""]
"""Every element that is empty: one list, as files can be full of them."""
_BLANK = re.compile(r"\s*+")
_STAND_INS = "\ud800\ud801\ud802\ud803\ud804"
"""For released characters, while a segment is cut: no text can hold them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The service characters. `repetition` and `release` are empty where they are not used."""

    component: str = ":"
    element: str = "+"
    decimal: str = ""
    release: str = "?"
    repetition: str = ""
    terminator: str = "'"

    @property
    def all(self) -> str:
        """Those that must be released in a text."""
        return self.component + self.element + self.repetition + self.terminator + self.release


@dataclass(frozen=True, slots=True)
class Cut:
    """One segment, still as it was written.

    Attributes:
        tag: its first component.
        text: all of it, without the terminator; bytes as one character each.
        marks: by which it was cut.
        advised: whether a UNA gave them.
        content: the binary object behind a UNO.
    """

    tag: str
    text: str
    marks: Marks
    advised: bool
    content: bytes = b""


def cut(data: bytes) -> Iterator[Cut]:
    """Yield the segments of a file; a fault of its syntax ends it.

    Raises:
        Unreadable: IN-EDIFACT-SYNTAX: too large, or a segment without its end.
    """
    raw = _unwrapped(data)
    at, count = 0, 0
    marks, advised = Marks(), False
    pattern = _pattern(marks)
    while (at := _behind_blanks(raw, at)) < len(raw):
        if raw.startswith("UNA", at) and at + 9 <= len(raw):
            marks, advised = _advice(raw[at + 3 : at + 9]), True
            at += 9
            pattern = _pattern(marks)
        elif raw.startswith("UNB", at) and raw[at + 3 : at + 4] != marks.element:
            marks, advised = Marks(), False
            pattern = _pattern(marks)
        found = pattern.match(raw, at)
        count += 1
        if found is None or count > LIMIT_SEGMENTS:
            _refuse_rest(raw, at, count, found=found is not None)
            return
        text, at = found[1], found.end()
        tag = text[:3]
        content = b""
        if tag == "UNO":
            length = _object_length(text, marks)
            content = raw[at : at + length].encode("latin-1")
            at += length
        yield Cut(tag, text, marks, advised, content)


def _behind_blanks(raw: str, at: int) -> int:
    found = _BLANK.match(raw, at)
    return found.end() if found else at


def _refuse_rest(raw: str, at: int, count: int, *, found: bool) -> None:
    rest = raw[at : at + 20].strip(_PADDING)
    if found:
        raise FAULTS.too_much(LIMIT_SEGMENTS, "segments in the file", f"segment {count}")
    if rest:
        raise FAULTS.broken(
            f"the last segment has no end: `{rest}`",
            f"segment {count} of the file",
            "send the file whole; it may have been cut off on its way",
        )


def split(text: str, marks: Marks, read: Callable[[str], str]) -> list[list[str]]:
    """Return the elements of a segment, each a list of its components; the tag is the first.

    Where an element is repeated (version 4), the others come behind the segment's last.

    Args:
        text: as it was cut.
        marks: by which it was cut.
        read: turns bytes that were taken for characters into text.

    >>> split("FTX+AAI+?+ 50??:x", Marks(), str)
    [['FTX'], ['AAI'], ['+ 50?', 'x']]
    """
    if not text.isascii():
        text = read(text)
    released = bool(marks.release) and marks.release in text
    elements = (_covered(text, marks) if released else text).split(marks.element)
    if marks.repetition and marks.repetition in text:
        elements = _repeated(elements, marks.repetition)
    if len(elements) > LIMIT_ELEMENTS:
        raise FAULTS.too_much(LIMIT_ELEMENTS, "elements in one segment", elements[0][:3])
    cut_up = [element.split(marks.component) if element else _EMPTY for element in elements]
    if not released:
        return cut_up
    return [[_restored(component, marks) for component in element] for element in cut_up]


def _repeated(elements: list[str], sign: str) -> list[str]:
    """Return the elements with what repeats one of them behind all others.

    So no element changes its place, and what is looked for by its code is found.
    """
    parts = [element.split(sign) for element in elements]
    return [first for first, *_ in parts] + [more for _, *others in parts for more in others]


def _covered(text: str, marks: Marks) -> str:
    """Return the text with stand-ins for what is released, and no release character."""
    text = text.replace(marks.release * 2, _STAND_INS[0])
    for sign, stand_in in zip(_released(marks), _STAND_INS[1:], strict=False):
        text = text.replace(marks.release + sign, stand_in)
    return text.replace(marks.release, "")


def _restored(component: str, marks: Marks) -> str:
    for sign, stand_in in zip(_released(marks, marks.release), _STAND_INS, strict=False):
        if stand_in in component:
            component = component.replace(stand_in, sign)
    return component


def _released(marks: Marks, first: str = "") -> list[str]:
    signs = [marks.component, marks.element, marks.terminator, marks.repetition]
    return [sign for sign in (first, *signs) if sign]


def _advice(signs: str) -> Marks:
    component, element, decimal, release, repetition, terminator = list(signs)
    return Marks(
        component=component,
        element=element,
        decimal=decimal,
        release=release.strip(),
        repetition=repetition.strip(),
        terminator=terminator,
    )


def _pattern(marks: Marks) -> re.Pattern[str]:
    end = re.escape(marks.terminator)
    if not marks.release:
        return re.compile(rf"\s*+([^{end}]*+){end}")
    release = re.escape(marks.release)
    plain = f"[^{end}{release}]*+"
    return re.compile(rf"\s*+({plain}(?:{release}.{plain})*+){end}", re.DOTALL)


def _object_length(text: str, marks: Marks) -> int:
    elements = text.split(marks.element)
    length = elements[4].split(marks.component)[0] if len(elements) > 4 else ""
    return int(length) if length.isascii() and length.isdigit() and len(length) < 10 else 0


def _unwrapped(data: bytes) -> str:
    """Return the bytes as one character each, without line ends that only keep lines short."""
    if len(data) > LIMIT_BYTES:
        raise FAULTS.too_much(LIMIT_BYTES, "bytes in the file", "the file")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", errors="replace").encode()
    raw = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    lines = raw.replace("\r\n", "\n").rstrip().split("\n")
    return "".join(lines) if _is_wrapped(lines) else raw


def _is_wrapped(lines: list[str]) -> bool:
    """Whether all lines but the last are of one width, in bytes or in UTF-8 characters."""
    if len(lines) < _WRAPPED_LINES or len(lines[0]) < _WRAPPED_WIDTH:
        return False
    for width in (len, _characters):
        first = width(lines[0])
        if all(width(line) == first for line in lines[:-1]) and width(lines[-1]) <= first:
            return True
    return False


def _characters(line: str) -> int:
    """Return how many characters a line of UTF-8 has whose bytes were taken for characters."""
    return len(line) - len(_CONTINUATION.findall(line))
