"""Spool files: the pages of many invoices, parted as the layout says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Final

from formats.findings import Finding
from formats.pdf_text import faults
from formats.pdf_text.pages import Bookmark, Page, Row
from formats.pdf_text.places import Cut, Pattern, Split

Outline = Sequence[Bookmark]


@dataclass(frozen=True, slots=True)
class Part:
    """Pages that stand together.

    Attributes:
        nobodys: they belong to no invoice.
        faults: what shows that pages are missing.
    """

    pages: Sequence[Page]
    nobodys: bool = False
    faults: list[Finding] = field(default_factory=list)


def parts(split: Split, pages: Sequence[Page], outline: Outline) -> list[Part]:
    """Return the pages of each invoice, and those of nobody; pages to be ignored are in none.

    Empty if nothing in the file parts one from another.
    """
    kept = [page for page in pages if split.ignore is None or not stands(split.ignore, page)]
    found = list(_CUTS[split.cut](split, kept, outline))
    if all(part.nobodys for part in found):
        return []
    for part in found:
        part.faults.extend(_gaps(split, part))
    return found


def stands(pattern: Pattern, page: Page) -> bool:
    """Whether a pattern is found in a row of the page."""
    return any(pattern.search(row.text) for row in page.rows)


def _by_first(split: Split, pages: Sequence[Page], _outline: Outline) -> Iterator[Part]:
    yield from _from(pages, [_seen(split, page) is not None for page in pages])


def _by_outline(split: Split, pages: Sequence[Page], outline: Outline) -> Iterator[Part]:
    begins = {one.page for one in outline if one.level == split.count}
    yield from _from(pages, [page.number in begins for page in pages])


def _by_changes(split: Split, pages: Sequence[Page], _outline: Outline) -> Iterator[Part]:
    """Begin where the text is another one; a page without it goes on."""
    begins = []
    before = ""
    for page in pages:
        now = _seen(split, page) or before
        begins.append(now != before)
        before = now
    yield from _from(pages, begins)


def _by_separator(split: Split, pages: Sequence[Page], _outline: Outline) -> Iterator[Part]:
    """Leave the sheets between invoices out, and their empty backs."""
    for between, run in groupby(pages, key=lambda page: _seen(split, page) is not None):
        own = list(run)
        while own and not own[0].rows:
            del own[0]
        if own and not between:
            yield Part(own)


def _by_pages(split: Split, pages: Sequence[Page], _outline: Outline) -> Iterator[Part]:
    for start in range(0, len(pages), split.count):
        own = pages[start : start + split.count]
        cut = [faults.cut_short(len(own), split.count)] if len(own) < split.count else []
        yield Part(own, faults=cut)


_CUTS: Final[Mapping[Cut, Callable[[Split, Sequence[Page], Outline], Iterator[Part]]]] = {
    Cut.FIRST: _by_first,
    Cut.CHANGES: _by_changes,
    Cut.SEPARATOR: _by_separator,
    Cut.PAGES: _by_pages,
    Cut.OUTLINE: _by_outline,
}


def _from(pages: Sequence[Page], begins: Sequence[bool]) -> Iterator[Part]:
    """Yield the pages from each beginning to the next; what stands before the first is nobody's."""
    starts = [number for number, is_first in enumerate(begins) if is_first]
    if not starts or starts[0] > 0:
        yield Part(pages[: starts[0] if starts else len(pages)], nobodys=True)
    for start, end in pairwise([*starts, len(pages)]):
        yield Part(pages[start:end])


def _seen(split: Split, page: Page) -> str | None:
    """Return what the pattern finds on a page: its first group, else from there on."""
    assert split.pattern is not None
    for row in page.rows:
        text = _within(split, row)
        match = split.pattern.search(text)
        if match:
            return match[1] or "" if match.re.groups else text[match.start() :]
    return None


def _within(split: Split, row: Row) -> str:
    return row.text if split.box is None else " ".join(word.text for word in row.inside(split.box))


def _gaps(split: Split, part: Part) -> Iterator[Finding]:
    """Yield that the pages are not numbered from 1 to the last."""
    if split.numbered is None or part.nobodys:
        return
    numbers = [_numbers(split.numbered, page) for page in part.pages]
    stated = [number for number, _ in numbers]
    last = {of for _, of in numbers if of} or {len(part.pages)}
    if stated != [*range(1, len(stated) + 1)] or last != {len(stated)}:
        yield faults.cut(stated, max(last), part.pages[0].number)


def _numbers(pattern: Pattern, page: Page) -> tuple[int, int]:
    """Return a page's number and of how many it is; 0 for what it does not say."""
    for row in page.rows:
        match = pattern.search(row.text)
        if match:
            own, of = match[1], match[2] if match.re.groups > 1 else ""
            return _whole(own), _whole(of)
    return 0, 0


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 0
