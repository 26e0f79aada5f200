"""The check of one log's packs: every member, and that what the manifests name is there.

Standard library alone.
"""

from __future__ import annotations

import itertools
import mmap
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from archive.evidence import ERASED, leaf_hash, leaf_of, read_manifest, read_pack
from archive.verify_members import ABSENT, Members

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from archive.evidence import Buffer, Manifest
    from archive.report import Report
    from archive.verify_members import OpenMember, Words
    from archive.verify_told import Told

    OpenPack = Callable[[str, int], Buffer]
    """(log, pack) to the bytes of a pack of which only a note lies here."""

_ELSEWHERE = ".s3"
_SHARED_BYTES = 1 << 20
"""From how many on it is worth to spread the work over processors."""


class _Every:
    """Contains every name."""

    def __contains__(self, name: object) -> bool:
        return True


_EVERY = _Every()


@dataclass
class _Pack:
    """One pack as it is being checked.

    Attributes:
        words: by member its word in the vault; None if the pack was never encrypted.
        manifests: those that could be read.
        count: of the members that are manifests.
        is_sound: whether all of it that could be read is as it was filed.
        is_read: whether all manifests could be read.
    """

    start: int
    file: str
    members: Sequence[tuple[str, Buffer]]
    words: Words
    manifests: list[Manifest] = field(default_factory=list)
    count: int = 0
    is_sound: bool = True
    is_read: bool = True

    def owners(self) -> dict[str, list[str]]:
        """Return by hash of a file the documents whose manifests name it."""
        owners: dict[str, list[str]] = {}
        for manifest in self.manifests:
            for _, sha256, _, _ in manifest.items:
                owners.setdefault(sha256, []).append(manifest.document)
        return owners


class PacksCheck:
    """The check of all packs of a log; `read` does all of it.

    Args:
        folder: of the log.
        name: of the log.
        logged_id: returns the id that the log has at a position.
        open_member: opens encrypted members; None checks only what lies there.
        open_pack: fetches packs that lie elsewhere; None does not.
        progress: is called after each pack.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        report: Report,
        told: Told,
        *,
        logged_id: Callable[[int], str],
        open_member: OpenMember | None,
        open_pack: OpenPack | None,
        progress: Callable[[Report], None],
    ) -> None:
        self._folder = folder
        self._name = name
        self._report = report
        self._told = told
        self._logged_id = logged_id
        self._members = Members(folder, name, report, open_member)
        self._open_pack = open_pack
        self._progress = progress
        self._seen: dict[str, tuple[int, str] | None] = {}
        self._away = 0

    def read(self, packs: Mapping[int, Path], size: int) -> list[bytes | None]:
        """Check the packs below a size; return by position the hash of the leaf they stand for."""
        hashes: list[bytes | None] = [None] * size
        starts = sorted(packs)
        if size and starts[:1] != [0]:
            self._fault(f"packs/{0:09}.zip", "is missing")
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for start, end in itertools.pairwise([*starts, size]):
                for position, hashed in self._check(packs[start], start, end, pool):
                    hashes[position] = hashed
                self._progress(self._report)
        self._members.finish(packs.keys(), size)
        self._told.is_whole &= self._members.is_whole
        self._note(
            self._members.closed, "packs are encrypted; without their key no content was read"
        )
        self._note(self._away, "packs lie elsewhere and were not read")
        return hashes

    def _note(self, count: int, what: str) -> None:
        if count:
            self._told.is_whole = False
            self._report.notes.append(f"{self._name}: {count} {what}")

    def _check(
        self, path: Path, start: int, end: int, pool: ThreadPoolExecutor
    ) -> Iterator[tuple[int, bytes]]:
        """Check a pack that holds the entries from `start` to before `end`; yield their leaves."""
        if path.suffix == _ELSEWHERE and not self._open_pack:
            self._away += 1
            return
        raw = self._raw(path, start)
        members, spoiled = read_pack(raw)
        self._miss_doubles(f"packs/{path.name}", [name for name, _ in members])
        pack = _Pack(start, f"packs/{path.name}", members, self._members.words(start, members))
        yield from self._check_manifests(pack, end)
        self._check_files(pack, pool)
        self._check_items(pack)
        lacking = start + pack.count
        if pack.is_sound and spoiled is not None:
            self._fault(pack.file, f"is not as it was written from byte {spoiled} on")
        elif lacking < end and spoiled is None:
            self._fault(f"packs/{lacking:09}.zip", f"is missing, with entries up to {end - 1}")
        elif lacking < end:
            self._fault(pack.file, f"entries from {lacking} to {end - 1} cannot be read")
        self._report.files += len(members)
        self._report.size_bytes += len(raw)

    def _raw(self, path: Path, start: int) -> Buffer:
        if path.suffix == _ELSEWHERE and self._open_pack:
            return self._open_pack(self._name, start)
        return _mapped(path)

    def _miss_doubles(self, file: str, names: Sequence[str]) -> None:
        for name, count in Counter(names).items() if len(set(names)) < len(names) else ():
            if count > 1:
                self._fault(file, "is there more than once", name)

    def _check_manifests(self, pack: _Pack, end: int) -> Iterator[tuple[int, bytes]]:
        """Check the members at the beginning that are manifests; yield their leaves."""
        for position, member in zip(range(pack.start, end), pack.members, strict=False):
            logged = self._logged_id(position)
            opened = self._members.measure(pack.start, pack.words, member, _EVERY)
            if opened is None:
                pack.count, pack.is_read = pack.count + 1, False
                self._miss(pack, member[0], entry=logged)
                continue
            manifest = read_manifest(opened.data)
            if opened.sha256 != logged and (not manifest or manifest.log != self._name):
                break
            pack.count += 1
            if manifest is None or not opened.is_true:
                pack.is_sound, pack.is_read = False, False
                self._fault(
                    pack.file, f"the manifest of entry {position} was changed", opened.sha256
                )
            else:
                pack.manifests.append(manifest)
                self._told.read(self._name, position, opened.data, manifest)
                yield position, leaf_hash(leaf_of(opened.data))

    def _miss(self, pack: _Pack, member: str, entry: str = "") -> None:
        if pack.words is not None and pack.words.get(member) == ERASED:
            self._told.gone[self._name, pack.start, member] = entry

    def _check_files(self, pack: _Pack, pool: ThreadPoolExecutor) -> None:
        """Check the other members by their hashes, on all processors."""
        owners = pack.owners()
        listings = {sha256 for manifest in pack.manifests for sha256 in manifest.erasing}
        files = pack.members[pack.count :]
        is_large = sum(len(stored) for _, stored in files) > _SHARED_BYTES
        measured = (pool.map if is_large else map)(
            partial(self._members.measure, pack.start, pack.words, wanted=listings), files
        )
        for (name, _), opened in zip(files, measured, strict=True):
            if opened is None:
                self._miss(pack, name)
                continue
            sha256 = opened.sha256
            documents = dict.fromkeys(owners.get(sha256, ()))
            self._seen[sha256] = opened.size if opened.is_true else None
            if not opened.is_true:
                pack.is_sound = False
                self._fault(pack.file, "was changed", sha256, documents)
            elif pack.is_read and not documents:
                pack.is_sound = False
                self._fault(pack.file, "belongs to no entry", sha256)
            if sha256 in listings:
                self._told.read_erasures(opened.data)

    def _check_items(self, pack: _Pack) -> None:
        """Miss what the manifests of a pack name: it lies in this pack or in one before."""
        if self._members.closed or self._away:
            return
        for manifest in pack.manifests:
            for label, sha256, size, sha512 in manifest.items:
                found = self._seen.get(sha256, ABSENT)
                if found is not None and found != (size, sha512):
                    pack.is_sound = False
                    what = "is not there" if found == ABSENT else "is another file"
                    self._fault(pack.file, f"{label} {what}", sha256, [manifest.document])

    def _fault(self, file: str, what: str, member: str = "", documents: Iterable[str] = ()) -> None:
        self._report.add(f"{self._name}/{file}", what, member, documents)


def _mapped(path: Path) -> Buffer:
    """Return a file as it lies on disk, read as it is looked at."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            return b""
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
