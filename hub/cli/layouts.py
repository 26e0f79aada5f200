"""The command layout: drafts a layout for a sender's PDFs, and shows what it found."""

import re
from argparse import Namespace
from collections.abc import Iterator
from typing import Final

from formats.findings import is_fatal, sentence
from formats.model.terms import TERMS, term_of
from formats.pdf_text.draft.draft import Drafted, draft
from formats.pdf_text.picture import NoPage, picture
from hub.cli.output import Misused, answer, table
from hub.engine.pool import Pool

_SECONDS: Final = 60
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
        sources = drafted.reading.sources
        rows = [
            (path, _name(path), sure, sources.get(path, ""))
            for path, sure in drafted.reading.confidence.items()
            if not _NOT_SHOWN.search(path)
        ]
        yield from table(("field", "what", "how sure", "where"), sorted(rows))
    yield ""
    for fault in drafted.faults:
        yield f"wrong: {sentence(fault)}"
    for note in drafted.notes:
        yield f"look at: {note}"
    if not is_fatal(drafted.faults) and drafted.reading:
        yield "The sample reads with it, and its amounts add up."


def _name(path: str) -> str:
    term = term_of(path)
    return f"{term} {TERMS[term].name}" if term else ""
