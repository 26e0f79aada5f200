"""What is in doubt is asked about, again and again, by the channel's own means."""

import logging

from hub.pipeline.house import House, Outcome
from hub.pipeline.lanes import send_lane
from hub.pipeline.parcels import parcel_for
from hub.pipeline.receipts import sent
from hub.pipeline.settling import settle
from hub.pipeline.standing import next_road
from hub.store import deliveries, documents, work
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.work import Task
from outbound.channel import Deferred, DeliveryState, InDoubt, Refused

_log = logging.getLogger("facteur.doubts")


def resolve_doubts(house: House) -> int:
    """Ask about every delivery in doubt; returns how many are so no longer."""
    with house.database.transaction() as connection:
        doubtful = deliveries.listed(connection, state=DeliveryState.IN_DOUBT)
        rows = documents.many(connection, [d.document for d in doubtful])
    return sum(_resolve(house, d, rows[d.document]) for d in doubtful if d.job is None)


def _resolve(house: House, delivery: Delivery, row: DocumentRow) -> bool:
    parcel = parcel_for(house, delivery, row)
    try:
        receipt = house.channels[delivery.channel].resolve(parcel)
    except Refused as error:
        settle(house, "resolve", [_given_up(house, delivery, row, error)])
        return True
    except (InDoubt, Deferred) as error:
        _log.info("%s stays in doubt: %s", delivery.id, error)
        return False
    if receipt is not None:
        settle(house, "resolve", [sent(house, delivery, row, receipt, parcel)])
        return True
    _send_again(house, delivery, row)
    return True


def _given_up(house: House, delivery: Delivery, row: DocumentRow, error: Refused) -> Outcome:
    """The peer had it and will never carry it: the next road is open."""
    return next_road(
        house, delivery, row, _task(house, delivery, row), room="resolve", reason=str(error)
    )


def _send_again(house: House, delivery: Delivery, row: DocumentRow) -> None:
    """It did not arrive: it leaves again under the same key."""
    with house.database.transaction() as connection:
        deliveries.change(
            connection,
            delivery.id,
            state=DeliveryState.WAITING,
            reason="it did not arrive; it is sent again",
            changed_at=house.clock(),
        )
        work.put(connection, [_task(house, delivery, row)])
    house.nudge()


def _task(house: House, delivery: Delivery, row: DocumentRow) -> Task:
    return Task(
        subject=delivery.id,
        room="send",
        lane=send_lane(delivery.channel),
        priority=row.priority,
        due_at=house.clock(),
    )
