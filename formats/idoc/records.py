"""Flat files: fixed-width records, one IDoc after the other, to segments.

Source:
    SAP's port in version 4.x: control record EDI_DC40 of 524 characters; data records EDI_DD40 of a
    63 character head (SEGNAM 30, MANDT 3, DOCNUM 16, SEGNUM 6, PSGNUM 6, HLEVEL 2) and up to 1,000
    characters of data. Transfers trim lines, break them, change their ends, or leave them out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from formats.idoc import faults
from formats.idoc.layout import LAYOUTS, UNKNOWN, Layout, type_of
from formats.idoc.segments import CONTROL, IDoc, Segment, control_record, segment
from formats.idoc.wrapping import CONTROL_WIDTH, HEAD_WIDTH, unwrapped

_STATUS = "EDI_DS40"
_STATUSES = "EDI_DS"
_RECORD_WIDTH = 1063
_NAME_WIDTH = 30
_CUT = "\N{REPLACEMENT CHARACTER}"


def read_records(text: str, own: Mapping[str, Layout], bytes_in: str = "") -> Iterator[IDoc]:
    """Yield the IDocs of a flat file, each when all of it is read.

    Args:
        text: the whole file.
        own: layouts of segments that SAP does not know, or knows otherwise.
        bytes_in: where fields stand at bytes and not at characters, the code page that they are in;
            `text` has one character a byte then.

    Raises:
        Unreadable: IN-IDOC-CONTROL, the file does not begin with a control record.
    """
    cutter = _Cutter(layouts={**LAYOUTS, **own}, bytes_in=bytes_in)
    current: _Current | None = None
    widths = _Widths()
    for count, record in enumerate(_records(text), start=1):
        widths.see(record)
        if record.startswith(CONTROL):
            if current is not None:
                yield current.idoc
            control = control_record(cutter.fields(LAYOUTS[CONTROL], record))
            current = _Current(idoc=IDoc(control=control, layouts=cutter.layouts), cutter=cutter)
        elif current is None:
            raise faults.no_control_record(record)
        elif record.startswith(_STATUSES):
            current.keep_status(record)
        elif len(record) < HEAD_WIDTH:
            current.idoc.fault(faults.short_record(count, record))
        else:
            current.add(record)
    if current is None:
        raise faults.no_control_record("")
    if widths.last_alone_is_narrow and cutter.is_short(widths.last):
        current.idoc.fault(faults.may_be_cut(widths.count, widths.last[:_NAME_WIDTH].strip()))
    yield current.idoc


@dataclass(slots=True, kw_only=True)
class _Widths:
    """Whether the records of a file are as wide as SAP writes them."""

    count: int = 0
    last: str = ""
    _narrow: int = 0

    def see(self, record: str) -> None:
        self.count += 1
        self.last = record
        width = CONTROL_WIDTH if record.startswith(CONTROL) else _RECORD_WIDTH
        self._narrow += len(record) < width

    @property
    def last_alone_is_narrow(self) -> bool:
        """Whether all data records before the last are of full width, and it is not."""
        return self.count > 2 and self._narrow == 1 and len(self.last) < _RECORD_WIDTH


@dataclass(slots=True, kw_only=True)
class _Cutter:
    """Cuts the records of a file into fields."""

    layouts: Mapping[str, Layout]
    bytes_in: str
    _known: dict[str, tuple[str, Layout]] = field(default_factory=dict)

    def layout(self, definition: str) -> tuple[str, Layout]:
        """Return the type of a record's name and where its fields stand."""
        found = self._known.get(definition)
        if found is None:
            kind = type_of(definition.strip(), self.layouts)
            layout = self.layouts.get(definition.strip()) or self.layouts.get(kind, UNKNOWN)
            found = self._known[definition] = (kind, layout)
        return found

    def is_short(self, record: str) -> bool:
        """Whether a data record ends before the last field of its definition."""
        if record.startswith((CONTROL, _STATUSES)) or len(record) < HEAD_WIDTH:
            return False
        _, layout = self.layout(record[:_NAME_WIDTH])
        ends = (end for _, _, end in layout.fields)
        return len(record) - HEAD_WIDTH < max(ends, default=0)

    def fields(self, layout: Layout, text: str) -> dict[str, str]:
        """Return the fields of a record that are not blank."""
        fields = layout.cut(text)
        if self.bytes_in and not text.isascii():
            return {
                name: value.encode("latin-1").decode(self.bytes_in, errors="replace")
                for name, value in fields.items()
            }
        return fields


@dataclass(slots=True, kw_only=True)
class _Current:
    """The IDoc that is being read."""

    idoc: IDoc
    cutter: _Cutter
    _by_number: dict[str, Segment] = field(default_factory=dict)

    def keep_status(self, record: str) -> None:
        statuses = self.idoc.statuses
        fields = self.cutter.fields(LAYOUTS[_STATUS], record)
        statuses.append(segment(_STATUS, len(statuses) + 1, fields))

    def add(self, record: str) -> None:
        idoc = self.idoc
        kind, layout = self.cutter.layout(record[:_NAME_WIDTH])
        number = record[49:55].strip().lstrip("0")
        upper = record[55:61].strip().lstrip("0")
        place = int(number) if number.isdecimal() else len(idoc.segments) + 1
        new = segment(kind, place, self.cutter.fields(layout, record[HEAD_WIDTH:]))
        parent = self._by_number.get(upper) if upper else None
        if parent is None and upper:
            idoc.fault(faults.unknown_parent(new.name, upper))
        idoc.add(new, parent)
        self._check(record[33:49], number, new)

    def _check(self, document: str, number: str, new: Segment) -> None:
        """Note what is wrong with a record's numbers and characters; another IDoc's only once."""
        idoc = self.idoc
        wanted = idoc.control.fields.get("DOCNUM", document)
        if document != wanted and _is_other(document.strip(), wanted):
            fault = faults.other_document(new.name, document.strip())
            if all(each.rule != fault.rule for each in idoc.faults):
                idoc.fault(fault)
        if number:
            if number in self._by_number:
                idoc.fault(faults.repeated_number(new.name))
            self._by_number[number] = new
        if self.cutter.bytes_in and any(_CUT in text for text in new.fields.values()):
            idoc.fault(faults.cut_character(new.name))


def _is_other(document: str, wanted: str) -> bool:
    return bool(document.strip("0")) and document.lstrip("0") != wanted.lstrip("0")


def _records(text: str) -> Iterator[str]:
    """Yield records; a line is one, or several that were put together without line ends."""
    lines = text.strip("\r\n").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line in unwrapped(lines) if len(lines) > 1 else lines:
        start = 0
        while start < len(line):
            is_control = line.startswith(CONTROL, start)
            end = start + (CONTROL_WIDTH if is_control else _RECORD_WIDTH)
            record = line[start:end]
            if record.strip():
                yield record
            start = end
