"""The master key of the archive: where it lies, and how another takes its place.

keys/archive-master.key            the one in force
keys/archive-master.key.next       made by a change of keys that is not finished
keys/archive-master.key.previous   the one before, for backups of its time; destroy it when
                                   no backup needs it any more
"""

import os
from dataclasses import replace
from pathlib import Path

from archive.packs.vault import Masters
from hub.config.config import Config
from hub.keys import KeyFault, create_master_key, load_master_key


def masters_of(config: Config) -> Masters:
    """Return the master keys that are there; the one in force first.

    Raises:
        KeyFault: contents are to be encrypted and there is no key, or a file is no key.
    """
    path = config.path(config.archive.master_key)
    if not config.archive.encrypt and not path.exists():
        return Masters(encrypts=False)
    try:
        keys = [load_master_key(each) for each in (path, *_others(path))]
    except KeyFault as fault:
        said = "; put it back, or let `facteur archive rekey` make the first one"
        raise KeyFault(f"archive.master_key: {fault}{said}") from fault
    return Masters(keys=tuple(keys), encrypts=config.archive.encrypt)


def masters_to_change(config: Config) -> Masters:
    """Return the master keys with the next one first; it is made unless a change has begun.

    Without a key in force the next one is the first.

    Raises:
        KeyFault: a key cannot be read or made.
    """
    path = config.path(config.archive.master_key)
    if not path.exists():
        create_master_key(path)
        return masters_of(config)
    if not _next(path).exists():
        create_master_key(_next(path))
    present = masters_of(config)
    first = load_master_key(_next(path))
    others = (key for key in present.keys if key != first)
    return replace(present, keys=(first, *others))


def settle(config: Config) -> None:
    """Put the next master key in force; the one before stays beside it."""
    path = config.path(config.archive.master_key)
    if _next(path).exists():
        _previous(path).unlink(missing_ok=True)
        os.link(path, _previous(path))
        _next(path).replace(path)


def _others(path: Path) -> list[Path]:
    return [each for each in (_next(path), _previous(path)) if each.exists()]


def _next(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def _previous(path: Path) -> Path:
    return path.with_name(f"{path.name}.previous")
