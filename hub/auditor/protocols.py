"""The protocol: what was asked, when, with what result; each as a page to be printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from archive.entry import Entry
from hub.auditor.filing import Act, Asked, asked_in, file
from hub.auditor.granting import subject_of
from hub.auditor.pages import page
from hub.auditor.picking import existing
from hub.auditor.proofs import Proof, proof_of
from hub.auditor.reader import Reader
from hub.auditor.visiting import TheHouse, TheReader
from hub.pipeline.house import House

SHOWN: Final = 200
"""Acts in the list, the newest first."""
DOCUMENTS_SHOWN: Final = 1_000
_NAMED: Final = 200

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """An act of an access, and the entry that keeps it."""

    entry: Entry
    asked: Asked


@router.get("/protocols")
def listed(request: Request, house: TheHouse, reader: TheReader) -> Response:
    """Show what was asked through this access, the newest first."""
    entries = _entries(house, reader)
    acts = [_act(house, entry) for entry in entries[:SHOWN]]
    file(house, reader, Act.PROTOCOL, asked={}, hits=len(entries))
    return page(
        "protocols.html",
        reader,
        picks=request.app.state.picks.of(reader),
        acts=acts,
        more=max(0, len(entries) - SHOWN),
    )


@router.get("/protocols/{entry}")
def shown(entry: str, request: Request, house: TheHouse, reader: TheReader) -> Response:
    """Show one act, to be printed."""
    found = next((each for each in _entries(house, reader) if each.id == entry), None)
    if found is None:
        raise HTTPException(404)
    file(house, reader, Act.PROTOCOL, asked={"entry": entry}, hits=1)
    picks = request.app.state.picks.of(reader)
    return page("protocol.html", reader, picks=picks, **_of(house, reader, found))


def _of(house: House, reader: Reader, entry: Entry) -> dict[str, Any]:
    asked = asked_in(house.archive, entry)
    proof: Proof = proof_of(house.archive, entry)
    return {
        "act": asked,
        "entry": entry,
        "proof": proof,
        "documents": _named(house, reader, asked.documents[:DOCUMENTS_SHOWN]),
        "more": max(0, len(asked.documents) - DOCUMENTS_SHOWN),
    }


def _named(house: House, reader: Reader, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return documents with their numbers; of many only the first ones have them."""
    numbers = {
        each.id: each.facts.get("number", "") for each in existing(house, reader, ids[:_NAMED])
    }
    return [(each, numbers.get(each, "")) for each in ids]


def _entries(house: House, reader: Reader) -> Sequence[Entry]:
    """Return the acts of an access, the newest first."""
    filed = house.archive.entries(subject=subject_of(reader.access.id))
    known = frozenset(Act)
    return [entry for entry in reversed(filed) if entry.step in known]


def _act(house: House, entry: Entry) -> Filed:
    return Filed(entry=entry, asked=asked_in(house.archive, entry))
