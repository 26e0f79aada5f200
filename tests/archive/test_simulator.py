"""Seeds of the simulator: what was acknowledged stays, and an archive that is broken is found out.

`make simulator` plays 500 of them.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from archive.log import Log
from archive.store import Disk
from tests.archive.simulator import failing, simulate

SEEDS = 12


def test_what_was_acknowledged_outlives_every_fault() -> None:
    assert list(failing(range(SEEDS))) == []


def test_a_seed_plays_the_same_again(tmp_path: Path) -> None:
    one, other = (simulate(7, tmp_path / name) for name in ("one", "other"))
    assert one.told == [line.replace("/other/", "/one/") for line in other.told]
    assert (one.kept, one.heads) == (other.kept, other.heads)
    assert one.kept


def without_sync(disk: Disk, files: Mapping[Path, Iterable[bytes]]) -> None:
    """Keep files without making their names durable."""
    for path, data in files.items():
        disk._keep_folder(path.parent)
        part = path.with_name(f".{path.name}.part")
        disk.write(part, data)
        disk.rename(part, path)


def in_place(disk: Disk, files: Mapping[Path, Iterable[bytes]]) -> None:
    """Write over what is there, instead of putting another file in its place."""
    for path, data in files.items():
        disk._keep_folder(path.parent)
        disk.write(path, data)
        disk.sync(path.parent)


SABOTAGE: dict[str, tuple[type, str, Callable[..., None]]] = {
    "names are not synced": (Disk, "keep", without_sync),
    "files are overwritten": (Disk, "keep", in_place),
    "the tail stays": (Log, "_remove_tail", lambda _log, _size: None),
}


@pytest.mark.scenario
@pytest.mark.parametrize("what", SABOTAGE)
def test_an_archive_that_is_broken_is_found_out(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the simulator would show nothing."""
    monkeypatch.setattr(*SABOTAGE[what])
    found = next(failing(range(200)), "")
    assert "python -m tests.archive.simulator --seed" in found
