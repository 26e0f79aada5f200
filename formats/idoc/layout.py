"""SAP segment types: their names in flat files, where their fields stand, and what they lie in.

The facts are in `segments.tsv`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

_DEFINITION = re.compile(r"([EZ])2(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the fields of a segment type stand in a flat record's data.

    Attributes:
        parent: the segment type it lies in.
        fields: name, first character and the one behind the last; none where they are not known.
    """

    parent: str | None = None
    fields: tuple[tuple[str, int, int], ...] = ()

    def cut(self, text: str) -> dict[str, str]:
        """Return the fields that are not blank; all of it as SDATA where the layout is unknown."""
        pieces = self.fields or (("SDATA", 0, len(text)),)
        return {name: value for name, start, end in pieces if (value := text[start:end].strip())}


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
        if not name or not length.isdigit():
            raise ValueError(f"`{entry}` is not NAME:LENGTH")
        found.append((name, start, start + int(length)))
        start += int(length)
    return tuple(found)


def type_of(definition: str) -> str:
    """Return the segment type of a flat record's name, which is a definition with its release.

    >>> type_of("E2EDK01005"), type_of("E2EDK02"), type_of("Z2NWREF000"), type_of("E1EDS01")
    ('E1EDK01', 'E1EDK02', 'Z1NWREF', 'E1EDS01')
    """
    found = _DEFINITION.fullmatch(definition)
    if found is None:
        return definition
    name = f"{found[1]}1{found[2]}"
    return name[:-3] if name not in LAYOUTS and name[-3:].isdigit() else name


def _read() -> Mapping[str, Layout]:
    text = files("formats.idoc").joinpath("segments.tsv").read_text("utf-8")
    rows = (row.split("\t") for row in text.splitlines() if not row.startswith("#"))
    return {
        kind: Layout(parent=None if parent == "-" else parent, fields=positions(fields.split()))
        for kind, parent, fields in rows
    }


LAYOUTS = _read()
"""By segment type."""

UNKNOWN = Layout()
"""Of a segment type that is not SAP's."""
