"""The archive over HTTP: find entries, fetch kept files, get proofs."""

from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Query, Response
from fastapi.responses import StreamingResponse

from archive.entry import Entry
from archive.entry import Query as ArchiveQuery
from archive.kept import Kept
from hub.api.access import Caller, allowed
from hub.api.problems import described
from hub.pipeline.contents import HELD_BYTES_MAX
from hub.pipeline.house import House


def routes(house: House) -> APIRouter:
    """Return the routes of `/v1/archive`, each bounded to the caller's tenant."""
    router = APIRouter(prefix="/v1/archive", responses=described(404))
    may_read = allowed(house, "read")

    @router.get("/entries")
    def find(  # noqa: PLR0917  (query parameters of one address)
        caller: Annotated[Caller, Depends(may_read)],
        number: str | None = None,
        customer: str | None = None,
        issued_from: date | None = None,
        issued_to: date | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """Find what is kept, the newest first."""
        query = ArchiveQuery(
            tenant=caller.tenant,
            number=number,
            customer=customer,
            issued_from=issued_from,
            issued_to=issued_to,
            limit=limit,
        )
        return _json([_shown(entry) for entry in house.archive.find(query)])

    @router.get("/entries/{entry}/items/{sha256}")
    def item(entry: str, sha256: str, caller: Annotated[Caller, Depends(may_read)]) -> Response:
        """Return a kept file's bytes; what was changed since it was filed breaks off early."""
        found = _own(house, caller, entry)
        kept = next((item for item in found.items if item.sha256 == sha256), None)
        if kept is None:
            raise HTTPException(404, "no such file in this entry")
        return _file(house.archive.locate(sha256), kept.media_type)

    @router.get("/entries/{entry}/proof")
    def proof(entry: str, caller: Annotated[Caller, Depends(may_read)]) -> Response:
        """Return the inclusion proof in C2SP tlog-proof form."""
        found = _own(house, caller, entry)
        return Response(house.archive.proof(found.id), media_type="text/plain; charset=utf-8")

    return router


def _own(house: House, caller: Caller, entry: str) -> Entry:
    found = house.archive.entry(entry)
    if found.tenant != caller.tenant:
        raise HTTPException(404, "no such entry")
    return found


def _file(kept: Kept, media_type: str) -> Response:
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    if kept.size_bytes <= HELD_BYTES_MAX:
        return Response(kept.read(), media_type=media_type, headers=headers)
    headers["Content-Length"] = str(kept.size_bytes)
    return StreamingResponse(kept.pieces(), media_type=media_type, headers=headers)


def _shown(entry: Entry) -> dict[str, Any]:
    return msgspec.to_builtins(entry)  # type: ignore[no-any-return]


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
