"""The hub's own books: whether it is at rest, what is parked, what is in doubt."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from bench.crash.peers import World
from bench.crash.settings import Site
from hub.config.loading import load
from hub.pipeline.by_hand import Statement, state
from hub.pipeline.house import House
from hub.pipeline.resubmit import NotParked
from hub.store import deliveries, documents, events, work
from hub.store.database import Connection, Database
from hub.store.deliveries import GATHERED, Delivery
from hub.store.documents import DocumentState
from hub.store.print_jobs import print_jobs
from hub.store.submissions import submissions
from hub.wiring.building import close, tool
from hub.worklist.gathering import worklist
from outbound.channel import DeliveryState

_MESSAGE_ID = re.compile(r"<[^>]+>")
_UNDER_WAY = (DocumentState.WORKING, DocumentState.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A delivery in doubt that an operator has decided.

    Attributes:
        listed: whether the worklist had it.
    """

    number: str
    message_id: str
    arrived: bool
    listed: bool


class Books:
    """What a hub has written about its documents."""

    def __init__(self, site: Site) -> None:
        self._config = load(site.settings[0])
        self._database = Database(self._config.database_url)

    def close(self) -> None:
        """Let the database go."""
        self._database.close()

    def unfinished(self) -> str:
        """Say what is not at rest; empty when everything is."""
        with self._database.transaction() as connection:
            states = documents.counts(connection)
            facts = {
                "subjects in the rooms": work.count(connection),
                "documents under way": sum(states.get(state, 0) for state in _UNDER_WAY),
                "doubts that a channel can settle": _count(connection, _asked_about()),
                "letters waiting": _count(connection, deliveries.deliveries.c.state == GATHERED),
                "print jobs open": _count(connection, print_jobs.c.state == DeliveryState.SENDING),
            }
        return ", ".join(f"{count} {what}" for what, count in facts.items() if count)

    def lacking(self, hashes: Collection[str]) -> set[str]:
        """Return those files, by SHA-256, of which the database knows nothing."""
        with self._database.transaction() as connection:
            known = set(connection.execute(sa.select(submissions.c.sha256)).scalars())
        return set(hashes) - known

    def states(self) -> dict[str, str]:
        """Return number to state of all documents but repeats of others."""
        with self._database.transaction() as connection:
            rows = documents.found(connection, limit=1_000_000)
        return {row.number: row.state for row in rows if row.state != DocumentState.DUPLICATE}

    def doubted(self) -> set[str]:
        """Return the numbers of all documents of which a delivery was ever in doubt."""
        query = (
            sa.select(documents.documents.c.number)
            .join(events.events, events.events.c.document == documents.documents.c.id)
            .where(events.events.c.text.startswith("in doubt: "))
        )
        with self._database.transaction() as connection:
            return set(connection.execute(query).scalars())

    def decide_doubts(self, world: World) -> list[Doubt]:
        """Do as an operator: look into the mail server's log for each Message-ID, and decide."""
        with self._database.transaction() as connection:
            doubtful = deliveries.listed(connection, state=DeliveryState.IN_DOUBT, limit=10_000)
            rows = documents.many(connection, [delivery.document for delivery in doubtful])
        if not doubtful:
            return []
        accepted = world.message_ids()
        house = tool(self._config)
        try:
            listed = {item.subject for group in worklist(house) for item in group.items}
            made = [
                _decided(house, way, rows[way.document].number, accepted, listed=way.id in listed)
                for way in doubtful
            ]
            return [doubt for doubt in made if doubt is not None]
        finally:
            close(house)


def _decided(
    house: House, way: Delivery, number: str, accepted: Counter[str], *, listed: bool
) -> Doubt | None:
    """Say what became of it, as `facteur settle` does; None if a report was faster."""
    found = _MESSAGE_ID.search(way.reason)
    message_id = found[0] if found else way.reason
    arrived = accepted[message_id] > 0
    stated = Statement(arrived=arrived, who="fault test", reason="the mail server's log says so")
    try:
        state(house, way.id, stated)
    except NotParked:
        return None
    return Doubt(number=number, message_id=message_id, arrived=arrived, listed=listed)


def _asked_about() -> sa.ColumnElement[bool]:
    """Of an email nobody but a person can tell; the other channels are asked."""
    table = deliveries.deliveries.c
    return sa.and_(table.state == DeliveryState.IN_DOUBT, table.channel != "email")


def _count(connection: Connection, *where: sa.ColumnElement[bool]) -> int:
    return connection.execute(sa.select(sa.func.count()).where(*where)).scalar_one()
