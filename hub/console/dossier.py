"""Everything that is known of one document, gathered from tables and archive for its page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from archive.entry import Entry, KeptItem
from hub.console.proofs import Proof, proofs_of, rendition_of
from hub.endpoints.standing import held, quiet_at
from hub.pipeline.house import House
from hub.pipeline.resubmit import may_return
from hub.pipeline.route import decision_for
from hub.store import deliveries, documents, events, links, work
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.events import Event
from hub.store.links import Link
from hub.store.work import Task
from routing_rules.decision import Decision
from routing_rules.explain import Explanation, explanation
from routing_rules.recipient import Recipient

PREVIEW_BYTES: Final = 64 << 10
"""How much of a text is shown."""

_TEXTS: Final = frozenset({"application/xml", "text/xml", "application/json", "text/plain"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One delivery of the document.

    Attributes:
        kind: of its channel: `email`, `sftp`, `peppol`, `print`; empty where it is gone.
        file: the rendition as it is kept; None before it is written.
        text: the beginning of the rendition, where it is text.
        task: what is to be done next about it; None if it is at rest.
        link: by which the recipient fetches the document; None where it went along.
        held: why it waits at a closed door, if it does.
    """

    delivery: Delivery
    kind: str
    proofs: Sequence[Proof]
    file: KeptItem | None
    text: str
    task: Task | None
    link: Link | None = None
    held: str = ""

    @property
    def proof(self) -> Proof | None:
        """What proves the state that the delivery is in."""
        strong = (p for p in self.proofs if p.strong and p.state == self.delivery.state)
        return max(strong, key=lambda proof: proof.at, default=None)

    @property
    def is_pdf(self) -> bool:
        """Whether a browser can show the rendition."""
        return self.file is not None and self.file.media_type == "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A document and all that belongs to it.

    Attributes:
        recipient: as of enrichment; None before it.
        why: the routing decision in sentences; None before the recipient is known.
        by_today: whether nothing is decided, and `why` is what today's rules would say.
        ways: its deliveries, the original's before its copies.
    """

    row: DocumentRow
    recipient: Recipient | None
    why: Explanation | None
    by_today: bool
    ways: Sequence[Way]
    timeline: Sequence[Event]
    entries: Sequence[Entry]

    @property
    def again(self) -> bool:
        """Whether it may be resubmitted as it is, once it is parked."""
        return may_return(self.row)

    @property
    def original(self) -> Way | None:
        """The delivery by which the document itself goes, of its last round."""
        own = [way for way in self.ways if not way.delivery.copy_of]
        return own[-1] if own else None


def dossier_of(house: House, document: str) -> Dossier | None:
    """Gather what is known of a document; None if there is none."""
    with house.database.transaction() as connection:
        row = documents.get(connection, document)
        if row is None:
            return None
        found = deliveries.of_documents(connection, [document])[document]
        tasks = work.waiting(connection, [delivery.id for delivery in found])
        behind = links.of_deliveries(connection, [delivery.id for delivery in found])
        lines = events.of_document(connection, document, row.submission)
        why = held(connection, found, quiet_at(house.clock(), house.config.traffic_of))
    entries = house.archive.entries(document=document)
    return Dossier(
        row=row,
        recipient=msgspec.json.decode(row.recipient, type=Recipient) if row.recipient else None,
        why=_why(house, row),
        by_today=not row.decision,
        ways=[
            replace(
                _way(house, delivery, entries, tasks.get(delivery.id), behind.get(delivery.id, [])),
                held=why.get(delivery.id, ""),
            )
            for delivery in found
        ],
        timeline=lines,
        entries=entries,
    )


def _why(house: House, row: DocumentRow) -> Explanation | None:
    if row.decision:
        return explanation(msgspec.json.decode(row.decision, type=Decision))
    return explanation(decision_for(house, row)) if row.enriched_sha256 else None


def _way(
    house: House,
    delivery: Delivery,
    entries: Sequence[Entry],
    task: Task | None,
    behind: Sequence[Link],
) -> Way:
    file = rendition_of(entries, delivery.rendition_sha256)
    return Way(
        delivery=delivery,
        kind=kind_of(house, delivery.channel),
        proofs=proofs_of(house.archive, entries, delivery.id),
        file=file,
        text=_text(house, file),
        task=task,
        link=behind[-1] if behind else None,
    )


def kind_of(house: House, channel: str) -> str:
    """Return what kind of channel has this name; empty if the settings no longer name it."""
    return str(house.config.channels.get(channel, {}).get("kind", ""))


def kinds_of(house: House) -> dict[str, str]:
    """Return the kind of each channel of the settings."""
    return {name: kind_of(house, name) for name in house.config.channels}


def _text(house: House, file: KeptItem | None) -> str:
    if file is None or file.media_type not in _TEXTS:
        return ""
    shown = house.archive.get(file.sha256)[:PREVIEW_BYTES].decode("utf-8", errors="replace")
    return f"{shown}\n…" if file.size_bytes > PREVIEW_BYTES else shown
