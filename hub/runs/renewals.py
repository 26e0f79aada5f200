"""Archive time stamps of signed PDFs set anew before they end; the signed file stays as it is.

Each renewed PDF is filed as further evidence of its delivery. One process at a time.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeGuard

from archive.entry import ArchiveError, Draft, Entry, Item
from hub.engine.ownership import AlreadyRunning, own
from hub.keys import NoTimeStamp
from hub.pipeline.evidence import delivery_draft
from hub.pipeline.house import House
from hub.pipeline.settling import file_evidence
from hub.sealing.notary import Renewed, renewed, stamps_until
from hub.sealing.roots import roots_of
from hub.sealing.seal import Seal
from hub.sealing.seals import RENEWED_BEFORE
from hub.store import archive_stamps, deliveries, documents, events, stamp_authorities
from hub.store.archive_stamps import ArchiveStamp
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.events import Event
from hub.store.stamp_authorities import StampAuthority

AT_ONCE = 20
A_RUN = 500
"""Of one company; a hub that is to stop waits for no more. Hourly, a million in 90 days."""
_AGAIN = timedelta(days=1)
_MEDIA_TYPE = "application/pdf"


def renew_when_due(house: House) -> int:
    """Renew the archive time stamps whose turn has come; returns how many.

    Once a day each authority is asked for a time stamp, to know until when it can give any.
    """
    turn = own(house.database, "renewals", str(house.config.data / "renewals.lock"))
    try:
        turn.take()
    except AlreadyRunning:
        return 0
    try:
        ask_authorities(house)
        with house.database.transaction() as connection:
            tenants = archive_stamps.tenants_due(connection, house.clock())
        return sum(_renew_all_of(house, tenant) for tenant in tenants)
    finally:
        turn.give_up()


def ask_authorities(house: House) -> None:
    """Note until when each authority stamps, unless it was asked within a day."""
    now = house.clock()
    with house.database.transaction() as connection:
        known = stamp_authorities.by_url(connection)
    for url, trusted in _authorities(house).items():
        before = known.get(url)
        if before and now < before.asked_at + _AGAIN:
            continue
        try:
            told = StampAuthority(url=url, holds_until=stamps_until(url, trusted), asked_at=now)
        except NoTimeStamp as fault:
            last = before.holds_until if before else None
            told = StampAuthority(url=url, holds_until=last, asked_at=now, fault=str(fault))
        with house.database.transaction() as connection:
            stamp_authorities.put(connection, told)


def _authorities(house: House) -> dict[str, tuple[bytes, ...]]:
    """Return the addresses of all, with the roots under which each must stand."""
    found = {seal.time_stamp_url: seal.trusted for seal in house.seals.values()}
    found[house.config.archive.time_stamp_url] = roots_of(house.config)
    return {url: trusted for url, trusted in found.items() if url}


def _renew_all_of(house: House, tenant: str) -> int:
    """Renew a company's until none is due, or it is enough for one run."""
    seal = house.seals.get(tenant)
    if seal is None or not seal.time_stamp_url:
        _postpone(house, tenant, f"[tenant.{tenant}] has no seal with a time_stamp_url")
        return 0
    count = 0
    for _ in range(A_RUN // AT_ONCE):
        stamps = _due(house, tenant)
        outcomes = list(zip(stamps, _renew(house, seal, stamps), strict=True))
        gains = [(stamp, made) for stamp, made in outcomes if _is_gain(made, stamp)]
        if gains:
            _file(house, gains)
        count += len(gains)
        if not stamps or not _goes_on(house, tenant, outcomes):
            break
    return count


def _goes_on(
    house: House, tenant: str, outcomes: Sequence[tuple[ArchiveStamp, Renewed | Exception]]
) -> bool:
    """Put off what could not be renewed; all of a company's if its authority is of no use today."""
    for stamp, outcome in outcomes:
        if isinstance(outcome, NoTimeStamp) or _is_vain(outcome, stamp):
            _postpone(house, tenant, _why(outcome))
            return False
        if isinstance(outcome, Exception):
            _put_off(house, stamp, str(outcome))
    return True


def _due(house: House, tenant: str) -> list[ArchiveStamp]:
    with house.database.transaction() as connection:
        return archive_stamps.due(connection, tenant, now=house.clock(), limit=AT_ONCE)


def _renew(house: House, seal: Seal, stamps: Sequence[ArchiveStamp]) -> list[Renewed | Exception]:
    """Renew on all children; what cannot be stands as an exception in its place."""
    loaded = {stamp.delivery: _loaded(house, stamp) for stamp in stamps}
    calls = {
        key: (data, seal.time_stamp_url, seal.trusted)
        for key, data in loaded.items()
        if isinstance(data, bytes)
    }
    made = dict(zip(calls, house.pool.map(renewed, list(calls.values())), strict=True))
    lost = {key: fault for key, fault in loaded.items() if not isinstance(fault, bytes)}
    return [(made | lost)[stamp.delivery] for stamp in stamps]


def _loaded(house: House, stamp: ArchiveStamp) -> bytes | ArchiveError:
    try:
        return house.archive.get(stamp.sha256)
    except ArchiveError as fault:
        return fault


def _is_gain(outcome: Renewed | Exception, stamp: ArchiveStamp) -> TypeGuard[Renewed]:
    return isinstance(outcome, Renewed) and outcome.holds_until > stamp.holds_until


def _is_vain(outcome: Renewed | Exception, stamp: ArchiveStamp) -> bool:
    return isinstance(outcome, Renewed) and outcome.holds_until <= stamp.holds_until


def _why(outcome: Renewed | Exception) -> str:
    if isinstance(outcome, Renewed):
        return (
            f"a new time stamp would hold until {outcome.holds_until:%Y-%m-%d} only: "
            "the authority needs a new certificate first"
        )
    return str(outcome)


def _file(house: House, gains: Sequence[tuple[ArchiveStamp, Renewed]]) -> None:
    """File each renewed PDF, then note until when it holds."""
    with house.database.transaction() as connection:
        found = deliveries.many(connection, [stamp.delivery for stamp, _ in gains])
        rows = documents.many(connection, [stamp.document for stamp, _ in gains])
    drafts = [
        _draft(stamp, made, found[stamp.delivery], rows[stamp.document]) for stamp, made in gains
    ]
    entries = file_evidence(house, drafts)
    with house.database.transaction() as connection:
        for (stamp, made), draft in zip(gains, drafts, strict=True):
            entry = entries[draft.key]
            archive_stamps.put(connection, _next(stamp, entry, made.holds_until))
            events.add(connection, [_line(house, stamp, entry, made.holds_until)])


def _draft(stamp: ArchiveStamp, made: Renewed, delivery: Delivery, row: DocumentRow) -> Draft:
    item = Item(role="renewed", name=stamp.name, media_type=_MEDIA_TYPE, data=made.data)
    draft = delivery_draft(delivery, row, "renew", [item])
    return replace(draft, key=f"{stamp.delivery}/renew/{stamp.renewals + 1}")


def _next(stamp: ArchiveStamp, entry: Entry, holds_until: datetime) -> ArchiveStamp:
    return replace(
        stamp,
        sha256=entry.items[0].sha256,
        holds_until=holds_until,
        look_at=holds_until - RENEWED_BEFORE,
        renewals=stamp.renewals + 1,
        fault="",
    )


def _line(house: House, stamp: ArchiveStamp, entry: Entry, holds_until: datetime) -> Event:
    return Event(
        id=house.new_id(),
        at=house.clock(),
        tenant=stamp.tenant,
        document=stamp.document,
        delivery=stamp.delivery,
        room="renew",
        text=f"archive time stamp renewed, holds until {holds_until:%Y-%m-%d}",
        entry=entry.id,
    )


def _postpone(house: House, tenant: str, fault: str) -> None:
    now = house.clock()
    with house.database.transaction() as connection:
        archive_stamps.postpone(connection, tenant, now=now, look_at=now + _AGAIN, fault=fault)


def _put_off(house: House, stamp: ArchiveStamp, fault: str) -> None:
    with house.database.transaction() as connection:
        archive_stamps.put(connection, replace(stamp, look_at=house.clock() + _AGAIN, fault=fault))
