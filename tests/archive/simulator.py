"""Lives of an archive on a disk that dies, fills up and breaks as a seed says; each seed is a test.

    python -m tests.archive.simulator --seed 17 [--count 500]

In every life an archive is opened, filled and closed; days are closed, time stamps renewed, keys
exchanged; somewhere an act on its disk is the last one before the power goes, or fails with ENOSPC
or EIO; the clock jumps. At the end whatever was acknowledged must be there, under every checkpoint
that was seen, and nothing half of it, and what was begun is finished. What is not durable yet is
lost by chance: names only in the order in which their folder got them, the content of what was
never fsynced in blocks. A seed that fails is printed; it fails again the same.
"""

import argparse
import errno
import itertools
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.archive import Archive
from archive.closing.day import pending
from archive.closing.rotation import rotate
from archive.entry import ArchiveConflict, ArchiveUnavailable, Draft, Entry
from archive.erasing import Erasure
from archive.packs.holdings import opener
from archive.packs.vault import Masters
from archive.verify import check_archive
from tests.archive.disks import NEVER, Blow, Cache, Killed, SimulatedDisk
from tests.archive.filing import KEY, MASTERS, ORIGIN, PLAIN, draft, item, stamp
from tests.archive.filing import chance as salts
from tests.archive.simulated_closings import Clerk

TENANTS = ("acme", "acme", "acme", "other")
BEGIN, END = datetime(2026, 12, 30, 12, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
JUMPS = tuple(
    timedelta(seconds=seconds)
    for seconds in (0, 0, 1, 60, 3600, 86_400, 3 * 86_400, -5, -3600, -86_400)
)
SIZES = (*(1,) * 16, *(2, 3, 4, 5, 7, 10) * 4, 40, 40, 255)
ENCRYPTING, POWER_CUTS, ROTATING, NIGHTS = 0.3, 0.4, 0.2, 0.5
OFFICIAL = ("closing", "renewal", "key")
"""Kinds of entries that nobody offers, and what their subjects begin with."""
ERRORS = {
    "power cut": None,
    "disk full": errno.ENOSPC,
    "disk broken": errno.EIO,
}


class Broken(AssertionError):
    """The archive did not keep its promise."""


@dataclass(kw_only=True)
class World:
    """What is known outside of the archive.

    Attributes:
        tried: every batch of one tenant that was ever offered, whether kept or not.
        kept: what was acknowledged, and nobody has asked to erase.
        erasures: what was asked to be erased, whether it was or not.
        heads: checkpoints as they were seen after an acknowledgement.
        masters: from some life on the house encrypts what it keeps.
        keys: which signs the logs, and those before it, the newest first.
        is_rotating: whether the last key may not have taken the place of the one before yet.
        clerk: who closes days.
    """

    root: Path
    chance: Random
    salts: Callable[[int], bytes]
    masters: Masters = PLAIN
    now: datetime = BEGIN
    tried: list[list[Draft]] = field(default_factory=list)
    kept: dict[tuple[str, str], Entry] = field(default_factory=dict)
    erasures: list[Erasure] = field(default_factory=list)
    heads: dict[tuple[str, str], None] = field(default_factory=dict)
    cache: Cache = field(default_factory=Cache)
    told: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)
    keys: list[Ed25519PrivateKey] = field(default_factory=lambda: [KEY])
    is_rotating: bool = False
    clerk: Clerk = field(init=False)

    def __post_init__(self) -> None:
        self.clerk = Clerk(chance=self.chance, clock=self.clock, tell=self.tell)

    def clock(self) -> datetime:
        """Return a time that may have jumped."""
        self.now += self.chance.choice(JUMPS)
        return self.now

    def tell(self, what: str) -> None:
        """Keep a line for who replays it."""
        self.told.append(what)

    def disk(self, blow: Blow = NEVER) -> SimulatedDisk:
        """Return the disk as a new process meets it."""
        return SimulatedDisk(
            self.root, cache=self.cache, blow=blow, chance=self.chance, tell=self.tell
        )

    def open(self, disk: SimulatedDisk) -> Archive:
        """Open the archive on a disk."""
        return Archive(
            self.root,
            origin=ORIGIN,
            key=self.keys[0],
            clock=self.clock,
            random_bytes=self.salts,
            disk=disk,
            masters=self.masters,
            former=[key.public_key() for key in self.keys[1:]],
        )


Act = Callable[[World, Archive], None]


def simulate(seed: int, folder: Path) -> World:
    """Play one seed.

    Raises:
        Broken: with the seed and what it found.
    """
    chance = Random(seed)  # noqa: S311  (replayable)
    world = World(root=folder / "archive", chance=chance, salts=salts(seed))
    try:
        for life in range(chance.randint(1, 5)):
            if chance.random() < ENCRYPTING:
                world.masters = MASTERS
            world.tell(f"life {life}")
            if life and not world.is_rotating and chance.random() < ROTATING:
                key = Ed25519PrivateKey.from_private_bytes(bytes([len(world.keys)]) * 32)
                world.keys.insert(0, key)
                world.is_rotating = True
            _live(world)
        _judge(world)
    except Exception as error:
        raise Broken(_broken(seed, world, error)) from error
    return world


def _broken(seed: int, world: World, error: Exception) -> str:
    told = "\n".join(f"  {line}" for line in world.told)
    command = f"python -m tests.archive.simulator --seed {seed}"
    return f"seed {seed} ({command}): {type(error).__name__}: {error}\n{told}"


# ---- one life ------------------------------------------------------------------------------------


def _live(world: World) -> None:
    """Open, work, and come to an end, good or bad."""
    blow = _blow(world)
    disk = world.disk(blow)
    index = disk.copy_index()
    try:
        with world.open(disk) as archive:
            _rotate(world, archive)
            for act in _acts(world.chance):
                _work(world, archive, disk, act)
    except Killed:
        world.tell("  killed")
    except ArchiveUnavailable as error:
        world.tell(f"  not opened: {error}")
    if world.chance.random() < POWER_CUTS:
        disk.cut_power(index)


def _blow(world: World) -> Blow:
    name = world.chance.choice(sorted(ERRORS))
    at = world.chance.randrange(world.chance.choice((60, 200)))
    world.tell(f"act {at}: {name}")
    return Blow(at=at, error=ERRORS[name], done=world.chance.random() < 0.5)


def _rotate(world: World, archive: Archive) -> None:
    """Let the new key take the place of the one before; begun again until it has."""
    if world.is_rotating:
        for entry in rotate(archive, world.keys[1]):
            world.clerk.filed[entry.tenant, entry.key] = entry
        world.is_rotating = False
        world.tell("  rotated")


def _acts(chance: Random) -> list[Act]:
    """Return what is done in a life; in some, first of all, what nightly jobs do."""
    nightly = [_file, _close, _renew] if chance.random() < NIGHTS else []
    return [*nightly, *chance.choices(ACTS, k=chance.randint(1, 4))]


def _work(world: World, archive: Archive, disk: SimulatedDisk, act: Act) -> None:
    """Do one thing; who is refused does not give up, and may find room again."""
    try:
        act(world, archive)
    except ArchiveUnavailable as error:
        world.tell(f"  refused: {error}")
        disk.has_room_again = world.chance.random() < 0.5


def _file(world: World, archive: Archive) -> None:
    """File a batch nobody has seen yet, of one tenant or of several."""
    number = next(world.numbers)
    size = world.chance.choice(SIZES)
    drafts = [_draft(world.chance, f"{number}/{n}") for n in range(size)]
    world.tried += [[d for d in drafts if d.tenant == t] for t in sorted({*TENANTS})]
    _offer(world, archive, drafts)


def _draft(chance: Random, key: str) -> Draft:
    texts = ("the same every time", f"of {key}", f"long {key} " * chance.choice((1, 50, 900)))
    items = tuple(item(text, f"role{n}") for n, text in enumerate(texts[: chance.randint(0, 3)]))
    return draft(0, key=key, subject=key, tenant=chance.choice(TENANTS), items=items)


def _file_again(world: World, archive: Archive) -> None:
    """File what was tried before, as who got no answer does; or other items under its key."""
    before = [batch for batch in world.tried if batch]
    if not before:
        return
    batch = world.chance.choice(before)
    if world.chance.random() < 0.2:
        first = replace(batch[0], items=(item("other"),))
        if (first.tenant, first.key) in world.kept:
            try:
                archive.append([first])
            except ArchiveConflict:
                return
            raise Broken(f"{first.key} was filed with other items")
    _offer(world, archive, batch)


def _offer(world: World, archive: Archive, drafts: Sequence[Draft]) -> None:
    entries = archive.append(drafts)
    world.tell(f"  {len(entries)} kept")
    for log in {entry.log for entry in entries}:
        world.heads[log, archive.checkpoint(log)] = None
    for one, entry in zip(drafts, entries, strict=True):
        first = world.kept.setdefault((one.tenant, one.key), entry)
        _must(first == entry, f"{one.key} was kept twice")


def _seal_day(world: World, archive: Archive) -> None:
    archive.close_day(world.clock().date(), stamp)


def _close(world: World, archive: Archive) -> None:
    world.now += timedelta(days=world.chance.choice((0, 1, 1, 2)))
    world.clerk.close(archive)


def _renew(world: World, archive: Archive) -> None:
    world.clerk.renew(archive)


def _erase(world: World, archive: Archive) -> None:
    """Erase an entry, if any is encrypted; from then on nobody files its batch again."""
    known = [(key, entry) for key, entry in world.kept.items() if _is_erasable(archive, entry)]
    if not known:
        return
    (tenant, key), entry = world.chance.choice(known)
    erasure = Erasure(
        key=f"erase:{key}",
        tenant=tenant,
        rule="a rule",
        reason="its time is over",
        asked_by="one",
        approved_by="another",
        entries=(entry.id,),
    )
    world.erasures.append(erasure)
    del world.kept[tenant, key]
    world.tried = [batch for batch in world.tried if key not in {each.key for each in batch}]
    archive.erase(erasure)
    world.tell(f"  {key} erased")


ACTS: tuple[Act, ...] = (
    *(_file, _file, _file, _file_again),
    *(_seal_day, _erase, _close, _renew),
)


def _is_erasable(archive: Archive, entry: Entry) -> bool:
    found = archive._found(entry.id)
    return archive._vault.guards(entry.log, found.pack)


# ---- after it ------------------------------------------------------------------------------------


def _judge(world: World) -> None:
    """Open it on a disk that does its duty, and compare it with what is known outside."""
    disk = world.disk()
    with world.open(disk) as archive:
        _rotate(world, archive)
        erased = {archive.erase(each).id for each in world.erasures}
        _must(len(erased) == len(world.erasures), "one erasure is not one entry")
        _check(world, archive)
        for batch in filter(None, world.tried):
            _offer(world, archive, batch)
        _close_all(world, archive)
        _check(world, archive)
        report = archive.verify()
        _must(report.ok, f"verify: {[*map(str, report.faults)]}")
        begun = [note for note in report.notes if "closings/" in note]
        _must(not begun, f"closings: {begun}")


def _close_all(world: World, archive: Archive) -> None:
    """Let all days be over, and all authorities answer."""
    world.now, world.clerk.silent = END, 0
    world.clerk.clock = lambda: END
    world.clerk.close(archive)
    waiting = [log for log in archive.logs() if pending(archive, log)]
    _must(not waiting, f"open after their closing: {waiting}")


def _check(world: World, archive: Archive) -> None:
    heads = [(f"seen {log}", note) for log, note in world.heads]
    opened_by = opener(world.root, world.masters)
    report = check_archive(world.root, earlier=heads, open_member=opened_by)
    _must(report.ok, f"the files: {[*map(str, report.faults)]}")
    keys: dict[str, list[str]] = {}
    for tenant, key in (*world.kept, *((d.tenant, d.key) for b in world.tried for d in b)):
        keys.setdefault(tenant, []).append(key)
    found = {
        (tenant, key): entry
        for tenant, own in keys.items()
        for key, entry in archive.kept(tenant, own).items()
    }
    official = [e for e in archive.entries() if e.subject.partition(":")[0] in OFFICIAL]
    for filed in world.clerk.filed.values():
        _must(filed in official, f"{filed.key} was acknowledged and is not there")
    for (tenant, key), entry in world.kept.items():
        _must(found.get((tenant, key)) == entry, f"{key} was acknowledged and is not there")
    for batch in filter(None, world.tried):
        there = sum((each.tenant, each.key) in found for each in batch)
        _must(there in {0, len(batch)}, f"{there} of {len(batch)} of {batch[0].key} are there")
    for sha256 in {kept.sha256 for entry in found.values() for kept in entry.items}:
        archive.get(sha256)
    gone = [each for each in world.erasures if archive._index.by_id(each.entries[0])]
    _must(not gone, f"{len(gone)} erased entries are there")
    leaves = sum(report.entries.values())
    count = len(found) + 2 * len(world.erasures) + len(official)
    _must(leaves == count, f"there are {leaves} leaves of {count} entries")


def _must(holds: bool, what: str) -> None:  # noqa: FBT001 - as assert
    if not holds:
        raise Broken(what)


# ---- many ----------------------------------------------------------------------------------------


def failing(seeds: Iterable[int]) -> Iterator[str]:
    """Play seeds, each in a folder in memory where there is one; yield what breaks."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    for seed in seeds:
        folder = tempfile.mkdtemp(prefix="archive-", dir=memory if memory.is_dir() else None)
        try:
            simulate(seed, Path(folder))
        except Broken as error:
            yield str(error)
        finally:
            shutil.rmtree(folder)


def main() -> int:
    """Play as many seeds as asked for; 1 if any breaks the archive's promise."""
    parser = argparse.ArgumentParser(description="An archive on a disk that dies and fails.")
    parser.add_argument("--seed", type=int, default=0, help="the first")
    parser.add_argument("--count", type=int, default=1)
    options = parser.parse_args()
    broken = list(failing(range(options.seed, options.seed + options.count)))
    for each in broken:
        sys.stdout.write(f"{each}\n")
    sys.stdout.write(f"simulator: {options.count} seeds, {len(broken)} failed\n")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
