"""Submissions over HTTP: post a file, ask what became of it, send what is parked again."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from hub.api.access import Caller, allowed
from hub.api.answering import After, Limit, json_answer, last_of, own, paged, shown
from hub.api.bodies import FILE, Posted, posted
from hub.api.problems import described
from hub.pipeline.house import House
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import resubmit
from hub.status import submission_status, submission_statuses
from hub.store import submissions
from hub.store.submissions import SubmissionState

_KEY_LENGTH = 255


def routes(house: House) -> APIRouter:
    """Return the routes of `/v1/submissions` and `/v1/resubmissions`."""
    router = APIRouter(prefix="/v1", responses=described())
    _posting(router, house)
    _asking(router, house)
    _again(router, house)
    return router


def _posting(router: APIRouter, house: House) -> None:
    may_submit: Callable[..., Caller] = allowed(house, "submit")

    @router.post(
        "/submissions",
        status_code=202,
        responses=described(404, 409, 413),
        openapi_extra=dict(FILE),
    )
    async def post_submission(
        request: Request,
        caller: Annotated[Caller, Depends(may_submit)],
        idempotency_key: Annotated[str | None, Header(max_length=_KEY_LENGTH)] = None,
        replaces: Annotated[str | None, Query()] = None,
    ) -> Response:
        """Post one file: the raw body, or a multipart form `file`.

        The name of a raw body stands in `X-File-Name` or `Content-Disposition`. What is stated of
        the file (`count`, `total.EUR`, `size`, `sha256`) stands in the query, in fields of the
        form, or in its field `statement` as JSON; a hash also in `Content-Digest` (RFC 9530).

        202 with the submission's state, and its address in `Location`; the file is durable then.
        The same file or the same Idempotency-Key again answers 200 with the first one's state.
        """
        async with posted(request, house) as file:
            arrival = await run_in_threadpool(
                _arrival, house, caller, file, idempotency_key, replaces
            )
            submission, fresh = await run_in_threadpool(receive, house, arrival)
        code = 202 if fresh else 200
        answer = await run_in_threadpool(
            shown, house, caller, submission_status, submission.id, code
        )
        answer.headers["Location"] = f"/v1/submissions/{submission.id}"
        return answer


def _arrival(
    house: House, caller: Caller, file: Posted, idempotency_key: str | None, replaces: str | None
) -> Arrival:
    return Arrival(
        data=file.content(),
        name=file.name,
        tenant=caller.tenant,
        sender=caller.sender,
        door="api",
        idempotency_key=idempotency_key,
        replaces=own(house, caller, replaces),
        stated=file.stated,
    )


def _asking(router: APIRouter, house: House) -> None:
    may_read: Callable[..., Caller] = allowed(house, "read")

    @router.get("/submissions")
    def find_submissions(
        request: Request,
        caller: Annotated[Caller, Depends(may_read)],
        state: SubmissionState | None = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Response:
        """Return files by state, the newest first; `parked` are those that nobody could read.

        The address of the next page is in the header `Link` (RFC 8288), as long as there is one.
        """
        with house.database.transaction() as connection:
            last = last_of(submissions.get, connection, caller, after)
            rows = submissions.listed(
                connection, tenant=caller.tenant, state=state, limit=limit + 1, after=last
            )
            found = submission_statuses(connection, rows[:limit])
        return paged(request, found, more=len(rows) > limit)

    @router.get("/submissions/{submission}", responses=described(404))
    def get_submission(submission: str, caller: Annotated[Caller, Depends(may_read)]) -> Response:
        """Return a file's state, its documents and its timeline."""
        return shown(house, caller, submission_status, submission)


def _again(router: APIRouter, house: House) -> None:
    may_submit: Callable[..., Caller] = allowed(house, "submit")

    @router.post("/resubmissions/{subject}", status_code=202, responses=described(404, 409))
    def post_resubmission(subject: str, caller: Annotated[Caller, Depends(may_submit)]) -> Response:
        """Send a parked submission or document through again, with today's master data."""
        own(house, caller, subject)
        resubmit(house, subject, who=f"api key {caller.key}")
        return json_answer({"resubmitted": subject}, 202)
