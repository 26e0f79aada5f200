"""SAP segment types: their names in flat files, where their fields stand, and what they lie in.

The facts are in `segments.tsv`; a customer's own are rows of the same kind (`definitions`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

_DEFINITION = re.compile(r"([EZ])2(.+)")
_NOTHING_SAID = "-"
_DIGITS = 4
REST = "SDATA"
"""What stands behind the last known field of a record, or all of one whose layout is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the fields of a segment type stand in a flat record's data, and where its segments do.

    Attributes:
        type: `E1EDK01`; empty where the layout was given without it.
        parent: the segment type it lies in.
        least: how many there must be in their parent, or in the IDoc.
        most: how many there may be; None where nothing is said.
        table: what says so.
        rank: its place in that table, which is the order of segments.
        fields: name, first character and the one behind the last; none where they are not known.
    """

    type: str = ""
    parent: str | None = None
    least: int = 0
    most: int | None = None
    table: str = ""
    rank: int = 0
    fields: tuple[tuple[str, int, int], ...] = ()

    def cut(self, text: str) -> dict[str, str]:
        """Return the fields that are not blank, and as SDATA what stands behind the last."""
        text = text.rstrip()
        width = len(text)
        found: dict[str, str] = {}
        end = 0
        for name, start, end in self.fields:
            if start >= width:
                return found
            value = text[start:end].strip()
            if value:
                found[name] = value
        if end < width:
            found[REST] = text[end:].strip()
        return found


def positions(fields: list[str]) -> tuple[tuple[str, int, int], ...]:
    """Return where fields stand that are given with their lengths.

    Raises:
        ValueError: an entry is not NAME:LENGTH.

    >>> positions(["QUALF:3", "BETRG:18"])
    (('QUALF', 0, 3), ('BETRG', 3, 21))
    """
    found, start = [], 0
    for entry in fields:
        name, _, length = entry.partition(":")
        if not name or not length.isdecimal() or len(length) > _DIGITS:
            raise ValueError(f"`{entry}` is not NAME:LENGTH")
        found.append((name, start, start + int(length)))
        start += int(length)
    return tuple(found)


def type_of(definition: str, layouts: Mapping[str, Layout] | None = None) -> str:
    """Return the segment type of a flat record's name, which is a definition with its release.

    >>> type_of("E2EDK01005"), type_of("E2EDK02"), type_of("Z2NWREF000"), type_of("E1EDS01")
    ('E1EDK01', 'E1EDK02', 'Z1NWREF', 'E1EDS01')
    """
    known = LAYOUTS if layouts is None else layouts
    layout = known.get(definition)
    if layout is not None and layout.type:
        return layout.type
    found = _DEFINITION.fullmatch(definition)
    if found is None:
        return definition
    name = f"{found[1]}1{found[2]}"
    return name[:-3] if name not in known and name[-3:].isdigit() else name


def rows(table: str, text: str) -> dict[str, Layout]:
    """Return the layouts of the rows of a table, each by its type and by its definition.

    Args:
        table: its name.
        text: as `segments.tsv` is written.
    """
    found: dict[str, Layout] = {}
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for rank, line in enumerate(lines):
        definition, kind, parent, least, most, fields = line.split("\t")
        layout = Layout(
            type=kind,
            parent=None if parent == _NOTHING_SAID else parent,
            least=0 if least == _NOTHING_SAID else int(least),
            most=None if most == _NOTHING_SAID else int(most),
            table=table,
            rank=rank,
            fields=positions(fields.split()),
        )
        found.setdefault(kind, layout)
        found[definition] = layout
    return found


LAYOUTS: Mapping[str, Layout] = rows(
    "segments.tsv", files("formats.idoc").joinpath("segments.tsv").read_text("utf-8")
)
"""By segment type, and by the name of its newest definition."""

UNKNOWN = Layout()
"""Of a segment type that is not SAP's."""
