"""Everything that is done to the archive."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

from tests.tamper import damage
from tests.tamper.forgeries import forgeries
from tests.tamper.grown import Grown
from tests.tamper.index_only import index_changes
from tests.tamper.mutation import Mutation, files_of, spread

NO_EVIDENCE = ("index.", "/lock")
"""Files whose bytes say nothing of what was filed: see `index_only` for what is said in them."""


def mutations(grown: Grown, seed: int) -> list[Mutation]:
    """Return all of them, the same for the same seed."""
    chance = Random(seed)  # noqa: S311  (replayable)
    files = [f for f in files_of(grown.whole) if not any(part in f for part in NO_EVIDENCE)]
    return spread(
        [
            *(m for file in files for m in _damages(grown.whole, file, chance)),
            *_misplaced(grown.whole, files, chance),
            *forgeries(grown, chance),
            *index_changes(grown),
        ]
    )


def _damages(root: Path, file: str, chance: Random) -> Iterator[Mutation]:
    """Do something to a file: two things of many, of which each kind of file gets all."""
    ways = list(damage.flips(root, file, chance))
    if not file.endswith(".tsr"):  # openssl reads a stamp to its end and no further
        ways += damage.cuts(file, chance)
    if not (is_replaceable(root, file) or is_last_stamp(root, file)):
        ways += 2 * [damage.deletion(file)]
    if chance.random() < 0.3:
        ways.append(damage.link(file))
    yield from chance.sample(ways, 2)


def is_replaceable(root: Path, file: str) -> bool:
    """Say whether a file is a partial tile of the past, of which a later one says the same."""
    path = root / file
    if path.parent.suffix != ".p":
        return False
    widths = [int(other.name) for other in path.parent.iterdir()]
    return int(path.name) < max(widths)


def is_last_stamp(root: Path, file: str) -> bool:
    """Say whether a file is the stamp of a log's last seal, which may not have come yet.

    So it was before days were closed; what lies in `closings/` is named by an entry.
    """
    path = root / file
    return path.parent.name == "seals" and path == max(path.parent.glob("*.tsr"))


def _misplaced(root: Path, files: list[str], chance: Random) -> Iterator[Mutation]:
    """Let files of one folder change places, be there twice, or bear another name."""
    folders: dict[tuple[str, str], list[str]] = {}
    for file in files:
        path = Path(file)
        folders.setdefault((path.parent.as_posix(), path.suffix), []).append(file)
    for (folder, suffix), alike in folders.items():
        ways = list(damage.exchanges(root, alike))
        if "/tile/" not in folder:  # beyond the log's size tiles say nothing, and that is noted
            ways.append(damage.renaming(alike[-1], f"000000777{suffix}"))
            ways.append(damage.duplicate(alike[0], f"000000999{suffix}"))
        yield from chance.sample(ways, min(2, len(ways)))
    yield from _whole_folders(root)


def _whole_folders(root: Path) -> Iterator[Mutation]:
    logs = sorted(p.relative_to(root).as_posix() for p in root.glob("*/[0-9][0-9][0-9][0-9]"))
    for log in logs:
        inner = [p.name for p in sorted((root / log).iterdir()) if p.is_dir() and p.name != "seals"]
        for name in (log, *(f"{log}/{each}" for each in inner)):
            act = partial(_gone, name)
            yield Mutation(kind="delete a folder", subject=name, act=act, names=(log,))


def _gone(name: str, root: Path) -> None:
    shutil.rmtree(root / name)
