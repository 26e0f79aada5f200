"""Deliveries by channel and state; and what a person knows of one that is in doubt."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from hub.console.dossier import kind_of
from hub.console.pages import PAGE_SIZE, PageNumber, page
from hub.console.visitor import Posted, Signed, TheHouse, Visitor, text
from hub.links.fetching import withdraw
from hub.pipeline.by_hand import decide_doubt, decide_job
from hub.pipeline.cancel import cancel
from hub.store import deliveries, documents, work
from hub.store.deliveries import CANCELLED, GATHERED
from outbound.channel import DeliveryState

router = APIRouter()


@router.get("/deliveries")
def listed(
    house: TheHouse,
    visitor: Signed,
    state: str = "",
    channel: str = "",
    number: PageNumber = 1,
) -> Response:
    """Show deliveries, the last changed first, with the channel's words and the next attempt."""
    with house.database.transaction() as connection:
        found = deliveries.listed(
            connection,
            tenant=visitor.tenant,
            state=state or None,
            channel=channel or None,
            limit=PAGE_SIZE + 1,
            offset=(number - 1) * PAGE_SIZE,
        )
        rows = documents.many(connection, [delivery.document for delivery in found])
        tasks = work.waiting(connection, [delivery.id for delivery in found])
        known = deliveries.counts(connection, visitor.tenant)
    return page(
        "deliveries.html",
        visitor,
        deliveries=found[:PAGE_SIZE],
        rows=rows,
        kinds={delivery.id: kind_of(house, delivery.channel) for delivery in found},
        tasks=tasks,
        state=state,
        channel=channel,
        states=[*DeliveryState, GATHERED, CANCELLED],
        channels=sorted({name for name, _ in known} | set(house.channels)),
        number=number,
        more=len(found) > PAGE_SIZE,
    )


@router.post("/deliveries/{delivery}/doubt")
def decide(delivery: str, house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Take a person's word for what became of a delivery in doubt."""
    with house.database.transaction() as connection:
        found = deliveries.get(connection, delivery)
    if found is None or not visitor.sees(found.tenant):
        raise HTTPException(404)
    arrived = _arrived(form)
    who, reason = _stated(form, visitor)
    decide_doubt(house, delivery, arrived=arrived, who=who, reason=reason)
    return RedirectResponse(f"/documents/{found.document}", 303)


@router.post("/deliveries/{delivery}/link")
def close_link(delivery: str, house: TheHouse, visitor: Signed, form: Posted) -> Response:  # noqa: ARG001  (that it is ours is all there is to it)
    """Withdraw the link to a document, in the visitor's name."""
    with house.database.transaction() as connection:
        found = deliveries.get(connection, delivery)
    if found is None or not visitor.sees(found.tenant):
        raise HTTPException(404)
    withdraw(house, delivery, who=visitor.name)
    return RedirectResponse(f"/documents/{found.document}", 303)


@router.post("/print-jobs/{job}/doubt")
def decide_all(job: str, house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Take a person's word for what became of all letters of a print job in doubt."""
    with house.database.transaction() as connection:
        letters = deliveries.of_job(connection, job)
    if not any(visitor.sees(letter.tenant) for letter in letters):
        raise HTTPException(404)
    arrived = _arrived(form)
    who, reason = _stated(form, visitor)
    decide_job(house, job, tenant=visitor.tenant, arrived=arrived, who=who, reason=reason)
    return RedirectResponse("/parked", 303)


@router.post("/cancel/{subject}")
def stop(subject: str, house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Stop a document, or one delivery, that is still in the house."""
    with house.database.transaction() as connection:
        way = deliveries.get(connection, subject)
        row = documents.get(connection, way.document if way else subject)
    if row is None or not visitor.sees(row.tenant):
        raise HTTPException(404)
    cancel(house, subject, who=visitor.name, reason=text(form, "reason"))
    return RedirectResponse(f"/documents/{row.id}", 303)


def _stated(form: FormData, visitor: Visitor) -> tuple[str, str]:
    """Return who states something, and how it is known."""
    who, reason = text(form, "who"), text(form, "reason")
    if not who or not reason:
        raise HTTPException(422, "Say who you are and how it is known. Both are filed.")
    return f"{who} ({visitor.name})", reason


def _arrived(form: FormData) -> bool:
    said = text(form, "arrived")
    if said not in {"yes", "no"}:
        raise HTTPException(422, "Say whether it arrived.")
    return said == "yes"
