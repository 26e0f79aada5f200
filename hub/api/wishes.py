"""What recipients agreed to, and better roads for them, over HTTP."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException, Response

from hub.api.access import Caller, allowed
from hub.api.answering import json_answer, unknown
from hub.api.problems import described
from hub.pipeline.house import House
from hub.store import recipients
from hub.store.consents import How
from hub.wishes.answering import accept, chosen, decline
from hub.wishes.consenting import Act, Agreement, give, withdraw
from hub.wishes.history import history
from hub.wishes.looking import proposals
from hub.wishes.proposals import Proposal
from routing_rules.recipient import Consent

_TEXT_LENGTH = 500
_MANY = 1000

Who = Annotated[
    str,
    Body(min_length=1, max_length=_TEXT_LENGTH, description="Who enters it; filed with the key."),
]
Words = Annotated[
    str,
    Body(max_length=_TEXT_LENGTH, description="His words, or where they stand."),
]
Only = Annotated[
    list[str], Body(max_length=_MANY, description="Ids of proposals, as `GET /v1/proposals` has.")
]


def routes(house: House) -> APIRouter:
    """Return the routes of consents and of `/v1/proposals`."""
    router = APIRouter(prefix="/v1", responses=described())
    _reading(router, house)
    _consenting(router, house)
    _answering(router, house)
    return router


def _reading(router: APIRouter, house: House) -> None:
    may_read: Callable[..., Caller] = allowed(house, "read")

    @router.get("/recipients/{key:path}/consents", responses=described(404))
    def get_consents(key: str, caller: Annotated[Caller, Depends(may_read)]) -> Response:
        """Return what a recipient agrees to, and all that led there, the newest first."""
        with house.database.transaction() as connection:
            if recipients.get(connection, caller.tenant, key) is None:
                raise unknown(key)
            found = history(connection, caller.tenant, key)
        return json_answer(found, 200)

    @router.get("/proposals")
    def get_proposals(caller: Annotated[Caller, Depends(may_read)]) -> Response:
        """Return who could take a better road, why, and what it would have saved in a year."""
        return json_answer([_shown(each) for each in proposals(house, [caller.tenant])], 200)


def _consenting(router: APIRouter, house: House) -> None:
    may_manage: Callable[..., Caller] = allowed(house, "manage")

    @router.post("/recipients/{key:path}/consents", status_code=201)
    def post_consent(
        key: str,
        *,
        caller: Annotated[Caller, Depends(may_manage)],
        consent: Annotated[Consent, Body()],
        how: Annotated[How, Body()],
        on: Annotated[date, Body(description="The day on which he agreed.")],
        who: Who,
        words: Words = "",
    ) -> Response:
        """Enter that a recipient agreed to something; filed before it counts."""
        said = Agreement(recipient=key, consent=consent, on=on, how=how, words=words)
        return json_answer(give(house.database, house.archive, _act(caller, who), [said]), 201)

    @router.post("/recipients/{key:path}/withdrawals", status_code=201)
    def post_withdrawal(
        key: str,
        *,
        caller: Annotated[Caller, Depends(may_manage)],
        consent: Annotated[Consent, Body()],
        how: Annotated[How, Body()],
        who: Who,
        words: Words = "",
    ) -> Response:
        """Enter that a recipient took a consent back; filed before it counts."""
        ended = withdraw(
            house.database,
            house.archive,
            _act(caller, who),
            recipient=key,
            consent=consent,
            how=how,
            words=words,
        )
        return json_answer(ended, 201)

    def _act(caller: Caller, who: str) -> Act:
        name = f"{who} (api key {caller.key})"
        return Act(id=house.new_id(), at=house.clock(), tenant=caller.tenant, who=name)


def _answering(router: APIRouter, house: House) -> None:
    may_manage: Callable[..., Caller] = allowed(house, "manage")

    @router.post("/proposals/answers")
    def post_answers(
        caller: Annotated[Caller, Depends(may_manage)],
        only: Only,
        accepted: Annotated[bool, Body(description="Accept them, or decline.")],
        who: Who,
        why: Words = "",
    ) -> Response:
        """Accept proposals, which changes the address book, or decline them for half a year.

        Returns how many were; what lacks something, or no longer stands, is left as it is.
        """
        if not only:
            raise HTTPException(422, "nothing to answer: name ids in `only`")
        meant = chosen(proposals(house, [caller.tenant]), set(only))
        name = f"{who} (api key {caller.key})"
        if accepted:
            done = accept(house, meant, who=name)
        else:
            done = decline(house, meant, who=name, why=why)
        return json_answer({"done": done}, 200)


def _shown(proposal: Proposal) -> dict[str, Any]:
    return {
        "id": proposal.id,
        "customer": proposal.key,
        "name": proposal.name,
        "road": proposal.road,
        "channel": proposal.channel,
        "why": proposal.why,
        "lacks": proposal.lacks,
        "documents": proposal.documents,
        "saves": proposal.saves,
        "unpriced": proposal.unpriced,
    }
