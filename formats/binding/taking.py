"""Taking elements one by one into a group of the model; what nobody takes is listed.

For syntaxes of which most elements mean something only beside others, so that no table of rows
(`formats.binding.rows`) could say it.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from formats.binding.kinds import TEXT, Kind
from formats.binding.trail import Trail, Values, put
from formats.xml.names import Element
from formats.xml.walking import WHITE_SPACE


class Field(NamedTuple):
    """One element and the field that it is.

    Attributes:
        way: names from the element at hand on: `DatiAnagrafici/RegimeFiscale`.
        path: model path from the group at hand.
        kind: how the value stands as text.
    """

    way: str
    path: str
    kind: Kind = TEXT


def text(element: Element | None, way: str = "") -> str:
    """Return the text of an element or the first on a way below it; empty where there is none."""
    found = part(element, way) if way else element
    return "" if found is None else (found.text or "").strip(WHITE_SPACE)


def every(element: Element | None, way: str) -> Iterator[Element]:
    """Yield the elements on a way below one; none where it is not there itself."""
    *steps, last = way.split("/")
    above = [] if element is None else [element]
    for step in steps:
        above = [child for node in above for child in node.iterchildren(step)]
    for node in above:
        yield from node.iterchildren(last)


def part(element: Element | None, way: str) -> Element | None:
    """Return the first element on a way below one."""
    if element is None or "/" in way:
        return next(every(element, way), None)
    return next(element.iterchildren(way), None)


class Form:
    """A group of the model that is filled from elements.

    Attributes:
        trail: notes where values came from.
        path: of the group, with a dot behind; empty for the document.
    """

    def __init__(
        self,
        trail: Trail,
        values: Values | None = None,
        path: str = "",
        taken: set[Element] | None = None,
    ) -> None:
        """Begin with the document, unless values and a path say which group it is."""
        self.trail = trail
        self.path = path
        self._values = trail.document if values is None else values
        self._taken: set[Element] = set() if taken is None else taken

    def read(self, element: Element | None, way: str, kind: Kind = TEXT) -> Any:
        """Return a value without taking it; None where it is not stated or not of its kind."""
        said = text(element, way)
        try:
            return kind.reads(said) if said else None
        except ValueError:
            return None

    def put(self, path: str, value: Any, source: Element, *also: Element | None) -> bool:
        """Set a field and take the elements that it is from; False if another value is there."""
        if not put(self._values, tuple(path.split(".")), value):
            return False
        self.trail.took(self.path + path, source)
        self.pass_by(source, *also)
        return True

    def take(self, element: Element | None, *fields: Field) -> None:
        """Take each field that is stated; a text of the wrong kind becomes a finding."""
        for way, path, kind in fields:
            found = part(element, way)
            if found is None or not (said := text(found)):
                continue
            try:
                value = kind.reads(said)
            except ValueError:
                self.trail.refuse_text(kind, self.path + path, found)
                self.pass_by(found)
                continue
            self.put(path, value, found)

    def join(self, path: str, elements: Iterable[Element | None]) -> None:
        """Take the texts of several elements as one, with blanks between them."""
        stated = [element for element in elements if element is not None and text(element)]
        if stated:
            self.put(path, " ".join(map(text, stated)), stated[0], *stated)

    def add(self, path: str, source: Element) -> "Form":
        """Return a new item of the list at a path."""
        *ways, name = path.split(".")
        values = self._values
        for way in ways:
            values = values.setdefault(way, {})
        items = values.setdefault(name, [])
        here = f"{self.path}{path}[{len(items)}]"
        items.append({})
        self.trail.number(source)
        self.trail.took(here, source)
        return Form(self.trail, items[-1], f"{here}.", self._taken)

    def said(self, path: str) -> Any:
        """Return what is in a field by now."""
        values: Any = self._values
        for step in path.split("."):
            values = values.get(step) if values else None
        return values

    def pass_by(self, *elements: Element | None) -> None:
        """Take elements that say what the model says otherwise, or nothing."""
        self._taken.update(element for element in elements if element is not None)

    def leave_rest(self, parts: Iterable[Element]) -> None:
        """List what nobody took of these elements and what is in them."""
        for whole in parts:
            for element in whole.iter("*"):
                if not len(element) and element not in self._taken:
                    self.trail.leave(element)
