"""Waiting letters become print jobs: batches of one make, written down before anything leaves."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from hub.pipeline.house import House
from hub.runs.postage import rates_of
from hub.store import deliveries, print_jobs, print_letters
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.print_jobs import PrintJob
from outbound.channel import DeliveryState, Enclosure, GatheringChannel, Parcel
from outbound.print_mail.batches import PIECES_MAX, batched


def gather(house: House, connection: Connection, channel: str) -> list[PrintJob]:
    """Give waiting letters to new jobs."""
    waiting = deliveries.gathered_held(connection, channel)
    now = house.clock()
    return [
        _job(connection, channel, letters, made_of, now)
        for letters, made_of in _batches(house, connection, channel, waiting)
    ]


def printed(connection: Connection, house: House, parcels: Sequence[Parcel]) -> list[Parcel]:
    """Return parcels with the files that are printed, where letters were mended for that."""
    found = print_letters.many(connection, [parcel.key for parcel in parcels])
    return [
        _with(house, parcel, found[parcel.key].letter.sha256) if parcel.key in found else parcel
        for parcel in parcels
    ]


def _batches(
    house: House, connection: Connection, channel: str, waiting: Sequence[Delivery]
) -> Iterator[tuple[Sequence[Delivery], str]]:
    """Yield the letters of each job, and how it is made."""
    gathering = house.channels[channel]
    assert isinstance(gathering, GatheringChannel)
    seen = print_letters.many(connection, [one.parcel_key for one in waiting])
    unseen = [one for one in waiting if one.parcel_key not in seen]
    for start in range(0, len(unseen), PIECES_MAX):
        yield unseen[start : start + PIECES_MAX], ""
    if not seen or gathering.stationery is None:
        return
    by_key = {one.parcel_key: one for one in waiting}
    letters = [each.letter for each in seen.values()]
    rates = rates_of(house.config, channel, gathering.stationery, house.clock().date())
    for batch in batched(letters, gathering.stationery, rates):
        yield [by_key[key] for key in batch.keys], msgspec.json.encode(batch).decode()


def _job(
    connection: Connection,
    channel: str,
    letters: Sequence[Delivery],
    made_of: str,
    now: datetime,
) -> PrintJob:
    number = print_jobs.count(connection, channel) + 1
    job = PrintJob(
        job=f"{channel}-{now:%Y%m%d}-{number:05d}",
        channel=channel,
        state=DeliveryState.SENDING,
        pieces=len(letters),
        made_at=now,
        made_of=made_of,
    )
    print_jobs.add(connection, job)
    for letter in letters:
        deliveries.change(
            connection,
            letter.id,
            job=job.job,
            state=DeliveryState.SENDING,
            attempts=letter.attempts + 1,
            changed_at=now,
        )
    return job


def _with(house: House, parcel: Parcel, sha256: str) -> Parcel:
    own, *others = parcel.enclosures
    letter = Enclosure(name=own.name, media_type=own.media_type, data=house.archive.get(sha256))
    return replace(parcel, enclosures=(letter, *others))
