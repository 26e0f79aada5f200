"""An operator looks at what an auditor sees: the same pages, in the console, filed as his own."""

from dataclasses import dataclass

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from starlette.routing import Mount

from hub.auditor.app import HEADERS, pages_of
from hub.auditor.pages import page, spoken_of
from hub.auditor.reader import Reader, name_of, opened
from hub.console.visitor import NotSignedIn, Visitor, visitor_of
from hub.pipeline.house import House
from hub.store import auditors
from hub.store.auditors import Access

PATH = "/auditors"
_NOBODY = f"{PATH}/-"
"""Where the list has its style sheet from: the pages of no access."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An access, and whether it is open now."""

    access: Access
    open: bool


def mount(app: FastAPI, house: House) -> None:
    """Add the list of accesses and the pages behind each; before the console takes the rest."""

    @app.get(PATH, include_in_schema=False)
    def listed(request: Request) -> Response:
        """Show who may look into the archive."""
        try:
            visitor = visitor_of(request, house)
        except NotSignedIn:
            return RedirectResponse("/login", 303)
        with house.database.transaction() as connection:
            known = auditors.listed(connection, visitor.tenant)
        now = house.clock()
        language = spoken_of(request.headers.get("accept-language", ""))
        accesses = [Listed(access=each, open=each.is_open(now)) for each in known]
        shown = page("looking.html", None, language=language, base=_NOBODY, accesses=accesses)
        shown.headers.update(HEADERS)
        return shown

    pages = pages_of(house, _enter)
    app.router.routes.append(Mount(PATH + "/{access}", app=pages, name="auditors"))


def _enter(request: Request, house: House) -> Reader:
    """Let an operator look through the access that stands in the address.

    Raises:
        HTTPException: 404, if there is none for him.
        Closed: it is over.
    """
    id_ = request.scope["path_params"].get("access", "")
    visitor = _signed_in(request, house)
    with house.database.transaction() as connection:
        access = auditors.get(connection, str(id_))
    if access is None or not visitor.sees(access.tenant):
        raise HTTPException(404)
    return Reader(
        access=opened(access, house.clock()),
        company=name_of(house, access.tenant),
        who=visitor.name,
        base=f"{PATH}/{access.id}",
        language=spoken_of(request.headers.get("accept-language", "")),
        secret=visitor.secret,
    )


def _signed_in(request: Request, house: House) -> Visitor:
    try:
        return visitor_of(request, house)
    except NotSignedIn as error:
        raise HTTPException(404) from error
