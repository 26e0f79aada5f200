"""The law of the archive: holds, disposals and the procedure documentation, listed and shown."""

from datetime import date
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response

from archive.law.disposal import disposals_of
from archive.law.holds import holds_of
from archive.law.register import Refused
from archive.law.standing import Standing
from hub.console.pages import page
from hub.console.visitor import Signed, TheHouse
from hub.lawful.standing import explained, retention_of
from hub.pipeline.house import House
from hub.procedure.filing import page_of, versions_of
from hub.procedure.writing import LANGUAGES
from hub.store.documents import DocumentRow

_PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'",
}

router = APIRouter()


@router.get("/keeping")
def shown(house: TheHouse, visitor: Signed) -> Response:
    """Show what is held, what was proposed to go, and which documentation is in force."""
    seen = [key for key in house.config.tenants if visitor.sees(key)]
    return page(
        "keeping.html",
        visitor,
        today=house.clock().date(),
        holds=[hold for key in seen for hold in reversed(holds_of(house.archive, key))],
        disposals=[one for key in seen for one in reversed(disposals_of(house.archive, key))],
        versions={key: versions_of(house.archive, key) for key in seen},
        names={key: house.config.tenants[key].name for key in seen},
        languages=LANGUAGES,
    )


@router.get("/keeping/procedure/{tenant}/{language}")
def procedure(tenant: str, language: str, house: TheHouse, visitor: Signed) -> Response:
    """Show the procedure documentation of a company as of now."""
    known = tenant in house.config.tenants and visitor.sees(tenant)
    if not known or language not in LANGUAGES:
        raise HTTPException(404)
    return HTMLResponse(page_of(house, tenant, language), headers=_PAGE_HEADERS)


def kept_until(house: House, row: DocumentRow) -> tuple[Standing, list[str]] | None:
    """Return how a document stands, and why in lines; None before anything is filed of it."""
    try:
        found = retention_of(house.archive, house.config, row.tenant, row.id)
    except Refused:
        return None
    return found, list(explained(found, _today(house)))


def _today(house: House) -> date:
    return house.clock().date()
