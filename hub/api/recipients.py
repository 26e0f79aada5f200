"""The address book over HTTP."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool

from hub.api.access import Caller, allowed
from hub.api.answering import json_answer
from hub.api.bodies import FILE, posted
from hub.api.problems import described
from hub.enrichment.address_book import read_csv
from hub.pipeline.house import House
from hub.pipeline.master_data import Change, change_recipients


def routes(house: House) -> APIRouter:
    """Return the routes of `/v1/recipients`."""
    router = APIRouter(prefix="/v1", responses=described())
    may_manage: Callable[..., Caller] = allowed(house, "manage")

    @router.put("/recipients", status_code=200, responses=described(413), openapi_extra=dict(FILE))
    async def put_recipients(
        request: Request, caller: Annotated[Caller, Depends(may_manage)]
    ) -> Response:
        """Insert or replace recipients from an address book as CSV."""
        async with posted(request, house) as file:
            data = await run_in_threadpool(file.data)
        try:
            entries = read_csv(data.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise HTTPException(422, f"address book: not UTF-8: {error}") from error
        change = Change(
            id=house.new_id(),
            at=house.clock(),
            tenant=caller.tenant,
            who=f"api key {caller.key}",
            entries=entries,
            source=data,
        )
        changed = await run_in_threadpool(change_recipients, house.database, house.archive, change)
        said = {
            "recipients": len(entries),
            "changed": changed.count,
            "kept_as_chosen": changed.kept,
        }
        return json_answer(said, 200)

    return router
