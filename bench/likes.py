"""Likes of one document that wait to be sent: thousands in a second, without walking all rooms."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from bench.traffic import idocs
from bench.workshop import Workshop, drain, feed
from hub.pipeline.lanes import send_lane
from hub.store import documents, work
from hub.store.database import Connection
from hub.store.deliveries import deliveries
from hub.store.work import INVOICES_FIRST, Task
from hub.wiring.clock import now
from outbound.channel import DeliveryState
from routing_rules.recipient import Recipient

_AT_ONCE = 5_000


class Likes:
    """Makes likes of a document that has gone the whole way; the engine must run."""

    def __init__(self, shop: Workshop) -> None:
        self._house = shop.house
        feed(shop.house, idocs(1))
        drain(shop.house)
        with shop.house.database.transaction() as connection:
            (found,) = documents.found(connection)
            self._document = _row(connection, documents.documents, found.id)
            self._delivery = _row(connection, deliveries, f"{found.id}-d0")
        self._recipient = msgspec.json.decode(self._document["recipient"], type=Recipient)
        self._position = count(1)

    def wait(self, name: str, domains: Sequence[str], *, priority: int = INVOICES_FIRST) -> None:
        """Let one for each of the domains wait, numbered `name-0`, `name-1`."""
        for start in range(0, len(domains), _AT_ONCE):
            part = list(enumerate(domains[start : start + _AT_ONCE], start))
            with self._house.database.transaction() as connection:
                self._insert(connection, name, part, priority)
            self._house.nudge()

    def _insert(
        self, connection: Connection, name: str, part: Sequence[tuple[int, str]], priority: int
    ) -> None:
        rows = [self._like(f"{name}-{n}", domain, priority) for n, domain in part]
        connection.execute(documents.documents.insert(), rows)
        connection.execute(
            deliveries.insert(),
            [
                self._delivery
                | {
                    "id": f"{row['id']}-d0",
                    "document": row["id"],
                    "state": DeliveryState.WAITING,
                    "attempts": 0,
                }
                for row in rows
            ],
        )
        tasks = [
            Task(
                subject=f"{row['id']}-d0",
                room="send",
                lane=send_lane(self._delivery["channel"]),
                priority=priority,
                due_at=now(),
                endpoint=domain,
            )
            for row, (_, domain) in zip(rows, part, strict=True)
        ]
        work.put(connection, tasks)

    def _like(self, number: str, domain: str, priority: int) -> dict[str, Any]:
        recipient = replace(self._recipient, email=f"ar@{domain}")
        return self._document | {
            "id": f"like-{number}",
            "position": next(self._position),
            "number": number,
            "priority": priority,
            "recipient": msgspec.json.encode(recipient).decode(),
        }


def _row(connection: Connection, table: sa.Table, key: str) -> dict[str, Any]:
    row = connection.execute(sa.select(table).where(table.c.id == key)).one()
    return dict(row._mapping)  # noqa: SLF001  (the public way to a row's names)
