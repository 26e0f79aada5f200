"""The archive that is tampered with: tenants, years, days that were closed, and what was exported.

Everything but the time stamps is the same in every run; those are OpenSSL's own.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from archive.archive import Archive
from archive.closing.closing import Closer
from archive.closing.token import Authority
from archive.entry import Draft, OnDisk
from archive.erasing import Erasure
from archive.export.handing_out import export
from archive.export.order import Order
from tests.archive.disks import HastyDisk
from tests.archive.filing import MASTERS, PLAIN, chance, draft, drafts, item, opened, sha256_hex
from tests.servers.certification import Certification, certification

LOG = "acme/2026"
EXPORTED = ("d3", "d4", "d301", "d400")
ERASURE = Erasure(
    key="erase:1",
    tenant="acme",
    rule="the shortest there is",
    reason="its time is over",
    asked_by="one",
    approved_by="another",
    documents=("d310",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """An archive, and what others have of it.

    Attributes:
        whole: the archive.
        past: the same folder as it was two days before.
        fork: another history of the same length, signed with the true key.
        bundle: an export of four documents.
        checkpoints: what the tenants were sent with the last closing: (name, signed note).
        keys: the verifier keys, as an auditor got them by letter.
        authority: the root certificate of the time stamps.
        forged: a stamp for some bytes, by an authority of the forger's own.
        open: opens it, or a copy, with the keys of the house.
        open_pack: how packs of it, or of a copy, are brought that lie elsewhere.
    """

    whole: Path
    past: Path
    fork: Path
    bundle: Path
    checkpoints: Sequence[tuple[str, str]]
    keys: Sequence[str]
    authority: Path
    forged: Callable[[bytes], bytes]
    open: Callable[[Path], Archive]
    open_pack: Callable[[Path], Callable[[str, int], memoryview]] | None = None


@contextmanager
def grown(folder: Path) -> Iterator[Grown]:
    """Build all of it below a folder."""
    with certification(folder / "authority") as true, certification(folder / "forger") as false:
        whole, past, fork = (folder / name / "archive" for name in ("whole", "past", "fork"))
        build(whole, true, past=past)
        build(fork, true, seed=1)
        with opened(whole, at=_LAST, random_bytes=chance(3), masters=MASTERS) as archive:
            _export(archive, folder / "bundle", whole / "trust", true.folder / "root.pem")
            checkpoints = [(f"mailed {log}", archive.checkpoint(log)) for log in archive.logs()]
            keys = [archive.verifier_key(log) for log in archive.logs()]
        yield Grown(
            whole=whole,
            past=past,
            fork=fork,
            bundle=folder / "bundle",
            checkpoints=checkpoints,
            keys=keys,
            authority=true.folder / "root.pem",
            forged=lambda data: stamp(false, sha256(data).digest()),
            open=partial(opened, masters=MASTERS),
        )


def build(root: Path, authority: Certification, *, seed: int = 0, past: Path | None = None) -> None:
    """File two years of three tenants as the house grew; on the way set a copy aside.

    At first days were sealed and nothing was encrypted; since `_PAST` days are closed, and what is
    new is encrypted. One document was erased.
    """
    salts = chance(seed)
    for at, filed in _acts(root.parent):
        masters = MASTERS if at >= _PAST else PLAIN
        disk = HastyDisk(root)
        with opened(root, at=at, disk=disk, random_bytes=salts, masters=masters) as archive:
            for batch in filed:
                archive.append(batch)
            if at == _ERASING:
                archive.erase(ERASURE)
            if at < _PAST:
                archive.close_day(at.date(), lambda data: stamp(authority, sha256(data).digest()))
            else:
                _close(archive, authority, at)
        if past and at == _PAST:
            shutil.copytree(root, past)


def _close(archive: Archive, authority: Certification, at: datetime) -> None:
    """Close the days before, with two stamps over each."""
    authorities = [
        Authority(name=name, respond=lambda _digest, hashed: stamp(authority, hashed))
        for name in ("first", "second")
    ]
    outcome = Closer(archive=archive, authorities=authorities, clock=lambda: at).close_all()
    assert not outcome.open, outcome.open


def _export(archive: Archive, bundle: Path, trust: Path, root: Path) -> None:
    """Export four documents, with the root of the time stamps, which is elsewhere otherwise."""
    trust.mkdir()
    shutil.copy(root, trust / "stamps.pem")
    order = Order(tenant="acme", by="tester", asked={"documents": "four"}, documents=EXPORTED)
    export(archive, order, bundle, clock=lambda: _LAST)
    shutil.rmtree(trust)


def stamp(authority: Certification, hashed: bytes) -> bytes:
    """Let OpenSSL ask and OpenSSL answer."""
    command = ["openssl", "ts", "-query", "-digest", hashed.hex(), "-sha256", "-cert"]
    return authority.stamp(subprocess.run(command, capture_output=True, check=True).stdout)


_PAST = datetime(2026, 11, 20, 22, tzinfo=UTC)
_ERASING = datetime(2026, 11, 22, 22, tzinfo=UTC)
_LAST = datetime(2026, 11, 23, 22, tzinfo=UTC)


def _acts(folder: Path) -> Iterator[tuple[datetime, list[list[Draft]]]]:
    """Yield what was filed on each day, commit by commit."""
    old, day = datetime(2025, 12, 30, 22, tzinfo=UTC), timedelta(days=1)
    yield old, [drafts([1, 2]), [draft(1, tenant="other")], drafts(range(3, 40))]
    yield _PAST - day, [drafts([300, 301]), [_large(folder)], [draft(2, tenant="other")]]
    yield _PAST, [drafts(range(303, 552)), [draft(3, tenant="other"), draft(1, tenant="third")]]
    yield _PAST + day, [[_correction(301)], [draft(4, tenant="other", items=(), fields={})]]
    yield _PAST + 2 * day, [[*drafts(range(560, 569)), _draft_about(400)], drafts([570])]
    yield _LAST, []


def _large(folder: Path) -> Draft:
    """A file that lies on disk."""
    data = b"%PDF-1.7 many pages. " * 60_000
    path = folder / "large.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    kept = OnDisk(path=path, size_bytes=len(data), sha256=sha256_hex(data))
    return draft(302, items=(replace(item("", "rendition"), data=kept),))


def _correction(number: int) -> Draft:
    fields = {"number": f"K-{number}", "kind": "correction", "corrects": f"R-{number:04}"}
    return draft(
        number,
        key=f"d{number}/correct/1",
        kind="correction",
        fields=fields,
        items=(item(f"correction of {number}"),),
    )


def _draft_about(number: int) -> Draft:
    receipt = item(f"250 accepted {number}", "receipt")
    sent = {"subject": f"d{number}.0", "kind": "delivery", "step": "send"}
    return draft(number, key=f"d{number}.0/send/1", items=(receipt,), **sent)
