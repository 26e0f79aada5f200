"""found(), has(), texts(), stated(): what stands at a path of prefixed names below an element."""

from collections.abc import Iterator

from formats.syntax.rules import normal, text
from formats.xml.names import NAMESPACES, Element


def found(element: Element, path: str) -> Iterator[Element]:
    """Yield what stands at a path of prefixed names."""
    return element.iterfind(path, NAMESPACES)


def has(element: Element, path: str) -> bool:
    """Whether something stands at a path."""
    return next(found(element, path), None) is not None


def texts(element: Element, path: str) -> list[str]:
    """Return the texts of what stands at a path."""
    return [text(each) for each in found(element, path)]


def stated(element: Element, path: str) -> str:
    """Return the first text at a path that is not blank, with single spaces; empty if none is."""
    return next(filter(None, map(normal, found(element, path))), "")
