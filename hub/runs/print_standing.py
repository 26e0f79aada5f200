"""How print jobs stand: as one answer for the command line and the console."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.store import deliveries, documents, print_jobs, print_lines, print_pieces
from hub.store.database import Connection
from hub.store.documents import DocumentRow
from hub.store.print_jobs import PrintJob
from hub.store.print_lines import PrintLine
from hub.store.print_pieces import Overdue, PrintPiece
from outbound.print_mail.pieces import ENDS


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStanding:
    """A job, and how many of its pieces are in each state."""

    job: PrintJob
    counts: Mapping[str, int]

    @property
    def pieces(self) -> int:
        """How many pieces it has; 0 before it was handed over."""
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        """How many have not come to an end."""
        return sum(count for state, count in self.counts.items() if state not in ENDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPieces:
    """A job piece by piece.

    Attributes:
        rows: the documents in it, by delivery.
        lines: what the partner wrote, as it came.
        overdue: what he should have written by now.
    """

    standing: JobStanding
    pieces: Sequence[PrintPiece]
    rows: Mapping[str, DocumentRow]
    lines: Sequence[PrintLine]
    overdue: Sequence[Overdue]

    def documents(self, piece: PrintPiece) -> list[DocumentRow]:
        """Return the documents in an envelope."""
        ways = (key.split(".")[0] for key in piece.keys)
        return [self.rows[way] for way in ways if way in self.rows]


def jobs(connection: Connection, tenant: str | None = None, limit: int = 100) -> list[JobStanding]:
    """Return the last jobs, the newest first; of one company, those that have pieces of it."""
    found = print_jobs.listed(connection, limit)
    counts = print_pieces.counts(connection, [one.job for one in found], tenant)
    return [
        JobStanding(job=one, counts=counts[one.job])
        for one in found
        if tenant is None or counts[one.job]
    ]


def job_of(
    connection: Connection, name: str, now: datetime, tenant: str | None = None
) -> JobPieces | None:
    """Return a job with the pieces of one company, or of all; None if there is none of them."""
    job = print_jobs.get(connection, name)
    if job is None:
        return None
    pieces = [
        piece for piece in print_pieces.of_job(connection, name) if tenant in (None, piece.tenant)
    ]
    if tenant is not None and not pieces:
        return None
    ids = [key.split(".")[0] for piece in pieces for key in piece.keys]
    ways = deliveries.many(connection, ids)
    rows = documents.many(connection, [way.document for way in ways.values()])
    counts: dict[str, int] = {}
    for piece in pieces:
        counts[piece.state] = counts.get(piece.state, 0) + 1
    late = print_pieces.overdue(connection, now, tenant)
    return JobPieces(
        standing=JobStanding(job=job, counts=counts),
        pieces=pieces,
        rows={way.id: rows[way.document] for way in ways.values()},
        lines=print_lines.of_job(connection, name) if tenant is None else (),
        overdue=[one for one in late if one.job == name],
    )
