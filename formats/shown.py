"""What of a document does not show in a format that reading back would not tell of.

A table says which fields the format has at all; those that it shows only beside others are tried:
one value is changed, and what is written must change with it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeVar

from msgspec.structs import replace

from formats.model import Invoice
from formats.model.group import Group

GroupT = TypeVar("GroupT", bound=Group)
Variants = Iterator[tuple[str, str, GroupT]]
"""Path in the model, the same without numbers, and the group with another value there."""

_LAST: Final = date(9999, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """A format.

    Attributes:
        write: gives what is looked at.
        carried: paths of the fields that it has, without numbers.
        sometimes: those of them that it has only beside others.
        country: key of the national data that are made for it.
    """

    write: Callable[[Invoice], bytes]
    carried: frozenset[str]
    sometimes: frozenset[str]
    country: str


def hidden(invoice: Invoice, showing: Showing) -> Iterator[str]:
    """Yield the paths of values that do not show; linear in the number of lines."""
    own = re.compile(rf"(lines\.)?extensions\.{showing.country}\.")
    head = replace(invoice, lines=invoice.lines[:1])
    for alone, number in [(head, 0), *_lines_alone(invoice)]:
        plain: bytes | None = None
        for path, field, other in variants(alone):
            if path.startswith("lines[") is (alone is head) or own.match(field):
                continue
            if field not in showing.carried:
                yield _numbered(path, number)
            elif field in showing.sometimes:
                plain = plain or showing.write(alone)
                if showing.write(other) == plain:
                    yield _numbered(path, number)


def _lines_alone(invoice: Invoice) -> Iterator[tuple[Invoice, int]]:
    for number, line in enumerate(invoice.lines):
        yield replace(invoice, lines=(line,)), number


def _numbered(path: str, line: int) -> str:
    return path.replace("lines[0]", f"lines[{line}]", 1) if line else path


def variants(group: GroupT) -> Variants[GroupT]:
    """Yield the group as often as it has values, each time with another one in its place.

    >>> [path for path, _, _ in variants(Invoice(number="1", currency="EUR"))]
    ['number', 'currency']
    """
    for name in group.__struct_fields__:
        value = getattr(group, name)
        if isinstance(value, Group):
            for path, field, other in variants(value):
                yield f"{name}.{path}", f"{name}.{field}", replace(group, **{name: other})
        elif isinstance(value, tuple):
            for number, each in enumerate(value):
                for path, field, other in variants(each):
                    items = (*value[:number], other, *value[number + 1 :])
                    way = f"{name}[{number}].{path}"
                    yield way, f"{name}.{field}", replace(group, **{name: items})
        elif value is not None and value != "":
            yield name, name, replace(group, **{name: _other(value)})


def _other(value: object) -> object:
    """Return another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, date):
        return value + timedelta(days=1 if value < _LAST else -1)
    if isinstance(value, str):
        return f"{value}9"
    if isinstance(value, bytes):
        return value + b"9"
    assert isinstance(value, Decimal | int)
    return value + 1
