"""Print jobs: how many pieces are where, one job piece by piece, and having one made again."""

from collections.abc import Callable

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from hub.console.pages import page
from hub.console.visitor import Posted, Signed, TheHouse, Visitor, text
from hub.pipeline.house import House
from hub.pipeline.new_address import accept_address
from hub.pipeline.print_posted import NotPosted, posted
from hub.pipeline.reprint import NotReprinted, reprint
from hub.runs.print_standing import job_of, jobs
from hub.store import print_pieces
from outbound.print_mail.pieces import PieceState

router = APIRouter()


@router.get("/print")
def listed(house: TheHouse, visitor: Signed) -> Response:
    """Show the last jobs; of one company, those that have letters of it."""
    with house.database.transaction() as connection:
        found = jobs(connection, visitor.tenant)
    return page("print_jobs.html", visitor, jobs=found, states=list(PieceState))


@router.get("/print/{job}")
def shown(job: str, house: TheHouse, visitor: Signed, again: str = "") -> Response:
    """Show a job piece by piece, with what its partner wrote and what is missing."""
    with house.database.transaction() as connection:
        found = job_of(connection, job, house.clock(), visitor.tenant)
    if found is None:
        raise HTTPException(404)
    return page("print_job.html", visitor, found=found, states=list(PieceState), again=again)


@router.post("/print/{job}/reprint")
def again(job: str, house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Have a piece made again, as a copy, or all that are open."""
    count = _each(job, house, visitor, form, reprint)
    return RedirectResponse(f"/print/{job}?again={'yes' if count else 'before'}", 303)


@router.post("/print/{job}/posted")
def stated(job: str, house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Take a person's word that a piece was posted, or all that are open."""
    _each(job, house, visitor, form, posted)
    return RedirectResponse(f"/print/{job}", 303)


def _each(job: str, house: House, visitor: Visitor, form: FormData, act: Callable[..., int]) -> int:
    """Do it for what is marked; returns for how many letters it was done."""
    who, reason = text(form, "who"), text(form, "reason")
    if not who or not reason:
        raise HTTPException(422, "Say who you are and why. Both are filed.")
    count, refused = 0, []
    for subject in _marked(job, house, visitor, text(form, "sequence")):
        try:
            count += act(
                house, subject, who=f"{who} ({visitor.name})", reason=reason, tenant=visitor.tenant
            )
        except (NotReprinted, NotPosted) as error:
            refused.append(str(error))
    if refused:
        raise HTTPException(409, "; ".join(refused))
    return count


def _marked(job: str, house: House, visitor: Visitor, sequence: str) -> list[str]:
    if sequence != "open":
        return [f"{job}#{sequence}"]
    with house.database.transaction() as connection:
        still = print_pieces.open_of(connection, job, visitor.tenant)
    if not still:
        raise HTTPException(409, f"{job}: no piece of it is open")
    return [piece.subject for piece in still]


@router.post("/print/{job}/address")
def moved(job: str, house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Take the new address of a piece that came back."""
    who = text(form, "who")
    if not who:
        raise HTTPException(422, "Say who you are. It is filed.")
    subject = f"{job}#{text(form, 'sequence')}"
    try:
        accept_address(house, subject, who=f"{who} ({visitor.name})", tenant=visitor.tenant)
    except NotReprinted as error:
        raise HTTPException(409, str(error)) from error
    return RedirectResponse(f"/print/{job}", 303)
