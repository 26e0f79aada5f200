"""XML as elements, one a line, each where it lies."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice

from lxml import etree

from formats.codec import Guide
from formats.xml.names import Element, name_of
from formats.xml.parsing import parse
from formats.xml.places import Places
from hub.console.source.lines import PIECES_MAX, Cut, Form, Line, Piece, clipped, element_at


def elements_cut(data: bytes, guides: Sequence[Guide], position: int) -> Cut:
    """Return the elements of a file in their order."""
    del guides, position  # one document, in one way
    return Cut(form=Form.ELEMENTS, lines=list(_lines(parse(data, what="an invoice"))))


def _lines(root: Element) -> Iterator[tuple[str, Callable[[], Line]]]:
    places = Places()
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "end":
            depth -= 1
            continue
        at = element_at(places.path(element) or "/")
        yield at, partial(_line, at, element, depth)
        depth += 1


def _line(at: str, element: Element, depth: int) -> Line:
    name = clipped(name_of(str(element.tag)))
    text = clipped((element.text or "").strip())
    pieces = [Piece(f"<{name}")]
    for key, value in islice(element.attrib.items(), PIECES_MAX // 2):
        plain = clipped(etree.QName(key).localname)
        pieces += [Piece(f" {plain}="), Piece(clipped(str(value)), f"@{plain}")]
    pieces.append(Piece(">"))
    if text:
        pieces.append(Piece(text, ""))
    if not len(element):
        pieces.append(Piece(f"</{name}>"))
    return Line(at, str(element.sourceline), tuple(pieces), depth)
