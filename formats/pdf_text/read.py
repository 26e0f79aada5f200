"""Pages of a PDF to invoices, by the sender's layout."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from formats.codec import Guide, Reader, Reading
from formats.findings import Finding, is_fatal
from formats.model import Invoice
from formats.model.paths import Draft, Term, Value
from formats.pdf_text import faults
from formats.pdf_text.fields import described, found
from formats.pdf_text.layout import ITEMS, Column, Field, Layout, Pattern, Table, layout
from formats.pdf_text.pages import NotOpened, Page, Row, TooMuch, Word, pages_of
from formats.pdf_text.proof import unproven
from formats.pdf_text.tables import Item, harvest


def claims(head: bytes, name: str) -> bool:  # noqa: ARG001
    r"""Whether this is a PDF; ISO 32000-1, annex H lets its mark stand anywhere at the start.

    >>> claims(b"%PDF-1.7\n", "x"), claims(b"<pdf/>", "x.pdf")
    (True, False)
    """
    return b"%PDF-" in head[:1024]


def read(data: bytes, guides: Sequence[Guide]) -> tuple[Reading, ...]:
    """Return the invoices of a PDF, by the first layout whose anchors are all found in it.

    An invoice that is faulty or does not add up comes with fatal notices, so that the others in
    the file can go on.

    Raises:
        Unreadable: no PDF, no text, no layout for it (IN-PDF-…), a faulty layout (IN-GUIDE), or
            not one invoice without a fault: then all faults are named.
    """
    pages = _opened(data)
    chosen = _chosen([layout(guide) for guide in guides if guide.format == READER.name], pages)
    readings = tuple(_Invoice(chosen, part).reading() for part in _parts(chosen, pages))
    if all(is_fatal(reading.notices) for reading in readings):
        raise faults.nothing_read([fault for each in readings for fault in each.notices])
    return readings


READER = Reader(
    name="pdf_text", words="PDF by a layout", media_type="application/pdf", claims=claims, read=read
)


def _opened(data: bytes) -> tuple[Page, ...]:
    try:
        pages = pages_of(data)
    except NotOpened as error:
        raise faults.not_opened(str(error)) from error
    except TooMuch as error:
        raise faults.too_much(str(error)) from error
    if not any(page.rows for page in pages):
        raise faults.scanned()
    return pages


def _chosen(layouts: Sequence[Layout], pages: Sequence[Page]) -> Layout:
    reasons = []
    for each in layouts:
        missing = [anchor for anchor in each.anchors if not _stands(anchor, pages)]
        if not missing:
            return each
        listed = ", ".join(f"`{anchor.pattern}`" for anchor in missing)
        reasons.append(f"layout `{each.name}` wants {listed}")
    raise faults.no_layout(reasons)


def _parts(chosen: Layout, pages: Sequence[Page]) -> Iterator[Sequence[Page]]:
    """Yield the pages of each invoice."""
    if chosen.split is None:
        yield pages
        return
    starts = [number for number, page in enumerate(pages) if _stands(chosen.split, [page])]
    if not starts or starts[0] != 0:
        raise faults.no_beginning(chosen.name, chosen.split.pattern)
    for start, end in zip(starts, [*starts[1:], len(pages)], strict=True):
        yield pages[start:end]


def _stands(pattern: Pattern, pages: Sequence[Page]) -> bool:
    return any(pattern.search(row.text) for page in pages for row in page.rows)


class _Invoice:
    """One invoice in the making."""

    def __init__(self, layout: Layout, pages: Sequence[Page]) -> None:
        self._layout = layout
        self._pages = pages
        self._draft = Draft()
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
        self._faults += [faults.incomplete(path) for path in incomplete]
        self._faults += [
            faults.page_without_text(page.number) for page in self._pages if not page.rows
        ]
        return Reading(
            document=invoice,
            sources=self._draft.sources,
            unmapped=self._unmapped(),
            notices=tuple(self._faults),
        )

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
            places = [next(each.place for each in seen if each.text == text) for text in texts]
            self._faults.append(faults.ambiguous(path, texts, places))
            return
        chosen = seen[-1 if field.take == "last" else 0]
        self._put(self._draft, field, chosen.text, chosen.place)
        self._taken.update((each.page, word) for each in seen for word in each.words)

    def _table(self, table: Table) -> None:
        crop = harvest(table, self._pages)
        self._taken.update(crop.words)
        self._faults += crop.faults
        if not crop.items and table.items == "lines":
            self._faults.append(faults.empty_table(table.items))
        for item in crop.items:
            self._item(table, item)

    def _item(self, table: Table, item: Item) -> None:
        draft = self._draft.add(table.items)
        for cell in item.cells:
            self._put(draft, cell.column, cell.text, cell.place)
        for text, place in item.more:
            assert table.more is not None
            before = draft.get(table.more)
            draft.put(table.more, f"{before} {text}" if before else text, place)
        self._constants(draft, table.constants)

    def _put(self, draft: Draft, spec: Field | Column, text: str, place: str) -> None:
        try:
            draft.put(spec.term, spec.read(text), place)
        except ValueError as error:
            path = draft.prefix + spec.term.path
            self._faults.append(faults.wrong_value(path, text, place, error))

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

    def _unmapped(self) -> dict[str, str]:
        """Return what stands on the pages and filled no field, row by row."""
        left_over: dict[str, str] = {}
        for page in self._pages:
            for row in page.rows:
                words = tuple(w for w in row.words if (row.page, w) not in self._taken)
                if words:
                    rest = Row(row.page, words)
                    left_over[rest.place()] = rest.text
        return left_over
