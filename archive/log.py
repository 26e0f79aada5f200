"""One log: packs, tree and checkpoint of one tenant and year, in one folder.

    packs/000000000.zip      named after the first leaf it holds
    vault/000000000.keys     the keys of what is in that pack, where it is encrypted
    log/tile/…               hash tiles and bundles of leaves
    log/checkpoint           the signed head; replacing it is the moment of commit
    seals/2026-11-21.*       the head at a day's end, and its time stamp

Everything beyond the checkpoint's size is the unfinished tail of a commit that was cut off. It
was never acknowledged, and the next commit removes it or writes over it.
"""

import hashlib
import itertools
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from archive import ledger, seal, store
from archive.content import Measured, measure
from archive.entry import ArchiveDamaged, ArchiveError
from archive.ledger import TILE_WIDTH
from archive.manifest import leaf, leaf_of
from archive.packs.holdings import Holdings
from archive.packs.pack import Place

_EMPTY = ledger.Edge()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A checkpoint that was checked, and the right edge of the tree it stands for."""

    note: str = ""
    edge: ledger.Edge = _EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """What one append added.

    Attributes:
        position: of the first new leaf.
        manifests: in the order of their leaves; None for one that was erased.
        places: of manifests and files in the pack of that position, but for what was erased.
    """

    position: int
    manifests: tuple[bytes | None, ...]
    places: tuple[Place, ...]

    @property
    def end(self) -> int:
        """The size of the log after it."""
        return self.position + len(self.manifests)

    def kept(self) -> Iterator[tuple[int, bytes, str]]:
        """Yield the manifests that are there, each with its position and its SHA-256."""
        hashes = (place.sha256 for place in self.places)
        for position, manifest in enumerate(self.manifests, self.position):
            if manifest is not None:
                yield position, manifest, next(hashes)


class Log:
    """One log. Appending needs the tenant's lock; reading needs none."""

    def __init__(
        self,
        root: Path,
        name: str,
        *,
        origin: str,
        key: Ed25519PrivateKey,
        disk: store.Disk,
        holdings: Holdings,
        former: Sequence[Ed25519PublicKey] = (),
    ) -> None:
        self.name = name
        self.folder = root / name
        self._vkey_file = root / "keys" / f"{name.replace('/', '-')}.vkey"
        self._origin = f"{origin}/{name}"
        self._key = key
        self._keys = (key.public_key(), *former)
        self._disk = disk
        self._holdings = holdings
        self._head: Head | None = None
        self._has_appended = False

    def note(self) -> str:
        """Return the checkpoint as it lies there; empty before the first commit."""
        try:
            return (self.folder / "log" / "checkpoint").read_text("utf-8")
        except FileNotFoundError:
            return ""

    def checkpoint(self, note: str) -> seal.Checkpoint:
        """Open one of this log's checkpoints.

        Raises:
            ArchiveDamaged: it is not a checkpoint of this log, signed by a key that it has had.
        """
        try:
            checkpoint = seal.open_checkpoint(note, *self._keys)
        except ValueError as error:
            raise ArchiveDamaged(f"{self.folder}/log/checkpoint: {error}") from error
        if checkpoint.origin != self._origin:
            raise ArchiveDamaged(f"{self.folder}/log/checkpoint is of log {checkpoint.origin!r}")
        return checkpoint

    def sign(self, text: str) -> str:
        """Return a text as a note signed under the log's name; it must not pass for a checkpoint.

        Raises:
            ValueError: it begins like one.
        """
        if text.startswith(f"{self._origin}\n"):
            raise ValueError("a report does not begin with the name of a log")
        return seal.sign_note(text, self._origin, self._key)

    def settle(self) -> None:
        """Make the checkpoint's name durable: who wrote it may have died before that.

        All that it stands for was durable before it was written.

        Raises:
            OSError: it may be durable or not.
        """
        self._disk.sync(self.folder / "log")

    def verifier_key(self) -> str:
        """Return the line by which others check the checkpoints."""
        return seal.verifier_key(self._origin, self._key.public_key())

    def succeed(self, former: Ed25519PrivateKey) -> str:
        """Let the key of this log take the place of `former`, who signs that; return the statement.

        It lies beside the log's first key, and the head is signed anew; done again, it is the same.
        A log that this key has signed from the first has no statement: nothing is done.

        Raises:
            OSError: nothing may be appended until reopened.
            ArchiveDamaged: as `head`.
        """
        head, line = self.head(), self.verifier_key()
        before = list(map(Path.read_text, rotations(self._vkey_file)))
        if not before and self._vkey_file.read_text() == line:
            return ""
        own = [statement for statement in before if f"\n{line}" in statement]
        text = f"facteur key rotation\n{self._origin}\n{line}"
        statement = own[0] if own else seal.sign_note(text, self._origin, former)
        number = len(before) + 1
        if own:  # who wrote it may have died before its name was durable
            self._disk.sync(self._vkey_file.parent)
        else:
            self._disk.keep(
                {self._vkey_file.with_suffix(f".{number}.rotation"): [statement.encode()]}
            )
        note = seal.sign_checkpoint(self.checkpoint(head.note), self._key)
        self._disk.keep({self.folder / "log" / "checkpoint": [note.encode()]})
        self._head = Head(note=note, edge=head.edge)
        return statement

    def append(self, manifests: Sequence[bytes], files: Sequence[Measured]) -> Commit:
        """Commit manifests and the files they name that are new to this log.

        Raises:
            OSError: it may be committed or not; nothing may be appended until reopened.
            FileChanged: a file on disk is not what was measured; nothing is committed.
            ArchiveDamaged: the edge of the tree is not what the checkpoint says, or nothing says
                that this key signs the log.
            ArchiveLocked: the master key of the log is not here.
            ValueError: more than a pack holds; nothing is committed.
        """
        head = self.head()
        contents = [*map(measure, manifests), *files]
        leaves = [leaf_of(each.sha256, each.sha512) for each in contents[: len(manifests)]]
        edge, tiles = ledger.extend(head.edge, leaves)
        note = seal.sign_checkpoint(
            seal.Checkpoint(origin=self._origin, size=edge.size, root=edge.root()), self._key
        )
        position = head.edge.size
        if position and not self._has_appended:
            self._check_key()
        if not self._has_appended or self._holdings.has(self.name, position):
            self._remove_tail(position)
        self._has_appended = True
        places, acts = self._holdings.keeping(self.name, position, contents)
        try:
            self._disk.together(acts)
        except ArchiveError:
            self._holdings.remove_tail(self.name, position)
            raise
        self._disk.keep({self.folder / "log" / path: [data] for path, data in tiles.items()})
        if not head.note:
            self._disk.keep({self._vkey_file: [self.verifier_key().encode()]})
        self._disk.keep({self.folder / "log" / "checkpoint": [note.encode()]})
        self._head = Head(note=note, edge=edge)
        self._prune(tiles)
        return Commit(position=position, manifests=tuple(manifests), places=places)

    def head(self) -> Head:
        """Return the head on disk, checked unless this process wrote it.

        Raises:
            ArchiveDamaged: the edge of the tree is not what the checkpoint says, or, when first
                asked, there is more beyond it than one unfinished commit.
        """
        note = self.note()
        if self._head is None:
            self._check_tail(note)
        if self._head is None or note != self._head.note:
            self._head = Head(note=note, edge=self._read_edge(note)) if note else Head()
        return self._head

    def proof(self, position: int, manifest: bytes) -> str:
        """Return the proof that a manifest is at a position in the log as it stands.

        Raises:
            ArchiveDamaged: it is not there.
        """
        note = self.note()
        size = self.checkpoint(note).size
        logged = itertools.islice(self.leaves(position, size), 1)
        if list(logged) != [leaf(manifest)]:
            raise ArchiveDamaged(f"{self.folder}/log: entry {position} is not this one")
        path = ledger.inclusion(position, size, ledger.tile_nodes(size, self._read_tile))
        return seal.write_proof(position, path, note)

    def note_at(self, size: int) -> str:
        """Return the checkpoint of an earlier size, signed now.

        Raises:
            ArchiveDamaged: the tree is not what the head says, or not that large.
        """
        head = self.checkpoint(self.note())
        nodes = ledger.tile_nodes(head.size, self._read_tile)
        if not 0 < size <= head.size or ledger.subtree(0, head.size, nodes) != head.root:
            raise ArchiveDamaged(f"{self.folder}/log does not give a root over {size} entries")
        root = ledger.subtree(0, size, nodes)
        return seal.sign_checkpoint(
            seal.Checkpoint(origin=self._origin, size=size, root=root), self._key
        )

    def seal(self, day: date) -> None:
        """Set the present checkpoint aside as the day's, if the log has grown since the last."""
        seals = self.folder / "seals"
        latest = max(seals.glob("*.checkpoint"), default=None)
        note = self.note()
        if not latest or (latest.stem < day.isoformat() and latest.read_text("utf-8") != note):
            self._disk.keep({seals / f"{day.isoformat()}.checkpoint": [note.encode()]})

    def unstamped(self) -> list[Path]:
        """Return the seals that have no time stamp yet, oldest first."""
        seals = sorted((self.folder / "seals").glob("*.checkpoint"))
        return [sealed for sealed in seals if not sealed.with_suffix(".tsr").exists()]

    def extends(self, earlier: str) -> bool:
        """Say whether the log as it stands has an earlier checkpoint as its prefix."""
        old, new = self.checkpoint(earlier), self.checkpoint(self.note())
        nodes = ledger.tile_nodes(new.size, self._read_tile)
        return old.size <= new.size and ledger.subtree(0, old.size, nodes) == old.root

    def commits(self, start: int, end: int) -> Iterator[Commit]:
        """Yield what was committed between two sizes, from the packs.

        Args:
            start: size after an earlier commit.
            end: size that the present checkpoint gives.

        Raises:
            ArchiveDamaged: a pack is missing or does not hold what the log says.
            ArchiveLocked: the master key of the log is not here.
        """
        starts = [each for each in self._holdings.starts(self.name) if start <= each < end]
        leaves = self.leaves(start, end)
        for position, last in itertools.pairwise([*starts, end]):
            commit = self._committed(position, last)
            logged = list(itertools.islice(leaves, last - position))
            if len(logged) != len(commit.manifests) or not all(
                logged[at - position] == leaf_of(sha256, hashlib.sha512(manifest).hexdigest())
                for at, manifest, sha256 in commit.kept()
            ):
                wrong = f"does not hold the entries from {position} to {last}"
                raise ArchiveDamaged(f"{self.folder}/packs/{position:09}.zip {wrong}")
            yield commit
        if next(leaves, None):
            raise ArchiveDamaged(f"{self.folder}/packs: entries from {start} on are missing")

    def commit_at(self, position: int) -> Commit:
        """Return the commit whose pack begins with the entry at a position.

        Raises:
            ArchiveDamaged: there is none, or it cannot be read.
            ArchiveLocked: the master key of the log is not here.
        """
        size = self.checkpoint(self.note()).size
        later = (each for each in self._holdings.starts(self.name) if each > position)
        return self._committed(position, min(next(later, size), size))

    def _committed(self, position: int, end: int) -> Commit:
        manifests, places = self._holdings.commit(self.name, position, end - position)
        return Commit(position=position, manifests=manifests, places=places)

    def leaves(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the leaves from one position to before another.

        Raises:
            ArchiveDamaged: a bundle of them is missing.
        """
        for index in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
            first = index * TILE_WIDTH
            width = min(TILE_WIDTH, end - first)
            bundle = self._read_tile(ledger.tile_path("entries", index, width))
            yield from ledger.read_bundle(bundle)[max(start - first, 0) : width]

    def recover(self) -> list[int]:
        """Take packs again of which nothing here tells any more; return their positions.

        Raises:
            OSError: one more may be taken or not.
            ArchiveDamaged: a bundle of leaves is missing.
            ArchiveUnavailable: where packs lie cannot be reached.
        """
        size = self.checkpoint(self.note()).size

        def id_at(position: int) -> str:
            found = itertools.islice(self.leaves(position, size), 1) if position < size else ()
            return next((str(json.loads(each)["id"]) for each in found), "")

        return self._holdings.recover(self.name, id_at)

    def _check_key(self) -> None:
        """Miss what says that this key signs: no verifier would believe what it appends."""
        last = [self._vkey_file, *rotations(self._vkey_file)][-1]
        if last.exists() and self.verifier_key() not in last.read_text("utf-8"):
            raise ArchiveDamaged(
                f"{last}: nothing says that this hub's key signs the log, which is from before the"
                f" key was exchanged; put {self._vkey_file.stem}.*.rotation beside it, which"
                " exports and backups that were made since have in keys/"
            )

    def _check_tail(self, note: str) -> None:
        size = self.checkpoint(note).size if note else 0
        if any(start > size for start in self._holdings.starts(self.name)):
            raise ArchiveDamaged(f"{self.folder}: log/checkpoint was rolled back to {size} entries")

    def _remove_tail(self, size: int) -> None:
        """Remove tiles and keys of a commit that was cut off: the next one may be a smaller one.

        A pack beyond the checkpoint tells of it; after a power cut perhaps only the tiles do. The
        pack itself will be written over.
        """
        self._holdings.remove_tail(self.name, size)
        tiles = filter(Path.is_file, (self.folder / "log" / "tile").rglob("[0-9]*"))
        self._disk.remove([tile for tile in tiles if self._is_beyond(tile, size)])

    def _is_beyond(self, tile: Path, size: int) -> bool:
        level, end = ledger.tile_end(tile.relative_to(self.folder / "log").as_posix())
        return end > size >> 8 * level

    def _read_edge(self, note: str) -> ledger.Edge:
        checkpoint = self.checkpoint(note)
        rows = tuple(
            ledger.read_tile(self._read_partial(str(level), index, width))[:width]
            for level, index, width in ledger.partial_tiles(checkpoint.size)
        )
        leaves = tuple(self.leaves(checkpoint.size - checkpoint.size % TILE_WIDTH, checkpoint.size))
        edge = ledger.Edge(size=checkpoint.size, leaves=leaves, rows=rows)
        hashes = tuple(ledger.leaf_hash(each) for each in leaves)
        if edge.root() != checkpoint.root or hashes != rows[0]:
            raise ArchiveDamaged(f"{self.folder}/log/tile does not give the root in checkpoint")
        return edge

    def _read_partial(self, level: str, index: int, width: int) -> bytes:
        return self._read_tile(ledger.tile_path(level, index, width)) if width else b""

    def _read_tile(self, path: str) -> bytes:
        """Read a tile; of a partial one that has been pruned, the full one."""
        file = self.folder / "log" / path
        try:
            return file.read_bytes()
        except FileNotFoundError:
            full = file.parent.with_suffix("")
            if file.parent.suffix == ".p" and full.exists():
                return full.read_bytes()
            raise ArchiveDamaged(f"{file} is missing") from None

    def _prune(self, tiles: Mapping[str, bytes]) -> None:
        """Remove the partial tiles that full ones have replaced."""
        for path in tiles:
            if "." not in path:
                shutil.rmtree(self.folder / "log" / f"{path}.p", ignore_errors=True)


def rotations(vkey_file: Path) -> list[Path]:
    """Return the statements by which a log's keys came after its first one, in their order."""
    found = vkey_file.parent.glob(f"{vkey_file.stem}.*.rotation")
    return sorted(found, key=lambda path: int(path.suffixes[-2][1:]))
