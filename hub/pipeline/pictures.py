"""Pictures of the pages of kept PDFs, for people; derived from evidence, never in its place.

Drawn in a bounded child and cached as files, named by the content's hash; the cache is bounded and
may be deleted at any time.
"""

import os
from collections.abc import Callable
from concurrent.futures import TimeoutError as TookTooLong
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from archive.entry import NotKept
from archive.kept import Kept
from formats.codec import Unreadable
from formats.pdf.source import claims_pdf
from formats.pdf_text.pages import NotOpened
from formats.pdf_text.picture import NoPage, Sheet, picture, sheets_of
from formats.pdf_text.words import TooMuch
from hub.engine.pool import ChildDied
from hub.pipeline.house import House
from hub.pipeline.provenance import Provenance

SHEETS_MAX: Final = 200
"""Pages of one file that are shown."""
_SECONDS: Final = 10
"""To draw one page."""
_PATIENCE_SECONDS: Final = 30
"""Until a child is free and has drawn it."""
_HEAD_BYTES: Final = 4096
_CACHED_MAX: Final = 1_000
_CACHED_SECONDS: Final = 7 * 24 * 3600
T = TypeVar("T")


class NoPicture(Exception):
    """There is nothing that can be shown. Says why."""


def pages_shown(house: House, sha256: str) -> tuple[Sheet, ...]:
    """Return the pages of a kept PDF, at most SHEETS_MAX.

    Raises:
        NoPicture: it is no PDF, or cannot be opened in bounds.
    """
    kept = _content(house, sha256)
    cached = _folder(house) / f"{sha256}.json"
    if not cached.exists():
        found = _in_child(house, sheets_of, kept, at_most=SHEETS_MAX)
        _keep(house, cached, msgspec.json.encode(found))
    return msgspec.json.decode(cached.read_bytes(), type=tuple[Sheet, ...])


def page_picture(house: House, sha256: str, number: int) -> bytes:
    """Return a page of a kept PDF as PNG.

    Raises:
        NoPicture: it is no PDF, has no such page, or cannot be drawn in bounds.
    """
    kept = _content(house, sha256)
    cached = _folder(house) / f"{sha256}-{number}.png"
    if not cached.exists():
        _keep(house, cached, _in_child(house, picture, kept, number))
    return cached.read_bytes()


def marked_picture(house: House, sha256: str, number: int, found: Provenance) -> bytes:
    """Return a page as PNG with the boxes of what was found on it.

    Raises:
        NoPicture: as `page_picture`.
    """
    kept = _content(house, sha256)
    return _in_child(house, picture, kept, number, dict(found.marks), dict(found.confidence))


def _content(house: House, sha256: str) -> Kept:
    """Ask the archive each time: what it deletes is not shown any more."""
    try:
        kept = house.archive.locate(sha256)
    except NotKept as error:
        for drawn in _folder(house).glob(f"{sha256}*"):
            drawn.unlink(missing_ok=True)
        raise NoPicture("the file is no longer kept") from error
    if not claims_pdf(kept.head(_HEAD_BYTES)):
        raise NoPicture("the file is no PDF")
    return kept


def _in_child(
    house: House, function: Callable[..., T], kept: Kept, *arguments: Any, **more: Any
) -> T:
    drawing = house.pool.submit(_called, function, kept, arguments, more, timeout_seconds=_SECONDS)
    try:
        drawn: T = drawing.result(_PATIENCE_SECONDS)
    except (NotOpened, TooMuch, NoPage, Unreadable) as error:
        raise NoPicture(str(error)) from error
    except ChildDied as error:
        raise NoPicture("the page cannot be drawn within the limits") from error
    except TookTooLong as error:
        raise NoPicture("all workers are busy; load the page again in a moment") from error
    return drawn


def _called(
    function: Callable[..., T], kept: Kept, arguments: tuple[Any, ...], more: dict[str, Any]
) -> T:
    return function(kept.read(), *arguments, **more)


def _folder(house: House) -> Path:
    folder: Path = house.config.data / "pictures"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _keep(house: House, path: Path, content: bytes) -> None:
    """Write a file as a whole, and let go what is old or too many."""
    others = sorted(path.parent.iterdir(), key=_written)
    too_old = house.clock().timestamp() - _CACHED_SECONDS
    for number, old in enumerate(others, 1):
        if _written(old) < too_old or number <= len(others) - _CACHED_MAX + 1:
            old.unlink(missing_ok=True)
    whole = path.with_suffix(f".{os.getpid()}.part")
    whole.write_bytes(content)
    whole.replace(path)


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0
