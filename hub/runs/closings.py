"""Closings of the archive: days that are over closed, evidence renewed, witnesses told, alarms.

What an authority does not stamp today is stamped when it answers; nothing else waits for it. One
process at a time.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from archive.archive import Archive
from archive.closing.closing import Closer, Outcome
from archive.closing.renewal import Renewer
from archive.closing.standing import alarms
from archive.closing.token import Authority, NoStamp
from archive.closing.tree import Digest
from archive.entry import ArchiveDamaged, Entry
from hub.config.config import Config
from hub.engine.ownership import AlreadyRunning, own
from hub.pipeline.house import House
from hub.runs.closing_books import books_of
from hub.runs.witness import mail_witnesses
from hub.store import closing_alarms, witness_mails
from hub.store.closing_alarms import ClosingAlarm
from hub.store.database import Connection, Database
from outbound.channel import DeliveryState

_log = logging.getLogger("facteur.closings")
_TROUBLED = (DeliveryState.REJECTED, DeliveryState.IN_DOUBT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What closing needs of a house; a command has no more of one."""

    config: Config
    database: Database
    archive: Archive
    clock: Callable[[], datetime]
    authorities: Sequence[Authority]

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Be the only process that closes or renews.

        Raises:
            AlreadyRunning: another does.
        """
        turn = own(self.database, "closings", str(self.config.data / "closings.lock"))
        turn.take()
        try:
            yield
        finally:
            turn.give_up()

    def close(self, *, running: bool = False) -> Outcome:
        """Close the days that are over; with `running`, what was filed today, too."""
        closer = Closer(
            archive=self.archive,
            authorities=self.authorities,
            clock=self.clock,
            books=books_of(self.database, self.archive),
        )
        return closer.close_all(running=running)

    def renew(self, digest: Digest | None = None) -> Outcome:
        """Set new time stamps where old ones end; with a digest, begin new chains by it."""
        renewer = Renewer(archive=self.archive, authorities=self.authorities, clock=self.clock)
        filed: list[Entry] = []
        hindered: dict[str, str] = {}
        for log in self.archive.logs():
            try:
                filed += renewer.rehash(log, digest) if digest else renewer.renew(log)
            except (NoStamp, ArchiveDamaged) as fault:
                hindered[log] = str(fault)
        return Outcome(filed=tuple(filed), open=hindered)

    def note_alarms(self) -> None:
        """Note what is wrong with all closings, for the console and `facteur status`."""
        found = [
            ClosingAlarm(
                tenant=alarm.log.partition("/")[0],
                log=alarm.log,
                fault=alarm.fault,
                text=alarm.text,
            )
            for alarm in alarms(self.archive, self.clock())
        ]
        with self.database.transaction() as connection:
            closing_alarms.replace_all(connection, [*found, *_unwitnessed(connection)])


def close_when_due(house: House, authorities: Sequence[Authority]) -> int:
    """Close, renew and mail what is due, then note what is wrong; returns how many were filed."""
    office = Office(
        config=house.config,
        database=house.database,
        archive=house.archive,
        clock=house.clock,
        authorities=authorities,
    )
    try:
        with office.turn():
            closed, renewed = office.close(), office.renew()
            mail_witnesses(house)
            office.note_alarms()
    except AlreadyRunning:
        return 0
    for log, why in (*closed.open.items(), *renewed.open.items()):
        _log.warning("%s: %s", log, why)
    return len(closed.filed) + len(renewed.filed)


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
