"""Closings of the archive: days that are over closed, evidence renewed, witnesses told, alarms.

What an authority does not stamp today is stamped when it answers; nothing else waits for it. One
process at a time.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from archive.closing.closing import Closer
from archive.closing.renewal import Renewer
from archive.closing.standing import alarms
from archive.closing.token import Authority, NoStamp
from archive.entry import ArchiveDamaged
from hub.engine.ownership import AlreadyRunning, own
from hub.pipeline.house import House
from hub.runs.closing_books import books_of
from hub.runs.witness import mail_witnesses
from hub.store import closing_alarms, witness_mails
from hub.store.closing_alarms import ClosingAlarm
from hub.store.database import Connection
from outbound.channel import DeliveryState

_log = logging.getLogger("facteur.closings")
_TROUBLED = (DeliveryState.REJECTED, DeliveryState.IN_DOUBT)


def close_when_due(house: House, authorities: Sequence[Authority]) -> int:
    """Close, renew and mail what is due, then note what is wrong; returns how many were filed."""
    try:
        with turn_of(house):
            return _close(house, authorities)
    except AlreadyRunning:
        return 0


@contextmanager
def turn_of(house: House) -> Iterator[None]:
    """Be the only process that closes or renews.

    Raises:
        AlreadyRunning: another does.
    """
    turn = own(house.database, "closings", str(house.config.data / "closings.lock"))
    turn.take()
    try:
        yield
    finally:
        turn.give_up()


def _close(house: House, authorities: Sequence[Authority]) -> int:
    outcome = closer_of(house, authorities).close_all()
    for why in outcome.open.values():
        _log.warning("%s", why)
    renewed = sum(_renewed(house, authorities, log) for log in house.archive.logs())
    mail_witnesses(house)
    note_alarms(house)
    return len(outcome.filed) + renewed


def closer_of(house: House, authorities: Sequence[Authority]) -> Closer:
    """Return who closes this house's archive."""
    return Closer(
        archive=house.archive,
        authorities=authorities,
        clock=house.clock,
        books=books_of(house.database, house.archive),
    )


def renewer_of(house: House, authorities: Sequence[Authority]) -> Renewer:
    """Return who renews this house's evidence."""
    return Renewer(archive=house.archive, authorities=authorities, clock=house.clock)


def _renewed(house: House, authorities: Sequence[Authority], log: str) -> int:
    try:
        return len(renewer_of(house, authorities).renew(log))
    except (NoStamp, ArchiveDamaged) as fault:
        _log.warning("time stamps of %s are not renewed: %s", log, fault)
        return 0


def note_alarms(house: House) -> None:
    """Look at all closings and note what is wrong, for the console and `facteur status`."""
    found = [
        ClosingAlarm(
            tenant=alarm.log.partition("/")[0], log=alarm.log, fault=alarm.fault, text=alarm.text
        )
        for alarm in alarms(house.archive, house.clock())
    ]
    with house.database.transaction() as connection:
        closing_alarms.replace_all(connection, [*found, *_unwitnessed(connection)])


def _unwitnessed(connection: Connection) -> list[ClosingAlarm]:
    """Return what was not surely mailed to a witness; the next day's mail covers it."""
    return [
        ClosingAlarm(
            tenant=mail.tenant,
            log=mail.log,
            fault="witness",
            text=f"the checkpoint of {mail.day} did not surely reach its witness: {mail.words}",
        )
        for mail in witness_mails.last(connection)
        if mail.state in _TROUBLED
    ]
