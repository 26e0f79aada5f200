"""The members of a log's packs as plain bytes, as far as they can be opened.

Standard library alone. Where members are kept encrypted, the caller hands in what opens them;
without it only what lies there is checked.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.evidence import ERASED, read_manifest, read_vault

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence
    from pathlib import Path

    from archive.evidence import Buffer
    from archive.report import Report

    OpenMember = Callable[[str, int, str, str, Buffer], tuple[str, Buffer]]
    """(log, pack, member, its word in the vault, stored bytes) to SHA-256 of the plain bytes and
    the plain bytes. Raises ValueError where it does not open."""
    Words = Mapping[str, str] | None
    """By member its word in the vault; None if the pack was never encrypted."""

ABSENT = (-1, "")


@dataclass(frozen=True)
class Opened:
    """A member's plain bytes, measured.

    Attributes:
        size: how many bytes, and their SHA-512.
        data: the bytes, where they are wanted.
        is_true: whether they are what was kept.
    """

    sha256: str
    size: tuple[int, str] = ABSENT
    data: bytes = b""
    is_true: bool = True


class Members:
    """Opens the members of one log's packs, and remembers what it could not open."""

    def __init__(
        self, folder: Path, name: str, report: Report, open_member: OpenMember | None
    ) -> None:
        self._folder = folder
        self._name = name
        self._report = report
        self._open_member = open_member
        self._has_opened = False
        self._unopened: list[tuple[int, str]] = []
        self.closed = 0

    @property
    def is_whole(self) -> bool:
        """Whether all could be opened that has a key."""
        return not (self.closed or self._unopened)

    def words(self, start: int, members: Sequence[tuple[str, Buffer]]) -> Words:
        """Return what the vault says of the members of a pack."""
        file = f"vault/{start:09}.keys"
        path = self._folder / file
        if not path.exists():
            if not (self._folder / "vault").is_dir() or _is_plain(members):
                return None
            self._fault(file, "is missing")
            return {}
        self.closed += self._open_member is None
        try:
            words = read_vault(path.read_bytes())
        except ValueError as error:
            self._fault(file, str(error))
            return {}
        if [name for name, _ in words] != [name for name, _ in members]:
            self._fault(file, "has other members than the pack")
        return dict(words)

    def measure(
        self, start: int, words: Words, member: tuple[str, Buffer], wanted: Container[str]
    ) -> Opened | None:
        """Open and measure a member; None if it is as it was and cannot be opened.

        The bytes of those in `wanted`, by SHA-256, are returned, too.
        """
        name, stored = member
        if hashlib.sha256(stored).hexdigest() != name:
            return Opened(name, data=bytes(stored) if name in wanted else b"", is_true=False)
        if words is None:
            return _opened(name, stored, wanted)
        word = words.get(name, ERASED)
        if word == ERASED or not self._open_member:
            return None
        try:
            sha256, data = self._open_member(self._name, start, name, word, stored)
        except ValueError:
            self._unopened.append((start, name))
            return None
        self._has_opened = True
        return _opened(sha256, data, wanted, is_true=hashlib.sha256(data).hexdigest() == sha256)

    def finish(self, starts: Container[int], size: int) -> None:
        """Name the keys that open nothing, and those of no pack."""
        if self._unopened and not self._has_opened:
            self._fault("vault/key", "opens nothing")
        else:
            for start, member in self._unopened:
                self._fault(f"vault/{start:09}.keys", "does not open it", member)
        for path in sorted(self._folder.glob("vault/*.keys")):
            start = int(path.stem) if path.stem.isdecimal() else -1
            if start not in starts and start == size:
                file = f"{self._name}/vault/{path.name}"
                self._report.notes.append(f"{file}: left by an unfinished commit")
            elif start not in starts:
                self._fault(f"vault/{path.name}", "is of no pack")

    def _fault(self, file: str, what: str, member: str = "") -> None:
        self._report.add(f"{self._name}/{file}", what, member)


def _is_plain(members: Sequence[tuple[str, Buffer]]) -> bool:
    return any(read_manifest(bytes(data)) for _, data in members[:1])


def _opened(sha256: str, data: Buffer, wanted: Container[str], *, is_true: bool = True) -> Opened:
    size = (len(data), hashlib.sha512(data).hexdigest())
    return Opened(sha256, size, bytes(data) if sha256 in wanted else b"", is_true)
