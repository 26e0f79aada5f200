"""Places: where elements are, as XPath with line; each group's children are numbered once."""

from formats.xml import Element, name_of, tag

_ENVELOPE = tag("sbd:StandardBusinessDocument")


class Places:
    """The places of one file."""

    def __init__(self) -> None:
        self._steps: dict[Element, str] = {}

    def of(self, element: Element, attribute: str | None = None) -> str:
        """Return where an element or its attribute is, in the words of `formats.xml.place_of`."""
        steps = [f"/@{attribute}"] if attribute else []
        node: Element | None = element
        while node is not None and node.tag != _ENVELOPE:
            steps.append(self._step(node))
            node = node.getparent()
        return f"{''.join(reversed(steps))} (line {element.sourceline})"

    def _step(self, node: Element) -> str:
        if node not in self._steps:
            parent = node.getparent()
            counts: dict[object, int] = {}
            for each in (node,) if parent is None else parent:
                count = counts[each.tag] = counts.get(each.tag, 0) + 1
                self._steps[each] = f"/{name_of(str(each.tag))}" + (
                    f"[{count}]" if count > 1 else ""
                )
        return self._steps[node]
