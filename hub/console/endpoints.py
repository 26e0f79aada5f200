"""To whom parcels go: who is down, slowed or paused, since when, and how many wait."""

from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response

from hub.console.pages import page
from hub.console.visitor import Posted, Signed, TheHouse, text
from hub.console.wording import Words
from hub.endpoints.by_hand import Act, Hand, NoEndpoint, pause, resume
from hub.endpoints.circuit import State
from hub.endpoints.standing import QUIET, STRANGER, Standing, standings
from hub.pipeline.house import House
from hub.pipeline.lanes import outlets
from hub.store.database import Connection

STATES: Final = {
    State.WORKS: Words(label="Works", sentence="Parcels leave as they come.", tone="proven"),
    State.SLOWED: Words(
        label="Slowed",
        sentence="It asked for less: half the pace, doubled every ten minutes.",
        tone="busy",
    ),
    State.DOWN: Words(
        label="Down",
        sentence="Faults in a row: parcels wait, at no cost, until it is tried again.",
        tone="person",
    ),
    State.TRYING: Words(
        label="Being tried",
        sentence="One parcel tries it; if it answers, all others follow.",
        tone="busy",
    ),
    STRANGER: Words(
        label="Not the one we know",
        sentence="Somebody else answers in its place, or its key was changed: a person decides.",
        tone="person",
    ),
    State.PAUSED: Words(
        label="Paused", sentence="A person has stopped it; nothing leaves.", tone="person"
    ),
    QUIET: Words(
        label="Quiet hours", sentence="Nothing leaves but what a law's deadline wants.", tone="busy"
    ),
}
_ACTS: Final = {"pause": pause, "resume": resume}

router = APIRouter()


@router.get("/endpoints")
def listed(house: TheHouse, visitor: Signed) -> Response:
    """Show servers to everybody; domains, which are recipients', to who sees all companies."""
    with house.database.transaction() as connection:
        found = standing_of(house, connection)
    shown = [each for each in found if visitor.tenant is None or not each.endpoint]
    return page("endpoints.html", visitor, endpoints=shown, states=STATES)


@router.post("/endpoints")
def act(house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Pause or resume one; it concerns all companies."""
    if visitor.tenant is not None:
        raise HTTPException(404)
    act = Act(
        id=house.new_id(),
        at=house.clock(),
        name=text(form, "name"),
        who=visitor.name,
        why=text(form, "why"),
    )
    try:
        _ACTS[text(form, "act")](_hand(house), act)
    except (NoEndpoint, KeyError) as error:
        raise HTTPException(404 if act.why.strip() else 422, str(error)) from error
    house.nudge()
    return RedirectResponse("/endpoints", 303)


def _hand(house: House) -> Hand:
    return Hand(
        database=house.database,
        archive=house.archive,
        outlets=outlets(house.config, house.channels),
        tenants=house.config.tenants,
    )


def standing_of(house: House, connection: Connection) -> list[Standing]:
    """Return how all endpoints of a house stand."""
    return standings(connection, outlets(house.config, house.channels), house.clock())
