"""One thing done to a folder that nobody may touch, and the file that must be named for it."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A change to an archive or to an export of one.

    Attributes:
        kind: `flip`, `delete`, `fork`…
        subject: what it is done to, in words or as a path.
        act: does it to a copy of the folder.
        names: files below the folder; one of them at least must be named.
    """

    kind: str
    subject: str
    act: Callable[[Path], None]
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"


@contextmanager
def spoilt(whole: Path, mutation: Mutation, *, near: Path) -> Iterator[Path]:
    """Give a copy of a folder to which the mutation has been done, until the block ends."""
    with TemporaryDirectory(dir=near) as folder:
        copy = Path(shutil.copytree(whole, Path(folder) / whole.name, symlinks=True))
        mutation.act(copy)
        yield copy


def files_of(root: Path) -> list[str]:
    """Return all files below a folder, in order."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def spread(each: Iterable[Mutation]) -> list[Mutation]:
    """Return mutations, each once: two ways may lead to the same."""
    return list({str(mutation): mutation for mutation in each}.values())
