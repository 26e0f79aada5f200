"""An archive grown old: its key was exchanged twice, its time stamps renewed, then rehashed."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.archive import Archive
from archive.closing.closing import Closer
from archive.closing.renewal import Renewer
from archive.closing.rotation import rotate
from archive.closing.token import Authority
from archive.closing.tree import Digest
from archive.export.handing_out import export
from archive.export.order import Order
from tests.archive.closing.stamping import Town
from tests.archive.disks import HastyDisk
from tests.archive.filing import KEY, chance, draft, drafts, opened
from tests.tamper.grown import Grown

LOG = "acme/2019"
SECOND, THIRD = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (2, 3))
DAY, YEAR = timedelta(days=1), timedelta(days=365)
MANY = 20 * YEAR
BEGIN = datetime(2019, 3, 4, 8, tzinfo=UTC)
ORDER = Order(
    tenant="acme",
    by="tester",
    asked={"documents": "two"},
    documents=("d1", "d6"),
    whole_logs=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """The archive, and who stamps the time.

    Attributes:
        grown: its `past` is of before the first rotation; its `fork` went on with the first key.
        true: an authority that the house believes.
        false: one of the forger's own.
    """

    grown: Grown
    true: Authority
    false: Authority


@dataclass(frozen=True, slots=True, kw_only=True)
class _Life:
    """Files, closes, rotates and renews at given times."""

    root: Path
    town: Town
    authorities: Sequence[Authority]

    def open(self, *keys: Ed25519PrivateKey) -> Archive:
        """Open it with a key and those before it."""
        key, *former = keys
        disk, at, salts = HastyDisk(self.root), self.town.now, chance(self.town.now.toordinal())
        return opened(self.root, at=at, disk=disk, random_bytes=salts, key=key, former=former)

    def file(self, *numbers: int, keys: Sequence[Ed25519PrivateKey] = (KEY,)) -> None:
        """File documents, and close the day after it."""
        with self.open(*keys) as archive:
            archive.append([*drafts(numbers), draft(numbers[0], tenant="other")])
        self.town.now += DAY
        with self.open(*keys) as archive:
            closer = Closer(
                archive=archive, authorities=self.authorities, clock=lambda: self.town.now
            )
            outcome = closer.close_all()
            assert not outcome.open, outcome.open

    def rotate(self, *keys: Ed25519PrivateKey) -> None:
        with self.open(*keys) as archive:
            rotate(archive, keys[1])

    def renew(self, *keys: Ed25519PrivateKey, digest: Digest | None = None) -> None:
        """Set new time stamps over those of a log; or begin anew with another digest."""
        with self.open(*keys) as archive:
            new = [self.town.authority(f"of {self.town.now:%Y}")]
            renewer = Renewer(archive=archive, authorities=new, clock=lambda: self.town.now)
            for log in (LOG, "other/2019"):
                again = renewer.rehash(log, digest) if digest else renewer.renew(log, within=MANY)
                assert again, f"{log} was not renewed"


@contextmanager
def aged(folder: Path) -> Iterator[Aged]:
    """Build all of it below a folder."""
    town, wild = (Town(folder / name, BEGIN, days=3650) for name in ("town", "wild"))
    for each in (town, wild):
        each.folder.mkdir(parents=True)
    authorities = [town.authority(name) for name in ("first", "second")]
    whole, past, fork = (folder / name / "archive" for name in ("whole", "past", "fork"))
    life = _Life(root=whole, town=town, authorities=authorities)
    _live(life, past)
    shutil.copytree(past, fork)
    town.now = BEGIN + 9 * DAY
    _Life(root=fork, town=town, authorities=authorities).file(*range(20, 40))
    keys = (THIRD, SECOND, KEY)
    false = wild.authority("false")
    with life.open(*keys) as archive:
        roots = town.folder / "roots.pem"
        export(archive, ORDER, folder / "bundle", clock=lambda: town.now)
        mailed = [(f"mailed {log}", archive.checkpoint(log)) for log in archive.logs()]
        lines = [archive.verifier_key(log) for log in archive.logs()]
    grown = Grown(
        whole=whole,
        past=past,
        fork=fork,
        bundle=folder / "bundle",
        checkpoints=mailed,
        keys=lines,
        authority=roots,
        forged=lambda data: false.respond(Digest.SHA256, sha256(data).digest()),
        open=partial(opened, key=THIRD, former=(SECOND, KEY)),
    )
    yield Aged(grown=grown, true=authorities[0], false=false)


def _live(life: _Life, past: Path) -> None:
    """Let years go by; on the way set a copy aside."""
    life.file(1, 2, 3)
    life.file(4, 5)
    shutil.copytree(life.root, past)
    life.rotate(SECOND, KEY)
    life.file(6, 7, keys=(SECOND, KEY))
    life.town.now = BEGIN + 2 * YEAR
    life.renew(SECOND, KEY)
    life.rotate(THIRD, SECOND, KEY)
    life.town.now += DAY
    life.file(8, keys=(THIRD, SECOND, KEY))
    life.town.now = BEGIN + 4 * YEAR
    life.renew(THIRD, SECOND, KEY, digest=Digest.SHA512)
