"""Where the values of a document came from, as room 2 has filed it beside the document."""

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from itertools import islice

import msgspec

from formats.codec import Confidence, Mark, Reading
from hub.pipeline.evidence import reading_keys
from hub.pipeline.house import House
from hub.store import submissions
from hub.store.database import Connection
from hub.store.documents import DocumentRow

PROVENANCE = "provenance.json"
SOURCE = "source.pdf"
"""Endings of the names under which they are filed."""
PDF_READERS = frozenset({"facturx", "pdf_text"})
"""Readers of files that have pages."""
_NONE: Mapping[str, str] = {}
_AT_ONCE = 10_000


class Provenance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a reading besides its document; see `formats.codec.Reading`."""

    sources: Mapping[str, str]
    unmapped: Mapping[str, str]
    marks: Mapping[str, Mark] = {}
    confidence: Mapping[str, Confidence] = {}
    pages: tuple[int, ...] = ()

    @classmethod
    def of(cls, reading: Reading) -> "Provenance":
        """Return what is filed of a reading."""
        return cls(
            sources=dict(reading.sources.items()),
            unmapped=dict(reading.unmapped),
            marks=dict(reading.marks),
            confidence=dict(reading.confidence),
            pages=reading.pages,
        )


def encoded(reading: Reading) -> bytes:
    """Return what is filed of a reading, as JSON.

    A long file has a million sources, of which some are put into words at a time.
    """
    rest = msgspec.json.encode(Provenance.of(replace(reading, sources=_NONE)))
    beginning = msgspec.json.encode({"sources": _NONE})[:-2]
    file = BytesIO()
    file.write(beginning)
    comma = b""
    sources = iter(reading.sources.items())
    while some := dict(islice(sources, _AT_ONCE)):
        file.write(comma + msgspec.json.encode(some)[1:-1])
        comma = b","
    file.write(rest[len(beginning) :])
    return file.getvalue()


def provenance_of(house: House, row: DocumentRow) -> Provenance:
    """Return what room 2 has filed of the newest reading of a document; empty before it."""
    with house.database.transaction() as connection:
        content = _kept(house, connection, row, PROVENANCE)
    if content is None:
        return Provenance(sources=_NONE, unmapped=_NONE)
    return msgspec.json.decode(content, type=Provenance)


def own_pages(house: House, connection: Connection, row: DocumentRow) -> bytes | None:
    """Return the document's own pages out of a spool file; None where the file was none."""
    return _kept(house, connection, row, SOURCE)


def _kept(house: House, connection: Connection, row: DocumentRow, ending: str) -> bytes | None:
    file = submissions.get(connection, row.submission)
    keys = reading_keys(row, file.round if file else 0)
    entries = house.archive.kept(row.tenant, keys)
    for key in reversed([key for key in keys if key in entries]):
        for item in entries[key].items:
            if item.name == f"{row.id}.{ending}":
                return house.archive.get(item.sha256)
    return None
