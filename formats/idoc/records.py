"""Flat files: fixed-width records, one IDoc after the other, to segments.

Source:
    SAP's port in version 4.x: control record EDI_DC40 of 524 characters; data records EDI_DD40 of a
    63 character head (SEGNAM 30, MANDT 3, DOCNUM 16, SEGNUM 6, PSGNUM 6, HLEVEL 2) and up to 1,000
    characters of data. Transfers trim lines, change their ends, or leave them out.
"""

import re
from collections.abc import Iterator, Mapping

from formats.idoc import faults
from formats.idoc.layout import LAYOUTS, UNKNOWN, Layout, type_of
from formats.idoc.segments import CONTROL, IDoc, Segment, control_record, segment

_STATUS = "EDI_DS"
_CONTROL_WIDTH = 524
_HEAD_WIDTH = 63
_RECORD_WIDTH = 1063
_LINE_ENDS = re.compile(r"\r\n|\n|\r")


def read_records(text: str, own: Mapping[str, Layout]) -> list[IDoc]:
    """Return the IDocs of a flat file.

    Args:
        text: the whole file.
        own: layouts of segments that SAP does not know.

    Raises:
        Unreadable: IN-IDOC-CONTROL, the file does not begin with a control record.
    """
    idocs: list[IDoc] = []
    by_number: dict[str, Segment] = {}
    for count, record in enumerate(_records(text), start=1):
        if record.startswith(CONTROL):
            idocs.append(IDoc(control=control_record(LAYOUTS[CONTROL].cut(record))))
            by_number = {}
        elif not idocs:
            raise faults.no_control_record(record)
        elif len(record) < _HEAD_WIDTH:
            idocs[-1].faults.append(faults.short_record(count, record))
        elif not record.startswith(_STATUS):
            _add(idocs[-1], record, by_number, own)
    if not idocs:
        raise faults.no_control_record("")
    return idocs


def _records(text: str) -> Iterator[str]:
    """Yield records; a line is one, or several that were put together without line ends."""
    for line in _LINE_ENDS.split(text):
        start = 0
        while start < len(line):
            is_control = line.startswith(CONTROL, start)
            end = start + (_CONTROL_WIDTH if is_control else _RECORD_WIDTH)
            record = line[start:end]
            if record.strip():
                yield record
            start = end


def _add(idoc: IDoc, record: str, by_number: dict[str, Segment], own: Mapping[str, Layout]) -> None:
    kind = type_of(record[:30].strip())
    number, parent_number = (record[49:55].strip().lstrip("0"), record[55:61].strip().lstrip("0"))
    layout = own.get(kind) or LAYOUTS.get(kind, UNKNOWN)
    new = segment(
        kind,
        int(number) if number.isdecimal() else len(idoc.segments) + 1,
        layout.cut(record[_HEAD_WIDTH:]),
    )
    parent = by_number.get(parent_number)
    if parent is None and parent_number:
        idoc.faults.append(faults.unknown_parent(new.name, parent_number))
    idoc.add(new, parent)
    if number:
        by_number[number] = new
