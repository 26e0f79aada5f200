"""What of a file is shown: the lines that fields and findings name, and those about them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from formats.catalogue import READERS
from formats.codec import Guide, Unreadable
from hub.console.source.cells import cells_cut
from hub.console.source.elements import elements_cut
from hub.console.source.lines import Cut, Form, Line
from hub.console.source.plain import plain_cut
from hub.console.source.segments import edifact_cut, idoc_cut, x12_cut

Cutter = Callable[[bytes, Sequence[Guide], int], Cut | None]

CUTTERS: Final[Mapping[str, Cutter]] = {
    "idoc": idoc_cut,
    "edifact": edifact_cut,
    "x12": x12_cut,
    "table": cells_cut,
    "ubl": elements_cut,
    "cii": elements_cut,
    "fatturapa": elements_cut,
}
"""Reader to what cuts its files; all others are shown as text, if they are text."""
MOST: Final = 150
"""Lines that stand beside the fields of a document."""
PAGE: Final = 500
"""Lines of one page of the whole file."""
_HEAD_BYTES: Final = 4096
_AROUND_FAULTS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be shown of which file.

    Attributes:
        reader: by which it was read; empty where it could not be.
        position: of the document in its file, from 0.
        faulty: keys of lines that findings name.
        wanted: keys of lines that fields came from.
        first: where a page of the whole file begins; None: an excerpt is asked for.
    """

    data: bytes
    name: str
    reader: str
    guides: tuple[Guide, ...]
    position: int = 0
    faulty: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    first: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Lines of a file, each with its position among all of them.

    Attributes:
        total: how many there are; 0: it is nothing that can be shown as lines.
    """

    form: Form
    head: tuple[str, ...]
    lines: tuple[tuple[int, Line], ...]
    total: int


def excerpt(asked: Asked) -> Excerpt:
    """Cut a file and return what was asked for. Runs in a child."""
    found = _cut(asked)
    if found is None:
        return Excerpt(form=Form.TEXT, head=(), lines=(), total=0)
    numbers = _numbers(found, asked)
    return Excerpt(
        form=found.form,
        head=found.head,
        lines=tuple((number, found.lines[number][1]()) for number in numbers),
        total=len(found.lines),
    )


def _cut(asked: Asked) -> Cut | None:
    reader = asked.reader or _claimant(asked)
    cutter = CUTTERS.get(reader)
    if cutter is not None:
        try:
            found = cutter(asked.data, asked.guides, asked.position)
        except (Unreadable, UnicodeDecodeError, IndexError, StopIteration):
            found = None  # what cannot be cut is shown as it is
        if found is not None and found.lines:
            return found
    return plain_cut(asked.data, asked.guides, asked.position)


def _claimant(asked: Asked) -> str:
    head = asked.data[:_HEAD_BYTES]
    return next((r.name for r in READERS if head and r.claims(head, asked.name)), "")


def _numbers(cut: Cut, asked: Asked) -> Sequence[int]:
    """Return which lines are shown: a page; all; or those with faults, then those with fields."""
    total = len(cut.lines)
    if asked.first is not None:
        return range(min(asked.first, total), min(asked.first + PAGE, total))
    if total <= MOST:
        return range(total)
    places = cut.index()
    faulty = sorted(places[at] for at in asked.faulty if at in places)
    wanted = sorted(places[at] for at in asked.wanted if at in places)
    around = (n + by for n in faulty for by in range(-_AROUND_FAULTS, _AROUND_FAULTS + 1))
    ordered = dict.fromkeys([*faulty, *around, *wanted, *range(total)])
    return sorted([number for number in ordered if 0 <= number < total][:MOST])
