"""Supporting documents (BG-24) that lie in the PDF beside the invoice, not inside it.

A level without BG-24 has them there, as ISO 19005-3 lets a page have files that supplement it; so
have others at every level, and name them in BT-124 as `#ef=` and the file's name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from msgspec.structs import replace

from formats.facturx.levels import Level
from formats.facturx.room import without
from formats.model import Attachment, Invoice, SupportingDocument
from formats.model.codes import ATTACHMENT_TYPES
from formats.pdf.embedded import EmbeddedFile

SUPPLEMENT: Final = "Supplement"
_IN_PDF: Final = "#ef="


def supplements(invoice: Invoice, level: Level, taken: str) -> tuple[EmbeddedFile, ...]:
    """Return the attached files that the level's XML has no room for, each by a name of its own.

    Args:
        invoice: with its supporting documents.
        level: what is written.
        taken: name of the invoice's own file.
    """
    if "BG-24" not in without(level):
        return ()
    return tuple(_files(invoice, {taken}))


def _files(invoice: Invoice, taken: set[str]) -> Iterator[EmbeddedFile]:
    for document in invoice.supporting_documents:
        attached = document.attachment
        if attached is not None:
            name = _free(attached.file_name or document.reference or "attachment", taken)
            taken.add(name)
            yield EmbeddedFile(
                name=name,
                data=attached.data,
                media_type=attached.media_type,
                description=document.description,
                relationship=SUPPLEMENT,
            )


def _free(name: str, taken: set[str]) -> str:
    """Return a name that nothing has yet.

    >>> _free("a.pdf", {"a.pdf", "a (2).pdf"})
    'a (3).pdf'
    """
    path = PurePosixPath(name)
    number = 1
    free = name
    while free in taken:
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    return free


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplemented:
    """An invoice with the files that lie beside it.

    Attributes:
        invoice: with its supporting documents completed.
        left: name of a file that is of no kind that BG-24 may have, to its kind and size.
    """

    invoice: Invoice
    left: dict[str, str] = field(default_factory=dict)


def supplemented(invoice: Invoice, files: Sequence[EmbeddedFile]) -> Supplemented:
    """Return the invoice with files of the PDF as supporting documents.

    Args:
        invoice: as its XML states it.
        files: those of the PDF that are no invoice.
    """
    documents = list(invoice.supporting_documents)
    left: dict[str, str] = {}
    for file in files:
        place = _place_of(file, documents)
        if place is not None:
            documents[place] = replace(documents[place], attachment=_attachment(file))
        elif file.media_type in ATTACHMENT_TYPES:
            documents.append(_document(file))
        else:
            left[f"/EmbeddedFiles/{file.name}"] = f"{file.media_type}, {len(file.data):,} bytes"
    return Supplemented(
        invoice=replace(invoice, supporting_documents=tuple(documents)) if files else invoice,
        left=left,
    )


def _place_of(file: EmbeddedFile, documents: Sequence[SupportingDocument]) -> int | None:
    """Return which of the documents names the file as where it is."""
    for place, document in enumerate(documents):
        if document.attachment is None and document.location == f"{_IN_PDF}{file.name}":
            return place
    return None


def _document(file: EmbeddedFile) -> SupportingDocument:
    described = file.description not in {None, "", file.name}
    return SupportingDocument(
        reference=file.name,
        description=file.description if described else None,
        attachment=_attachment(file),
    )


def _attachment(file: EmbeddedFile) -> Attachment:
    return Attachment(data=file.data, media_type=file.media_type, file_name=file.name)
