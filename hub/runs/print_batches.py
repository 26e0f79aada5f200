"""Waiting letters to one job a print partner at the cut-off; an interrupted one comes first.

One process a partner at a time: whoever finds another at it leaves the letters to the next look.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from archive.entry import Entry
from hub.engine.ownership import AlreadyRunning, own
from hub.pipeline.holding import watch_of
from hub.pipeline.house import House, Outcome
from hub.pipeline.parcels import parcel_for
from hub.pipeline.receipts import sent
from hub.pipeline.settling import settle
from hub.pipeline.standing import in_doubt, next_road
from hub.runs.cut_offs import is_due, is_held
from hub.runs.print_gathering import gather, printed
from hub.runs.print_ledger import open_ledger
from hub.store import deliveries, documents, print_jobs
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.endpoints import SERVER
from hub.store.print_jobs import PrintJob
from hub.store.work import Task
from outbound.channel import (
    Deferred,
    DeliveryState,
    GatheringChannel,
    InDoubt,
    Parcel,
    Receipt,
    Refused,
)

_DOUBT_LASTS = timedelta(hours=1)
"""Longer than most lines are down; a partner who takes files away never answers better later."""


def print_when_due(house: House) -> int:
    """Make the jobs whose cut-off has come; returns how many letters left."""
    return sum(
        _print(house, name)
        for name, channel in house.channels.items()
        if isinstance(channel, GatheringChannel)
        and not is_held(house, name)
        and (is_due(house, name) or _begun(house, name))
    )


def print_now(house: House) -> int:
    """Make a job of all waiting letters of each print partner; returns how many left."""
    return sum(
        _print(house, name)
        for name, channel in house.channels.items()
        if isinstance(channel, GatheringChannel)
    )


def _begun(house: House, channel: str) -> bool:
    with house.database.transaction() as connection:
        return bool(print_jobs.unfinished(connection, channel))


def _print(house: House, channel: str) -> int:
    """Make and hand over the jobs of a channel; none if another process is at it."""
    lock_file = house.config.data / f"print-{channel}.lock"
    turn = own(house.database, f"print {channel}", str(lock_file))
    try:
        turn.take()
    except AlreadyRunning:
        return 0
    try:
        return _print_all(house, channel)
    finally:
        turn.give_up()


def _print_all(house: House, channel: str) -> int:
    with house.database.transaction() as connection:
        jobs = print_jobs.unfinished(connection, channel)
        made = gather(house, connection, channel)
    interrupted = [_hand_over(house, job, interrupted=True) for job in jobs]
    return sum(interrupted) + sum(_hand_over(house, job, interrupted=False) for job in made)


def _hand_over(house: House, job: PrintJob, *, interrupted: bool) -> int:
    """Hand over a job; one that was interrupted is asked about first. Returns how many left."""
    channel = house.channels[job.channel]
    assert isinstance(channel, GatheringChannel)
    with house.database.transaction() as connection:
        pieces = deliveries.of_job(connection, job.job)
        rows = documents.many(connection, [piece.document for piece in pieces])
        own = [parcel_for(house, piece, rows[piece.document]) for piece in pieces]
        parcels = printed(connection, house, own)
    try:
        receipts = channel.resolve_job(job.job, parcels, job.made_of) if interrupted else None
        if receipts is None:
            receipts = channel.send_job(job.job, parcels, job.made_of)
    except (Deferred, InDoubt) as error:
        if isinstance(error, Deferred):
            watch_of(house, job.channel).heed(SERVER, error, 0)
        if house.clock() - job.made_at >= _asked_for(house, error):
            words = f"print job {job.job}: {error}; ask the partner whether he has it"
            doubts = [in_doubt(house, piece, rows[piece.document], words) for piece in pieces]
            _finish(house, job, DeliveryState.IN_DOUBT, doubts)
        return 0
    except Refused as error:
        refused = [_refused(house, piece, rows[piece.document], str(error)) for piece in pieces]
        _finish(house, job, DeliveryState.REJECTED, refused)
        return 0
    watch_of(house, job.channel).heed(SERVER, None, 0)
    outcomes = [
        _outcome(house, piece, rows[piece.document], receipts[parcel.key], parcel)
        for piece, parcel in zip(pieces, parcels, strict=True)
    ]
    ledger = partial(open_ledger, house, job=job, letters=pieces, receipts=receipts)
    _finish(house, job, DeliveryState.HANDED_OVER, outcomes, ledger)
    return sum(receipt.state is not DeliveryState.REJECTED for receipt in receipts.values())


def _asked_for(house: House, error: Deferred | InDoubt) -> timedelta:
    """Return how long a job is tried and asked about before a person must know of it."""
    if isinstance(error, InDoubt):
        return _DOUBT_LASTS
    return timedelta(hours=house.config.retry.give_up_hours)


def _outcome(
    house: House, piece: Delivery, row: DocumentRow, receipt: Receipt, parcel: Parcel
) -> Outcome:
    if receipt.state is DeliveryState.REJECTED:
        return _refused(house, piece, row, receipt.text)
    return sent(house, piece, row, receipt, parcel)


def _refused(house: House, piece: Delivery, row: DocumentRow, reason: str) -> Outcome:
    task = Task(subject=piece.id, room="send", lane="", priority=row.priority, due_at=house.clock())
    return next_road(house, piece, row, task, room="print", reason=reason)


def _finish(
    house: House,
    job: PrintJob,
    state: DeliveryState,
    outcomes: list[Outcome],
    ledger: Callable[[Connection], None] = lambda _connection: None,
) -> None:
    """Settle the letters, close their job and open the ledger of its pieces in one transaction."""
    *others, last = outcomes

    def record(connection: Connection, entry: Entry | None) -> None:
        last.record(connection, entry)
        print_jobs.set_state(connection, job.job, state)
        ledger(connection)

    settle(house, "print", [*others, replace(last, record=record)])
