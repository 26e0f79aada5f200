"""ROOMS: the map of the house, in the order in which a document walks through it.

Room 1, `receive`, is entered from the doors, before a file is acknowledged; room 9, `confirm`, from
what the peers report. The others are entered by batches. The last is for mails
that are no documents.
"""

from collections.abc import Callable, Sequence

from hub.pipeline import address_checks
from hub.pipeline.check import check
from hub.pipeline.enrich import enrich
from hub.pipeline.house import House, Outcome, Outcomes, Room
from hub.pipeline.read import read
from hub.pipeline.render import render
from hub.pipeline.route import route
from hub.pipeline.send import send
from hub.pipeline.sign import sign
from hub.store.work import Task


def at_once(
    enter: Callable[[House, Sequence[Task]], Sequence[Outcome]],
) -> Callable[[House, Sequence[Task]], Outcomes]:
    """Let a room whose effects stay in the house be settled for the whole batch at once."""

    def enter_all(house: House, tasks: Sequence[Task]) -> Outcomes:
        yield enter(house, tasks)

    return enter_all


ROOMS: tuple[Room, ...] = (
    Room(name="read", enter=at_once(read)),
    Room(name="enrich", enter=at_once(enrich)),
    Room(name="check", enter=at_once(check)),
    Room(name="route", enter=at_once(route)),
    Room(name="render", enter=at_once(render)),
    Room(name="sign", enter=at_once(sign)),
    Room(name="send", enter=send),
    Room(name=address_checks.ROOM, enter=address_checks.ask),
)
