"""Tables to invoices by a guide. A faulty invoice does not stop the others in the file."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from formats.codec import Guide, Reader, Reading, Unreadable
from formats.table import faults
from formats.table.archive_file import HEAD, OLD_OFFICE
from formats.table.bound import Bound, Sheet
from formats.table.datev import refusal_of
from formats.table.making import Making
from formats.table.plan import Plan, plan
from formats.table.source import Source
from formats.table.totals import Tally
from formats.table.words import FORMATS

Owner = tuple[str, ...]

_OTHER_FORMATS = (b"<", b"{", b"[", b"%PDF", b"EDI_DC", b"UNA", b"UNB", b"ISA*")
_SUFFIXES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")
_DELIMITERS = (b";", b"\t", b",", b"|")
_LINES_LOOKED_AT = 10
_COLUMNS_APART = b"  "


def claims(head: bytes, name: str) -> bool:
    r"""Whether this may be a table: a workbook, a ZIP, a name, or lines that look like rows.

    >>> claims(b"Nr;Datum;Betrag\n1;2026-11-20;3\n", ""), claims(b"Dear all, hello", "")
    (True, False)
    >>> claims(b"K26001  20261120\nP26001  Kombizange\n", "")
    True
    """
    if head.startswith((HEAD, OLD_OFFICE)):
        return True
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(_OTHER_FORMATS) or (b"\x00" in head and head[:1] not in b"\xff\xfe"):
        return False
    lines = start.splitlines()[:_LINES_LOOKED_AT]
    counts = [[line.count(sign) for line in lines] for sign in _DELIMITERS]
    return (
        name.lower().endswith(_SUFFIXES)
        or any(before == after > 1 for row in counts for before, after in pairwise(row))
        or sum(_COLUMNS_APART in line.strip() for line in lines) > 1
    )


def read(data: bytes, guides: Sequence[Guide]) -> tuple[Reading, ...]:
    """Return an invoice for each one in the file, by the first guide for tables that fits it.

    Raises:
        Unreadable: no guide fits, the guide is faulty (IN-GUIDE), the columns are not those it
            names, the file is no table, or its own totals are not those of its rows.
    """
    source = Source(data)
    misfits, halves, unopened = [], [], []
    for made in (plan(guide) for guide in guides if guide.format in FORMATS):
        try:
            table = _laid(made, source)
        except Unreadable as error:  # another guide may say how it is written
            unopened.append(error)
            continue
        if isinstance(table, Table):
            return table.readings()
        misfits.append(f"guide `{made.name}` {table}")
        halves += misfits[-1:] if source.holds_some(made) else []
    if unopened:
        raise unopened[0]
    raise refusal_of(data) or (faults.half_joined(halves) if halves else faults.no_guide(misfits))


def _laid(made: Plan, source: Source) -> "Table | str":
    """Return the table that a file is under a guide, or why the guide is not for it.

    Raises:
        Unreadable: it cannot be opened as the guide says.
    """
    misfit = source.misfit(made)
    if misfit is not None:
        return misfit
    table = Table(made, source)
    return table.misfit() or table


READER = Reader(
    name="table",
    words="a table (CSV, fixed width, Excel) by a mapping",
    media_type="text/csv",
    claims=claims,
    read=read,
)


class Table:
    """One file under one plan."""

    def __init__(self, plan: Plan, source: Source) -> None:
        self._plan = plan
        self._sheets = [Sheet(stream, plan) for stream in source.streams(plan)]

    def misfit(self) -> str | None:
        """Return why the guide is not for this file, or None."""
        if not self._sheets:
            return "wants sheets of other names"
        return next((said for sheet in self._sheets if (said := sheet.misfit())), None)

    def readings(self) -> tuple[Reading, ...]:
        """Return the file's invoices in the order of their first rows.

        Rows are read twice: an invoice is finished with its last row, so that only those whose
        rows are still to come are kept as rows.

        Raises:
            Unreadable: the columns are not those the guide names, a row cannot be read or belongs
                to nothing, none is here, or the totals are wrong.
        """
        for sheet in self._sheets:
            sheet.check()
        last = {owner: count for count, (owner, *_) in enumerate(self._rows(None))}
        if not last.keys() - {()}:
            raise faults.no_rows(self._plan.name)
        tally = Tally(self._plan)
        made = self._made(last, tally)
        readings = [made[owner] for owner in made]
        tally.check(readings)
        return tuple(self._with_remarks(readings))

    def _made(self, last: dict[Owner, int], tally: Tally) -> dict[Owner, Reading]:
        making: dict[Owner, Making] = {}
        finished: dict[Owner, Reading | None] = {}
        for count, (owner, bound, number, raw, texts) in enumerate(self._rows(tally)):
            if not owner:
                continue
            if owner not in finished:
                finished[owner] = None
                making[owner] = Making(self._plan, owner)
            making[owner].add(bound, number, raw, texts)
            if last[owner] == count:
                finished[owner] = making.pop(owner).reading()
        return {owner: reading for owner, reading in finished.items() if reading is not None}

    def _rows(
        self, tally: Tally | None
    ) -> Iterator[tuple[Owner, Bound, int, list[str], list[str]]]:
        """Yield each row with the invoice to which it belongs; without one, it is passed by."""
        current: Owner = ()
        begun = 0
        for sheet in self._sheets:
            for bound, number, raw, texts in sheet.rows():
                part = bound.part
                if part.totals or part.passed:
                    if tally and part.totals:
                        tally.hear(bound, number, texts)
                    yield (), bound, number, raw, texts
                    continue
                if bound.keys:
                    current = ("key", *bound.owner(texts))
                elif part.begins:
                    begun += 1
                    current = ("row", str(begun))
                elif not current:
                    place = bound.stream.row_place(number)
                    why = "this row comes before any invoice"
                    raise faults.stray(place, self._plan.name, why, " ".join(raw))
                if tally:
                    tally.count()
                yield current, bound, number, raw, texts

    def _with_remarks(self, readings: list[Reading]) -> list[Reading]:
        remarks = [faults.remark(text) for sheet in self._sheets for text in sheet.stream.remarks]
        if remarks:
            notices = (*readings[0].notices, *remarks)
            readings[0] = replace(readings[0], notices=notices)
        return readings
