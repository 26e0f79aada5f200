"""A layout drafted from a sample, and what reading the sample with it proves."""

from dataclasses import dataclass
from typing import Any

from formats import guide
from formats.codec import Reading, Unreadable
from formats.findings import Finding
from formats.pdf_text.draft.lines import Items, items_of
from formats.pdf_text.draft.missing import missing_of
from formats.pdf_text.draft.notation import notation_of
from formats.pdf_text.draft.parties import parties_of
from formats.pdf_text.draft.places import text_words
from formats.pdf_text.draft.sample import TABLE, Sample, language_of
from formats.pdf_text.draft.values import Totals, fields_of, totals_of
from formats.pdf_text.draft.writing import written
from formats.pdf_text.read import open_pages, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A drafted layout.

    Attributes:
        toml: the guide as a file.
        reading: the sample, read with it; None if that is not possible.
        faults: what reading it found wrong.
        notes: what was not found, or is only supposed.
    """

    toml: str
    reading: Reading | None
    faults: tuple[Finding, ...]
    notes: tuple[str, ...]


def draft(data: bytes, name: str) -> Drafted:
    """Return a layout for the sender of a sample that is one invoice. Bound it in a child.

    Raises:
        Unreadable: it is no PDF, is locked, or has no text.
    """
    pages = open_pages(data)
    rows = [row for page in pages for row in page.rows]
    language = language_of(rows)
    text = "\n".join(row.text for row in rows)
    sample = Sample(pages, notation_of(text, TABLE["months"][language]))
    table, notes = _table(sample)
    missing = missing_of(sample.notation, table["fields"])
    notes = [*(f"{lacks.words}: say where it stands" for lacks in missing.values()), *notes]
    toml = written(name, table, missing, notes)
    try:
        (reading,) = read(data, [guide.parse("draft", toml)])
    except Unreadable as error:
        return Drafted(toml=toml, reading=None, faults=(error.finding,), notes=tuple(notes))
    return Drafted(toml=toml, reading=reading, faults=reading.notices, notes=tuple(notes))


def _table(sample: Sample) -> tuple[dict[str, Any], list[str]]:
    """Return the words of the guide, and what a person must look at."""
    parties, totals, items = parties_of(sample), totals_of(sample), items_of(sample)
    fields = fields_of(sample) | parties.fields | totals.places
    constants = {
        "type_code": "381" if _is_credit(sample) else "380",
        "currency": sample.notation.currency,
        **parties.constants,
    }
    same: dict[str, str] = {}
    if totals.rate is None and "vat_breakdown[0].tax" in fields:
        fields["totals.vat"] = fields.pop("vat_breakdown[0].tax")
        same = {"totals.lines": "totals.without_vat"}
    elif totals.net is not None:
        same = {
            "totals.lines": "totals.without_vat",
            "totals.vat": "vat_breakdown[0].tax",
            "vat_breakdown[0].taxable": "totals.without_vat",
        }
        constants["vat_breakdown[0].category"] = "S"
        constants["vat_breakdown[0].rate"] = _plain(totals)
    same = {path: other for path, other in same.items() if path not in fields}
    if "totals.with_vat" in fields:
        same["totals.due"] = "totals.with_vat"
    table: dict[str, Any] = {
        "anchors": parties.anchors or ["."],
        "text": text_words(sample.notation),
        "fields": fields,
        "same": same,
        "tables": {"lines": _lines(totals, items)},
        "values": _values(items),
        "constants": constants,
    }
    kept = {key: value for key, value in table.items() if value or key == "fields"}
    return kept, _doubts(sample, totals, items)


def _lines(totals: Totals, items: Items | None) -> dict[str, Any]:
    if items is None:
        return {"start": "say here what the heading of the lines is", "columns": {"net": [0, 210]}}
    constants = {}
    if "unit" not in items.table["columns"]:
        constants["unit"] = "C62"
    if "vat_rate" not in items.table["columns"]:
        constants |= {"vat_category": "S", "vat_rate": _plain(totals)}
        return {**items.table, "constants": constants}
    columns = items.table["columns"]
    table = {**items.table, "columns": {**columns, "vat_category": columns["vat_rate"]}}
    return {**table, "constants": constants} if constants else table


def _values(items: Items | None) -> dict[str, dict[str, str]]:
    """Return what the sender's words for units and rates mean."""
    if items is None:
        return {}
    codes = {word.casefold(): code for code, words in TABLE["units"].items() for word in words}
    values = {}
    if items.units:
        values["lines[].unit"] = {
            unit: codes.get(unit.casefold().rstrip("."), "C62") for unit in items.units
        }
    if items.rates:
        values["lines[].vat_category"] = {
            rate: "S" if any(sign in "123456789" for sign in rate) else "Z" for rate in items.rates
        }
    return values


def _plain(totals: Totals) -> str:
    return "0" if totals.rate is None else f"{totals.rate:f}"


def _is_credit(sample: Sample) -> bool:
    titles = [row.text.casefold() for row in sample.pages[0].rows]
    return any(
        title.startswith(word.casefold()) for word in TABLE["notes"]["credit"] for title in titles
    )


def _doubts(sample: Sample, totals: Totals, items: Items | None) -> list[str]:
    notes = []
    if items is None:
        notes.append("the lines: no row looks like the heading of a table")
    if totals.net is None:
        notes.append("net, VAT and gross: no three amounts with known labels add up")
    elif totals.rate is None:
        notes.append("VAT: the amounts have no one rate; say where that of each rate stands")
    notes.append("seller.name is taken from the page; look at it, and give the address")
    if len(sample.pages) > 1:
        notes.append("several pages: if a file has several invoices, say how it is split")
    return notes
