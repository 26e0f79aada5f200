"""A sample invoice as the drafter sees it: its rows, how it writes, which label stands where."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from formats.pdf_text.draft.notation import Notation
from formats.pdf_text.fields import BELOW_UM, cells
from formats.pdf_text.pages import Page, Row
from formats.pdf_text.words import Word

TABLE: Final[Mapping[str, Any]] = tomllib.loads(
    files("formats.pdf_text.draft").joinpath("labels.toml").read_text("utf-8")
)
LANGUAGES: Final = ("de", "en", "fr", "it", "es", "nl")

BETWEEN: Final = r"[\s.:#°º]*"
"""What may stand between a label and its value."""
DATED: Final = r"(?i) ?[-.]?(?:dat[aeou]|fecha)"
"""What makes the label of a number that of a date: `Invoice date`, `Factuur datum`."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A label, and the text that stands beside or under it.

    Attributes:
        label: as it stands on the page.
        exact: how exact the label is; the longer, the better.
        below: the text stands under it.
        away_um: how far under it.
    """

    label: str
    exact: int
    below: bool
    row: Row
    text: str
    away_um: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """The pages of one invoice, and how numbers and dates are written on them."""

    pages: Sequence[Page]
    notation: Notation

    @property
    def rows(self) -> list[Row]:
        """All rows of all pages."""
        return [row for page in self.pages for row in page.rows]

    def spots(self, labels: Mapping[str, Sequence[str]], value: str) -> list[Spot]:
        """Return where a text as `value` stands beside or under one of the labels, best first."""
        wanted = re.compile(value)
        found = [
            spot
            for page in self.pages
            for number, row in enumerate(page.rows)
            for spot in _at(row, page.rows[number + 1 :], labels, wanted)
        ]
        return sorted(found, key=lambda spot: (-spot.exact, spot.below, spot.away_um))


def language_of(rows: Sequence[Row]) -> str:
    """Return the language of most labels on the rows."""
    text = "\n".join(row.text for row in rows)
    kinds = [*TABLE["fields"].values(), *TABLE["amounts"].values(), *TABLE["columns"].values()]
    hits = {
        language: sum(
            len(word) for kind in kinds for word in kind[language] if _pattern(word).search(text)
        )
        for language in LANGUAGES
    }
    return max(hits, key=lambda language: hits[language])


def all_of(labels: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the labels of all languages, the longest first."""
    return sorted({word for words in labels.values() for word in words}, key=len, reverse=True)


def found_label(label: str, text: str) -> re.Match[str] | None:
    """Return where a label stands in a text as words of its own.

    >>> found_label("Datum", "Rechnungsdatum"), found_label("datum", "Datum: 1.2.")[0]
    (None, 'Datum')
    """
    return _pattern(label).search(text)


@cache
def _pattern(label: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(label)}(?!\w)", re.IGNORECASE)


def _at(
    row: Row, below: Sequence[Row], labels: Mapping[str, Sequence[str]], wanted: re.Pattern[str]
) -> Iterator[Spot]:
    """Yield what stands at the longest label of a row, each time the row has it."""
    for label in all_of(labels):
        matches = [
            match
            for match in _pattern(label).finditer(row.text)
            if not re.match(DATED, row.text[match.end() :])
        ]
        for match in matches:
            rest = re.match(rf"{BETWEEN}(?:{wanted.pattern})", row.text[match.end() :])
            if rest:
                yield Spot(match[0], len(label), below=False, row=row, text=rest[1])
            else:
                yield from _below(row, below, match, wanted)
        if matches:
            return


def _below(
    row: Row, below: Sequence[Row], match: re.Match[str], wanted: re.Pattern[str]
) -> Iterator[Spot]:
    label = row.words[row.word_at(match.start()) : row.word_at(match.end() - 1) + 1]
    for lower in below:
        if lower.baseline - row.baseline > BELOW_UM:
            return
        for cell in cells(lower):
            text = " ".join(word.text for word in cell)
            if overlap(cell, label):
                found = wanted.fullmatch(text)
                if found:
                    away = lower.baseline - row.baseline
                    yield Spot(
                        match[0], len(match[0]), below=True, row=lower, text=found[1], away_um=away
                    )
                return


def overlap(cell: Sequence[Word], label: Sequence[Word]) -> bool:
    """Whether words stand under others."""
    return cell[0].left < label[-1].right and label[0].left < cell[-1].right
