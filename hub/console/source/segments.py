"""IDocs, EDIFACT and X12 as segments: those of the one message that a document came from."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice

from formats.codec import Guide
from formats.edi.profile import profiles
from formats.edi.segments import Segment
from formats.edifact import read as edifact
from formats.edifact.interchange import messages
from formats.idoc.files import idocs_of
from formats.idoc.making import profile
from formats.idoc.segments import Segment as IDocSegment
from formats.notation import decode
from formats.x12 import read as x12
from formats.x12.interchange import transactions
from hub.console.source.lines import (
    PIECES_MAX,
    Cut,
    Form,
    Line,
    Piece,
    clipped,
    joined,
    segment_at,
)


def idoc_cut(data: bytes, guides: Sequence[Guide], position: int) -> Cut:
    """Return one IDoc of a file, its control record first."""
    known = [*(profile(guide) for guide in guides if guide.format == "idoc"), profile(None)]
    found = next(islice(idocs_of(data, known), position, None))
    return _cut(
        (each.type, each.number, partial(_of_idoc, each))
        for each in (found.control, *found.segments)
    )


def edifact_cut(data: bytes, guides: Sequence[Guide], position: int) -> Cut:
    """Return one message of a file, UNB before it."""
    encoding = profiles(guides, edifact.SYNTAX)[0].encoding
    message = next(islice(messages(data, encoding), position, None))
    return _of_edi([message.interchange.head, *message.segments], "+", ":")


def x12_cut(data: bytes, guides: Sequence[Guide], position: int) -> Cut:
    """Return one transaction of a file, ISA and GS before it."""
    text = decode(data, profiles(guides, x12.SYNTAX)[0].encoding)
    found = next(islice(transactions(text.lstrip()), position, None))
    heads = [found.interchange.head, found.group]
    sign, component, _ = found.interchange.signs
    return _of_edi([*heads, *found.segments], sign, component)


def _of_edi(segments: Iterable[Segment | None], outer: str, inner: str) -> Cut:
    return _cut(
        (each.tag, each.number, partial(_edi_line, each, outer, inner))
        for each in segments
        if each is not None
    )


def _cut(segments: Iterable[tuple[str, int, Callable[[], Line]]]) -> Cut:
    lines = [(segment_at(tag, number), make) for tag, number, make in segments]
    return Cut(form=Form.SEGMENTS, lines=lines)


def _edi_line(segment: Segment, outer: str, inner: str) -> Line:
    pieces = islice(joined(segment.elements, outer, inner), PIECES_MAX)
    return Line(
        at=segment_at(segment.tag, segment.number),
        number=str(segment.number or ""),
        pieces=(Piece(clipped(segment.tag)), *pieces),
    )


def _of_idoc(segment: IDocSegment) -> Line:
    fields = islice(segment.fields.items(), PIECES_MAX)
    return Line(
        at=segment_at(segment.type, segment.number),
        number=str(segment.number or ""),
        pieces=(
            Piece(clipped(segment.type)),
            *(Piece(clipped(text), name, label=clipped(name)) for name, text in fields),
        ),
        depth=segment.depth,
    )
