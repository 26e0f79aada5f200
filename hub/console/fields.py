"""A document as a table: each field with its business term, its value and where it came from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby, islice
from typing import Any, Final

import msgspec

from formats import canonical
from formats.model import ClaimItem, Invoice, Line
from formats.model.terms import TERMS, term_of
from hub.enrichment.additions import Addition
from hub.pipeline.house import House
from hub.pipeline.provenance import Provenance, provenance_of
from hub.store.documents import DocumentRow

LINES_SHOWN: Final = 200
UNMAPPED_SHOWN: Final = 200
_TITLES: Final = {
    "": "Head",
    "items": "Open items",
    "ages": "Open by age",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value of a document.

    Attributes:
        term: BT number, or empty where EN 16931 has none.
        origin: the place in the sender's file, or who added it; empty where nobody said.
        sure: how sure a reader of pages is of it; empty for others.
        page: that it stands on; 0 where it is none.
    """

    path: str
    term: str
    name: str
    value: str
    origin: str
    added: bool
    sure: str
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What belongs together: a party, the totals, one line."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """A line of an invoice or an open item of a claim, and all of its fields."""

    line: Line | ClaimItem
    section: Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document beside what is known of each field's origin.

    Attributes:
        sections: everything but the lines.
        lines: of an invoice, or the open items of a claim; at most LINES_SHOWN.
        more_lines: how many are not shown.
        unmapped: place to value: what the reader saw and did not take.
        placed: whether the reader noted places at all.
    """

    sections: tuple[Section, ...]
    lines: tuple[ShownLine, ...]
    more_lines: int
    unmapped: Mapping[str, str]
    placed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origins:
    """Where the fields of one document came from.

    Attributes:
        terms: whether its fields are terms of EN 16931: those of invoices alone.
    """

    found: Provenance
    additions: Sequence[Addition]
    terms: bool

    def fields(self, value: Any, path: str) -> Iterator[Field]:
        """Yield every value that lies at or below a path of the model."""
        if isinstance(value, msgspec.Struct):
            for name in value.__struct_fields__:
                yield from self.fields(getattr(value, name), f"{path}.{name}")
        elif isinstance(value, tuple):
            for number, item in enumerate(value):
                yield from self.fields(item, f"{path}[{number}]")
        elif value is not None:
            yield self._field(value, path)

    def _field(self, value: Any, path: str) -> Field:
        term = (term_of(path) or "") if self.terms else ""
        place = self.found.sources.get(path)
        mark = self.found.marks.get(path)
        added = next((one for one in self.additions if _covers(one.path, path)), None)
        return Field(
            path=path,
            term=term,
            name=TERMS[term].name if term else _plain(path),
            value=_written(value),
            origin=place or (added.source if added else ""),
            added=place is None and added is not None,
            sure=self.found.confidence.get(path, ""),
            page=mark.page if mark else 0,
        )


def source_of(house: House, row: DocumentRow) -> Source:
    """Return a document, as enriched where it came so far, with the origin of each field."""
    document = canonical.decode(house.archive.get(row.enriched_sha256 or row.content_sha256))
    provenance = provenance_of(house, row)
    origins = _Origins(
        found=provenance,
        additions=_additions(house, row),
        terms=isinstance(document, Invoice),
    )
    listed = "lines" if isinstance(document, Invoice) else "items"
    rows: Sequence[Line | ClaimItem] = getattr(document, listed)
    heads = [name for name in document.__struct_fields__ if name != listed]
    return Source(
        sections=_sections(
            [field for name in heads for field in origins.fields(getattr(document, name), name)]
        ),
        lines=tuple(
            ShownLine(
                line=line,
                section=Section(
                    title=_line_title(line, number),
                    fields=tuple(origins.fields(line, f"{listed}[{number}]")),
                ),
            )
            for number, line in enumerate(rows[:LINES_SHOWN])
        ),
        more_lines=max(0, len(rows) - LINES_SHOWN),
        unmapped=dict(islice(provenance.unmapped.items(), UNMAPPED_SHOWN)),
        placed=bool(provenance.sources),
    )


def _additions(house: House, row: DocumentRow) -> list[Addition]:
    """Return what room 3 has filed about what was added."""
    content = _kept(house, row.tenant, f"{row.id}/enrich/{row.round}", "additions.json")
    return [] if content is None else msgspec.json.decode(content, type=list[Addition])


def _kept(house: House, tenant: str, key: str, name: str) -> bytes | None:
    entry = house.archive.kept(tenant, [key]).get(key)
    items = entry.items if entry else ()
    return next((house.archive.get(item.sha256) for item in items if item.name == name), None)


def _covers(added: str, path: str) -> bool:
    return path == added or path.startswith((f"{added}.", f"{added}["))


def _plain(path: str) -> str:
    """Return a path in words, for what has no business term.

    >>> _plain("items[3].days_overdue"), _plain("seller.address.line_1")
    ('Days overdue', 'Line 1')
    """
    return path.rpartition(".")[2].split("[")[0].replace("_", " ").capitalize()


def _written(value: str | Decimal | date | bytes | int) -> str:
    match value:
        case bytes():
            return f"{len(value)} bytes"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def _sections(fields: Sequence[Field]) -> tuple[Section, ...]:
    """Put the head first, then each party and group, in the order of the model."""
    ordered = sorted(fields, key=lambda field: _group(field.path) != "")
    groups = groupby(ordered, key=lambda field: _group(field.path))
    return tuple(Section(title=_title(name), fields=tuple(own)) for name, own in groups)


def _group(path: str) -> str:
    """Return the field of the document below which a path lies; empty for its own values.

    >>> _group("number"), _group("seller.address.city"), _group("vat_breakdown[1].tax")
    ('', 'seller', 'vat_breakdown')
    """
    first, dot, _ = path.partition(".")
    return first.split("[")[0] if dot else ""


def _line_title(line: Line | ClaimItem, number: int) -> str:
    own = line.id if isinstance(line, Line) else line.number
    return f"Line {own or number + 1}"


def _title(group: str) -> str:
    if group in _TITLES:
        return _TITLES[group]
    term = term_of(group)
    return TERMS[term].name if term else group.replace("_", " ").capitalize()
