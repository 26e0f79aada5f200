"""Where files go that were looked at: into a folder, under a free name, the reason beside them."""

import os
from itertools import count
from pathlib import Path

NAME_BYTES = 230
"""File systems take 255; a number and `.err.txt` must fit behind."""


def put_away(path: Path, folder: Path, reason: str | None = None) -> Path:
    """Move a file into a folder and return where it lies; `reason` goes into NAME.err.txt.

    The reason comes first, so that no refused file lies there without one. A file that has gone
    meanwhile is not missed.
    """
    folder.mkdir(exist_ok=True)
    name = os.fsdecode(os.fsencode(path.name)[:NAME_BYTES])
    names = (name if number == 0 else f"{name}.{number}" for number in count())
    target = next(folder / each for each in names if not (folder / each).exists())
    if reason is not None:
        target.with_name(f"{target.name}.err.txt").write_text(reason + "\n", encoding="utf-8")
    if path.exists():
        path.rename(target)
    return target
