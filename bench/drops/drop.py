"""What is dropped to be measured: files, with the guide by which they are to be read."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

GUIDE = "guide.toml"


@dataclass(frozen=True, kw_only=True)
class Drop:
    """Files of one sender.

    Attributes:
        files: by name, made one after another.
        guide: TOML; empty: what is shipped will do.
    """

    files: Iterable[tuple[str, bytes]]
    guide: str = ""

    def write(self, folder: Path) -> None:
        """Put all into a new folder."""
        folder.mkdir()
        for name, data in self.files:
            (folder / name).write_bytes(data)
        if self.guide:
            (folder / GUIDE).write_text(self.guide, "utf-8")
