"""In what two documents differ, term by term, for somebody who has to say which one is right."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from formats.model import Document
from formats.model.terms import term_of

_SHOWN = 80
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A value that is another in two documents; empty where one says nothing.

    Attributes:
        term: BT number, or the path where the model goes beyond EN 16931.
    """

    term: str
    path: str
    first: str
    second: str


def differences(first: Document, second: Document) -> tuple[Difference, ...]:
    """Return each value that the two do not have in common, in the order of the first.

    >>> from formats.model import Invoice
    >>> (one,) = differences(Invoice(number="1"), Invoice(number="2"))
    >>> one.term, one.first, one.second
    ('BT-1', '1', '2')
    """
    one, other = dict(_leaves("", _plain(first))), dict(_leaves("", _plain(second)))
    return tuple(
        Difference(
            term=term_of(path) or path,
            path=path,
            first=one.get(path, "")[:_SHOWN],
            second=other.get(path, "")[:_SHOWN],
        )
        for path in (*one, *(path for path in other if path not in one))
        if one.get(path, "") != other.get(path, "")
    )


def _plain(document: Document) -> Any:
    return msgspec.to_builtins(document, builtin_types=(Decimal,))


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield path and value of all that is said; amounts as they are written."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _leaves(f"{path}.{name}" if path else name, below)
    elif isinstance(value, tuple | list):
        for number, below in enumerate(value):
            yield from _leaves(f"{path}[{number}]", below)
    elif value is not None:
        yield path, f"{value:f}" if isinstance(value, Decimal) else str(value)
