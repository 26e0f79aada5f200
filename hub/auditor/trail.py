"""What happened to a document, line by line, each with the entry that proves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.entry import Entry
from hub.auditor.kept import File, KeptDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailLine:
    """One act.

    Attributes:
        step: the room or act that filed it.
        channel: by which a delivery went; may be empty.
        state: what became of it by this act; may be empty.
        own: whether its manifest is about this document alone.
    """

    entry: Entry
    at: datetime
    step: str
    channel: str
    state: str
    files: Sequence[File]
    own: bool


def lines_of(document: KeptDocument) -> list[TrailLine]:
    """Return the timeline of a document, the first act first."""
    return [
        TrailLine(
            entry=entry,
            at=entry.at,
            step=entry.step,
            channel=entry.fields.get("channel", ""),
            state=entry.fields.get("state", ""),
            files=[file for file in document.files if file.entry.id == entry.id],
            own=not document.withheld or document.id in (entry.document, entry.subject),
        )
        for entry in document.trail
    ]
