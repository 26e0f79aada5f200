"""The worklist over HTTP: what waits for a person, retrying it, stating and cancelling."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException, Query, Response

from hub.api.access import Caller, allowed
from hub.api.answering import json_answer, unknown
from hub.api.problems import described
from hub.pipeline.by_hand import Statement, decide_job, state
from hub.pipeline.cancel import cancel
from hub.pipeline.differing import settle_difference
from hub.pipeline.house import House
from hub.pipeline.resubmit import NotParked
from hub.store import deliveries, documents, submissions
from hub.store.database import Connection
from hub.worklist.acting import retry_chosen
from hub.worklist.gathering import of_sender, worklist
from hub.worklist.items import Group

_TEXT_LENGTH = 500
_SUBJECTS_MAX = 1000

Reason = Annotated[
    str,
    Body(
        min_length=1,
        max_length=_TEXT_LENGTH,
        description="Why, or how it is known. It is filed in the archive before anything is done.",
    ),
]
Who = Annotated[
    str,
    Body(
        min_length=1,
        max_length=_TEXT_LENGTH,
        description="The name of the person who states it; it is filed beside the API key.",
    ),
]
Arrived = Annotated[
    bool | None,
    Body(description="Whether it arrived; null only says that a person has seen to it."),
]
Cause = Annotated[str, Body(description="Retry all of this cause, as `GET /v1/worklist` names it.")]
Only = Annotated[
    list[str],
    Body(
        max_length=_SUBJECTS_MAX,
        description="Retry these items only, by their ids.",
    ),
]
DryRun = Annotated[bool, Body(description="Say what would be done, and change nothing.")]


def routes(house: House) -> APIRouter:
    """Return the routes of `/v1/worklist`, `/v1/cancellations` and `/v1/statements`."""
    router = APIRouter(prefix="/v1", responses=described())
    _listing(router, house)
    _retrying(router, house)
    _cancelling(router, house)
    _stating(router, house)
    return router


def _listing(router: APIRouter, house: House) -> None:
    may_read: Callable[..., Caller] = allowed(house, "read")

    @router.get("/worklist")
    def get_worklist(
        caller: Annotated[Caller, Depends(may_read)],
        sender: Annotated[str, Query(description="only what is of this sender")] = "",
    ) -> Response:
        """Return what waits for a person, by cause: the fix, who must act, what can be done here.

        `act` is `retry` (send it through again), `state` (say whether it arrived), `look` (say that
        it is seen to), `settle` (say why a control total is right), or empty.
        """
        groups = of_sender(worklist(house, caller.tenant), sender)
        return json_answer([_group(group) for group in groups], 200)


def _group(group: Group) -> dict[str, Any]:
    return {
        "cause": group.id,
        "kind": group.kind,
        "rule": group.rule,
        "title": group.title,
        "fix": group.fix,
        "actor": group.actor,
        "act": group.act,
        "items": group.items,
    }


def _retrying(router: APIRouter, house: House) -> None:
    may_submit: Callable[..., Caller] = allowed(house, "submit")

    @router.post("/worklist/retries", status_code=202)
    def post_retries(
        caller: Annotated[Caller, Depends(may_submit)],
        cause: Cause = "",
        only: Only = [],  # noqa: B006  (never changed)
        dry_run: DryRun = False,  # noqa: FBT002  (a field of the body)
    ) -> Response:
        """Send all of a cause, or some of it, through again: each once, however often it is asked.

        Returns each item with `why` it was not sent through, empty where it was. 200 for a dry run.
        """
        if not cause and not only:
            raise HTTPException(422, "nothing to retry: name the `cause`, or ids in `only`")
        done = retry_chosen(
            house,
            caller.tenant,
            who=f"api key {caller.key}",
            group=cause,
            subjects=only,
            dry_run=dry_run,
        )
        return json_answer(done, 200 if dry_run else 202)


def _cancelling(router: APIRouter, house: House) -> None:
    may_submit: Callable[..., Caller] = allowed(house, "submit")

    @router.post("/cancellations/{subject}", status_code=202, responses=described(404, 409))
    def post_cancellation(
        subject: str,
        caller: Annotated[Caller, Depends(may_submit)],
        reason: Annotated[str, Body(embed=True, min_length=1, max_length=_TEXT_LENGTH)],
    ) -> Response:
        """Stop a document, or one delivery, that is still in the house.

        409 with the reason if it has left, or may have: then nothing is changed.
        """
        _require_own(house, caller, subject)
        cancel(house, subject, who=f"api key {caller.key}", reason=reason)
        return json_answer({"cancelled": subject}, 202)


def _stating(router: APIRouter, house: House) -> None:
    may_manage: Callable[..., Caller] = allowed(house, "manage")

    @router.post("/statements/{subject}", status_code=202, responses=described(404, 409))
    def post_statement(
        subject: str,
        caller: Annotated[Caller, Depends(may_manage)],
        reason: Reason,
        who: Who,
        arrived: Arrived = None,
    ) -> Response:
        """State what became of a delivery or print job in doubt, or unconfirmed.

        Of a file whose control total differs: why it is right; `arrived` does not matter then.
        """
        by = f"{who} (api key {caller.key})"
        _state(house, caller, subject, Statement(arrived=arrived, who=by, reason=reason))
        return json_answer({"stated": subject}, 202)


def _state(house: House, caller: Caller, subject: str, stated: Statement) -> None:
    who, reason = stated.who, stated.reason
    with house.database.transaction() as connection:
        letters = deliveries.of_job(connection, subject)
        file = submissions.get(connection, subject)
    if file is not None and file.tenant == caller.tenant:
        settle_difference(house, subject, who=who, reason=reason)
    elif any(letter.tenant == caller.tenant for letter in letters):
        if stated.arrived is None:
            raise NotParked(f"{subject}: say whether it arrived")
        arrived = stated.arrived
        decide_job(house, subject, tenant=caller.tenant, arrived=arrived, who=who, reason=reason)
    else:
        _require_own(house, caller, subject)
        state(house, subject, stated)


def _require_own(house: House, caller: Caller, subject: str) -> None:
    """Let what belongs to another company not exist for the caller."""
    with house.database.transaction() as connection:
        tenant = _tenant_of(connection, subject)
    if tenant != caller.tenant:
        raise unknown(subject)


def _tenant_of(connection: Connection, subject: str) -> str | None:
    row = deliveries.get(connection, subject) or documents.get(connection, subject)
    return row.tenant if row else None
