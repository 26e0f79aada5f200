"""Where an element is: an XPath that people can follow, and its line."""

from collections.abc import Collection

from formats.xml.names import ENVELOPE, Element, name_of

_MANY = 100
"""Children of which the positions are not counted twice."""


def place_of(element: Element) -> str:
    """Return where an element is, as an XPath and its line.

    >>> from formats.xml.parsing import parse
    >>> root = parse(b"<a><b/><b><c/></b></a>", what="an example")
    >>> place_of(root[1][0])
    '/a/b[2]/c (line 1)'
    """
    return Places().of(element)


class Places:
    """Where elements of one file are; of many side by side, none is counted twice."""

    def __init__(self, items: Collection[Element] = frozenset()) -> None:
        """Begin with nothing known.

        Args:
            items: elements whose position is named even if they are the only ones of their name.
        """
        self._items = items
        self._parent: Element | None = None
        self._positions: dict[Element, int] = {}
        self._wide: dict[Element, dict[Element, int]] = {}
        self._paths: dict[Element | None, str] = {}

    def of(self, element: Element, attribute: str | None = None) -> str:
        """Return where an element or its attribute is, as an XPath and its line."""
        at = f"/@{attribute}" if attribute else ""
        return f"{self.path(element) or '/'}{at} (line {element.sourceline})"

    def path(self, element: Element) -> str:
        """Return the XPath of an element; an envelope around the document is no part of it."""
        if element.tag == ENVELOPE:
            return ""
        return f"{self._path_around(element)}/{self._step(element)}"

    def _path_around(self, element: Element) -> str:
        """Return the XPath of what an element stands in; most elements stand in none."""
        unknown = []
        node = element.getparent()
        while node is not None and node not in self._paths and node.tag != ENVELOPE:
            unknown.append(node)
            node = node.getparent()
        path = self._paths.get(node, "")
        for node in reversed(unknown):
            path = self._paths[node] = f"{path}/{self._step(node)}"
        return path

    def _step(self, node: Element) -> str:
        name, position = name_of(str(node.tag)), self._position(node)
        return f"{name}[{position}]" if position > 1 or node in self._items else name

    def _position(self, node: Element) -> int:
        parent = node.getparent()
        if parent is None:
            return 1
        if parent is not self._parent:
            self._positions = self._wide.get(parent) or self._counted(parent)
            self._parent = parent
        return self._positions[node]

    def _counted(self, parent: Element) -> dict[Element, int]:
        """Return the positions of what is in an element; kept where that is much."""
        positions: dict[Element, int] = {}
        counts: dict[object, int] = {}
        for each in parent:
            positions[each] = counts[each.tag] = counts.get(each.tag, 0) + 1
        if len(positions) > _MANY:
            self._wide[parent] = positions
        return positions
