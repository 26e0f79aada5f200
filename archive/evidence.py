"""What the archive writes, as an outsider reads it. Standard library alone.

Written a second time on purpose, and apart from the code that writes: where the two disagree,
a test fails. Formats: C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-proof v1; RFC 6962.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive import ed25519

if TYPE_CHECKING:
    from collections.abc import Iterator

    Buffer = bytes | memoryview

TILE_WIDTH = 256
_TILE_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/([x0-9/]*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)

# ---- Keys, checkpoints, proofs -------------------------------------------------------------------


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log: how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes


def read_key(line: str) -> tuple[str, bytes]:
    """Return name and Ed25519 public key of a verifier key line.

    Raises:
        ValueError: it is none.
    """
    name, key_id, encoded = line.split("+", 2)
    data = base64.b64decode(encoded, validate=True)
    if len(data) != 33 or data[0] != 1 or key_id != _key_id(name, data[1:]).hex():
        raise ValueError("not an Ed25519 verifier key")
    return name, data[1:]


Keys = Mapping[str, Sequence[bytes]]
"""Per origin of a log its public keys, the first one first."""


def open_checkpoint(note: str, keys: Keys, *, by_last: bool = False) -> Checkpoint:
    """Return the checkpoint in a signed note.

    With `by_last` only the key in force now may have signed it.

    Raises:
        ValueError: it says what is wrong with it.
    """
    lines = note.partition("\n\n")[0].split("\n")
    if len(lines) != 3 or not lines[1].isdecimal():
        raise ValueError("is not a checkpoint")
    origin, size, root = lines
    if origin not in keys:
        raise ValueError(f"is of log {origin!r}, for which there is no key")
    open_note(note, origin, keys[origin][-1:] if by_last else keys[origin])
    return Checkpoint(origin, int(size), _decode(root))


def open_note(note: str, name: str, keys: Sequence[bytes]) -> str:
    """Return the text of a note that one of these keys signed under a name (C2SP signed-note).

    Raises:
        ValueError: it says what is wrong with it.
    """
    text, _, signatures = note.rpartition("\n\n")
    marks = signatures.split("\n")
    if not text or marks.pop() or not all(mark.startswith("— ") for mark in marks):
        raise ValueError("is not a signed note")
    text += "\n"
    for mark in marks:
        signature = _decode(mark.removeprefix(f"— {name} "))
        for key in keys:
            if signature[:4] == _key_id(name, key):
                if ed25519.verify(key, signature[4:], text.encode()):
                    return text
                raise ValueError("has a wrong signature")
    raise ValueError("is not signed by the log's key")


def open_rotation(note: str, name: str, keys: Sequence[bytes]) -> bytes:
    """Return the key that a log has from now on; its key before has signed that.

    Raises:
        ValueError: it says what is wrong with it.
    """
    lines = open_note(note, name, keys[-1:]).split("\n")
    if len(lines) != 4 or lines[:2] != ["facteur key rotation", name]:
        raise ValueError("is not the rotation of a key")
    origin, key = read_key(lines[2])
    if origin != name:
        raise ValueError(f"brings the key of {origin}")
    return key


def _decode(text: str) -> bytes:
    """Decode base64, only in its one canonical spelling; anything else gives nothing."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return data if base64.b64encode(data).decode() == text else b""


def _key_id(name: str, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n\1" + key).digest()[:4]


def open_proof(text: str) -> tuple[int, list[bytes], str]:
    """Return position, path and checkpoint note of an inclusion proof.

    Raises:
        ValueError: it is none.
    """
    head, _, note = text.partition("\n\n")
    kind, *lines = head.split("\n")
    if kind != "c2sp.org/tlog-proof@v1" or not "".join(lines[:1]).startswith("index "):
        raise ValueError("is not a tlog-proof")
    return int(lines[0][6:]), [_decode(line) for line in lines[1:]], note


# ---- Hash tree and tiles -------------------------------------------------------------------------


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf and remembers the rows that tiles are cut from."""

    def __init__(self) -> None:
        self.size = 0
        self.rows: dict[int, list[bytes]] = {0: []}
        self._peaks: list[bytes] = []

    def add(self, hashed: bytes) -> None:
        """Append the hash of a leaf."""
        self.rows[0].append(hashed)
        height = 0
        while self.size >> height & 1:
            hashed = node_hash(self._peaks.pop(), hashed)
            height += 1
            if height % 8 == 0:
                self.rows.setdefault(height // 8, []).append(hashed)
        self._peaks.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves."""
        if not self._peaks:
            return hashlib.sha256().digest()
        *higher, root = self._peaks
        for peak in reversed(higher):
            root = node_hash(peak, root)
        return root


def root_by_inclusion(leaf: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root to which an inclusion proof leads (RFC 9162 section 2.1.3.2).

    Raises:
        ValueError: the proof does not fit position and size.
    """
    last, root = size - 1, leaf
    if not 0 <= position < size:
        raise ValueError("the position is beyond the log")
    for sibling in path:
        if not last:
            raise ValueError("the proof is too long")
        if position & 1 or position == last:
            root = node_hash(sibling, root)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return root


def open_consistency(text: str) -> tuple[int, list[bytes], str]:
    """Return the old size, the path and the checkpoint note of a consistency proof.

    Raises:
        ValueError: it is none.
    """
    head, _, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    if not re.fullmatch("old [1-9][0-9]*", first):
        raise ValueError("is not a consistency proof")
    return int(first[4:]), [_decode(line) for line in lines], note


def is_consistent(old: Checkpoint, new: Checkpoint, path: Sequence[bytes]) -> bool:
    """Say whether a proof leads from one head to a later one (RFC 9162 section 2.1.4.2)."""
    if not 0 < old.size <= new.size:
        return False
    if old.size == new.size:
        return not path and old.root == new.root
    hashes = list(path)
    if old.size & (old.size - 1) == 0:
        hashes.insert(0, old.root)
    node, last = old.size - 1, new.size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    then = now = hashes[0] if hashes else b""
    for sibling in hashes[1:]:
        if not last:
            return False
        if node & 1 or node == last:
            then, now = node_hash(sibling, then), node_hash(sibling, now)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            now = node_hash(now, sibling)
        node, last = node >> 1, last >> 1
    return (then, now, last) == (old.root, new.root, 0)


def tile_path(level: str, index: int, width: int) -> str:
    """Return where a tile lies below the log's folder."""
    elements = [f"{index % 1000:03}"]
    while index := index // 1000:
        elements.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/{'/'.join(elements)}{'' if width == TILE_WIDTH else f'.p/{width}'}"


def parse_tile_path(path: str) -> tuple[str, int, int] | None:
    """Return level, index and width; None if it is no tile's path."""
    found = _TILE_PATH.fullmatch(path)
    if not found:
        return None
    level, elements, partial = found.groups()
    index = int(elements.replace("x", "").replace("/", ""))
    width = int(partial or TILE_WIDTH)
    return (level, index, width) if tile_path(level, index, width) == path else None


def read_bundle(bundle: bytes) -> list[bytes]:
    """Return the leaves in a bundle; each stands after its length in two bytes."""
    leaves, offset = [], 0
    while offset < len(bundle):
        start = offset + 2
        offset = start + int.from_bytes(bundle[offset:start], "big")
        leaves.append(bundle[start:offset])
    return leaves


# ---- Manifests and packs -------------------------------------------------------------------------

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")


@dataclass
class Manifest:
    """What a manifest says, as far as checking needs it.

    Attributes:
        document: id of the document, or the key of an entry about none.
        items: (label, sha256, size, sha512).
        names: of the items.
        erasing: SHA-256 of the items in which an `erase` entry lists what was erased.
        owner: tenant, and what has a trail: a document, or a file as it came.
        trail: its number among the entries of that, and the id of the one before; None if
            it is from before they were numbered.
    """

    document: str
    log: str
    items: list[tuple[str, str, int, str]]
    kind: str = ""
    subject: str = ""
    names: tuple[str, ...] = ()
    erasing: tuple[str, ...] = ()
    owner: tuple[str, str] | None = None
    trail: tuple[int, str | None] | None = None


def read_manifest(data: bytes) -> Manifest | None:
    """Return what a manifest says; None if the bytes are no manifest."""
    try:
        m = json.loads(data)
        return Manifest(
            document=str(m["document"] or m["key"]),
            log=str(m["log"]),
            items=[
                (f"{i['role']} {i['name']!r}", str(i["sha256"]), i["size"], str(i["sha512"]))
                for i in m["items"]
            ],
            kind=str(m["kind"]),
            subject=str(m["subject"]),
            names=tuple(str(i["name"]) for i in m["items"]),
            erasing=tuple(
                str(i["sha256"])
                for i in m["items"]
                if (m["kind"], i["role"]) == ("erase", "erased")
            ),
            owner=_owner(m),
            trail=(int(m["trail"]["number"]), m["trail"]["previous"]) if "trail" in m else None,
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _owner(m: Mapping[str, object]) -> tuple[str, str] | None:
    if m["document"] is not None:
        return str(m["tenant"]), f"document {m['document']}"
    return (str(m["tenant"]), f"file {m['subject']}") if m["kind"] == "submission" else None


def leaf_of(manifest: bytes) -> bytes:
    """Return the leaf by which a log commits to a manifest."""
    sha256, sha512 = hashlib.sha256(manifest).hexdigest(), hashlib.sha512(manifest).hexdigest()
    return f'{{"id":"{sha256}","k":"evidence","sha512":"{sha512}","v":1}}'.encode()


_VAULT = "facteur vault 1"
_WORD = 124
ERASED = "-" * _WORD
"""The word of a member whose key was destroyed."""


def read_vault(data: bytes) -> list[tuple[str, str]]:
    """Return the members that a file of wrapped keys names, in order, each with its word.

    Raises:
        ValueError: it is none.
    """
    head, *lines = data.decode("ascii", "replace").split("\n")
    if head != _VAULT or lines[-1:] != [""]:
        raise ValueError("is not a list of keys")
    lines.pop()
    if any(line[64:65] != " " or len(line) != 65 + _WORD for line in lines):
        raise ValueError("is not a list of keys")
    return [(line[:64], line[65:]) for line in lines]


def read_pack(raw: Buffer) -> tuple[list[tuple[str, Buffer]], int | None]:
    """Return the members of a pack in order, and from which byte on it is not as we write it.

    Of a view members are views: a pack may hold more than fits into memory.
    """
    members: list[tuple[str, Buffer]] = []
    offset, end = 0, min(len(raw), 2**32 - 1)
    while raw[offset : offset + 4] == b"PK\3\4" and len(members) < 2**16 - 1:
        start = offset + 94
        size = _LOCAL.unpack_from(raw, offset)[7] if start <= end else end
        if start + size > end:
            break
        name = bytes(raw[start - 64 : start]).decode("latin-1")
        members.append((name, raw[start : start + size]))
        offset = start + size
    return members, _spoiled(raw, members)


def _spoiled(raw: Buffer, members: Sequence[tuple[str, Buffer]]) -> int | None:
    """Return from which byte on a pack is not as we write one of these members; they are in it."""
    offset = 0
    for part in _write_pack(members):
        if isinstance(part, int):
            offset += part
            continue
        found = bytes(raw[offset : offset + len(part)])
        if found != part:
            pairs = enumerate(zip(part, found, strict=False))
            return offset + next((n for n, (a, b) in pairs if a != b), len(found))
        offset += len(part)
    return None if offset == len(raw) else offset


def _write_pack(members: Sequence[tuple[str, Buffer]]) -> Iterator[bytes | int]:
    """Yield what is around the members of a pack, and how many bytes each has."""
    directory, offset = [], 0
    for name, data in members:
        facts = (10, 0, 0, 0, 0x21, zlib.crc32(data), len(data), len(data), 64, 0)
        label = name.encode("latin-1")
        yield _LOCAL.pack(b"PK\3\4", *facts) + label
        yield len(data)
        tail = (0, 0, 0, 0o100444 << 16, offset)
        directory += [_CENTRAL.pack(b"PK\1\2", 3 << 8 | 20, *facts, *tail), label]
        offset += 94 + len(data)
    size = sum(map(len, directory))
    yield from directory
    yield _END.pack(b"PK\5\6", 0, 0, len(members), len(members), size, offset, 0)
