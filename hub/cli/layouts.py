"""The command layout: drafts a layout for a sender's PDFs, and shows what it found."""

import re
from argparse import Namespace
from collections.abc import Iterator
from typing import Any, Final

from formats.codec import Reading
from formats.findings import is_fatal, sentence
from formats.model import ZERO, Invoice, Totals
from formats.model.terms import TERMS, term_of
from formats.pdf_text.draft.draft import Drafted, draft
from formats.pdf_text.picture import NoPage, picture
from hub.cli.output import Misused, answer, table
from hub.engine.pool import Pool

_SECONDS: Final = 60
_LONGEST: Final = 32
_NOT_SHOWN: Final = re.compile(r"\.strange\[|^lines\[(?:[3-9]|\d\d+)\]")
"""Rows that are no fields but faults, and all lines but the first three."""


def layout(options: Namespace) -> int:
    """Draft a layout from a sample; exit 1 if reading the sample with it leaves doubts."""
    data = options.file.read_bytes()
    pool = Pool(1, timeout_seconds=_SECONDS)
    try:
        drafted = pool.submit(draft, data, options.file.name).result()
        drawn = _drawn(pool, data, drafted, options.page) if options.picture else b""
    finally:
        pool.close()
    if options.out:
        options.out.write_text(drafted.toml, encoding="utf-8")
    if options.picture:
        options.picture.write_bytes(drawn)
    answer(options, _value(drafted), [*_lines(options, drafted)])
    return 1 if drafted.reading is None or is_fatal(drafted.faults) else 0


def _drawn(pool: Pool, data: bytes, drafted: Drafted, page: int) -> bytes:
    reading = drafted.reading
    marks = dict(reading.marks) if reading else {}
    sure = dict(reading.confidence) if reading else {}
    try:
        return pool.submit(picture, data, page, marks, sure).result()
    except NoPage as error:
        raise Misused(str(error)) from error


def _value(drafted: Drafted) -> dict[str, object]:
    reading = drafted.reading
    return {
        "layout": drafted.toml,
        "document": reading.document if reading else None,
        "sources": dict(reading.sources) if reading else {},
        "confidence": dict(reading.confidence) if reading else {},
        "faults": drafted.faults,
        "notes": drafted.notes,
    }


def _lines(options: Namespace, drafted: Drafted) -> Iterator[str]:
    if not options.out:
        yield drafted.toml
    if drafted.reading:
        yield from table(("field", "what", "read as", "how sure", "where"), _rows(drafted.reading))
        yield ""
        yield from _proof(drafted.reading.document)
    yield ""
    for fault in drafted.faults:
        yield f"wrong: {sentence(fault)}"
    for note in drafted.notes:
        yield f"look at: {note}"
    if not is_fatal(drafted.faults) and drafted.reading:
        yield "The sample reads with it, and its amounts add up."


def _rows(reading: Reading) -> list[tuple[str, ...]]:
    return sorted(
        (path, _name(path), _read_as(reading.document, path), sure, reading.sources.get(path, ""))
        for path, sure in reading.confidence.items()
        if not _NOT_SHOWN.search(path)
    )


def _read_as(document: object, path: str) -> str:
    """Return the value at a path of a document, as it is shown in a column."""
    node: Any = document
    for name, number in re.findall(r"(\w+)(?:\[(\d+)\])?", path):
        node = getattr(node, name, None)
        if number and node:
            node = node[int(number)] if int(number) < len(node) else None
    text = "" if node is None else str(node)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _proof(document: object) -> Iterator[str]:
    """Say how lines and VAT add up to the total that the page states."""
    if not isinstance(document, Invoice):
        return
    stated = document.totals or Totals()
    lines = sum((line.net or ZERO for line in document.lines), ZERO)
    off, more, vat = (each or ZERO for each in (stated.allowances, stated.charges, stated.vat))
    computed = lines - off + more + vat
    text = f"{len(document.lines)} lines {lines}"
    text += f" - allowances {off}" if off else ""
    text += f" + charges {more}" if more else ""
    said = "no total" if stated.with_vat is None else stated.with_vat
    proof = "it adds up" if computed == stated.with_vat else "it does NOT add up"
    yield f"{text} + VAT {vat} = {computed}; the page says {said}: {proof}"


def _name(path: str) -> str:
    term = term_of(path)
    return f"{term} {TERMS[term].name}" if term else ""
