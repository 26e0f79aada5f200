"""Segments and IDocs: what both forms of a file are turned into, and SAP's field layout."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from formats.findings import Finding
from formats.idoc import faults

CONTROL = "EDI_DC40"
"""The control record, which is kept as segment 0."""

_QUALIFIERS = frozenset(("QUALF", "IDDAT", "SUMID", "PARVW", "TDID", "KSCHL", "QUALP"))
_DEFINITION = re.compile(r"([EZ])2(.+)")


@dataclass(slots=True, eq=False)
class Segment:
    """One segment with its fields that are not blank.

    Attributes:
        type: `E1EDK02`.
        number: as transaction WE02 shows it; the control record is 0.
        qualifier: what this segment is about, in SAP's code (`009`), if it says so.
        qualified_by: the field that says so: `QUALF`.
        taken: fields that a document has been made of.
    """

    type: str
    number: int
    fields: dict[str, str]
    qualifier: str | None
    qualified_by: str | None
    children: list["Segment"] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def place(self, name: str) -> str:
        """Return where a field is: `E1EDK02[009].BELNR (segment 12)`."""
        qualifier = f"[{self.qualifier}]" if self.qualifier else ""
        return f"{self.type}{qualifier}.{name} (segment {self.number})"

    @property
    def name(self) -> str:
        """The segment as messages call it: `E1EDK02 (segment 12)`."""
        return f"{self.type} (segment {self.number})"

    def below(self) -> Iterator["Segment"]:
        """Yield this segment and all inside it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.below()


def segment(kind: str, number: int, fields: dict[str, str]) -> Segment:
    """Return a segment that is in no other yet."""
    for name, value in fields.items():
        if name in _QUALIFIERS:
            return Segment(kind, number, fields, value, name)
    return Segment(kind, number, fields, None, None)


@dataclass(slots=True, kw_only=True)
class IDoc:
    """One IDoc.

    Attributes:
        control: the control record.
        segments: all others in the order of the file, each inside its parent.
        faults: what is wrong with its structure.
    """

    control: Segment
    segments: list[Segment] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)
    _open: dict[str, Segment] = field(default_factory=dict)

    def add(self, new: Segment, parent: Segment | None) -> None:
        """Append a segment; `parent` is what the file says, None where it says nothing.

        A segment that belongs into another type is put into the last one of that type where the
        file does not say so. Where it says something else, that is a fault.
        """
        wanted = layout_of(new.type).parent
        if wanted is not None and (parent is None or parent.type != wanted):
            if parent is not None:
                self.faults.append(faults.wrong_parent(new.name, wanted, parent.name))
            parent = self._open.get(wanted)
            if parent is None:
                self.faults.append(faults.no_parent(new.name, wanted))
        if wanted is None and parent is None:
            self._open.clear()
        self._open[new.type] = new
        if parent is not None:
            parent.children.append(new)
        self.segments.append(new)


def control_record(fields: dict[str, str]) -> Segment:
    """Return the control record; what tells that it is one is known and not left over."""
    control = segment(CONTROL, 0, fields)
    control.taken.update(("TABNAM", "DOCNUM", "IDOCTYP", "MESTYP"))
    return control


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
        cut = {name: text[start:end].strip() for name, start, end in pieces}
        return {name: value for name, value in cut.items() if value}


_UNKNOWN = Layout()


def layout_of(kind: str) -> Layout:
    """Return the layout of a segment type; one without fields where SAP's table has none."""
    return layouts().get(kind, _UNKNOWN)


@cache
def layouts() -> Mapping[str, Layout]:
    """Return all layouts of `segments.tsv` by segment type."""
    text = files("formats.idoc").joinpath("segments.tsv").read_text("utf-8")
    rows = (row.split("\t") for row in text.splitlines() if not row.startswith("#"))
    return {
        kind: Layout(parent=None if parent == "-" else parent, fields=positions(fields.split()))
        for kind, parent, fields in rows
    }


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
    return name[:-3] if name not in layouts() and name[-3:].isdigit() else name
