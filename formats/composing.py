"""XML composed of nested elements; what has nothing to say is left out, with all around it."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from formats.xml.writing import Scribe


class Element(NamedTuple):
    """An element with a text or with elements inside."""

    name: str
    content: "str | tuple[Element, ...]"
    attributes: str = ""


Part = Element | Iterable[Element | None] | None
"""What a group is made of: an element, several, or none."""


def text(name: str, value: str | None, attributes: str = "") -> Element | None:
    """Return an element with a text on one line; None if there is none.

    >>> text("Nome", " a  b "), text("Nome", " ")
    (Element(name='Nome', content='a b', attributes=''), None)
    """
    flat = " ".join(value.split()) if value else ""
    return Element(name, flat, attributes) if flat else None


def group(name: str, *parts: Part) -> Element | None:
    """Return an element with what there is of its parts; None if there is nothing.

    >>> group("Sede", text("CAP", None)) is None
    True
    """
    content: list[Element] = []
    for part in parts:
        if isinstance(part, Element):
            content.append(part)
        elif part is not None:
            content += [element for element in part if element is not None]
    return Element(name, tuple(content)) if content else None


def compose(root: Element | None, attributes: str) -> bytes:
    """Return the document in UTF-8; the attributes are the root's, as they stand in its tag.

    Raises:
        ValueError: a text holds a character that XML cannot carry.
    """
    scribe = Scribe()
    if root is not None:
        _put(scribe, root._replace(attributes=attributes))
    return scribe.finish()


def fixed(value: Decimal | None, least: int = 2, most: int = 2) -> str | None:
    """Return a number with `least` to `most` decimals, ties away from zero; never `-0`.

    >>> fixed(Decimal("-0.001")), fixed(Decimal("1.50")), fixed(Decimal("1.12345"), 2, 8)
    ('0.00', '1.50', '1.12345')
    """
    if value is None:
        return None
    exact = value.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    whole, _, decimals = f"{abs(exact):f}".partition(".")
    decimals = decimals[:least] + decimals[least:].rstrip("0")
    return f"{'-' if exact < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"


def day(value: date | None) -> str | None:
    """Return a date as XML Schema has it."""
    return value.isoformat() if value else None


def pieces(value: str | None, size: int) -> list[str]:
    """Return a long text cut into pieces of at most `size` characters, between words if it can be.

    >>> pieces("one two three", 8)
    ['one two', 'three']
    """
    cut: list[str] = []
    for word in (value or "").split():
        rest = word
        if cut and len(cut[-1]) + 1 + len(word) <= size:
            cut[-1] += f" {word}"
            continue
        while rest:
            cut.append(rest[:size])
            rest = rest[size:]
    return cut


def _put(scribe: Scribe, element: Element) -> None:
    if isinstance(element.content, str):
        scribe.leaf(element.name, element.content, element.attributes)
        return
    scribe.open(element.name, element.attributes)
    for inner in element.content:
        _put(scribe, inner)
    scribe.close(element.name)
