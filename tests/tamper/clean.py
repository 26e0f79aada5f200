"""Archives of any shape that nobody has touched: whoever says something of them is wrong."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import TemporaryDirectory

from archive.archive import Archive
from archive.entry import Draft
from archive.export.handing_out import export
from archive.export.order import Order
from archive.packs.holdings import opener
from archive.verify import check, check_archive
from tests.archive.disks import HastyDisk
from tests.archive.filing import MASTERS, PLAIN, draft, item, opened, stamp
from tests.archive.filing import chance as salts

SIZES = (*(1,) * 8, 2, 2, 3, 5, 9, 17, 40)
TILES = (254, 255, 256, 257)
EXPORTED_EACH = 10
ENCRYPTING = 0.3
BEGIN = datetime(2025, 12, 28, 12, tzinfo=UTC)


def false_alarms(count: int, seed: int, near: Path) -> Iterator[str]:
    """Grow so many archives; yield what is said against one of them."""
    for number in range(count):
        chance = Random(f"{seed} {number}")  # noqa: S311  (replayable)
        with TemporaryDirectory(dir=near) as folder:
            for said in _grow(Path(folder), chance, number):
                yield f"clean run {number} of seed {seed}: {said}"


def _grow(folder: Path, chance: Random, number: int) -> Iterator[str]:
    """Open an archive a few times, let time pass, look at it now and then, and at the end."""
    root, at = folder / "archive", BEGIN
    salt, seen, keys = salts(number), list[tuple[str, str]](), list[str]()
    count, masters = 0, PLAIN
    for _ in range(chance.randint(1, 3)):
        at += timedelta(hours=chance.randint(0, 60))
        masters = MASTERS if chance.random() < ENCRYPTING else masters
        disk = HastyDisk(root)
        with opened(root, at=at, disk=disk, random_bytes=salt, masters=masters) as archive:
            for _ in range(chance.randint(1, 3)):
                count = _file(archive, chance, count)
                seen += [("seen", archive.checkpoint(log)) for log in archive.logs()]
            if chance.random() < 0.5:
                archive.close_day(at.date(), stamp)
            if chance.random() < 0.2:
                archive.reindex()
            keys = [archive.verifier_key(log) for log in archive.logs()]
            yield from map(str, archive.verify().faults)
            if number % EXPORTED_EACH == 0:
                yield from _exported(archive, chance, folder / "bundle", at)
    for open_member in (None, opener(root, masters)):
        report = check_archive(root, earlier=seen, keys=keys, open_member=open_member)
        yield from map(str, report.faults)


def _file(archive: Archive, chance: Random, count: int) -> int:
    size = chance.choice(TILES if chance.random() < 0.02 else SIZES)
    archive.append([_draft(chance, n) for n in range(count, count + size)])
    return count + size


def _draft(chance: Random, number: int) -> Draft:
    items = tuple(
        item(chance.choice(("the same", f"{number} ", "")) * chance.randint(1, 300), role)
        for role in ("original", "terms", "receipt")[: chance.randint(0, 3)]
    )
    made = draft(number, tenant=chance.choice(("acme", "acme", "other")), items=items)
    return made if chance.random() < 0.9 else replace(made, document=None, fields={})


def _exported(archive: Archive, chance: Random, bundle: Path, at: datetime) -> Iterator[str]:
    """Export some of it and look at that."""
    own = [entry for entry in archive.entries() if entry.tenant == "acme"]
    documents = sorted({entry.document for entry in own if entry.document})
    if documents:
        chosen = chance.sample(documents, min(3, len(documents)))
        order = Order(tenant="acme", by="tester", asked={}, documents=tuple(chosen))
        export(archive, order, bundle, clock=lambda: at)
        yield from map(str, check(bundle).faults)
        rmtree(bundle)
