"""Addresses that get nothing more: the list of them, and letting one get mail again."""

from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response

from hub.console.pages import page
from hub.console.visitor import Posted, Signed, TheHouse, text
from hub.pipeline.house import House
from hub.pipeline.suppressing import Lifting, NotSuppressed, lift
from hub.store import suppressions
from hub.store.suppressions import Suppression

router = APIRouter()


@router.get("/suppressed")
def listed(house: TheHouse, visitor: Signed, q: str = "", *, lifted: bool = False) -> Response:
    """Show what is suppressed, the newest first."""
    with house.database.transaction() as connection:
        found = suppressions.listed(connection, visitor.tenant, words=q.strip())
    return page("suppressed.html", visitor, suppressed=found, q=q, lifted=lifted)


@router.post("/suppressed/lift")
def lifted(house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Let an address get mail again, for a reason that is filed."""
    tenant, why = text(form, "tenant"), text(form, "why").strip()
    if not visitor.sees(tenant) or not why:
        raise HTTPException(404 if why else 422)
    lifting = Lifting(
        id=house.new_id(),
        at=house.clock(),
        tenant=tenant,
        address=text(form, "address"),
        who=visitor.name,
        why=why,
    )
    try:
        lift(house.database, house.archive, lifting)
    except NotSuppressed as error:
        raise HTTPException(404) from error
    return RedirectResponse(f"/suppressed?{urlencode({'lifted': 'true'})}", 303)


def suppression_of(house: House, tenant: str, address: str | None) -> Suppression | None:
    """Return what stands against an address, for the page of its owner."""
    if not address:
        return None
    with house.database.transaction() as connection:
        return suppressions.get(connection, tenant, address)
