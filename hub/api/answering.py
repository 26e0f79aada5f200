"""What all addresses share: whose things a caller sees, one of them, a page of them."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import HTTPException, Query, Request, Response

from hub.api.access import Caller
from hub.pipeline.house import House
from hub.store import documents, submissions
from hub.store.database import Connection
from hub.store.documents import DocumentRow
from hub.store.submissions import Submission

Limit = Annotated[int, Query(ge=1, le=500)]
After = Annotated[str | None, Query(description="id of the last one of the page before")]
Row = TypeVar("Row", Submission, DocumentRow)
StatusOf = Callable[[Connection, str], dict[str, Any] | None]


def json_answer(value: Any, status: int) -> Response:
    """Return a value as JSON."""
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")


def shown(
    house: House, caller: Caller, status_of: StatusOf, subject: str, code: int = 200
) -> Response:
    """Return the status of what belongs to the caller's tenant; else it does not exist for him."""
    with house.database.transaction() as connection:
        status = status_of(connection, subject)
    if status is None or status["tenant"] != caller.tenant:
        raise unknown(subject)
    return json_answer(status, code)


def own(house: House, caller: Caller, subject: str | None) -> str | None:
    """Return `subject` if it belongs to the caller's tenant; else it does not exist for him."""
    if subject is None:
        return None
    with house.database.transaction() as connection:
        row = submissions.get(connection, subject) or documents.get(connection, subject)
    if row is None or row.tenant != caller.tenant:
        raise unknown(subject)
    return subject


def unknown(subject: str) -> HTTPException:
    """Return what is said of a thing that is not there, or is another's."""
    return HTTPException(404, f"no such submission or document: {subject}")


def last_of(
    get: Callable[[Connection, str], Row | None],
    connection: Connection,
    caller: Caller,
    subject: str | None,
) -> Row | None:
    """Return the row after which a page begins."""
    if subject is None:
        return None
    row = get(connection, subject)
    if row is None or row.tenant != caller.tenant:
        raise HTTPException(422, f"after: no such submission or document: {subject}")
    return row


def paged(request: Request, found: list[dict[str, Any]], *, more: bool) -> Response:
    """Return a page of a list, and where the next one is."""
    answer = json_answer(found, 200)
    if more:
        following = request.url.include_query_params(after=found[-1]["id"])
        answer.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return answer
