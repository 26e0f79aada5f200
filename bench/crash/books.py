"""The hub's own books: whether it is at rest, what is parked, what is in doubt."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from bench.crash.peers import World
from bench.crash.settings import Site
from hub.config.loading import load
from hub.pipeline.by_hand import decide_doubt
from hub.store import deliveries, documents, work
from hub.store.database import Connection, Database
from hub.store.deliveries import GATHERED
from hub.store.documents import DocumentState
from hub.store.print_jobs import print_jobs
from hub.store.submissions import submissions
from hub.wiring.building import close, tool
from outbound.channel import DeliveryState

_MESSAGE_ID = re.compile(r"<[^>]+>")
_UNDER_WAY = (DocumentState.WORKING, DocumentState.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A delivery in doubt that an operator has decided."""

    number: str
    message_id: str
    arrived: bool


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

    def decide_doubts(self, world: World) -> list[Doubt]:
        """Do as an operator: look into the mail server's log for each Message-ID, and decide."""
        with self._database.transaction() as connection:
            doubtful = deliveries.listed(connection, state=DeliveryState.IN_DOUBT, limit=10_000)
            rows = documents.many(connection, [delivery.document for delivery in doubtful])
        if not doubtful:
            return []
        accepted = world.message_ids()
        decided = []
        house = tool(self._config)
        try:
            for delivery in doubtful:
                found = _MESSAGE_ID.search(delivery.reason)
                message_id = found[0] if found else delivery.reason
                arrived = accepted[message_id] > 0
                decide_doubt(house, delivery.id, arrived=arrived, who="fault test")
                number = rows[delivery.document].number
                decided.append(Doubt(number=number, message_id=message_id, arrived=arrived))
        finally:
            close(house)
        return decided


def _count(connection: Connection, *where: sa.ColumnElement[bool]) -> int:
    return connection.execute(sa.select(sa.func.count()).where(*where)).scalar_one()
