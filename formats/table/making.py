"""Rows to one invoice: a draft that grows row by row, and what was found wrong with them."""

from collections.abc import Iterator, Sequence

from formats.codec import Reading
from formats.findings import Finding
from formats.model import Invoice
from formats.model.paths import Draft, Term, Value
from formats.table import faults
from formats.table.bound import Bound, Cell
from formats.table.from_lines import (
    with_line_ids,
    with_line_nets,
    with_no_tax_of_none,
    with_rate_lines,
    with_totals,
    with_vat_breakdown,
)
from formats.table.plan import Plan
from formats.table.sources import Sources


class Making:
    """An invoice in the making."""

    def __init__(self, plan: Plan, owner: tuple[str, ...]) -> None:
        self._plan = plan
        self._owner = owner
        self._draft = Draft()
        self._sources = Sources(plan.name, plan.constants)
        self._first: dict[Bound, tuple[int, list[str]]] = {}
        self._items: dict[str, Draft] = {}
        self._found: list[Finding] = []
        self._unmapped: dict[str, str] = {}
        self._begun = not plan.has_heads

    def add(self, bound: Bound, number: int, raw: list[str], texts: list[str]) -> None:
        """Take one row."""
        if not bound.fits(texts):
            place = bound.stream.row_place(number)
            self._found.append(faults.wrong_width(place, len(texts), bound.width))
            return
        self._begun = self._begun or bound.part.begins
        first = self._first.get(bound)
        if first is None:
            self._begin(bound, number, texts)
        elif bound.shared(texts) != bound.shared(first[1]):
            self._found += _differences(bound, first, number, texts)
        if bound.part.items:
            self._item(bound, number, texts)
        if bound.leaves:
            self._unmapped.update(bound.left(number, raw, texts))

    def reading(self) -> Reading:
        """Return the finished invoice with all that was found."""
        if not self._begun and self._first:
            bound, (number, _) = next(iter(self._first.items()))
            self._found.append(faults.no_head(bound.stream.row_place(number), self._owner[1:]))
        self._set(self._draft, "")
        invoice, incomplete = self._draft.build(Invoice)
        self._found += [faults.incomplete(path) for path in incomplete]
        for path, place in self._draft.sources.items():
            self._sources.tell(path, place)
        self._sources.hide(tuple(path.rpartition(".")[0] for path in incomplete))
        if self._plan.rates_are_lines:
            invoice = with_rate_lines(invoice, self._sources)
        if self._plan.numbers_lines:
            invoice = with_line_ids(invoice, self._sources)
        if self._plan.nets_lines:
            invoice = with_line_nets(invoice, self._sources)
        if self._plan.sums_vat:
            invoice = with_vat_breakdown(invoice, self._sources)
        else:
            invoice = with_no_tax_of_none(invoice, self._sources)
        if self._plan.sums_totals:
            invoice = with_totals(invoice, self._sources)
        return Reading(
            document=invoice,
            sources=self._sources,
            unmapped=self._unmapped,
            notices=tuple(self._found),
        )

    def _begin(self, bound: Bound, number: int, texts: list[str]) -> None:
        if bound.keys and not all(texts[place].strip() for place in bound.keys):
            place = bound.stream.row_place(number)
            self._found.append(faults.no_key(place, bound.part.key))
        self._first[bound] = (number, texts)
        again = len(self._first) > 1
        self._fill(self._draft, bound, bound.invoice, number, texts, again=again)

    def _item(self, bound: Bound, number: int, texts: list[str]) -> None:
        path = bound.part.items
        item = self._items.get(path)
        adds = bound.part.adds or item is None
        if item is None or bound.part.adds:
            item = self._items[path] = self._draft.add(path)
        self._fill(item, bound, bound.item, number, texts, again=not adds)
        if adds:
            self._set(item, path)

    def _set(self, draft: Draft, items: str) -> None:
        """Set what the guide sets in all such groups, where the items for it are there."""
        for term, value in self._plan.constants.get(items, ()):
            if not draft.has_items(term):
                continue
            if items and term.plain:
                draft.set(term, value)
            else:
                draft.put(term, value, f"guide {self._plan.name}")

    def _fill(
        self,
        draft: Draft,
        bound: Bound,
        cells: tuple[Cell, ...],
        number: int,
        texts: list[str],
        *,
        again: bool,
    ) -> None:
        """Put a row's cells to the draft; what is wrong with them is found fault with."""
        filled = []
        for cell in cells:
            text = texts[cell.at].strip()
            if not text:
                continue
            try:
                value = cell.read(text) if cell.read else text
            except ValueError as error:
                where, path = bound.place(number, cell), draft.prefix + cell.term.path
                self._found.append(faults.wrong_value(where, path, text, error))
                continue
            if value is None:
                continue
            if again:
                value = self._joined(draft, bound, cell, number, value)
            if cell.term.plain:
                draft.set(cell.term, value)
                filled.append(cell)
            else:
                draft.put(cell.term, value, bound.place(number, cell))
        if filled:
            self._sources.note(draft.prefix, bound, number, bound.same(tuple(filled)))

    def _joined(self, draft: Draft, bound: Bound, cell: Cell, number: int, value: Value) -> Value:
        """Return a value with what an earlier row said of the same: texts go on, others differ."""
        before = draft.get(cell.term)
        if before is None or before == value:
            return value
        if isinstance(before, str) and _is_long(cell.term):
            return f"{before}\n{value}"
        where, path = bound.place(number, cell), draft.prefix + cell.term.path
        self._found.append(faults.twice(where, path, str(value), str(before)))
        return before


def _is_long(term: Term) -> bool:
    return term.name in {"text", "description", "terms", "note"}


def _differences(
    bound: Bound, first: tuple[int, list[str]], number: int, texts: Sequence[str]
) -> Iterator[Finding]:
    """Yield a fault for each value of the invoice that a later row contradicts."""
    before_number, before_texts = first
    for place, column in dict.fromkeys((cell.at, cell.column) for cell in bound.invoice):
        text, before = texts[place].strip(), before_texts[place].strip()
        if text and text != before:
            yield faults.differs(
                bound.stream.place(number, place, column),
                text,
                bound.stream.row_place(before_number),
                before,
            )
