"""The check of one log: packs, tree, checkpoint, seals. Standard library alone.

Three records tell which entries a log holds: the packs, the bundles of leaves, and the hash
tiles. For each entry the majority counts, the signed root judges, and what differs is named.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from archive.evidence import (
    TILE_WIDTH,
    Checkpoint,
    Tree,
    leaf_hash,
    open_checkpoint,
    parse_tile_path,
    read_bundle,
    tile_path,
)
from archive.verify_closings import check_seals
from archive.verify_packs import PacksCheck
from archive.verify_places import files_below, is_leftover

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from archive.evidence import Keys
    from archive.report import Report
    from archive.verify_members import OpenMember
    from archive.verify_packs import OpenPack
    from archive.verify_time import Stamps
    from archive.verify_told import Told

_PACK = "packs/" + "[0-9]" * 9


def packs_of(folder: Path) -> dict[int, Path]:
    """Return the packs of a log's folder, or the notes of where they lie, by their first leaf."""
    return {int(p.stem): p for kind in ("s3", "zip") for p in folder.glob(f"{_PACK}.{kind}")}


class LogCheck:
    """The check of one log folder; `run` does all of it."""

    def __init__(
        self,
        root: Path,
        name: str,
        *,
        keys: Keys,
        report: Report,
        told: Told,
        stamps: Stamps,
        open_member: OpenMember | None = None,
        open_pack: OpenPack | None = None,
        progress: Callable[[Report], None] = lambda _: None,
    ) -> None:
        self.folder = root / name
        self.name = name
        self.keys = keys
        self.report = report
        self._stamps = stamps
        self.checkpoint: Checkpoint | None = None
        self._packs = PacksCheck(
            self.folder,
            name,
            report,
            told,
            logged_id=self._logged_id,
            open_member=open_member,
            open_pack=open_pack,
            progress=progress,
        )
        self._bundle: tuple[int, list[bytes]] = (-1, [])

    def run(self, earlier: Sequence[tuple[str, str]]) -> None:
        """Check everything in the folder, and against earlier checkpoints (label, note)."""
        packs = packs_of(self.folder)
        self.checkpoint = self._open("log/checkpoint", by_last=True)
        if self.checkpoint is None:
            return
        size = self.checkpoint.size
        self.report.entries[self.name] = size
        packed = self._packs.read({s: p for s, p in packs.items() if s < size}, size)
        records = zip(packed, self._bundled(size), self._tiled(size), strict=True)
        truth = [_majority(votes) for votes in records]
        heads = self._heads(earlier)
        tree = self._grow(truth, heads)
        if tree is None:
            return
        for position, hashed in enumerate(packed):
            if hashed not in (None, truth[position]):
                pack = max(start for start in packs if start <= position)
                self._fault(f"packs/{packs[pack].name}", f"entry {position} is not the one logged")
        self._check_tiles(tree)
        self._check_tail(packs)
        check_seals(self.folder / "seals", f"{self.name}/seals", self.report, self._stamps)

    def _fault(self, file: str, what: str, member: str = "", documents: Iterable[str] = ()) -> None:
        self.report.add(f"{self.name}/{file}", what, member, documents)

    def _open(self, file: str, *, by_last: bool = False) -> Checkpoint | None:
        try:
            note = (self.folder / file).read_bytes().decode()
            checkpoint = open_checkpoint(note, self.keys, by_last=by_last)
        except FileNotFoundError:
            self._fault(file, "is missing")
        except ValueError as error:
            self._fault(file, str(error))
        else:
            if checkpoint.origin.endswith(f"/{self.name}"):
                return checkpoint
            self._fault(file, f"is of log {checkpoint.origin}")
        return None

    # -- what the packs, the bundles and the tiles say, position by position

    def _logged_id(self, position: int) -> str:
        """Return the id in the leaf at a position, as the bundles have it."""
        leaves = self._leaves(position // TILE_WIDTH)
        leaf = leaves[position % TILE_WIDTH :][:1]
        return leaf[0][7:71].decode("latin-1") if leaf else ""

    def _leaves(self, index: int) -> list[bytes]:
        if self._bundle[0] != index:
            data = self._tile("entries", index) or b""
            self._bundle = index, read_bundle(data)
        return self._bundle[1]

    def _bundled(self, size: int) -> Iterator[bytes | None]:
        for position in range(size):
            leaf = self._leaves(position // TILE_WIDTH)[position % TILE_WIDTH :][:1]
            yield leaf_hash(leaf[0]) if leaf else None

    def _tiled(self, size: int) -> Iterator[bytes | None]:
        for index in range(-(-size // TILE_WIDTH)):
            tile = self._tile("0", index) or b""
            for width in range(min(TILE_WIDTH, size - index * TILE_WIDTH)):
                yield tile[32 * width : 32 * width + 32] or None

    def _tile(self, level: str, index: int) -> bytes | None:
        """Read the tile that the checkpoint calls for, or a full one in its place."""
        assert self.checkpoint
        height = 0 if level == "entries" else 8 * int(level)
        width = (self.checkpoint.size >> height) - index * TILE_WIDTH
        for each in (width, TILE_WIDTH):
            path = tile_path(level, index, min(each, TILE_WIDTH))
            with suppress(FileNotFoundError):  # a partial tile goes when the full one is there
                return (self.folder / "log" / path).read_bytes()
        self._fault(f"log/{tile_path(level, index, min(width, TILE_WIDTH))}", "is missing")
        return None

    # -- what follows from the truth

    def _heads(self, earlier: Sequence[tuple[str, str]]) -> list[tuple[str, Checkpoint]]:
        """Return every signed head this log must still agree with, with a name for each."""
        assert self.checkpoint
        heads = [(f"{self.name}/log/checkpoint", self.checkpoint)]
        for pattern in ("seals/*.checkpoint", "closings/*/checkpoint"):
            for path in sorted(self.folder.glob(pattern)):
                file = path.relative_to(self.folder).as_posix()
                sealed = self._open(file)
                heads += [(f"{self.name}/{file}", sealed)] if sealed else []
        for label, note in earlier:
            try:
                checkpoint = open_checkpoint(note, self.keys)
            except ValueError as error:
                self.report.add(label, str(error))
                continue
            if checkpoint.origin == self.checkpoint.origin:
                heads.append((label, checkpoint))
        return heads

    def _grow(
        self, truth: Sequence[bytes | None], heads: Sequence[tuple[str, Checkpoint]]
    ) -> Tree | None:
        """Build the tree and compare its root with every head at that head's size."""
        file, tree = "log/checkpoint", Tree()
        of_size: dict[int, list[tuple[str, Checkpoint]]] = {}
        for label, head in heads:
            of_size.setdefault(head.size, []).append((label, head))
            if head.size > len(truth):
                self._fault(
                    file, f"shows {len(truth)} entries, but {label} shows {head.size}: rolled back"
                )
        for hashed in truth:
            if hashed is None:
                self._fault(file, f"cannot be checked: entry {tree.size} is nowhere to be found")
                return None
            tree.add(hashed)
            for label, head in of_size.get(tree.size, ()):
                if head.root != tree.root():
                    self._fault(
                        file, f"the {tree.size} entries here are not those signed in {label}"
                    )
        return tree

    def _check_tiles(self, tree: Tree) -> None:
        """Compare all tiles and bundles that are there; miss those that should be."""
        for level, row in tree.rows.items():
            for index in range(-(-len(row) // TILE_WIDTH)):
                self._tile(str(level), index)
        for path in files_below(self.folder / "log" / "tile"):
            with suppress(FileNotFoundError):
                self._check_tile(path, tree)

    def _check_tile(self, path: Path, tree: Tree) -> None:
        file = path.relative_to(self.folder).as_posix()
        place = parse_tile_path(file.removeprefix("log/"))
        if place is None:
            if not is_leftover(path):
                self._fault(file, "does not belong here")
            return
        level, index, width = place
        is_bundle = level == "entries"
        row = tree.rows.get(0 if is_bundle else int(level), [])
        expected = row[index * TILE_WIDTH : index * TILE_WIDTH + width]
        found = _read_hashes(path.read_bytes(), bundle=is_bundle)
        if found[: len(expected)] != expected or len(found) != width:
            self._fault(file, "is not what was logged")
        elif not expected:
            self.report.notes.append(f"{self.name}/{file}: left by an unfinished commit")

    def _check_tail(self, packs: Mapping[int, Path]) -> None:
        """Look at packs beyond the checkpoint, as it is by now: at most one may be unfinished."""
        now = self._open("log/checkpoint")
        size = now.size if now else 0
        for start in sorted(packs):
            file = f"packs/{packs[start].name}"
            if start == size:
                self.report.notes.append(f"{self.name}/{file}: left by an unfinished commit")
            elif start > size:
                self._fault(file, f"lies beyond the checkpoint of {size} entries: rolled back")


def _read_hashes(data: bytes, *, bundle: bool) -> list[bytes]:
    """Return the hashes in a tile, or of the leaves in a bundle; none if it is not whole."""
    if not bundle:
        return [] if len(data) % 32 else [data[at : at + 32] for at in range(0, len(data), 32)]
    leaves = read_bundle(data)
    whole = data == b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)
    return [leaf_hash(leaf) for leaf in leaves] if whole else []


def _majority(votes: tuple[bytes | None, ...]) -> bytes | None:
    if votes[0] is not None and votes[0] == votes[1] == votes[2]:
        return votes[0]
    counted = Counter(vote for vote in votes if vote is not None).most_common(1)
    return counted[0][0] if counted else None
