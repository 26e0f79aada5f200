"""One segment definition, as SAP prints it, and what can be wrong with it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

DATA_CHARACTERS = 1000
_NAME = re.compile(r"[A-Z0-9_/]{1,30}")


@dataclass(slots=True, kw_only=True)
class Definition:
    """A segment of an IDoc type.

    Attributes:
        name: of its definition, as flat files have it: `E2EDK01005`; in a schema, its type.
        type: `E1EDK01`.
        parent: the type it lies in; empty for none.
        least: how many there must be.
        most: how many there may be; None for any number.
        fields: name to length, in order.
    """

    name: str
    type: str
    parent: str
    least: int = 0
    most: int | None = None
    fields: dict[str, int] = field(default_factory=dict)


def faults_of(definitions: Sequence[Definition]) -> Iterator[str]:
    """Yield what is wrong with definitions, each with its name."""
    if not definitions:
        yield "it defines no segments"
    for each in definitions:
        names = (each.name, each.type, *each.fields)
        for odd in (name for name in names if not _NAME.fullmatch(name)):
            yield f"{each.name}: `{odd[:40]}` is no name of SAP's"
        if not each.fields:
            yield f"{each.name} has no fields"
        width = sum(each.fields.values())
        if width > DATA_CHARACTERS:
            yield f"{each.name} is {width} characters long, and a segment has {DATA_CHARACTERS}"
