"""A disk that is soon full: memory mounted where a hub keeps its data. Mounting wants root."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

_BALLAST = "ballast"


class SmallDisk:
    """A mounted disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ballast = folder / _BALLAST

    def fill(self, *, leave_bytes: int) -> None:
        """Leave no more than so much."""
        with self._ballast.open("wb") as file, suppress(OSError):
            while (free := shutil.disk_usage(self._folder).free - leave_bytes) > 0:
                os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), free)

    def clear(self) -> None:
        """Make room again."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, *, size_mb: int) -> Iterator[SmallDisk]:
    """Mount one at a folder, made for it, until the block ends."""
    folder.mkdir(parents=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "facteur-faults", str(folder))
    try:
        yield SmallDisk(folder)
    finally:
        _run("umount", "--lazy", str(folder))


def available() -> bool:
    """Whether we may mount."""
    with TemporaryDirectory() as name:
        try:
            with small_disk(Path(name) / "disk", size_mb=1):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
