"""One invoice in the making: values by the layout, each with its place, its mark and how sure."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from formats.codec import Confidence, Mark, Reading
from formats.findings import Finding
from formats.model import Invoice
from formats.model.paths import Draft, Term, Value
from formats.pdf_text import faults
from formats.pdf_text.fields import Found, described, found
from formats.pdf_text.pages import Page, Row
from formats.pdf_text.places import ITEMS, Column, Field, Layout, Table
from formats.pdf_text.proof import proven, unproven
from formats.pdf_text.tables import Item, harvest
from formats.pdf_text.words import Word


def mark_of(page: int, words: Sequence[Word]) -> Mark:
    """Return the box about words of a page.

    >>> mark_of(2, [Word("9.00", 3, 4, 2, 1, 3), Word("EUR", 5, 8, 2, 0, 3)]).box
    (3, 0, 8, 3)
    """
    if len(words) == 1:
        (word,) = words
        return Mark(page=page, box=(word.left, word.upper, word.right, word.lower))
    _, lefts, rights, _, uppers, lowers = zip(*words, strict=True)
    return Mark(page=page, box=(min(lefts), min(uppers), max(rights), max(lowers)))


class Making:
    """One invoice in the making."""

    def __init__(self, layout: Layout, pages: Sequence[Page]) -> None:
        self._layout = layout
        self._pages = pages
        self._draft = Draft()
        self._marks: dict[str, Mark] = {}
        self._confidence: dict[str, Confidence] = {}
        self._taken: set[tuple[int, Word]] = set()
        self._faults: list[Finding] = []

    def reading(self) -> Reading:
        """Return the invoice with all that is wrong with it."""
        for field in sorted(self._layout.fields, key=lambda field: field.term.item_numbers):
            self._field(field)
        for table in self._layout.tables:
            self._table(table)
        self._constants(self._draft, self._layout.constants)
        self._same()
        invoice, incomplete = self._draft.build(Invoice)
        if not self._faults:
            self._faults += [self._placed(fault) for fault in unproven(invoice)]
        self._judge(invoice)
        self._faults += [faults.incomplete(path) for path in incomplete]
        self._faults += [
            faults.page_without_text(page.number) for page in self._pages if not page.rows
        ]
        return Reading(
            document=invoice,
            sources=self._draft.sources,
            unmapped=unmapped(self._pages, self._taken),
            notices=tuple(self._faults),
            marks=self._marks,
            confidence=self._confidence,
        )

    def _judge(self, invoice: Invoice) -> None:
        """Say how sure each value is, now that all are known."""
        doubted = {fault.path for fault in self._faults if fault.path}
        sums = frozenset() if self._faults else proven(invoice)
        for path in {*self._draft.sources, *self._marks}:
            if path in doubted or path not in self._draft.sources:
                self._confidence[path] = Confidence.DOUBTFUL
            elif path in sums:
                self._confidence[path] = Confidence.PROVEN
            else:
                self._confidence.setdefault(path, Confidence.GIVEN)

    def _placed(self, fault: Finding) -> Finding:
        return replace(fault, place=self._draft.sources.get(fault.path or ""))

    def _field(self, field: Field) -> None:
        path = field.term.path
        seen = list(found(field, self._pages))
        texts = list(dict.fromkeys(each.text for each in seen))
        if not texts:
            if not field.optional:
                self._faults.append(faults.missing(path, described(field)))
            return
        if len(texts) > 1 and field.take is None:
            self._ambiguous(path, texts, seen)
            return
        chosen = seen[-1 if field.take == "last" else 0]
        row = Row(chosen.page, chosen.own)
        self._put(self._draft, field, chosen.text, row)
        agreed = len(seen) > 1 and len(texts) == 1
        self._confidence[path] = Confidence.AGREED if agreed else Confidence.READ
        self._taken.update((each.page, word) for each in seen for word in each.words)

    def _ambiguous(self, path: str, texts: Sequence[str], seen: Sequence[Found]) -> None:
        places = [next(each.place for each in seen if each.text == text) for text in texts]
        self._faults.append(faults.ambiguous(path, texts, places))
        self._marks[path] = mark_of(seen[0].page, seen[0].own)

    def _table(self, table: Table) -> None:
        crop = harvest(table, self._pages)
        self._taken.update(crop.words)
        self._faults += crop.faults
        for number, row in enumerate(crop.strange):
            self._marks[f"{table.items}.strange[{number}]"] = mark_of(row.page, row.words)
        if not crop.items and table.items == "lines":
            self._faults.append(faults.empty_table(table.items))
        for item in crop.items:
            self._item(table, item)

    def _item(self, table: Table, item: Item) -> None:
        draft = self._draft.add(table.items)
        for cell in item.cells:
            self._put(draft, cell.column, cell.text, cell.row)
        for row in item.more:
            assert table.more is not None
            before = draft.get(table.more)
            self._add(draft, table.more, f"{before} {row.text}" if before else row.text, row)
        self._constants(draft, table.constants)

    def _put(self, draft: Draft, spec: Field | Column, text: str, row: Row) -> None:
        try:
            self._add(draft, spec.term, spec.read(text), row)
        except ValueError as error:
            path = draft.prefix + spec.term.path
            self._faults.append(faults.wrong_value(path, text, row.place(), error))
            self._marks[path] = mark_of(row.page, row.words)

    def _add(self, draft: Draft, term: Term, value: Value, row: Row) -> None:
        """Set a value that stands on a page; further text of it may stand below."""
        draft.put(term, value, row.place())
        path = draft.prefix + term.path
        self._marks.setdefault(path, mark_of(row.page, row.words))
        self._confidence[path] = Confidence.READ

    def _constants(self, draft: Draft, constants: Iterable[tuple[Term, Value]]) -> None:
        """Set what is the same in every invoice; but it makes no rate and no charge of its own."""
        for each, value in constants:
            top = each.groups[0].name if each.groups else ""
            if draft.prefix or top not in ITEMS or draft.has_items(each):
                draft.put(each, value, f"layout {self._layout.name}")

    def _same(self) -> None:
        for ours, theirs in self._layout.same:
            value = self._draft.get(theirs)
            if value is not None and self._draft.get(ours) is None:
                place = self._draft.sources.get(theirs.path, f"layout {self._layout.name}")
                self._draft.put(ours, value, place)
                if theirs.path in self._marks:
                    self._marks[ours.path] = self._marks[theirs.path]
                    self._confidence[ours.path] = self._confidence[theirs.path]


def unmapped(
    pages: Sequence[Page], taken: AbstractSet[tuple[int, Word]] = frozenset()
) -> dict[str, str]:
    """Return what stands on the pages and filled no field, row by row."""
    left_over: dict[str, str] = {}
    for page in pages:
        for row in page.rows:
            words = tuple(word for word in row.words if (row.page, word) not in taken)
            if words:
                rest = Row(row.page, words)
                left_over[rest.place()] = rest.text
    return left_over
