"""Table and the rows that stand in it: Leaf, Amount, Nest, Fixed and their kin."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from formats.binding.kinds import DECIMAL, TEXT, Kind
from formats.binding.trail import Page, Trail, Values, put, reach
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE, inside
from formats.xml.writing import attribute

When = Callable[[Element, Trail], bool]
"""Whether a row takes this element, where several rows have elements of one name."""
Read = Callable[[Element, Values, str, Trail], None]
"""Takes what an element says into a group of values, the one at this model path."""


class Row(Protocol):
    """One element of the syntax and what it holds.

    Attributes:
        name: prefixed name of the element.
        when: which elements of that name are meant; None: all.
        once: a second such element is left, not mixed with the first.
    """

    name: str
    when: When | None
    once: bool

    def read(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        """Take what the element says into `values`, the group at model `path`."""

    def write(self, group: Any, page: Page) -> bool:
        """Write the element; return whether that said anything of the group."""


class Table:
    """Rows in the order of the schema."""

    def __init__(self, *rows: Row) -> None:
        self._rows = rows
        self._rows_of: dict[str, list[tuple[Row, int]]] = {}
        for number, row in enumerate(rows):
            bit = 1 << number if row.once else 0
            self._rows_of.setdefault(tag(row.name), []).append((row, bit))
        self._only = {
            name: (found[0][0].read, found[0][1])
            for name, found in self._rows_of.items()
            if len(found) == 1 and found[0][0].when is None
        }

    def read(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        """Give each child to its row; leave those that have none."""
        only = self._only
        taken = 0
        for child in inside(element):
            read, bit = only.get(child.tag) or self._chosen(child, trail)
            if taken & bit:
                read = _leave
            taken |= bit
            read(child, values, path, trail)

    def write(self, group: Any, page: Page) -> bool:
        """Write the rows in order; return whether any said something of the group."""
        said = False
        for row in self._rows:
            if row.write(group, page):
                said = True
        return said

    def _chosen(self, child: Element, trail: Trail) -> tuple[Read, int]:
        """Return how the row that means this element reads it, and the bit of one that may once."""
        for row, bit in self._rows_of.get(child.tag, ()):
            if row.when is None or row.when(child, trail):
                return row.read, bit
        return _leave, 0


def _leave(element: Element, values: Values, path: str, trail: Trail) -> None:
    del values, path
    trail.leave(element)


class Leaf:
    """An element with text: one field, and further fields in its attributes."""

    once = False

    def __init__(
        self,
        name: str,
        path: str,
        kind: Kind = TEXT,
        *,
        attributes: Mapping[str, str] | None = None,
        fixed: str = "",
        beside: str | None = None,
        absent: str | None = None,
        when: When | None = None,
    ) -> None:
        """Bind element `name` to the field at `path`.

        Args:
            name: prefixed name of the element.
            path: model path from the group at hand.
            kind: how the value stands as text.
            attributes: attribute to model path.
            fixed: attributes as written that mean nothing to the model: ` format="102"`.
            beside: field of the same group without which this one cannot be.
            absent: what the schema wants here if there is nothing to say; read as nothing.
            when: which elements of that name are meant.
        """
        self.name = name
        self.path = path
        self.when = when
        self._kind = kind
        self._reads = kind.reads
        self._steps = tuple(path.split("."))
        *self._groups, self._field = self._steps
        self._attributes = tuple(
            (name, field, tuple(field.split("."))) for name, field in (attributes or {}).items()
        )
        self._fixed = fixed
        self._beside = (*self._steps[:-1], beside) if beside else None
        self._absent = absent

    def read(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        """Take text and attributes; a text of the wrong kind becomes a finding."""
        if len(element):
            for child in element:
                trail.leave(child)
        text = element.text
        if text is None or not (text := text.strip(WHITE_SPACE)) or text == self._absent:
            return
        where = path + self.path
        try:
            value = self._reads(text)
        except ValueError:
            trail.refuse_text(self._kind, where, element)
            self._take_attributes(element, values, path, trail, alone=True)
            return
        if self._beside and not _has(values, self._beside):
            trail.leave(element)
            return
        group = values
        for step in self._groups:
            group = group.setdefault(step, {})
        kept = group.setdefault(self._field, value)
        if kept is not value and kept != value:
            trail.leave(element)
            return
        trail.took(where, element)
        if self._attributes:
            self._take_attributes(element, values, path, trail)

    def _take_attributes(
        self, element: Element, values: Values, path: str, trail: Trail, *, alone: bool = False
    ) -> None:
        """Take the attributes; `alone`, without the text, only into groups that are there."""
        for name, field, steps in self._attributes:
            if alone and len(steps) > 1 and not _has(values, steps[:-1]):
                continue
            given = (element.get(name) or "").strip(WHITE_SPACE)
            if given and put(values, steps, given):
                trail.took(path + field, (element, name))

    def write(self, group: Any, page: Page) -> bool:
        """Write the field if it has a value."""
        value = reach(group, self._steps)
        if value is None or value == "":
            if self._absent:
                page.leaf(self.name, self._absent)
            return False
        attributes = self._fixed
        for name, _, steps in self._attributes:
            if given := reach(group, steps):
                attributes += attribute(name, given)
        page.leaf(self.name, self._kind.writes(value), attributes)
        return True


class Amount(Leaf):
    """A Leaf with money: its currency must be the invoice's (BT-5), or for BT-111 that of BT-6."""

    def __init__(
        self,
        name: str,
        path: str,
        *,
        in_tax_currency: bool = False,
        shows_currency: bool = True,
        one_of_many: bool = False,
        when: When | None = None,
    ) -> None:
        """Bind element `name` to the amount at `path`.

        Args:
            name: prefixed name of the element.
            path: model path from the group at hand.
            in_tax_currency: the amount is in BT-6.
            shows_currency: the attribute currencyID is written.
            one_of_many: there may be others beside it in other currencies, which are not it.
            when: which elements of that name are meant.
        """
        super().__init__(name, path, DECIMAL, when=when)
        self._in_tax_currency = in_tax_currency
        self._shows_currency = shows_currency
        self._one_of_many = one_of_many

    def read(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        """Take the amount; that it is in another currency becomes a finding.

        It is taken all the same, for what is missing would break rules that are kept.
        """
        given = element.get("currencyID")
        currency = trail.tax_currency if self._in_tax_currency else trail.currency
        if given and currency and given.strip(WHITE_SPACE) != currency and element.text:
            trail.refuse_currency(path + self.path, element, given, currency)
            if self._one_of_many:
                return
        Leaf.read(self, element, values, path, trail)

    def write(self, group: Any, page: Page) -> bool:
        """Write the amount if there is one."""
        value: Decimal | None = reach(group, self._steps)
        if value is None:
            return False
        currency = page.tax_currency if self._in_tax_currency else page.currency
        shown = attribute("currencyID", currency) if self._shows_currency and currency else ""
        page.leaf(self.name, DECIMAL.writes(value), shown)
        return True


class OfDocument(Leaf):
    """A field of the document that a syntax says inside an item: read from any, written once."""

    def read(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        """Take it into the document."""
        del values, path
        super().read(element, trail.document, "", trail)

    def write(self, group: Any, page: Page) -> bool:
        """Write it in the first item."""
        del group
        if self.path in page.said:
            return False
        page.said.add(self.path)
        return super().write(page.document, page)


class Fixed:
    """An element the schema wants that says nothing: written always, left if it reads otherwise."""

    when: When | None = None
    once = False

    def __init__(self, path: str, text: str, *, also: tuple[str, ...] = ()) -> None:
        """Bind an element to a constant.

        Args:
            path: prefixed name of the element, or several from outer to inner.
            text: what it says, read in any case of letters.
            also: what it may say instead.
        """
        self.name, _, inner = path.partition("/")
        self._inner = Fixed(inner, text, also=also) if inner else None
        self._inner_tag = tag(self._inner.name) if self._inner else ""
        self._text = text
        self._understood = frozenset({"", text.upper(), *also})

    def read(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        """Leave it if it says something else."""
        if self._inner is None:
            if (element.text or "").strip(WHITE_SPACE).upper() not in self._understood:
                trail.leave(element)
            return
        for child in element:
            if child.tag == self._inner_tag:
                self._inner.read(child, values, path, trail)
            else:
                trail.leave(child)

    def write(self, group: Any, page: Page) -> bool:
        """Write it; the element around it is taken back if nothing else is in it."""
        if self._inner is None:
            page.leaf(self.name, self._text)
        else:
            page.open(self.name)
            self._inner.write(group, page)
            page.close(self.name)
        return False


class Ignored:
    """An element about the syntax, not about business: never listed, never written."""

    when: When | None = None
    once = False

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        """Pass by."""

    def write(self, group: Any, page: Page) -> bool:
        """Write nothing."""
        del group, page
        return False


class Nest:
    """An element with elements inside."""

    def __init__(
        self,
        name: str,
        *rows: Row,
        opens: str = "",
        again: bool = False,
        always: bool = False,
        when: When | None = None,
    ) -> None:
        """Bind element `name` to a table of its own.

        Args:
            name: prefixed name of the element.
            rows: what stands in it, in the order of the schema.
            opens: model path of the group that is there if this element is, even if empty.
            again: several such elements add up to one.
            always: written even with nothing to say.
            when: which elements of that name are meant.
        """
        self.name = name
        self.once = not again
        self.when = when
        self._table = Table(*rows)
        self._opens = opens
        self._steps = tuple(opens.split(".")) if opens else ()
        self._always = always
        self.read = self._read_group if opens else self._table.read

    def _read_group(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        group = values
        for step in self._steps:
            group = group.setdefault(step, {})
        trail.took(path + self._opens, element)
        self._table.read(element, values, path, trail)

    def write(self, group: Any, page: Page) -> bool:
        """Write it if there is something in it or its group is there."""
        mark = page.mark()
        page.open(self.name)
        said = self._table.write(group, page)
        if said or self._always or (self._steps and reach(group, self._steps) is not None):
            page.close(self.name)
            return True
        page.rewind(mark)
        return False


class Where:
    """A row that is read like any other but written only for some groups."""

    def __init__(self, condition: Callable[[Any], bool], row: Row) -> None:
        """Write `row` only for groups that meet the condition."""
        self.name = row.name
        self.when = row.when
        self.once = row.once
        self.read = row.read
        self._condition = condition
        self._row = row

    def write(self, group: Any, page: Page) -> bool:
        """Write the row if the group meets the condition."""
        return self._condition(group) and self._row.write(group, page)


def read_only(row: Row) -> Where:
    """Return the row as another way to say what some other row writes."""
    return Where(lambda _: False, row)


def _has(values: Values, steps: tuple[str, ...]) -> bool:
    for step in steps:
        if step not in values:
            return False
        values = values[step]
    return True
