"""The page of one document: what it says, what came, what was sent, what proves it."""

from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response, StreamingResponse

from hub.auditor.filing import Act, file
from hub.auditor.keeping import keeping_of
from hub.auditor.kept import KeptDocument, Part, document_of
from hub.auditor.pages import page
from hub.auditor.proofs import proof_of
from hub.auditor.reader import Reader
from hub.auditor.sheets import LINES_SHOWN, content_of, pictured
from hub.auditor.trail import lines_of
from hub.auditor.visiting import TheHouse, TheReader
from hub.pipeline.house import House
from hub.pipeline.pictures import NoPicture, page_picture

_SHOWN_TYPES: Final = frozenset({"application/pdf", "application/json", "text/plain"})
_SEALED: Final = {"Content-Security-Policy": "default-src 'none'; sandbox"}
"""For what is a stranger's: it may do nothing."""

router = APIRouter()


@router.get("/documents/{document}")
def shown(document: str, request: Request, house: TheHouse, reader: TheReader) -> Response:
    """Show all that is kept of a document."""
    kept = document_of(house, reader, document)
    drawn, content = pictured(house, kept), content_of(house, kept)
    keeping = keeping_of(house, kept)
    proof = proof_of(house.archive, kept.trail[-1])
    about = _named(kept)
    entry = file(house, reader, Act.VIEW, asked=about, hits=1, documents=(kept.id,))
    request.app.state.views.note(reader.token, kept.id)
    return page(
        "document.html",
        reader,
        picks=request.app.state.picks.of(reader),
        d=kept,
        parts=[(part, kept.of(part)) for part in Part],
        drawn=drawn,
        content=content,
        lines_shown=LINES_SHOWN,
        lines=lines_of(kept),
        keeping=keeping,
        proof=proof,
        entry=entry,
    )


@router.get("/documents/{document}/pages/{sha256}/{number}.png")
def picture(
    document: str,
    sha256: str,
    number: int,
    *,
    request: Request,
    house: TheHouse,
    reader: TheReader,
) -> Response:
    """Return a page of one of its PDFs, which is part of the view that was filed."""
    if not request.app.state.views.has(reader.token, document):
        raise HTTPException(404)
    kept = document_of(house, reader, document)
    if all(each.item.sha256 != sha256 for each in kept.of(Part.SENT, Part.ORIGINAL)):
        raise HTTPException(404)
    try:
        drawn = page_picture(house, sha256, number)
    except NoPicture as error:
        raise HTTPException(404) from error
    return Response(drawn, media_type="image/png", headers=_SEALED)


@router.get("/documents/{document}/files/{entry}/{sha256}")
def saved(document: str, entry: str, sha256: str, house: TheHouse, reader: TheReader) -> Response:
    """Return a kept file, to be saved; filed before its first byte leaves."""
    kept = document_of(house, reader, document)
    found = kept.file(entry, sha256)
    if found is None:
        raise HTTPException(404)
    located = house.archive.locate(sha256)
    _download(house, reader, kept, {"entry": entry, "sha256": sha256, "role": found.item.role})
    headers = _to_be_saved(found.item.name) | {"Content-Length": str(located.size_bytes)}
    known = found.item.media_type in _SHOWN_TYPES
    media_type = found.item.media_type if known else "application/octet-stream"
    return StreamingResponse(located.pieces(), media_type=media_type, headers=headers)


@router.get("/documents/{document}/entries/{entry}/manifest")
def manifest(document: str, entry: str, house: TheHouse, reader: TheReader) -> Response:
    """Return the manifest of one act, byte for byte as its hash stands in the log."""
    kept = _act(house, reader, document, entry)
    data = house.archive.get(entry)
    _download(house, reader, kept, {"entry": entry, "what": "manifest"})
    headers = _to_be_saved(f"{entry[:16]}.json")
    return Response(data, media_type="application/json", headers=headers)


@router.get("/documents/{document}/entries/{entry}/proof")
def proved(document: str, entry: str, house: TheHouse, reader: TheReader) -> Response:
    """Return the proof that an act is in its log (C2SP tlog-proof)."""
    kept = _act(house, reader, document, entry)
    data = house.archive.proof(entry)
    _download(house, reader, kept, {"entry": entry, "what": "proof"})
    headers = _to_be_saved(f"{entry[:16]}.tlog-proof")
    return Response(data, media_type="text/plain; charset=utf-8", headers=headers)


def _act(house: House, reader: Reader, document: str, entry: str) -> KeptDocument:
    """Return a document that an act is about alone; a manifest of others' files tells of them."""
    kept = document_of(house, reader, document)
    for each in kept.trail:
        if each.id == entry and (not kept.withheld or document in (each.document, each.subject)):
            return kept
    raise HTTPException(404)


def _download(house: House, reader: Reader, kept: KeptDocument, asked: dict[str, str]) -> None:
    about = _named(kept) | asked
    file(house, reader, Act.DOWNLOAD, asked=about, hits=1, documents=(kept.id,))


def _named(kept: KeptDocument) -> dict[str, str]:
    return {"number": kept.facts.get("number", ""), "document": kept.id}


def _to_be_saved(name: str) -> dict[str, str]:
    """Return the headers of a file that is saved, never shown; RFC 6266 section 4.3."""
    return _SEALED | {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
