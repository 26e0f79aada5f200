"""Binary objects behind a message (UNO to UNP): the documents that it says it has attached."""

import base64
import binascii
from collections.abc import Sequence

from msgspec.structs import replace

from formats.edi.segments import Segment
from formats.model import Attachment, Invoice, SupportingDocument

_SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
_SHORTEST_BASE64 = 64
"""Characters from which on a text without blanks is taken for base64."""


def attach(
    invoice: Invoice, objects: Sequence[tuple[Segment, bytes]], sources: dict[str, str]
) -> Invoice:
    """Return the invoice with each object in the document of its reference (BG-24).

    An object that nothing refers to gets a supporting document of its own, as does a second one of
    the same reference.

    Args:
        invoice: as the message tells it.
        objects: UNO and what it carries.
        sources: gets the places of what is added.
    """
    if not objects:
        return invoice
    documents = list(invoice.supporting_documents)
    at = {each.reference: position for position, each in enumerate(documents)}
    for head, data in objects:
        reference, place = head.text(2, 2), f"UNO+{head.text(1)} (object)"
        position = at.pop(reference or None, len(documents))
        if position == len(documents):
            documents.append(SupportingDocument(reference=reference or None))
            if reference:
                sources[f"supporting_documents[{position}].reference"] = place
        documents[position] = replace(documents[position], attachment=_attachment(data))
        path = f"supporting_documents[{position}].attachment"
        sources[f"{path}.data"] = place
        if _media_type(_plain(data)):
            sources[f"{path}.media_type"] = place
    return replace(invoice, supporting_documents=tuple(documents))


def _attachment(data: bytes) -> Attachment:
    plain = _plain(data)
    return Attachment(data=plain, media_type=_media_type(plain))


def _plain(data: bytes) -> bytes:
    """Return what base64 wraps, as CEN's own example has it, else the object as it is."""
    if _media_type(data) or len(data) < _SHORTEST_BASE64:
        return data
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return data


def _media_type(data: bytes) -> str | None:
    known = (kind for signature, kind in _SIGNATURES.items() if data.startswith(signature))
    return next(known, None)
