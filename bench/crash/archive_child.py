"""Appends to an archive by several threads for ever, and tells what was acknowledged.

    python -m bench.crash.archive_child ROOT NAME

Each line is one acknowledgement as JSON: the entries' ids by key, and the checkpoint after it.
"""

import itertools
import os
import sys
import threading
from pathlib import Path
from random import Random

import msgspec

from archive.archive import Archive
from archive.entry import Draft
from tests.archive.filing import draft, item, opened

THREADS = 4
TENANTS = ("acme", "acme", "other")
SIZES_BYTES = (100, 100, 2_000, 72_000)


class Acknowledged(msgspec.Struct, kw_only=True):
    """What one call has filed.

    Attributes:
        kept: key to the entry's id.
        head: (log, checkpoint) after it.
    """

    tenant: str
    kept: dict[str, str]
    head: tuple[str, str]


def draft_of(key: str, tenant: str) -> Draft:
    """Return the draft of a key: always the same one."""
    chance = Random(key)  # noqa: S311  (replayable)
    text = f"{key} " * (chance.choice(SIZES_BYTES) // (len(key) + 1))
    return draft(0, key=key, subject=key, tenant=tenant, items=(item(text), item("terms", "terms")))


def _append(archive: Archive, name: str) -> None:
    """Append batches of one tenant each."""
    for batch in itertools.count():
        chance = Random(f"{name} {batch}")  # noqa: S311  (replayable)
        tenant, size = chance.choice(TENANTS), chance.choice((1, 1, 3, 10))
        keys = [f"{name}/{batch}/{n}" for n in range(size)]
        entries = archive.append([draft_of(key, tenant) for key in keys])
        told = Acknowledged(
            tenant=tenant,
            kept={entry.key: entry.id for entry in entries},
            head=(entries[-1].log, archive.checkpoint(entries[-1].log)),
        )
        os.write(1, msgspec.json.encode(told) + b"\n")


def main() -> None:
    """Open the archive and append until killed."""
    root, name = Path(sys.argv[1]), sys.argv[2]
    with opened(root) as archive:
        threads = [
            threading.Thread(target=_append, args=(archive, f"{name}/{n}")) for n in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
