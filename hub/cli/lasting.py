"""What doctor says of what ends some day: seals, trusted roots, time stamps, closings."""

from collections.abc import Callable, Iterator
from contextlib import closing

from archive.closing.standing import CLOCK_OFF_SECONDS_MAX, alarms
from archive.closing.token import NoStamp, read_stamp
from archive.closing.tree import Digest
from archive.entry import ArchiveUnavailable
from formats.signatures.signer import Unsupported, in_time
from hub.cli.output import Noted
from hub.config.config import Config
from hub.config.faults import Faulty
from hub.keys import KeyFault, NoTimeStamp, expires_on
from hub.sealing.authorities import authorities_of
from hub.sealing.notary import stamps_until
from hub.sealing.roots import all_roots, odd_roots, roots_of
from hub.sealing.seals import WARNED_BEFORE, own_seal, seals_of
from hub.store import archive_stamps
from hub.store.database import Unreachable
from hub.wiring.archive import open_archive
from hub.wiring.clock import now
from hub.wiring.database import open_database
from hub.wiring.log_keys import is_changing


def with_books(look: Callable[[Config], str]) -> Callable[[Config], str]:
    """Look only if the database can be opened; whether it can is for a look of its own to say."""

    def tried(config: Config) -> str:
        try:
            open_database(config).close()
        except (Unreachable, Faulty):
            return "not looked at, for want of the database"
        return look(config)

    return tried


def seal_of(key: str) -> Callable[[Config], str]:
    """Look whether a company's seal can be opened, and when it ends."""

    def look(config: Config) -> str:
        seals = seals_of(config)
        if key not in seals:
            return "none: roads that ask for a signature are closed"
        signer, named = own_seal(seals, key), config.tenants[key].seal_key
        try:
            in_time(signer, now())
        except Unsupported as fault:
            raise KeyFault(f"tenant.{key}.seal_key: {named}: {fault}; get a new one") from fault
        last = expires_on(signer.chain)
        if last < now().date() + WARNED_BEFORE:
            raise KeyFault(f"tenant.{key}.seal_key: {named} ends on {last}; get a new one")
        return f"good until {last}"

    return look


def roots(config: Config) -> str:
    """Read whom hub and companies trust, and say who of them is of no use today."""
    found = all_roots(config)
    if odd := list(odd_roots(found, now().date())):
        raise Faulty("\n".join(f"{each}; take its file away or get its successor" for each in odd))
    if not found:
        return "none set ([trust] roots): any time stamp is taken, and `verify` trusts nobody"
    return f"{len(found)} can be used"


def stamped_for(setting: str, url: str, tenant: str | None) -> Callable[[Config], str]:
    """Ask an authority for a time stamp, and say until when it can give any."""

    def look(config: Config) -> str:
        try:
            last = stamps_until(url, roots_of(config, tenant))
        except NoTimeStamp as fault:
            raise KeyFault(f"{setting}: {fault}") from fault
        if last < now() + WARNED_BEFORE:
            raise KeyFault(
                f"{setting}: time stamps of {url} hold until {last:%Y-%m-%d} only; ask it for its "
                "next certificate, or name another"
            )
        return f"given by {url}, hold until {last:%Y-%m-%d}"

    return look


def authority_of(name: str) -> Callable[[Config], str]:
    """Ask an authority of the archive's closings for a time stamp."""

    def look(config: Config) -> str:
        (own,) = (each for each in authorities_of(config) if each.name == name)
        setting = f"archive.authorities.{name}"
        try:
            stamp = read_stamp(own.respond(Digest.SHA256, Digest.SHA256.of(b"are you there?")))
        except NoStamp as fault:
            raise KeyFault(f"{setting}: {fault}") from fault
        off = round((stamp.at - now()).total_seconds())
        if abs(off) > CLOCK_OFF_SECONDS_MAX:
            raise Faulty(f"{setting}: its clock is {off:+d} s off ours; look at this machine's")
        return f"stamps under policy {stamp.policy}, holds until {stamp.holds_until:%Y-%m-%d}"

    return look


def closings(config: Config) -> str:
    """Say what is wrong with the archive's closings, or what would make them worth more."""
    if is_changing(config):
        raise Faulty(
            "another key was to sign the archive, and that was cut off: stop the hub and"
            " run `facteur archive rotate` again"
        )
    try:
        with closing(open_archive(config)) as kept:
            wrong = alarms(kept, now())
    except (ArchiveUnavailable, KeyFault):
        return "not looked at, for want of the archive"
    if wrong:
        raise Faulty("\n".join(f"{alarm.log}: {alarm.text}" for alarm in wrong))
    if lacking := list(_lacking(config)):
        raise Noted("\n".join(lacking))
    return "all days that are over are closed"


def _lacking(config: Config) -> Iterator[str]:
    count = len(config.archive.authorities) or bool(config.archive.time_stamp_url)
    if count == 0:
        yield "days are closed without a time stamp: name two [archive.authorities.NAME]"
    elif count == 1:
        yield "one authority alone stamps closings: name a second that knows nothing of it"
    unseen = [key for key, own in config.tenants.items() if not own.archive.witness]
    if unseen:
        yield (
            f"nobody outside gets checkpoints of {', '.join(unseen)}: witness in "
            f"[tenant.{unseen[0]}.archive]"
        )
    elif all(table["kind"] != "email" for table in config.channels.values()):
        yield "witnesses get nothing: there is no channel of kind email"


def archived_stamps(config: Config) -> str:
    """Say which archive time stamps end and were not renewed."""
    with closing(open_database(config)) as database, database.transaction() as connection:
        ends = archive_stamps.ending(connection, now() + WARNED_BEFORE)
    if ends:
        raise Faulty(
            "\n".join(
                f"{each.count} of {each.tenant} end, the first on {each.first:%Y-%m-%d}: "
                f"{each.fault or 'start the hub, which renews them'}"
                for each in ends
            )
        )
    return "none ends soon"
