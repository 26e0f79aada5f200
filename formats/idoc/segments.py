"""Segments and IDocs: what both forms of a file are turned into."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from formats.findings import Finding
from formats.idoc import faults
from formats.idoc.layout import LAYOUTS, UNKNOWN, Layout

CONTROL = "EDI_DC40"
"""The control record, which is kept as segment 0."""
DEEPEST = 99
"""How many segments one may lie in: HLEVEL of a flat record has two digits."""
MOST_FAULTS = 1000
"""Of the structure of one IDoc: what is garbage throughout is not told line by line."""

ENVELOPE = (
    *("MANDT", "DOCNUM", "MESTYP", "MESCOD", "MESFCT"),
    *("SNDPOR", "SNDPRT", "SNDPFC", "SNDPRN", "RCVPOR", "RCVPRT", "RCVPFC", "RCVPRN"),
)
"""Fields of the control record that an answer repeats."""
_QUALIFIERS = frozenset(("QUALF", "IDDAT", "SUMID", "PARVW", "TDID", "KSCHL", "QUALP"))


@dataclass(slots=True, eq=False)
class Segment:
    """One segment with its fields that are not blank.

    Attributes:
        type: `E1EDK02`.
        number: as transaction WE02 shows it; the control record is 0.
        qualifier: what this segment is about, in SAP's code (`009`), if it says so.
        qualified_by: the field that says so: `QUALF`.
        taken: fields that a document has been made of.
        depth: how many segments it lies in.
    """

    type: str
    number: int
    fields: dict[str, str]
    qualifier: str | None
    qualified_by: str | None
    children: list["Segment"] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    depth: int = 0

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
        layouts: which segments there are, and what they lie in.
        segments: all others in the order of the file, each inside its parent.
        statuses: status records, of which nothing is taken.
        faults: what is wrong with its structure.
    """

    control: Segment
    layouts: Mapping[str, Layout] = field(default_factory=lambda: LAYOUTS)
    segments: list[Segment] = field(default_factory=list)
    statuses: list[Segment] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)
    _open: dict[str, Segment] = field(default_factory=dict)

    @property
    def envelope(self) -> dict[str, str]:
        """What an answer to this IDoc repeats of its control record."""
        said = self.control.fields
        return {name: said[name] for name in ENVELOPE if name in said}

    def fault(self, found: Finding) -> None:
        """Keep what is wrong with the structure, up to as much as anybody reads."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(found)

    def add(self, new: Segment, parent: Segment | None) -> None:
        """Append a segment; `parent` is what the file says, None where it says nothing.

        A segment that belongs into another type is put into the last one of that type where the
        file does not say so. Where it says something else, that is a fault.
        """
        wanted = self.layouts.get(new.type, UNKNOWN).parent
        if wanted is not None and (parent is None or parent.type != wanted):
            if parent is not None:
                self.fault(faults.wrong_parent(new.name, wanted, parent.name))
            parent = self._open.get(wanted)
            if parent is None:
                self.fault(faults.no_parent(new.name, wanted))
        if wanted is None and parent is None:
            self._open.clear()
        self._open[new.type] = new
        if parent is not None and parent.depth < DEEPEST:
            parent.children.append(new)
            new.depth = parent.depth + 1
        elif parent is not None:
            self.fault(faults.too_deep(new.name))
        self.segments.append(new)


def control_record(fields: dict[str, str]) -> Segment:
    """Return the control record; what tells that it is one is known and not left over."""
    control = segment(CONTROL, 0, fields)
    control.taken.update(("TABNAM", "DOCNUM", "IDOCTYP", "MESTYP"))
    return control
