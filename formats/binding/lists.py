"""Rows for what comes several times: Many, BesideItem, PerItem."""

from collections.abc import Iterable
from typing import Any

import msgspec

from formats.binding.rows import Row
from formats.binding.trail import Page, Trail, Values, reach
from formats.xml.names import Element


class Many:
    """A list: one element an item."""

    once = False

    def __init__(self, path: str, row: Row, *, needs: str | None = None) -> None:
        """Bind the elements of `row` to the list at `path`.

        Args:
            path: model path of the list.
            row: one item; its paths begin at the item.
            needs: field without which an item is none.
        """
        self.name = row.name
        self.when = row.when
        self._row = row
        self._path = path
        self._steps = tuple(path.split("."))
        self._needs = needs

    def read(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        """Add one item."""
        trail.number(element)
        items = self._items(values)
        item: Values = {}
        here = f"{path}{self._path}[{len(items)}]"
        self._row.read(element, item, f"{here}.", trail)
        if self._needs is None or self._needs in item:
            items.append(item)
            trail.took(here, element)

    def write(self, group: Any, page: Page) -> bool:
        """Write all items."""
        said = False
        for item in reach(group, self._steps) or ():
            said = self._row.write(item, page) or said
        return said

    def _items(self, values: Values) -> list[Values]:
        for step in self._steps[:-1]:
            values = values.setdefault(step, {})
        items: list[Values] = values.setdefault(self._steps[-1], [])
        return items


class BesideItem(Many):
    """Fields of an item in an element beside its own: read into the item last begun there."""

    def read(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        """Add to the item whose element stands beside this one; begin an item if none does."""
        items = self._items(values)
        here = f"{path}{self._path}[{len(items) - 1}]"
        begun = trail.element(here)
        if begun is None or begun.getparent() is not element.getparent():
            here = f"{path}{self._path}[{len(items)}]"
            items.append({})
            trail.took(here, element)
        self._row.read(element, items[-1], f"{here}.", trail)


class PerItem:
    """An element repeated for each item of a list, and written once if the list is empty."""

    once = False

    def __init__(self, row: Row, *, each: str, first: Iterable[str]) -> None:
        """Repeat `row` for each item.

        Args:
            row: the element; what it says beside the item it says every time.
            each: model path of the list.
            first: model paths of what only the first element says.
        """
        self.name = row.name
        self.when = row.when
        self._row = row
        self._each = tuple(each.split("."))
        self._first = [tuple(path.split(".")) for path in first]

    def read(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        """Read it as the row does."""
        trail.number(element)
        self._row.read(element, values, path, trail)

    def write(self, group: Any, page: Page) -> bool:
        """Write one element an item."""
        items = reach(group, self._each) or ()
        if len(items) < 2:
            return self._row.write(group, page)
        for item in items:
            self._row.write(_replaced(group, self._each, (item,)), page)
            for steps in self._first:
                group = _replaced(group, steps, None)
        return True


def _replaced(group: Any, steps: tuple[str, ...], value: Any) -> Any:
    """Return the group with a field deep in it changed."""
    if len(steps) > 1:
        value = _replaced(getattr(group, steps[0]), steps[1:], value)
    return msgspec.structs.replace(group, **{steps[0]: value})
