"""What an export has of a log: its head, keys, seals, and the proofs of all earlier heads."""

from collections.abc import Container, Iterable, Iterator
from itertools import groupby
from pathlib import Path

from archive.archive import Archive
from archive.export.logs import LogView, origin_and_size

Files = Iterator[tuple[str, Iterable[bytes]]]


def files_of_log(archive: Archive, view: LogView, earlier: Iterable[str]) -> Files:
    """Yield its checkpoint, its keys, its seals, and how it continues earlier checkpoints."""
    folder = archive.beside(view.name)
    yield f"checkpoints/{view.label}.checkpoint", [view.note.encode()]
    yield from _keys(folder.parents[1] / "keys", view.label)
    seals = sorted(folder.glob("seals/*"))
    for path in seals:
        yield f"closings/{view.label}/{path.name}", [path.read_bytes()]
    notes = [path.read_text("utf-8") for path in seals if path.suffix == ".checkpoint"]
    known = [*earlier, *notes]
    origin = origin_and_size(view.note)[0]
    sizes = {size for other, size in map(origin_and_size, known) if other == origin}
    for size in sorted(sizes):
        if 0 < size < view.size:
            proof = view.consistency(size).encode()
            yield f"proofs/{view.label}/{size:09}.consistency", [proof]


def _keys(folder: Path, label: str) -> Files:
    """Yield the key of a log, and the notes by which it was exchanged."""
    for path in (
        *sorted(folder.glob(f"{label}.vkey")),
        *sorted(folder.glob(f"{label}.*.rotation")),
    ):
        yield f"keys/{path.name}", [path.read_bytes()]


def files_of_positions(view: LogView, inside: Container[int], erased: Container[int]) -> Files:
    """Yield the hashes of all leaves, and why those are not in here that are not."""
    yield f"proofs/{view.label}/leaf-hashes", view.hashes()
    yield f"proofs/{view.label}/others.csv", _others(view.size, inside, erased)


def _others(size: int, inside: Container[int], erased: Container[int]) -> Iterator[bytes]:
    yield b"from,to,why\r\n"

    def why(position: int) -> str:
        if position in inside:
            return ""
        return "erased" if position in erased else "not asked for"

    for reason, positions in groupby(range(size), why):
        first, *rest = positions
        if reason:
            yield f"{first},{[first, *rest][-1]},{reason}\r\n".encode()
