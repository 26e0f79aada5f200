"""Law: elements, segments and rows in any order and number, with any text, are read or refused.

Spoilt bytes seldom stay XML or keep an envelope whole; these do, so that all behind it is reached.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from formats.xml.names import Element
from formats.xml.parsing import parse
from tests.properties.spoiling import SPOILT, Seed, judge
from tests.properties.test_spoilt_bytes_are_read_or_refused import TEXTS

SEPARATORS = {"edifact": b"'", "x12": b"~", "csv": b"\n", "table": b"\n", "idoc": b"\n"}
VALUES = st.sampled_from(
    [
        *("", " ", "0", "-1", "1,5-", "--5", "NaN", "1E400", "1e-400", "9" * 60, "0." + "3" * 60),
        *("1.234.567,89", "20261301", "00000000", "99991231", "2026-02-30", "0000-01-01"),
        *("EUR", "eur", "XXX", "DE", "380", "381", "S", "Z", "\u0663", "\u202e", "\ufeff"),
        *("\n", "a\tb", "<", "&", "100%", "true", "=1+1", "++", ":::", "A" * 4, "001"),
        *("012", "-", "x" * 5000),
    ]
)


class Change(NamedTuple):
    """What is done to one part: which, where to, both as a part of the whole, and a text."""

    act: str
    at: float
    to: float
    text: str


ACTS = ("drop", "double", "move", "write", "write", "write", "mark")
CHANGES = st.lists(
    st.builds(Change, st.sampled_from(ACTS), st.floats(0, 1), st.floats(0, 1), VALUES),
    min_size=1,
    max_size=5,
)


def in_xml(data: bytes, changes: Sequence[Change]) -> bytes:
    root = parse(data, what="a sample")
    for change in changes:
        elements = list(root.iter("*"))[1:]
        if elements:
            _change_element(_one(elements, change.at), _one(elements, change.to), change)
    return etree.tostring(root)


def _change_element(element: Element, other: Element, change: Change) -> None:
    parent = element.getparent()
    assert parent is not None
    match change.act:
        case "drop":
            parent.remove(element)
        case "double":
            parent.append(deepcopy(element))
        case "move":
            if element not in other.iterancestors() and element is not other:
                other.append(element)
        case "write":
            element.text = change.text
        case _:
            element.set(next(iter(element.keys()), "unitCode"), change.text)


def in_parts(separator: bytes) -> Callable[[bytes, Sequence[Change]], bytes]:
    """Change what stands between separators."""

    def changed(data: bytes, changes: Sequence[Change]) -> bytes:
        parts = data.split(separator)
        for change in changes:
            at, to = (int(where * (len(parts) - 1)) for where in (change.at, change.to))
            match change.act:
                case "drop" if len(parts) > 1:
                    del parts[at]
                case "double":
                    parts.insert(to, parts[at])
                case "move":
                    parts.insert(to, parts.pop(at))
                case _:
                    parts[at] = _written(parts[at], change)
        return separator.join(parts)

    return changed


def _written(part: bytes, change: Change) -> bytes:
    """Put a text in a part, in the place of as many bytes: records keep their width."""
    text = change.text.encode("utf-8")[: max(len(part), 8)]
    start = int(change.to * len(part))
    return part[:start] + text + part[start + len(text) :]


def _one(elements: Sequence[Element], at: float) -> Element:
    return elements[int(at * (len(elements) - 1))]


def _way(sample: Seed) -> Callable[[bytes, Sequence[Change]], bytes] | None:
    if sample.file.endswith(".xml"):
        return in_xml
    separator = SEPARATORS.get(sample.label.partition("/")[0])
    return in_parts(separator) if separator and sample.file.endswith((".txt", ".csv")) else None


SHUFFLED = [sample for sample in TEXTS if _way(sample) is not None]


@pytest.mark.parametrize("sample", SHUFFLED, ids=lambda sample: sample.label)
@given(changes=CHANGES)
@SPOILT
def test_shuffled_parts_are_read_or_refused(sample: Seed, changes: list[Change]) -> None:
    way = _way(sample)
    assert way is not None
    judge(sample._replace(data=way(sample.data, changes)))
