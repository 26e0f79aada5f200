"""All that the logs hold: packs and, where they are encrypted, the keys of what is in them."""

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from archive.content import Measured
from archive.entry import ArchiveDamaged, ArchiveLocked, NotKept
from archive.kept import Kept
from archive.packs.cipher import Opened, plain_size, seal
from archive.packs.folder import FolderPacks
from archive.packs.keeping import Packs
from archive.packs.pack import NAME_BYTES, Member, Place, member_name, read_directory, write_pack
from archive.packs.source import Held, Part, Source, brought
from archive.packs.vault import ERASED, KEY_SIZE_BYTES, Masters, Vault, Word
from archive.store import Disk

_HELD_BYTES = 1 << 20
_HEAD_BYTES = 32 << 20


OpenMember = Callable[..., tuple[str, bytes | memoryview]]
"""See `Holdings.open_member`."""


class Holdings:
    """Packs with their keys. Writing needs the tenant's lock; reading needs none."""

    def __init__(self, packs: Packs, vault: Vault, random_bytes: Callable[[int], bytes]) -> None:
        self._packs = packs
        self._vault = vault
        self._random_bytes = random_bytes

    def keeping(
        self, log: str, position: int, contents: Sequence[Measured]
    ) -> tuple[tuple[Place, ...], list[Callable[[], None]]]:
        """Return where each content will lie in a pack, and the acts that keep it and its keys.

        In whatever order they are done, together they make it durable. They raise:

            OSError: it may be kept or not; nothing may be appended until reopened.
            FileChanged: a file on disk is not what was measured; the pack is not kept.

        Raises:
            ValueError: more than a pack holds.
            FileChanged: as above.
        """
        if not self._vault.encrypts:
            places, act = self._writing(log, position, contents)
            return places, [act]
        sealed = [seal(each, self._random_bytes(KEY_SIZE_BYTES)) for each in contents]
        places, act = self._writing(log, position, sealed)
        return places, [act, partial(self._vault.keep, log, position, sealed)]

    def _writing(
        self, log: str, position: int, members: Sequence[Member]
    ) -> tuple[tuple[Place, ...], Callable[[], None]]:
        pack, places = write_pack(members)
        return places, partial(self._packs.keep, log, position, pack)

    def has(self, log: str, position: int) -> bool:
        """Say whether there is a pack of this position; that of a commit that was cut off, too."""
        return self._packs.has(log, position)

    def starts(self, log: str) -> list[int]:
        """Return the positions of all packs of a log, in order."""
        return self._packs.starts(log)

    def recover(self, log: str, id_at: Callable[[int], str]) -> list[int]:
        """Take packs again that lie where packs lie, but of which nothing here tells any more.

        Args:
            log: its name.
            id_at: returns the id of the entry that the log has at a position; empty if it has none.

        Returns:
            Their positions.

        Raises:
            OSError: one more may be taken or not.
            ArchiveUnavailable: where they lie cannot be reached.
        """
        found: list[int] = []
        for position, stray in self._packs.strays(log):
            entry_id = "" if position in found else id_at(position)
            is_own = bool(entry_id) and self._is_own(log, position, stray, entry_id)
            if is_own and self._packs.adopt(log, position, stray):
                found.append(position)
        return found

    def _is_own(self, log: str, position: int, stray: Source, entry_id: str) -> bool:
        """Say whether a pack is the one of a commit: others were cut off before they were one."""
        try:
            members = [place.sha256 for place in read_directory(stray)]
            words = self._vault.words(log, position)
        except ArchiveDamaged:
            return False
        if words is None:
            return members[:1] == [entry_id]
        return members == [word.member for word in words]

    def remove_tail(self, log: str, position: int) -> None:
        """Remove the keys of a pack that was never acknowledged; it itself will be replaced."""
        self._vault.remove(log, position)

    def commit(
        self, log: str, position: int, count: int
    ) -> tuple[tuple[bytes | None, ...], tuple[Place, ...]]:
        """Return the first members of a pack, None for one that was erased, and where all lie.

        Args:
            log: its name.
            position: of the pack.
            count: how many of the first.

        Returns:
            The contents, checked; fewer if there are not so many. The places of all members in
            order but for what was erased, by the SHA-256 of their contents.

        Raises:
            ArchiveDamaged: the pack or its keys are missing or not as they were written.
            ArchiveLocked: the master key is not here.
        """
        pack = self._packs.source(log, position)
        places, words = read_directory(pack), self._vault.words(log, position)
        parts = _parts(pack, places[:count])
        if words is None:
            return tuple(map(Kept.read, map(_as_it_lies, parts, places))), places
        if [place.sha256 for place in places] != [word.member for word in words]:
            raise ArchiveDamaged(f"{log}/vault/{position:09}.keys is not of the pack beside it")
        keys = [self._vault.open(log, position, word) for word in words]
        opened = tuple(
            key and _decrypted(part, place, *key).read()
            for part, place, key in zip(parts, places, keys, strict=False)
        )
        kept = [(place, key[1]) for place, key in zip(places, keys, strict=True) if key]
        return opened, tuple(replace(place, sha256=sha256) for place, sha256 in kept)

    def locate(self, log: str, position: int, place: Place) -> Kept:
        """Return what lies at a place in a pack.

        Raises:
            NotKept: it was erased.
            ArchiveDamaged: the pack or its keys are missing or not as they were written.
            ArchiveLocked: the master key is not here.
        """
        pack = self._packs.source(log, position)
        if not self._vault.guards(log, position):
            return _as_it_lies(Part(pack, place.offset, place.size_bytes), place)
        member, part = _found(pack, place)
        key = self._vault.open(log, position, self._vault.word(log, position, member))
        if key is None:
            raise NotKept(f"{place.sha256} was erased")
        return replace(_decrypted(part, place, *key), sha256=place.sha256)

    def member(self, log: str, position: int, place: Place) -> str | None:
        """Return by which name a pack holds what lies at a place; None if it is not encrypted.

        Raises:
            ArchiveDamaged: the pack is missing.
        """
        guarded = self._vault.guards(log, position)
        return member_name(self._packs.source(log, position), place) if guarded else None

    def is_kept(self, log: str, position: int, place: Place) -> bool:
        """Say whether the key of what lies at a place is still there, if it needs one.

        Raises:
            ArchiveDamaged: the pack or the file of its keys is not as it was written.
        """
        if not self._vault.guards(log, position):
            return True
        member = member_name(self._packs.source(log, position), place)
        return self._vault.word(log, position, member).sealed != ERASED

    def hashes(self, log: str, position: int, members: Collection[str]) -> list[str]:
        """Return the SHA-256 of the plain bytes of members whose keys are still there.

        Raises:
            ArchiveDamaged: the file of keys is not as it was written.
            ArchiveLocked: the master key is not here.
        """
        words = self._vault.words(log, position) or ()
        keys = (self._vault.open(log, position, word) for word in words if word.member in members)
        return [key[1] for key in keys if key]

    def offsets(self, log: str, position: int, members: Collection[str]) -> list[int]:
        """Return where members of a pack lie in it; none if it cannot be read."""
        try:
            places = read_directory(self._packs.source(log, position))
        except ArchiveDamaged:
            return []
        return [place.offset for place in places if place.sha256 in members]

    def destroy(self, log: str, position: int, members: Collection[str]) -> None:
        """Destroy the keys of members of a pack, so that nobody ever reads them again.

        Raises:
            OSError: they may be destroyed or not.
        """
        self._vault.destroy(log, position, members)

    def open_member(
        self, log: str, position: int, member: str, word: str, stored: bytes | memoryview
    ) -> tuple[str, bytes | memoryview]:
        """Return SHA-256 and plain bytes of a member, for the verifier; many bytes lie on disk.

        Raises:
            ValueError: it does not open.
        """
        try:
            key = self._vault.open(log, position, Word(member, word))
            assert key, "nobody asks for what was erased"
            plain = Opened(Held(member, stored), key[0])
            is_small = len(stored) <= _HELD_BYTES
            return key[1], plain.read(0, len(stored)) if is_small else brought(plain)
        except (ArchiveDamaged, ArchiveLocked) as error:
            raise ValueError(str(error)) from error


def opener(root: Path, masters: Masters) -> OpenMember:
    """Return what opens members for the verifier, without index and lock; see `open_member`."""
    disk = Disk(root)
    vault = Vault(root, disk, masters, os.urandom)
    return Holdings(FolderPacks(root, disk), vault, os.urandom).open_member


def open_pack(packs: Packs, log: str, position: int) -> memoryview:
    """Return a pack for the verifier, wherever it lies; nothing if it is not there, or another.

    Raises:
        ArchiveUnavailable: where it lies cannot be reached.
    """
    try:
        pack = brought(packs.source(log, position))
        return pack if packs.holds(log, position, pack) else memoryview(b"")
    except ArchiveDamaged:
        return memoryview(b"")


def _parts(pack: Source, places: Sequence[Place]) -> list[Source]:
    """Return the first members of a pack, brought at once if they are not too much."""
    end = max((place.offset + place.size_bytes for place in places), default=0)
    head: Source = Held(pack.name, pack.read(0, end)) if end <= _HEAD_BYTES else pack
    return [Part(head, place.offset, place.size_bytes) for place in places]


def _as_it_lies(part: Source, place: Place) -> Kept:
    return Kept(source=part, size_bytes=place.size_bytes, sha256=place.sha256)


def _found(pack: Source, place: Place) -> tuple[str, Source]:
    """Return the name of what lies at a place, and itself; what is small is read at once."""
    if place.size_bytes > _HELD_BYTES:
        return member_name(pack, place), Part(pack, place.offset, place.size_bytes)
    raw = pack.read(place.offset - NAME_BYTES, NAME_BYTES + place.size_bytes)
    return raw[:NAME_BYTES].decode("latin-1"), Held(pack.name, raw[NAME_BYTES:])


def _decrypted(part: Source, place: Place, key: bytes, sha256: str) -> Kept:
    source = Opened(part, key)
    return Kept(source=source, size_bytes=plain_size(place.size_bytes), sha256=sha256)
