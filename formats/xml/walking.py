"""Go over many elements at little cost."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from lxml import etree

from formats.xml.names import Element, name_of

HELD: Final = 200_000
"""How many elements of a file are kept as objects; some 200 bytes each."""

WHITE_SPACE: Final = " \t\r\n"
"""What XML calls white space; a no-break space is text."""


def held(root: Element) -> Sequence[Element]:
    """Return the elements of a file, to be kept by whoever looks at it more than once.

    lxml makes an element with its name anew whenever somebody asks for one that nobody has.
    """
    return list(islice(root.iter(), HELD))


def inside(element: Element) -> Iterable[Element]:
    """Return the elements in an element: at once, in a quarter of the time, unless very many."""
    if len(element) < HELD:
        return element[:]  # type: ignore[index]  # which the stubs do not know
    return element


def foreign_below(element: Element, own: frozenset[str]) -> Iterator[Element]:
    """Yield `element` and what is in it, as far as it is in none of these namespaces."""
    for each in element.iter("*"):
        if (etree.QName(each).namespace or "") not in own:
            yield each


def texts_below(element: Element, place: str) -> Iterator[tuple[str, str]]:
    """Yield place and text of each element with text, from `element` itself downwards.

    Args:
        element: where to start.
        place: its own XPath, which the answers begin with.
    """
    waiting = [(element, place)]
    while waiting:
        node, where = waiting.pop()
        text = (node.text or "").strip(WHITE_SPACE)
        if text:
            yield f"{where} (line {node.sourceline})", text
        counts: dict[str, int] = {}
        children = []
        for child in node:
            name = name_of(str(child.tag))
            count = counts[name] = counts.get(name, 0) + 1
            children.append((child, f"{where}/{name}" + (f"[{count}]" if count > 1 else "")))
        waiting.extend(reversed(children))
