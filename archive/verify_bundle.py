"""The check of an export: its lists of files, every entry, its proof, its log.

Standard library alone. An entry is a folder with a `manifest.json`; its proof lies in `proofs/`
under the manifest's hash.
"""

from __future__ import annotations

import csv
import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archive.evidence import (
    Checkpoint,
    Manifest,
    Tree,
    is_consistent,
    leaf_hash,
    leaf_of,
    open_checkpoint,
    open_consistency,
    open_proof,
    read_manifest,
    root_by_inclusion,
)
from archive.verify_closings import KINDS, FolderCheck, check_seals, group_hash
from archive.verify_keys import miss_rotations, read_keys, rotations_in
from archive.verify_lists import check_lists
from archive.verify_places import files_below, odd_places
from archive.verify_records import stamps_of
from archive.verify_signatures import Signatures
from archive.verify_time import Stamps
from archive.verify_trails import Trails, read_ends

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from archive.evidence import Keys
    from archive.report import Report

_BELOW = {"closing": "closings", "renewal": "renewals"}


@dataclass
class _Log:
    """What an export has of one log.

    Attributes:
        head: the checkpoint that all its proofs lead to.
        hashes: of the leaves of its entries, by position.
        groups: hashes of manifest and files of its entries, by digest and position.
        positions: of its entries, by id.
        closings: folders of its closings and renewals, with their names below the log.
        earlier: heads with a name for each, that it must be a continuation of.
        paths: of consistency proofs, by size.
        erased: positions that an `erase` entry names.
    """

    name: str
    head: Checkpoint
    hashes: dict[int, bytes] = field(default_factory=dict)
    groups: dict[tuple[str, int], set[bytes]] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    closings: dict[str, Path] = field(default_factory=dict)
    earlier: list[tuple[str, Checkpoint]] = field(default_factory=list)
    paths: dict[int, list[bytes]] = field(default_factory=dict)
    erased: set[int] = field(default_factory=set)

    @property
    def folder(self) -> str:
        """Its name as part of a path."""
        return self.name.replace("/", "-")

    def group(self, digest: str, position: int) -> bytes | None:
        """Return the hash of an entry's files as a closing's tree should have it."""
        found = self.groups.get((digest, position))
        return group_hash(digest, found) if found else None

    def hashes_of(self, position: int) -> Callable[[str], set[bytes]]:
        """Return what gives the hashes of an entry's files by a digest."""
        return lambda digest: self.groups[digest, position]

    def file(self, label: str) -> Path:
        """Return a file that a renewal's tree names: `closings/2026-11-21/evidence.tsr`."""
        folder, _, name = label.rpartition("/")
        return self.closings.get(folder, Path("/nonexistent")) / name


class BundleCheck:
    """The check of one export; `run` does all of it."""

    def __init__(
        self,
        root: Path,
        report: Report,
        *,
        keys: Iterable[str] = (),
        authorities: Sequence[Path] = (),
        progress: Callable[[Report], None] = lambda _: None,
    ) -> None:
        self._root = root
        self._report = report
        self._progress = progress
        self._keys: Keys = read_keys(root, keys, report)
        believed = authorities or sorted(root.glob("trust/*.pem"))
        self._stamps = Stamps(believed, report)
        self._logs: dict[str, _Log] = {}
        self._sha512: dict[str, str] = {}
        self._proofs: set[str] = set()
        self._signatures = Signatures(report)
        self._trails = Trails()
        self._erased: set[str] = set()
        self._rotations: dict[str, str] = {}

    def run(self, earlier: Sequence[tuple[str, str]]) -> None:
        """Check everything, and against earlier checkpoints (label, note)."""
        if odd_places(self._root, self._report):
            return
        self._sha512 = check_lists(self._root, self._report, self._progress)
        self._read_heads()
        for path in sorted(self._root.glob("*/**/manifest.json")):
            self._check_entry(path.parent)
        self._miss_entries()
        self._check_trails()
        miss_rotations(self._root, self._rotations, self._report)
        for log in self._logs.values():
            self._check_closings(log)
            self._read_earlier(log, earlier)
            self._check_log(log)
        self._miss_logs(earlier)

    def _miss_logs(self, earlier: Sequence[tuple[str, str]]) -> None:
        """Tell of earlier checkpoints of other logs; if there are no others, they help nobody."""
        known = {log.head.origin for log in self._logs.values()}
        others = [each for each in earlier if each[1].partition("\n")[0] not in known]
        for label, note in others:
            what = f"nothing here is of log {note.partition(chr(10))[0]}"
            if len(others) == len(earlier):
                self._report.add(label, what)
            else:
                self._report.notes.append(f"{label}: {what}")

    def _place(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()

    # -- heads, entries, proofs

    def _read_heads(self) -> None:
        for path in sorted(self._root.glob("checkpoints/*.checkpoint")):
            key = f"keys/{path.stem}.vkey"
            if not (self._root / key).exists():
                self._report.add(key, "is missing")
            try:
                head = open_checkpoint(path.read_bytes().decode(), self._keys, by_last=True)
            except ValueError as error:
                self._report.add(self._place(path), str(error))
                continue
            log = _Log("/".join(head.origin.split("/")[-2:]), head)
            if path.stem != log.folder:
                self._report.add(self._place(path), f"is of log {head.origin}")
            self._logs[log.name] = log
            self._report.entries[log.name] = 0

    def _check_entry(self, folder: Path) -> None:
        """Check the files of an entry against its manifest, and this against the signed root."""
        file = self._place(folder / "manifest.json")
        data = (folder / "manifest.json").read_bytes()
        manifest = read_manifest(data)
        if manifest is None:
            self._report.add(file, "is not a manifest")
            return
        log = self._logs.get(manifest.log)
        if log is None:
            head = f"checkpoints/{manifest.log.replace('/', '-')}.checkpoint"
            if not (self._root / head).exists():
                self._report.add(head, "is missing")
            self._report.add(file, f"is of log {manifest.log}, of which there is no checkpoint")
        else:
            self._check_proof(file, data, manifest, log)
        self._trails.take(file, hashlib.sha256(data).hexdigest(), manifest)
        self._check_items(folder, manifest)
        self._read_erasures(folder, manifest)
        self._note_closing(folder, manifest)
        self._rotations |= rotations_in(manifest)

    def _check_proof(self, file: str, data: bytes, manifest: Manifest, log: _Log) -> None:
        own = [manifest.document]
        proof = f"proofs/{log.folder}/{hashlib.sha256(data).hexdigest()}.tlog-proof"
        self._proofs.add(proof)
        try:
            position, path, note = open_proof((self._root / proof).read_bytes().decode())
            head = open_checkpoint(note, self._keys, by_last=True)
            hashed = leaf_hash(leaf_of(data))
            root = root_by_inclusion(hashed, position, head.size, path)
        except FileNotFoundError:
            self._report.add(file, "is not what was logged: there is no proof of it", "", own)
            return
        except ValueError as error:
            self._report.add(proof, str(error), "", own)
            return
        if head != log.head:
            self._report.add(proof, "leads to another checkpoint", "", own)
        elif root != head.root:
            self._report.add(file, "is not what was logged", "", own)
        elif position in log.hashes:
            self._report.add(file, f"is entry {position}, which is here twice", "", own)
        else:
            log.hashes[position] = hashed
            log.positions[hashlib.sha256(data).hexdigest()] = position
            log.groups["sha256", position] = _group(data, "sha256", manifest)
            log.groups["sha512", position] = _group(data, "sha512", manifest)
            self._report.entries[log.name] += 1

    def _check_items(self, folder: Path, manifest: Manifest) -> None:
        place, own = self._place(folder), [manifest.document]
        names = [p.name for p in sorted(folder.iterdir()) if p.name != "manifest.json"]
        files = {self._sha512.get(f"{place}/{name}", ""): name for name in names}
        wanted = {sha512 for *_, sha512 in manifest.items}
        for label, sha256, _, sha512 in manifest.items:
            if sha512 not in files:
                self._report.add(f"{place}/manifest.json", f"{label} is not there", sha256, own)
        for sha512, name in files.items():
            if sha512 not in wanted:
                self._report.add(f"{place}/{name}", "belongs to no entry", "", own)
            else:
                self._signatures.look(f"{place}/{name}", folder / name)

    def _read_erasures(self, folder: Path, manifest: Manifest) -> None:
        """Note which positions of the logs an `erase` entry says are erased."""
        for path in sorted(folder.iterdir()) if manifest.erasing else ():
            if hashlib.sha256(path.read_bytes()).hexdigest() in manifest.erasing:
                with suppress(ValueError, KeyError, TypeError):
                    for each in json.loads(path.read_bytes())["entries"]:
                        self._erased.add(each["id"])
                        if each["log"] in self._logs:
                            self._logs[each["log"]].erased.add(each["position"])

    def _note_closing(self, folder: Path, manifest: Manifest) -> None:
        kind, log, name = [*manifest.subject.split(":"), "", ""][:3]
        if manifest.kind in KINDS and log in self._logs:
            self._logs[log].closings[f"{_BELOW[kind]}/{name}"] = folder
            if self._place(folder) != f"{_BELOW[kind]}/{self._logs[log].folder}/{name}":
                self._report.add(self._place(folder), f"is {manifest.subject}, in another's place")

    def _check_trails(self) -> None:
        """Miss entries of documents, as the signed ends of their trails tell."""
        file = "proofs/trails"
        if (self._root / file).is_file():
            sizes = {log.head.origin: log.head.size for log in self._logs.values()}
            try:
                ends = read_ends((self._root / file).read_bytes().decode(), self._keys, sizes)
            except ValueError as error:
                self._report.add(file, str(error))
            else:
                self._trails.judge(self._erased, self._report, ends)
        elif self._trails.is_numbered:
            self._report.add(file, "is missing")

    def _miss_entries(self) -> None:
        for path in files_below(self._root / "data"):
            if not (path.parent / "manifest.json").is_file():
                self._report.add(self._place(path), "belongs to no entry")
        for path in sorted(self._root.glob("proofs/*/*.tlog-proof")):
            if self._place(path) not in self._proofs:
                self._report.add(self._place(path), "is the proof of an entry that is not here")

    # -- each log as a whole

    def _check_closings(self, log: _Log) -> None:
        seals = self._root / "closings" / log.folder
        check_seals(seals, self._place(seals), self._report, self._stamps)
        self._check_records(log)
        for folder in log.closings.values():
            check = FolderCheck(
                folder,
                self._place(folder),
                self._report,
                self._stamps,
                file=log.file,
                group=log.group,
            )
            check.run()

    def _check_records(self, log: _Log) -> None:
        """Check the evidence records of entries (RFC 4998)."""
        for path in sorted(self._root.glob(f"proofs/{log.folder}/*.er")):
            file, id_ = self._place(path), path.name.removesuffix(".er")
            if id_ not in log.positions:
                self._report.add(file, "is evidence of an entry that is not here")
                continue
            try:
                chain = stamps_of(path.read_bytes(), log.hashes_of(log.positions[id_]))
            except ValueError as error:
                self._report.add(file, str(error))
            else:
                self._stamps.check_chain(file, chain)

    def _read_earlier(self, log: _Log, earlier: Sequence[tuple[str, str]]) -> None:
        """Take in all heads that a log must agree with, and the proofs of it."""
        own = self._root / "closings" / log.folder
        notes = [*sorted(own.glob("*.checkpoint")), *sorted(own.glob("*/checkpoint"))]
        found = [
            (self._place(path), path.read_bytes().decode("utf-8", "replace")) for path in notes
        ]
        for label, note in (*found, *earlier):
            try:
                head = open_checkpoint(note, self._keys)
            except ValueError as error:
                if note.startswith(f"{log.head.origin}\n") or (label, note) in found:
                    self._report.add(label, str(error))
                continue
            if head.origin == log.head.origin:
                log.earlier.append((label, head))
        for path in sorted(self._root.glob(f"proofs/{log.folder}/*.consistency")):
            try:
                self._read_consistency(log, path)
            except ValueError as error:
                self._report.add(self._place(path), str(error))

    def _read_consistency(self, log: _Log, path: Path) -> None:
        size, hashes, note = open_consistency(path.read_bytes().decode())
        if open_checkpoint(note, self._keys, by_last=True) != log.head:
            raise ValueError("leads to another checkpoint")
        if path.stem != f"{size:09}":
            raise ValueError(f"is of size {size}")
        log.paths[size] = hashes

    def _check_log(self, log: _Log) -> None:
        """Compare a log with all earlier heads, and account for all its positions."""
        roots = self._check_leaves(log) | {log.head.size: log.head.root}
        for label, head in log.earlier:
            path = log.paths.get(head.size)
            if head.size > log.head.size:
                self._tell_later(log, label, head)
            elif path is None and head.size not in roots:
                what = "nothing here shows that the log continues it"
                self._report.add(label, f"{what}; ask for an export with --earlier")
            elif roots.get(head.size, head.root) != head.root or (
                path is not None and not is_consistent(head, log.head, path)
            ):
                self._report.add(label, f"the log was rewritten: other {head.size} entries")

    def _tell_later(self, log: _Log, label: str, head: Checkpoint) -> None:
        """Tell of a head that is later than this export: fine if it proves to continue it."""
        sizes = f"{head.size} entries, this export {log.head.size}"
        name = f"proofs/{log.folder}/{log.head.size:09}.consistency"
        proof = Path(label).parent.parent / name
        with suppress(OSError, ValueError):
            size, hashes, note = open_consistency(proof.read_bytes().decode())
            is_own = size == log.head.size and open_checkpoint(note, self._keys) == head
            if is_own and is_consistent(log.head, head, hashes):
                what = f"has {sizes}, and continues it: ask the other way round, verify.py of the"
                self._report.notes.append(f"{label}: {what} later export with --earlier this one")
                return
        what = f"shows {sizes}: rolled back, or the other way round: this one is the earlier"
        self._report.add(label, what)

    def _check_leaves(self, log: _Log) -> dict[int, bytes]:
        """Check all leaves, if they are here; return the roots at the sizes of earlier heads."""
        file = f"proofs/{log.folder}/leaf-hashes"
        path = self._root / file
        if not path.is_file():
            return {}
        data, tree, roots = path.read_bytes(), Tree(), {}
        hashes = [data[at : at + 32] for at in range(0, len(data), 32)]
        sizes = {head.size for _, head in log.earlier}
        for hashed in hashes:
            tree.add(hashed)
            if tree.size in sizes:
                roots[tree.size] = tree.root()
        if len(data) % 32 or (tree.size, tree.root()) != (log.head.size, log.head.root):
            self._report.add(file, "are not the leaves of the log")
            return {}
        self._account(log)
        return roots

    def _account(self, log: _Log) -> None:
        """See that each position is here, erased, or said to be somewhere else; and only one."""
        file = f"proofs/{log.folder}/others.csv"
        told = dict(_ranges(self._root / file, log.head.size))
        for position in range(log.head.size):
            why = told.pop(position, None)
            if (position in log.hashes) is (why is not None):
                what = "is here and said not to be" if why else "is neither here nor said not to be"
                self._report.add(file, f"entry {position} {what}")
            elif why == "erased" and position not in log.erased:
                self._report.add(file, f"entry {position} is called erased, and no entry says so")
        if told:
            self._report.add(file, "names entries beyond the log")


def _group(data: bytes, digest: str, manifest: Manifest) -> set[bytes]:
    at = {"sha256": 1, "sha512": 3}[digest]
    items = {bytes.fromhex(str(item[at])) for item in manifest.items}
    return {hashlib.new(digest, data).digest(), *items}


def _ranges(path: Path, size: int) -> Iterator[tuple[int, str]]:
    """Yield the positions that a list of ranges has, one beyond the log at most, and why."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for first, last, why in list(csv.reader(file))[1:]:
                stop = min(int(last), size) + 1
                yield from ((position, why) for position in range(int(first), stop))
    except (OSError, ValueError):
        return
