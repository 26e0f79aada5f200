"""What the archive's tests file, and how they open one."""

import functools
import hashlib
import itertools
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import tsp  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.archive import Archive
from archive.entry import Draft, Item
from archive.packs.keeping import Packs
from archive.packs.vault import Masters
from archive.store import Disk
from hub.simulators.time_stamp import Authority, make_authority

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "post.example/archive"
PLAIN = Masters()
MASTERS = Masters(keys=(bytes(range(32, 64)),))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def opened(
    root: Path,
    *,
    at: datetime = NOON,
    disk: Disk | None = None,
    random_bytes: Callable[[int], bytes] = os.urandom,
    packs: Callable[[Disk], Packs] | None = None,
    masters: Masters = PLAIN,
    key: Ed25519PrivateKey = KEY,
    former: Sequence[Ed25519PrivateKey] = (),
) -> Archive:
    return Archive(
        root,
        origin=ORIGIN,
        key=key,
        clock=lambda: at,
        random_bytes=random_bytes,
        disk=disk,
        packs=packs,
        masters=masters,
        former=[each.public_key() for each in former],
    )


def chance(seed: int = 0) -> Callable[[int], bytes]:
    """Return a source of bytes that is the same in every run."""
    count = itertools.count(seed << 32)
    return lambda size: hashlib.shake_256(str(next(count)).encode()).digest(size)


@functools.cache
def authority() -> Authority:
    return make_authority(kind="ec", clock=lambda: NOON)


def stamp(data: bytes) -> bytes:
    """Return a time stamp over some bytes, as an authority answers."""
    imprint = {
        "hash_algorithm": {"algorithm": "sha256"},
        "hashed_message": hashlib.sha256(data).digest(),
    }
    asked = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "cert_req": True})
    return authority().answer(asked.dump(), "")


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def item(text: str, role: str = "original") -> Item:
    return Item(role=role, name=f"{role}.txt", media_type="text/plain", data=text.encode())


def draft(n: int, **changes: Any) -> Draft:
    plain = Draft(
        key=f"d{n}/receive/1",
        tenant="acme",
        subject=f"s{n}",
        document=f"d{n}",
        kind="document",
        step="receive",
        fields={"number": f"R-{n:04}"},
        items=(item(f"document {n}"), item("the same every time", "terms")),
    )
    return replace(plain, **changes)


def drafts(numbers: Iterable[int]) -> list[Draft]:
    return [draft(n) for n in numbers]


def append_until_killed(root: Path, name: str, acknowledge: Callable[[list[str]], None]) -> None:
    """Append batches for ever, and tell after each which entries were acknowledged."""
    archive = opened(root)
    for batch in itertools.count():
        filed = [draft(n, key=f"{name}/{batch}/{n}") for n in range(3)]
        acknowledge([entry.id for entry in archive.append(filed)])


def append_some(root: Path, name: str, batches: int) -> None:
    """Append batches: some keys of one's own, and one that every process files."""
    with opened(root) as archive:
        for batch in range(batches):
            archive.append([draft(0, key=f"{name}/{batch}"), draft(0, key=f"shared/{batch}")])
