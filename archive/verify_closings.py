"""Closings, renewals and seals: that a day's files are those filed, and its time stamps over them.

    closings/2026-11-21/   checkpoint  checkpoint.NAME.tsr  evidence.tree  evidence.tsr  report.json
    renewals/2029-08-01/   tree  stamp.tsr  report.json
    2026-11-21.checkpoint  2026-11-21.tsr          seals, from before there were closings

Standard library alone. A tree is text: the digest, then a label and a hash for each group of
files; rows are paired from left to right, a pair is hashed in ascending order (RFC 4998).
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from archive.verify_time import read_stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from archive.report import Report
    from archive.verify_time import Stamps

    Group = Callable[[str, int], bytes | None]
    """(digest, position) to the hash of an entry's group of files; None if it is not known."""

KINDS = frozenset({"closing", "renewal", "rehash"})
_DIGESTS = ("sha256", "sha512")
_SEAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.(checkpoint|tsr)")


def group_hash(digest: str, hashes: Iterable[bytes]) -> bytes:
    """Return the hash of a group of files: of one its own, of more that of all in order."""
    distinct = sorted(set(hashes))
    return distinct[0] if len(distinct) == 1 else hashlib.new(digest, b"".join(distinct)).digest()


def read_tree(text: str) -> tuple[str, dict[str, bytes]]:
    """Return a tree's digest, and label to hash.

    Raises:
        ValueError: it is none.
    """
    digest, *lines = text.removesuffix("\n").split("\n")
    leaves = {
        label: bytes.fromhex(hashed) for label, _, hashed in (x.partition(" ") for x in lines)
    }
    if digest not in _DIGESTS or not leaves or len(leaves) != len(lines):
        raise ValueError("is not a hash tree")
    return digest, leaves


def root_of(digest: str, hashes: Iterable[bytes]) -> bytes:
    """Return the root over a row of hashes; an odd last one goes up as it is."""
    row = list(hashes)
    while len(row) > 1:
        row = [group_hash(digest, row[at : at + 2]) for at in range(0, len(row), 2)]
    return row[0]


class FolderCheck:
    """The check of one closing's or renewal's folder.

    Args:
        folder: of the closing.
        place: how faults name it.
        file: returns a file by its name below the log's closings and renewals.
        group: returns what the tree should have for an entry.
    """

    def __init__(
        self,
        folder: Path,
        place: str,
        report: Report,
        stamps: Stamps,
        *,
        file: Callable[[str], Path],
        group: Group,
    ) -> None:
        self._folder = folder
        self._place = place
        self._report = report
        self._stamps = stamps
        self._file = file
        self._group = group

    def run(self) -> None:
        """Check the time stamps, and that the tree is over what it names."""
        head = self._folder / "checkpoint"
        if not head.is_file() and (self._folder / "evidence.tree").is_file():
            self._report.add(f"{self._place}/checkpoint", "is missing")
            return
        sealing = sorted(self._folder.glob("checkpoint.*.tsr"))
        for path in sealing:
            self._stamps.check(f"{self._place}/{path.name}", path, data=head)
        for tree, stamp in (("evidence.tree", "evidence.tsr"), ("tree", "stamp.tsr")):
            if (self._folder / tree).is_file() and (self._folder / stamp).is_file():
                self._check_tree(tree, stamp, [head, *sealing])

    def _check_tree(self, tree: str, stamp: str, sealed: Iterable[Path]) -> None:
        try:
            text = (self._folder / tree).read_bytes().decode()
            digest, leaves = read_tree(text)
        except ValueError:
            self._report.add(f"{self._place}/{tree}", "is not a hash tree")
            return
        root = root_of(digest, leaves.values())
        self._stamps.check(f"{self._place}/{stamp}", self._folder / stamp, root=root)
        for label, hashed in leaves.items():
            if label.isdecimal() and tree == "tree":
                continue  # what a rehash has of an entry, its evidence record shows
            expected = self._leaf(digest, label, sealed)
            if expected not in (None, hashed):
                self._report.add(f"{self._place}/{tree}", f"{label} is not what is here")

    def _leaf(self, digest: str, label: str, sealed: Iterable[Path]) -> bytes | None:
        """Return what a tree should have under a label; None if that is not known here."""
        if label.isdecimal():
            return self._group(digest, int(label))
        if label == "checkpoint":
            hashes = (hashlib.new(digest, path.read_bytes()).digest() for path in sealed)
            return group_hash(digest, hashes)
        path = self._file(label)
        if not label.endswith(".tsr") or not path.is_file():
            return None
        try:
            return hashlib.new(digest, read_stamp(path.read_bytes()).token).digest()
        except ValueError:
            return None  # it is named where it lies


def check_seals(folder: Path, place: str, report: Report, stamps: Stamps) -> None:
    """Check the seals in a folder: a pair for each day, the last perhaps without its stamp."""
    names = sorted(path.name for path in folder.glob("*") if path.suffix in {".checkpoint", ".tsr"})
    stamped = [name for name in names if name.endswith(".tsr")]
    for name in names:
        path, file = folder / name, f"{place}/{name}"
        if not _SEAL.fullmatch(name):
            report.add(file, "is not named after a day")
        elif name.endswith(".tsr"):
            _check_stamp(path, file, report, stamps)
        elif not path.with_suffix(".tsr").exists():
            if stamped and stamped[-1] > name:
                report.add(file, "has lost its time stamp: a later one has one")
            else:
                report.notes.append(f"{file}: not stamped yet")


def _check_stamp(path: Path, file: str, report: Report, stamps: Stamps) -> None:
    sealed = path.with_suffix(".checkpoint")
    if sealed.is_file():
        stamps.check(file, path, data=sealed)
    else:
        report.add(file, "stamps a checkpoint that is missing")
