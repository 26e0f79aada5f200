"""Documents over HTTP: find them, and ask what became of one."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from hub.api.access import Caller, allowed
from hub.api.answering import After, Limit, last_of, paged, shown
from hub.api.problems import described
from hub.endpoints.standing import Quiet, quiet_at
from hub.pipeline.house import House
from hub.status import document_status, document_statuses
from hub.store import documents


def routes(house: House) -> APIRouter:
    """Return the routes of `/v1/documents`."""
    router = APIRouter(prefix="/v1", responses=described())
    may_read: Callable[..., Caller] = allowed(house, "read")

    @router.get("/documents")
    def find_documents(  # noqa: PLR0917  (query parameters of one address)
        request: Request,
        caller: Annotated[Caller, Depends(may_read)],
        q: str = "",
        state: str | None = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Response:
        """Find documents by number, customer or id; the newest first.

        The address of the next page is in the header `Link` (RFC 8288), as long as there is one.
        """
        with house.database.transaction() as connection:
            last = last_of(documents.get, connection, caller, after)
            rows = documents.found(
                connection, tenant=caller.tenant, words=q, state=state, limit=limit + 1, after=last
            )
            found = document_statuses(connection, rows[:limit], _quiet(house))
        return paged(request, found, more=len(rows) > limit)

    @router.get("/documents/{document}", responses=described(404))
    def get_document(document: str, caller: Annotated[Caller, Depends(may_read)]) -> Response:
        """Return a document's state, findings, decision, deliveries and timeline."""
        return shown(house, caller, partial(document_status, quiet=_quiet(house)), document)

    return router


def _quiet(house: House) -> Quiet:
    return quiet_at(house.clock(), house.config.traffic_of)
