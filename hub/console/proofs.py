"""What the archive says about a delivery: each attempt and report, in the peer's own words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from archive.archive import Archive
from archive.entry import Entry, KeptItem

_WORDS: Final = {
    "receipt": "text",
    "event": "reason",
    "doubt": "words",
    "reason": "reason",
    "act": "said",
}
"""Role of a filed JSON to its field that holds the words."""
_STATES: Final = {
    "doubt": "in_doubt",
    "doubt-decided": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One thing that became of a delivery.

    Attributes:
        step: the room that filed it.
        state: how far it had come by this; empty for an act of a person.
        words: the peer's own, or ours about it.
        strong: whether it proves the state or merely hints at it.
        files: the raw evidence.
        entry: the archive's entry of it.
    """

    at: datetime
    channel: str
    step: str
    state: str
    words: str
    strong: bool
    files: tuple[KeptItem, ...]
    entry: str


def proofs_of(archive: Archive, entries: Iterable[Entry], delivery: str) -> list[Proof]:
    """Return what is filed about a delivery, in the order of filing."""
    found = [_proof(archive, entry) for entry in entries if entry.subject == delivery]
    return [proof for proof in found if proof is not None]


def rendition_of(entries: Sequence[Entry], sha256: str) -> KeptItem | None:
    """Return the file that leaves, as it is kept; None before it is rendered."""
    items = (item for entry in entries for item in entry.items)
    return next((item for item in items if sha256 and item.sha256 == sha256), None)


def _proof(archive: Archive, entry: Entry) -> Proof | None:
    told = next((item for item in entry.items if item.role in _WORDS), None)
    if told is None:
        return None
    facts: dict[str, Any] = msgspec.json.decode(archive.get(told.sha256))
    state = _STATES.get(entry.step) or str(facts.get("state", entry.fields.get("state", "")))
    return Proof(
        at=entry.at,
        channel=str(facts.get("channel", entry.fields.get("channel", ""))),
        step=entry.step,
        state="" if told.role == "act" else state,
        words=_words(told.role, facts),
        strong=bool(facts.get("strong", True)),
        files=tuple(item for item in entry.items if item.role == "evidence"),
        entry=entry.id,
    )


def _words(role: str, facts: dict[str, Any]) -> str:
    said = str(facts.get(_WORDS[role], ""))
    return f"{facts.get('who', '')}: {said}" if role == "act" else said
