"""What both XML readers owe: samples read as told, places as the terms say, nothing dropped."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from formats import canonical
from formats.codec import Reading
from formats.model.terms import term_of
from formats.xml.names import Element, name_of
from formats.xml.parsing import parse
from formats.xml.payload import payload
from formats.xml.places import place_of
from formats.xml.walking import WHITE_SPACE

SAMPLES = Path(__file__).parents[1] / "samples"

_POSITION = re.compile(r"\[\d+\]")
_LINE = re.compile(r" \(line \d+\)$")


def samples(format_name: str) -> list[Path]:
    return sorted(SAMPLES.joinpath(format_name).iterdir())


def assert_reads_as_told(folder: Path, read: Callable[[bytes], Reading]) -> None:
    """The document is document.json; what was left and found fault with is left.json, if any."""
    reading = read((folder / "in.xml").read_bytes())
    assert _pretty(canonical.encode(reading.document)) == (folder / "document.json").read_text()
    left = {"unmapped": reading.unmapped, "notices": reading.notices}
    told = folder / "left.json"
    expected = told.read_text() if told.exists() else _pretty(b'{"unmapped":{},"notices":[]}')
    assert _pretty(msgspec.json.encode(left)) == expected


def places_of_terms(reading: Reading) -> Iterator[tuple[str, str]]:
    """Yield term number and XPath without positions of every field that was read."""
    for path, place in reading.sources.items():
        if not path:  # the document itself
            continue
        number = term_of(path)
        assert number is not None
        if path.endswith("]") and number.startswith("BT"):
            continue  # one of several values: the value's own place counts
        yield number, _LINE.sub("", _POSITION.sub("", place))


def silently_passed(data: bytes, reading: Reading) -> set[str]:
    """Return the names, with their parents', of elements that have text and are nowhere listed.

    What says again what an element of its name says already is not among them.
    """
    root = payload(parse(data, what="an example"), what="an example")
    noted = (*reading.sources.values(), *reading.unmapped)
    listed = {place.replace("[1]", "") for place in noted}
    listed |= {(notice.place or "").replace("[1]", "") for notice in reading.notices}
    said: set[tuple[str, str]] = set()
    passed: set[tuple[str, str]] = set()
    for element in root.iterdescendants():
        text = (element.text or "").strip(WHITE_SPACE)
        if text:
            (said if place_of(element) in listed else passed).add((_name(element), text))
    return {name for name, _ in passed - said}


def _name(element: Element) -> str:
    parent = element.getparent()
    assert parent is not None
    return f"{name_of(str(parent.tag))}/{name_of(str(element.tag))}"


def _pretty(data: bytes) -> str:
    return msgspec.json.format(data).decode() + "\n"
