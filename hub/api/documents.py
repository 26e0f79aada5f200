"""Submissions and documents over HTTP: post a file, ask what became of it, send it again."""

from collections.abc import Callable
from email.message import Message as Headers
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException as BadForm
from starlette.types import Message, Receive

from hub.api.access import Caller, allowed
from hub.api.problems import described
from hub.enrichment.address_book import read_csv
from hub.pipeline.house import House
from hub.pipeline.master_data import Change, change_recipients
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import resubmit
from hub.status import (
    document_status,
    document_statuses,
    submission_status,
    submission_statuses,
)
from hub.store import documents, submissions
from hub.store.database import Connection
from hub.store.documents import DocumentRow
from hub.store.submissions import Submission, SubmissionState

_KEY_LENGTH = 255
_FORM_BYTES = 65_536
"""What a form may add around a file."""
_UNNAMED = "upload"
_FIELDS_MAX = 8
_ONE_FILE = "send each file by a request of its own, in the field `file`"
_BINARY = {"type": "string", "format": "binary"}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": _BINARY}}
_FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": _BINARY},
            "multipart/form-data": {"schema": _FORM},
        },
    }
}
"""A file as a body, for the description of the API."""

Limit = Annotated[int, Query(ge=1, le=500)]
After = Annotated[str | None, Query(description="id of the last one of the page before")]
Row = TypeVar("Row", Submission, DocumentRow)


def routes(house: House) -> APIRouter:
    """Return the routes of `/v1`."""
    router = APIRouter(prefix="/v1", responses=described())
    may_submit: Callable[..., Caller] = allowed(house, "submit")
    may_read: Callable[..., Caller] = allowed(house, "read")
    may_manage: Callable[..., Caller] = allowed(house, "manage")

    @router.post(
        "/submissions", status_code=202, responses=described(404, 409, 413), openapi_extra=_FILE
    )
    async def post_submission(
        request: Request,
        caller: Annotated[Caller, Depends(may_submit)],
        idempotency_key: Annotated[str | None, Header(max_length=_KEY_LENGTH)] = None,
        replaces: Annotated[str | None, Query()] = None,
    ) -> Response:
        """Post one file: the raw body, or a multipart form `file`.

        The name of a raw body stands in `X-File-Name` or `Content-Disposition`.

        202 with the submission's state; the file is durable then. The same file or the same
        Idempotency-Key again answers 200 with the first one's state.
        """
        data, name = await _body(request, house.config.hub.max_file_mb << 20)
        arrival = Arrival(
            data=data,
            name=name,
            tenant=caller.tenant,
            sender=caller.sender,
            door="api",
            idempotency_key=idempotency_key,
            replaces=await run_in_threadpool(_own, house, caller, replaces),
        )
        submission, fresh = await run_in_threadpool(receive, house, arrival)
        return await run_in_threadpool(
            _shown, house, caller, submission_status, submission.id, 202 if fresh else 200
        )

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
            last = _last(submissions.get, connection, caller, after)
            rows = submissions.listed(
                connection, tenant=caller.tenant, state=state, limit=limit + 1, after=last
            )
            found = submission_statuses(connection, rows[:limit])
        return _paged(request, found, more=len(rows) > limit)

    @router.get("/submissions/{submission}", responses=described(404))
    def get_submission(submission: str, caller: Annotated[Caller, Depends(may_read)]) -> Response:
        """Return a file's state, its documents and its timeline."""
        return _shown(house, caller, submission_status, submission)

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
            last = _last(documents.get, connection, caller, after)
            rows = documents.found(
                connection, tenant=caller.tenant, words=q, state=state, limit=limit + 1, after=last
            )
            found = document_statuses(connection, rows[:limit])
        return _paged(request, found, more=len(rows) > limit)

    @router.get("/documents/{document}", responses=described(404))
    def get_document(document: str, caller: Annotated[Caller, Depends(may_read)]) -> Response:
        """Return a document's state, findings, decision, deliveries and timeline."""
        return _shown(house, caller, document_status, document)

    @router.post("/resubmissions/{subject}", status_code=202, responses=described(404, 409))
    def post_resubmission(subject: str, caller: Annotated[Caller, Depends(may_submit)]) -> Response:
        """Send a parked submission or document through again, with today's master data."""
        _own(house, caller, subject)
        resubmit(house, subject, who=f"api key {caller.key}")
        return _json({"resubmitted": subject}, 202)

    @router.put("/recipients", status_code=200, responses=described(413), openapi_extra=_FILE)
    async def put_recipients(
        request: Request, caller: Annotated[Caller, Depends(may_manage)]
    ) -> Response:
        """Insert or replace recipients from an address book as CSV."""
        data, _ = await _body(request, house.config.hub.max_file_mb << 20)
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
        return _json({"recipients": len(entries), "changed": changed}, 200)

    return router


def _shown(
    house: House,
    caller: Caller,
    status_of: Callable[[Connection, str], dict[str, Any] | None],
    subject: str,
    code: int = 200,
) -> Response:
    """Return the status of what belongs to the caller's tenant; else it does not exist for him."""
    with house.database.transaction() as connection:
        status = status_of(connection, subject)
    if status is None or status["tenant"] != caller.tenant:
        raise HTTPException(404, f"no such submission or document: {subject}")
    return _json(status, code)


async def _body(request: Request, limit: int) -> tuple[bytes, str]:
    """Return the file and its name, from a form or the raw body, in bounds."""
    is_form = request.headers.get("content-type", "").startswith("multipart/form-data")
    bounds = limit + _FORM_BYTES if is_form else limit
    bounded = Request(request.scope, _bounded(request.receive, bounds, limit))
    if is_form:
        return await _form_file(bounded, limit)
    return await bounded.body(), _name(request) or _UNNAMED


def _name(request: Request) -> str:
    """Return what the sender calls a raw body: `X-File-Name`, else RFC 6266's `filename`."""
    told = request.headers.get("x-file-name", "")
    if not told:
        header = Headers()
        header["Content-Disposition"] = request.headers.get("content-disposition", "")
        told = header.get_filename("")
    return _decoded(told.encode("latin-1")) if _is_latin(told) else told


def _is_latin(text: str) -> bool:
    return all(ord(character) < 256 for character in text)


async def _form_file(request: Request, limit: int) -> tuple[bytes, str]:
    try:
        async with request.form(max_files=1, max_fields=_FIELDS_MAX) as form:
            upload = _upload(form)
            data = await upload.read()
    except BadForm as error:
        if error.status_code != HTTPStatus.BAD_REQUEST:
            raise
        said = error.detail.rstrip(".")
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"{said}; {_ONE_FILE}") from error
    if len(data) > limit:
        raise _too_large(limit)
    return data, upload.filename or _UNNAMED


def _upload(form: FormData) -> UploadFile:
    upload = form.get("file")
    if upload is None or isinstance(upload, str):
        raise HTTPException(422, "the form needs a file field named `file`")
    return upload


def _bounded(receive: Receive, bounds: int, limit: int) -> Receive:
    """Receive a body as long as it is within bounds; nothing more of it is kept anywhere."""
    size = 0

    async def receive_in_bounds() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > bounds:
            raise _too_large(limit)
        return message

    return receive_in_bounds


def _too_large(limit: int) -> HTTPException:
    return HTTPException(413, f"larger than {limit} bytes (hub.max_file_mb)")


def _decoded(name: bytes) -> str:
    """Return a name that was sent as UTF-8, as most do, or as Latin-1, as headers are."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("latin-1")


def _own(house: House, caller: Caller, subject: str | None) -> str | None:
    """Return `subject` if it belongs to the caller's tenant; else it does not exist for him."""
    if subject is None:
        return None
    with house.database.transaction() as connection:
        row = submissions.get(connection, subject) or documents.get(connection, subject)
    if row is None or row.tenant != caller.tenant:
        raise HTTPException(404, f"no such submission or document: {subject}")
    return subject


def _last(
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


def _paged(request: Request, found: list[dict[str, Any]], *, more: bool) -> Response:
    """Return a page of a list, and where the next one is."""
    answer = _json(found, 200)
    if more:
        following = request.url.include_query_params(after=found[-1]["id"])
        answer.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return answer


def _json(value: Any, status: int) -> Response:
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")
