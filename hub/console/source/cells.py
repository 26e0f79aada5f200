"""Tables as rows and cells: CSV, fixed width and Excel, by the guide that fits the file."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from formats.codec import Guide, Unreadable
from formats.table.bound import Sheet
from formats.table.plan import plan
from formats.table.source import Source
from formats.table.words import FORMATS
from hub.console.source.lines import PIECES_MAX, Cut, Form, Line, Piece, clipped


def cells_cut(data: bytes, guides: Sequence[Guide], position: int) -> Cut | None:
    """Return the rows of a file; None if no guide of the sender fits it."""
    del position  # its rows may stand anywhere
    source = Source(data)
    for guide in guides:
        if guide.format in FORMATS and not source.misfit(made := plan(guide)):
            sheets = [Sheet(stream, made) for stream in source.streams(made)]
            if sheets and not any(sheet.misfit() for sheet in sheets):
                return _cut(sheets)
    return None


def _cut(sheets: Sequence[Sheet]) -> Cut:
    heads = {tuple(bound.header) for sheet in sheets for bound in sheet.bounds}
    return Cut(
        form=Form.CELLS,
        head=tuple(map(clipped, heads.pop()[:PIECES_MAX])) if len(heads) == 1 else (),
        lines=[line for sheet in sheets for line in _rows(sheet)],
    )


def _rows(sheet: Sheet) -> Iterator[tuple[str, Callable[[], Line]]]:
    """Yield all rows up to the first that is of no known kind."""
    name = sheet.stream.name
    try:
        for bound, number, _, texts in sheet.rows():
            at = f"{name}|{number}"
            shown = f"{name} {number}".strip()
            yield at, partial(_line, at, shown, bound.header, texts)
    except Unreadable:
        return


def _line(at: str, number: str, header: Sequence[str], texts: Sequence[str]) -> Line:
    names = [*header, *[""] * (len(texts) - len(header))]
    pairs = list(zip(names, texts, strict=False))[:PIECES_MAX]
    return Line(at, clipped(number), tuple(Piece(clipped(text), name) for name, text in pairs))
