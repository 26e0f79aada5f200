"""What lies in a folder: plain files and folders, or something that must not be opened.

Standard library alone.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.report import Report


def files_below(folder: Path) -> list[Path]:
    """Return all files below a folder, though some may vanish meanwhile."""
    return sorted(Path(parent) / name for parent, _, names in os.walk(folder) for name in names)


def odd_places(root: Path, report: Report) -> bool:
    """Name what is neither a file nor a folder; say whether reading might never end.

    A link may show another file to everybody; a pipe keeps its reader waiting.
    """
    is_endless = False
    for parent, folders, names in os.walk(root):
        for path in (Path(parent) / name for name in (*folders, *names)):
            file = path.relative_to(root).as_posix()
            if path.is_symlink():
                report.add(file, "is a link")
            elif not path.is_file() and not path.is_dir() and path.exists():
                is_endless = True
                report.add(file, "is neither file nor folder")
    return is_endless


def is_leftover(path: Path) -> bool:
    """Say whether it is a file that was being written when the power went."""
    return path.name.startswith(".") and path.name.endswith(".part")
