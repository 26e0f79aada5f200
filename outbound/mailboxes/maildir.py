"""A maildir: one file a message, complete or not there."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from outbound.channel import Deferred
from outbound.mailboxes.mailbox import HEAD_BYTES_MAX, LEFT_MAX, LETTER_BYTES_MAX, Left, Letter


def maildir_place(folder: Path) -> tuple[str, ...]:
    """Return where a mailbox is (see `Mailbox.place`)."""
    return "maildir", str(folder.resolve())


class Maildir:
    """Reads `new`, and moves to `cur`: as seen what was taken, as unseen what is for a person."""

    is_here = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def place(self) -> tuple[str, ...]:
        """The folder."""
        return maildir_place(self._folder)

    def waiting(self) -> Iterator[Letter]:
        """Yield the messages in `new` by name, which is by age."""
        fresh = self._folder / "new"
        try:
            files = sorted(fresh.iterdir()) if fresh.is_dir() else []
        except OSError as error:
            raise Deferred(f"{fresh}: {error.strerror}", endpoint_down=True) from error
        for file in files:
            data = _read(file)
            if data is None:
                self.put_away(file.name, taken=False)
            else:
                yield Letter(source=file.name, data=data)

    def put_away(self, source: str, *, taken: bool) -> None:
        """Move the file to `cur`."""
        current = self._folder / "cur"
        current.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            (self._folder / "new" / source).replace(current / f"{source}:2,{'S' if taken else ''}")

    def left_for_a_person(self) -> int:
        """Return how many files in `cur` nobody has seen."""
        return len(self._unseen())

    def left(self) -> list[Left]:
        """Return them by name, which is by age."""
        return [Left(str(file), _head(file)) for file in self._unseen()[:LEFT_MAX]]

    def close(self) -> None:
        """Nothing is open."""

    def _unseen(self) -> list[Path]:
        files = (self._folder / "cur").glob("*")
        return sorted(file for file in files if "S" not in file.name.partition(":2,")[2])


def deliver(folder: Path, name: str, data: bytes) -> None:
    """Put a message into a maildir; it is durable on return.

    Raises:
        OSError: it cannot be kept.
    """
    for part in ("tmp", "new", "cur"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    draft = folder / "tmp" / name
    with draft.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / "new" / name)
    handle = os.open(folder / "new", os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _head(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(HEAD_BYTES_MAX)
    except OSError:
        return b""


def _read(file: Path) -> bytes | None:
    """Return a message; None if it is none that we would read."""
    try:
        if not file.is_file() or file.stat().st_size > LETTER_BYTES_MAX:
            return None
        return file.read_bytes()
    except OSError:
        return None
