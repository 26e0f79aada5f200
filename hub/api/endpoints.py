"""How the channels' servers stand, over HTTP: for whoever waits for a document to leave."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from hub.api.access import Caller, allowed
from hub.api.answering import json_answer
from hub.api.problems import described
from hub.endpoints.standing import standings
from hub.pipeline.house import House
from hub.pipeline.lanes import outlets


def routes(house: House) -> APIRouter:
    """Return the route of `/v1/endpoints`; domains are recipients', and not told."""
    router = APIRouter(prefix="/v1", responses=described())
    may_read = allowed(house, "read")

    @router.get("/endpoints")
    def listed(_caller: Annotated[Caller, Depends(may_read)]) -> Response:
        """Return each channel's state: works, slowed, down, trying, stranger, paused or quiet."""
        known = outlets(house.config, house.channels)
        with house.database.transaction() as connection:
            found = standings(connection, known, house.clock())
        return json_answer(
            [
                {
                    "channel": each.channel,
                    "state": each.state,
                    "since": each.since,
                    "until": each.until,
                    "words": each.words,
                }
                for each in found
                if not each.endpoint
            ],
            200,
        )

    return router
