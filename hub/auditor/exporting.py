"""Documents to be taken away: a folder that proves itself, as one ZIP, streamed."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response, StreamingResponse

from archive.export import handing_out
from archive.export.handing_out import size_bytes
from archive.export.order import Order
from hub.auditor import asking
from hub.auditor.bundles import NoRoom, check_room, streamed, workshop
from hub.auditor.filing import Act, file
from hub.auditor.granting import subject_of
from hub.auditor.kept import shared_files
from hub.auditor.moments import size_of
from hub.auditor.pages import page
from hub.auditor.picking import existing
from hub.auditor.reader import Reader
from hub.auditor.visiting import Form, Posted, TheHouse, TheReader
from hub.pipeline.house import House
from hub.procedure.filing import policy_files
from hub.sealing.authorities import stamp_roots

DOCUMENTS_MAX: Final = 20_000
"""In one export."""
_PAGE: Final = 500

router = APIRouter()
_one_at_a_time = threading.Semaphore(1)


@router.post("/export")
def export(request: Request, house: TheHouse, reader: TheReader, form: Posted) -> Response:
    """Stream the selection, or all that a query finds; filed before the first byte leaves."""
    ids, asked = _wished(request, house, reader, form)
    if not ids:
        return _refused(request, reader, "nothing_to_export")
    order = Order(
        tenant=reader.access.tenant,
        supplier=reader.company,
        by=f"{reader.who}, {subject_of(reader.access.id)}",
        asked={"purpose": reader.access.purpose} | asked,
        documents=tuple(ids),
        without_submissions=shared_files(house, reader, ids),
        authorities=stamp_roots(house.config),
        policy=partial(policy_files, house.archive, reader.access.tenant),
    )
    if not _one_at_a_time.acquire(blocking=False):
        return _refused(request, reader, "busy", status=503)
    try:
        return _written(house, reader, order, asked)
    except NoRoom as error:
        return _refused(request, reader, "no_room", status=507, room=error)
    finally:
        _one_at_a_time.release()


def _wished(
    request: Request, house: House, reader: Reader, form: Form
) -> tuple[Sequence[str], dict[str, str]]:
    """Return which documents are asked for, and by which words."""
    if form.one("what") != "found":
        picked = existing(house, reader, request.app.state.picks.of(reader))
        return [each.id for each in picked], {"what": "picks"}
    values = {name: form.one(name) for name in asking.FIELDS}
    asked = asking.read(values, reader, partial(size_of, house.archive), limit=_PAGE)
    if asked.query is None:
        raise HTTPException(422)
    ids: list[str] = []
    after = ""
    while len(ids) < DOCUMENTS_MAX:
        found = house.archive.questions.documents(replace(asked.query, after=after))
        ids += [each.document for each in found.rows]
        after = found.after
        if not after:
            return ids, {"what": "found"} | asked.given
    raise HTTPException(413)


def _written(house: House, reader: Reader, order: Order, asked: dict[str, str]) -> Response:
    """Write a bundle and stream it.

    Raises:
        NoRoom: it would not fit on the disk; nothing was written.
        ArchiveError: it cannot be filed, or the archive is not whole; nothing leaves.
    """
    needed, spare = size_bytes(house.archive, order), house.config.hub.min_free_mb << 20
    folder = workshop(house.config.data / "exports", house.clock())
    check_room(folder, needed, keep_free_bytes=spare)
    hits = len(order.documents)
    entry = file(house, reader, Act.EXPORT, asked=asked, hits=hits, documents=order.documents)
    name = f"facteur-{order.tenant}-{entry.at:%Y%m%dT%H%M%S}-{entry.id[:8]}.zip"
    made = handing_out.export(house.archive, order, folder / name, clock=house.clock)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(made.path.stat().st_size),
    }
    return StreamingResponse(streamed(made.path), media_type="application/zip", headers=headers)


def _refused(
    request: Request,
    reader: Reader,
    why: str,
    *,
    status: int = 422,
    room: NoRoom | None = None,
) -> Response:
    return page(
        "refused.html",
        reader,
        status=status,
        picks=request.app.state.picks.of(reader),
        why=why,
        room=room,
    )
