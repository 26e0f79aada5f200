"""One log as an export shows it: all proofs lead to the one checkpoint of its beginning."""

import base64
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from archive import ledger, seal
from archive.archive import Archive
from archive.closing.records import Evidence
from archive.entry import ArchiveDamaged, Entry
from archive.ledger import TILE_WIDTH
from archive.manifest import leaf


class LogView:
    """A log as it stood when this was made.

    Attributes:
        label: its name as part of a path.
        note: the checkpoint, signed by the key of today.
        size: of it.
        closings: those that first cover an entry whose evidence was asked for.
    """

    def __init__(self, archive: Archive, name: str) -> None:
        self.name = name
        self.label = name.replace("/", "-")
        self.size = int(archive.checkpoint(name).split("\n")[1])
        self.note = archive.checkpoint(name, self.size)
        self._folder = archive.beside(name) / "log"
        self.closings: set[str] = set()
        self._evidence = Evidence(archive, name)
        self._node = lru_cache(1 << 16)(ledger.tile_nodes(self.size, self._read))

    def proof(self, position: int, manifest: bytes) -> str:
        """Return the proof that a manifest is at a position (C2SP tlog-proof v1).

        Raises:
            ArchiveDamaged: it is not there.
        """
        if self._node(0, position) != ledger.leaf_hash(leaf(manifest)):
            raise ArchiveDamaged(f"{self._folder}: entry {position} is not this one")
        path = ledger.inclusion(position, self.size, self._node)
        return seal.write_proof(position, path, self.note)

    def consistency(self, old_size: int) -> str:
        """Return the proof that a log of this size is how this one began.

        It is written as a witness is asked (C2SP tlog-witness, add-checkpoint).
        """
        path = ledger.consistency(old_size, self.size, self._node)
        hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in path)
        return f"old {old_size}\n{hashes}\n{self.note}"

    def evidence(self, entry: Entry) -> bytes | None:
        """Return an entry's evidence record (RFC 4998, DER); None before its day is closed."""
        subject = self._evidence.of_entry(entry)
        if subject is None:
            return None
        self.closings.add(subject.closing.name)
        return self._evidence.record(subject)

    def hashes(self) -> Iterator[bytes]:
        """Yield the hashes of all leaves, a tile at a time."""
        for index in range(-(-self.size // TILE_WIDTH)):
            width = min(TILE_WIDTH, self.size - index * TILE_WIDTH)
            yield self._read(ledger.tile_path("0", index, width))[: 32 * width]

    def _read(self, path: str) -> bytes:
        """Read a tile; of a partial one that has grown since, the full one."""
        for each in (path, path.partition(".p/")[0]):
            file = self._folder / each
            if file.is_file():
                return file.read_bytes()
        raise ArchiveDamaged(f"{self._folder / path} is missing")


def origin_and_size(note: str) -> tuple[str, int]:
    r"""Return which log a checkpoint is of, and its size, unverified.

    >>> origin_and_size("post.example/archive/acme/2026\n17\n(root)\n")
    ('post.example/archive/acme/2026', 17)

    Raises:
        ValueError: it is no checkpoint.
    """
    origin, size, *_ = [*note.split("\n"), "", ""]
    if not size.isdecimal():
        raise ValueError("this is no checkpoint: its first lines are no origin and no size")
    return origin, int(size)


def earlier_notes(path: Path) -> list[str]:
    """Return the checkpoints of an earlier export, or the one in a file.

    Raises:
        ValueError: there is none.
    """
    files = sorted(path.glob("checkpoints/*.checkpoint")) if path.is_dir() else [path]
    if not files:
        raise ValueError(f"{path} is no earlier export: it has no checkpoints/")
    return [file.read_text("utf-8") for file in files]
