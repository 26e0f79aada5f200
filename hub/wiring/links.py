"""What makes links, where recipients can reach this hub."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from hub.config.config import Config
from hub.config.faults import Faulty
from hub.pipeline.links import LinkMaker

_KEY_BYTES = 32


def links_of(config: Config) -> LinkMaker | None:
    """Return what makes links, if recipients can reach this hub; its key is made at first use.

    Raises:
        Faulty: the key cannot be used.
    """
    links = config.links
    if not links.url:
        return None
    return LinkMaker(
        url=links.url,
        key=_link_key(config.path(links.key)),
        valid_days=links.valid_days,
        asks=links.ask,
    )


def _link_key(path: Path) -> bytes:
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _write_once(path, secrets.token_hex(_KEY_BYTES))
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise Faulty(f"links.key: {path}: {error}") from error
    if len(key) != _KEY_BYTES:
        raise Faulty(f"links.key: {path}: not {_KEY_BYTES} bytes in hexadecimal")
    return key


def _write_once(path: Path, text: str) -> None:
    """Write a file that its owner alone can read; one that another process has made stays."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="ascii")
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
