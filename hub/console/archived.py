"""The archive: found by what an auditor asks by, fetched, and proved."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from archive.entry import Entry, Query
from hub.console.dossier import kinds_of
from hub.console.downloads import download_kept
from hub.console.pages import download, page
from hub.console.visitor import Signed, TheHouse, Visitor
from hub.console.wording import words
from hub.pipeline.house import House
from outbound.channel import DeliveryState

_LIMITS: Final = (50, 200, 1000)
_AMOUNT_MAX: Final = Decimal(10) ** 13
_HEX: Final = frozenset("0123456789abcdef")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no date; write it like 2026-11-20") from error


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) > _AMOUNT_MAX:
        raise ValueError(f"{text!r} is no amount; write it like 1250.00")
    return amount


ASKED: Final[Mapping[str, Callable[[str], Any]]] = {
    "number_fragment": str,
    "customer": str,
    "name_fragment": str,
    "document_kind": str,
    "channel": str,
    "state": str,
    "step": str,
    "currency": str,
    "issued_from": _date,
    "issued_to": _date,
    "amount_from": _amount,
    "amount_to": _amount,
}
"""Field of a Query that the form asks for, and how its text is read."""

router = APIRouter()


@router.get("/archive")
def found(request: Request, house: TheHouse, visitor: Signed, limit: int = _LIMITS[0]) -> Response:
    """Show what is kept, the newest first."""
    values = {name: request.query_params.get(name, "").strip() for name in ASKED}
    asked, faults = _read(values)
    wanted = next((each for each in _LIMITS if each >= limit), _LIMITS[-1])
    query = Query(tenant=visitor.tenant, limit=wanted, **asked)
    entries = () if faults else house.archive.find(query)
    more = next((each for each in _LIMITS if each > wanted), None)
    return page(
        "archive.html",
        visitor,
        status=422 if faults else 200,
        values=values,
        given={name: value for name, value in values.items() if value},
        faults=faults,
        entries=entries,
        more=more if len(entries) == wanted else None,
        full=len(entries) == wanted,
        channels=[(name, name) for name in sorted(house.channels)],
        states=[(state, words(state).label) for state in DeliveryState],
        kinds=kinds_of(house),
    )


@router.get("/archive/{entry}")
def shown(entry: str, house: TheHouse, visitor: Signed) -> Response:
    """Show one entry: what was filed, its files, its place in the log."""
    kept = _own(house, visitor, entry)
    return page("entry.html", visitor, entry=kept, vkey=house.archive.verifier_key(kept.log))


@router.get("/archive/{entry}/proof")
def proof(entry: str, house: TheHouse, visitor: Signed) -> Response:
    """Return the proof that an entry is in its log (C2SP tlog-proof), to be saved."""
    kept = _own(house, visitor, entry)
    data = house.archive.proof(kept.id).encode()
    return download(data, f"{kept.id[:16]}.tlog-proof", "text/plain")


@router.get("/archive/{entry}/{sha256}")
def item(entry: str, sha256: str, house: TheHouse, visitor: Signed) -> Response:
    """Return a kept file, to be saved."""
    kept = _own(house, visitor, entry)
    one = next((one for one in kept.items if one.sha256 == sha256), None)
    if one is None:
        raise HTTPException(404)
    return download_kept(house.archive.locate(sha256), one.name, one.media_type)


def _read(values: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was asked, read, and what could not be read."""
    asked: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, value in values.items():
        try:
            if value:
                asked[name] = ASKED[name](value)
        except ValueError as error:
            faults[name] = str(error)
    return asked, faults


def _own(house: House, visitor: Visitor, entry: str) -> Entry:
    if len(entry) != 64 or not set(entry) <= _HEX:
        raise HTTPException(404)
    kept = house.archive.entry(entry)
    if not visitor.sees(kept.tenant):
        raise HTTPException(404)
    return kept
