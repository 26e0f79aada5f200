"""The manifest: one act written down as canonical JSON, and the leaf that commits to it.

A manifest is kept as a file like any other. Its random salt keeps anybody from guessing erased
content from the leaf; the leaf itself carries two hashes and nothing about a person.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from archive.content import Measured, measure
from archive.entry import Draft, Entry, KeptItem, Trail

_TENANT = re.compile(r"[a-z0-9-]{1,40}")
_FIELD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A draft whose items have been measured."""

    draft: Draft
    items: tuple[KeptItem, ...]
    contents: tuple[Measured, ...]


def prepare(draft: Draft) -> Prepared:
    """Check a draft and measure its items.

    Raises:
        ValueError: the draft cannot be filed; names every fault.
        FileChanged: an item on disk is not what is said of it.
    """
    if faults := list(_faults(draft)):
        raise ValueError(f"draft {draft.key!r} cannot be filed: {'; '.join(faults)}")
    contents = tuple(measure(item.data) for item in draft.items)
    items = tuple(
        KeptItem(
            role=item.role,
            name=item.name,
            media_type=item.media_type,
            size_bytes=content.size_bytes,
            sha256=content.sha256,
        )
        for item, content in zip(draft.items, contents, strict=True)
    )
    return Prepared(draft=draft, items=items, contents=contents)


def write_manifest(
    prepared: Prepared, *, log: str, at: datetime, salt: bytes, trail: Trail | None = None
) -> bytes:
    """Return the manifest as RFC 8785 canonical JSON.

    The names in it are ASCII and its numbers whole, for which sorting is all there is to do.
    """
    draft = prepared.draft
    place = {} if trail is None else {"trail": {"number": trail.number, "previous": trail.previous}}
    return msgspec.json.encode(
        place
        | {
            "v": 1,
            "salt": salt.hex(),
            "log": log,
            "at": instant(at),
            "key": draft.key,
            "tenant": draft.tenant,
            "subject": draft.subject,
            "document": draft.document,
            "kind": draft.kind,
            "step": draft.step,
            "fields": dict(draft.fields),
            "items": _items(prepared.items, prepared.contents),
        },
        order="sorted",
    )


def read_manifest(data: bytes, *, log: str, position: int, sha256: str = "") -> Entry:
    """Return the entry that a manifest describes; `sha256` is its hash, where it is known."""
    m = _READ.decode(data)
    return Entry(
        id=sha256 or hashlib.sha256(data).hexdigest(),
        log=log,
        position=position,
        at=m.at,
        key=m.key,
        tenant=m.tenant,
        subject=m.subject,
        document=m.document,
        kind=m.kind,
        step=m.step,
        fields=m.fields,
        items=tuple(
            KeptItem(
                role=item.role,
                name=item.name,
                media_type=item.media_type,
                size_bytes=item.size,
                sha256=item.sha256,
            )
            for item in m.items
        ),
        trail=m.trail,
    )


class _Item(msgspec.Struct, frozen=True):
    role: str
    name: str
    media_type: str
    size: int
    sha256: str


class _Manifest(msgspec.Struct, frozen=True):
    at: datetime
    key: str
    tenant: str
    subject: str
    document: str | None
    kind: str
    step: str
    fields: dict[str, str]
    items: tuple[_Item, ...]
    trail: Trail | None = None


_READ = msgspec.json.Decoder(_Manifest)


def leaf(manifest: bytes) -> bytes:
    """Return the log's leaf for a manifest: canonical JSON of its two hashes.

    >>> len(leaf(b"{}"))
    234
    """
    return leaf_of(hashlib.sha256(manifest).hexdigest(), hashlib.sha512(manifest).hexdigest())


def leaf_of(sha256: str, sha512: str) -> bytes:
    """Return the leaf for a manifest of these hashes."""
    return f'{{"id":"{sha256}","k":"evidence","sha512":"{sha512}","v":1}}'.encode()


def instant(at: datetime) -> str:
    """Write an instant so that the order of texts is the order of time.

    >>> instant(datetime(2026, 11, 21, 8, 30, tzinfo=UTC))
    '2026-11-21T08:30:00.000000Z'
    """
    assert at.tzinfo is not None, "instants are aware"
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _items(
    items: Sequence[KeptItem], contents: Sequence[Measured]
) -> list[Mapping[str, str | int]]:
    return [
        {
            "role": item.role,
            "name": item.name,
            "media_type": item.media_type,
            "size": item.size_bytes,
            "sha256": item.sha256,
            "sha512": content.sha512,
        }
        for item, content in zip(items, contents, strict=True)
    ]


def _faults(draft: Draft) -> list[str]:
    texts = {
        "key": draft.key,
        "subject": draft.subject,
        "kind": draft.kind,
        "step": draft.step,
        "document": draft.document or "-",
        **{f"item {n} {a}": getattr(i, a) for n, i in enumerate(draft.items) for a in _ITEM_TEXTS},
        **draft.fields,
    }
    faults = [f"{name} is not text" for name, text in texts.items() if not _is_text(text)]
    if not _TENANT.fullmatch(draft.tenant):
        faults.append(f"tenant {draft.tenant!r} is not [a-z0-9-]{{1,40}}")
    if not draft.key:
        faults.append("key is empty")
    faults += [
        f"field name {n!r} is not [a-z0-9_]" for n in draft.fields if not _FIELD.fullmatch(n)
    ]
    return faults


_ITEM_TEXTS = ("role", "name", "media_type")


def _is_text(value: object) -> bool:
    """Say whether it is a string that UTF-8 can write: no lone surrogates."""
    try:
        return isinstance(value, str) and bool(value.encode() or True)
    except UnicodeEncodeError:
        return False
