"""What needs a person, by cause: mend the cause, then send all of it through again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response

from hub.console.pages import Count, page
from hub.console.visitor import Posted, Signed, TheHouse, Visitor, chosen, text
from hub.pipeline.contents import content_of_open
from hub.pipeline.house import House
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import NotParked, resubmit
from hub.store import deliveries, documents, submissions
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.submissions import Submission
from hub.worklist.parked import LOOKED_AT, Stuck, causes, filtered
from outbound.channel import DeliveryState

SHOWN: Final = 20
"""How many of one cause are listed."""

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A print job of which nobody knows whether the partner has it.

    Attributes:
        letters: how many of it are in doubt.
        first: one of them, for its channel, words and instant.
    """

    name: str
    letters: int
    first: Delivery


@router.get("/parked")
def worklist(
    house: TheHouse,
    visitor: Signed,
    *,
    done: Count = -1,
    left: Count = 0,
    sender: str = "",
    actor: str = "",
) -> Response:
    """Show what needs a person: doubts first, then what is parked, by cause."""
    with house.database.transaction() as connection:
        doubts = deliveries.listed(
            connection, tenant=visitor.tenant, state=DeliveryState.IN_DOUBT, limit=LOOKED_AT
        )
        rows = documents.many(connection, [doubt.document for doubt in doubts])
    everything = causes(house, visitor.tenant)
    found = filtered(everything, sender, actor)
    return page(
        "parked.html",
        visitor,
        causes=found,
        doubts=[(doubt, rows[doubt.document]) for doubt in doubts if doubt.job is None],
        jobs=_jobs(doubts),
        shown=SHOWN,
        looked_at=LOOKED_AT,
        cut=sum(len(cause.stuck) for cause in everything) >= LOOKED_AT,
        senders=sorted({one.sender for cause in everything for one in cause.stuck} | {sender}),
        actors=sorted({cause.actor for cause in everything} | {actor}),
        sender=sender,
        actor=actor,
        done=done,
        left=left,
    )


def _jobs(doubts: Iterable[Delivery]) -> list[Job]:
    letters: dict[str, list[Delivery]] = defaultdict(list)
    for doubt in doubts:
        if doubt.job is not None:
            letters[doubt.job].append(doubt)
    return [Job(name=name, letters=len(own), first=own[0]) for name, own in sorted(letters.items())]


@router.post("/parked/causes")
def cause_again(house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Send all of one cause through again."""
    named = (text(form, "rule"), text(form, "fix"))
    listed = filtered(causes(house, visitor.tenant), text(form, "sender"), "")
    found = [c for c in listed if (c.rule, c.fix) == named]
    stuck = [one for cause in found for one in cause.stuck]
    done = sum(_again(house, visitor, one) for one in stuck)
    return RedirectResponse(f"/parked?done={done}&left={len(stuck) - done}", 303)


@router.post("/parked/{subject}/again")
def subject_again(subject: str, house: TheHouse, visitor: Signed, _form: Posted) -> Response:
    """Send one parked file or document through again, with today's master data."""
    _, place = _own(house, visitor, subject)
    resubmit(house, subject, who=visitor.name)
    return RedirectResponse(place, 303)


@router.post("/parked/{subject}/file")
def correct(subject: str, house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Take a corrected file in place of a parked file or document."""
    row, _ = _own(house, visitor, subject)
    file, name = chosen(form)
    submission, fresh = receive(
        house,
        Arrival(
            data=content_of_open(file),
            name=name,
            tenant=row.tenant,
            sender=row.sender,
            door="console",
            replaces=subject,
        ),
    )
    place = f"/submissions/{submission.id}"
    return RedirectResponse(place if fresh else f"{place}?same=true", 303)


def _again(house: House, visitor: Visitor, stuck: Stuck) -> bool:
    try:
        resubmit(house, stuck.subject, who=visitor.name)
    except NotParked:
        return False
    return True


def _own(house: House, visitor: Visitor, subject: str) -> tuple[Submission | DocumentRow, str]:
    """Return a file or document that exists for this visitor, and its page."""
    with house.database.transaction() as connection:
        file = submissions.get(connection, subject)
        row = file or documents.get(connection, subject)
    if row is None or not visitor.sees(row.tenant):
        raise HTTPException(404)
    return row, f"/submissions/{subject}" if file else f"/documents/{subject}"
