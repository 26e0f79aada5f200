"""One segment of a message: its elements, the segments of its group, and what was taken of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Segment:
    """A segment, and the head of its group where it has one.

    Attributes:
        tag: `MOA`.
        elements: each a list of its components, as text; the tag is not among them.
        number: in its message, whose first segment is 1.
        name: as people write it, with its qualifier: `MOA+77`.
        qualified: the element and component that say so, which the name repeats.
        children: what lies in its group, by tag and by name, in the order of the message.
        taken: element and component of what a document has been made of, counted from 1.
    """

    tag: str
    elements: list[list[str]]
    number: int
    name: str
    qualified: tuple[int, int] | None = None
    children: dict[str, list["Segment"]] = field(default_factory=dict)
    taken: set[tuple[int, int]] = field(default_factory=set)

    def add(self, child: "Segment") -> None:
        """Put a segment into this one's group."""
        self.children.setdefault(child.tag, []).append(child)
        if child.name != child.tag:
            self.children.setdefault(child.name, []).append(child)

    def text(self, element: int, component: int = 1) -> str:
        """Return a component, counted from 1; empty where there is none.

        >>> Segment("DTM", [["137", "20261122", "102"]], 3, "DTM+137").text(1, 2)
        '20261122'
        """
        if element > len(self.elements):
            return ""
        components = self.elements[element - 1]
        return components[component - 1].strip() if component <= len(components) else ""

    def place(self, element: int, component: int = 1) -> str:
        """Return where a component is, as a guide would name it: `MOA+77.1.2 (segment 41)`."""
        plain = component == 1 and (
            element > len(self.elements) or len(self.elements[element - 1]) == 1
        )
        part = f"{element}" if plain else f"{element}.{component}"
        return f"{self.name}.{part} (segment {self.number})"

    @property
    def here(self) -> str:
        """The segment as messages call it: `MOA+77 (segment 41)`."""
        return f"{self.name} (segment {self.number})"

    def left(self) -> Iterator[tuple[tuple[int, int], str]]:
        """Yield element, component and text of what was not taken, but for its qualifier."""
        for element, components in enumerate(self.elements, start=1):
            for component, text in enumerate(components, start=1):
                at = (element, component)
                if text and at not in self.taken and at != self.qualified and text.strip():
                    yield at, text


def along(start: Segment, way: Sequence[str]) -> list[Segment]:
    """Return the segments that a way of names leads to: `("NAD+BY", "RFF+VA")`."""
    found = start.children.get(way[0], []) if way else [start]
    for name in way[1:]:
        found = [child for each in found for child in each.children.get(name, ())]
    return found
