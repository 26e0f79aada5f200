"""The ledger of pieces that print partners have: how far each has come."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant
from hub.store.print_jobs import print_jobs
from outbound.print_mail.manifest import keys_of
from outbound.print_mail.pieces import ENDS, NewAddress, PieceState

print_pieces = sa.Table(
    "print_pieces",
    TABLES,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("piece", sa.Text),
    sa.Column("tenant", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("words", sa.Text),
    sa.Column("new_address", sa.Text),
    sa.Column("changed_at", Instant),
    sa.Column("reprinted_at", Instant),
    sa.Column("seen_at", Instant),
)

SAYS: Final = "posted, says "
"""How the words of a piece begin that was posted by the word of somebody here."""

_DIGITS_MAX = 9
_NOT_RECEIVED = (PieceState.SENT,)
_NOT_POSTED = (PieceState.SENT, PieceState.RECEIVED, PieceState.PRINTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintPiece:
    """One envelope of a job.

    Attributes:
        sequence: its place in the job, from 1.
        piece: keys of its parcels, joined by `+`.
        words: the partner's last.
        new_address: JSON, where he has told one.
        reprinted_at: when somebody here had its letters made anew.
        seen_at: when somebody said that it is seen to.
    """

    job: str
    sequence: int
    piece: str
    tenant: str
    state: PieceState = PieceState.SENT
    words: str = ""
    new_address: str = ""
    changed_at: datetime
    reprinted_at: datetime | None = None
    seen_at: datetime | None = None

    @property
    def keys(self) -> list[str]:
        """Keys of its parcels."""
        return keys_of(self.piece)

    @property
    def moved_to(self) -> str:
        """The new address on one line; empty if there is none."""
        if not self.new_address:
            return ""
        return str(msgspec.json.decode(self.new_address, type=NewAddress))

    @property
    def is_posted_by_word(self) -> bool:
        """Whether somebody here has said that it was posted, and the partner not yet."""
        return self.state is PieceState.POSTED and self.words.startswith(SAYS)

    @property
    def subject(self) -> str:
        """What people call it: JOB#SEQUENCE."""
        return f"{self.job}#{self.sequence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """Pieces of a job of which the partner should have said something by now.

    Attributes:
        what: `receipt` or `posted`.
        pieces: how many.
    """

    job: str
    channel: str
    tenant: str
    what: str
    due_at: datetime
    pieces: int

    @property
    def words(self) -> str:
        """Say what is missing, since when, and what to do."""
        count = "1 piece" if self.pieces == 1 else f"{self.pieces} pieces"
        missing = "no receipt" if self.what == "receipt" else "no line that says posted"
        return (
            f"print job {self.job}: {missing} from {self.channel} for {count}, due "
            f"{self.due_at:%Y-%m-%d %H:%M} UTC. To do: ask {self.channel}; facteur print job "
            f"{self.job} lists them, facteur print posted or reprint says what became of them"
        )


def add(connection: Connection, pieces: Sequence[PrintPiece]) -> None:
    """Insert pieces of a job."""
    if pieces:
        connection.execute(print_pieces.insert(), [asdict(piece) for piece in pieces])


def of_job(connection: Connection, job: str) -> list[PrintPiece]:
    """Return the pieces of a job in order."""
    query = sa.select(print_pieces).where(print_pieces.c.job == job)
    return [_piece(row) for row in connection.execute(query.order_by(print_pieces.c.sequence))]


def get(connection: Connection, job: str, piece: str) -> PrintPiece | None:
    """Return one by its name."""
    query = sa.select(print_pieces).where(print_pieces.c.job == job, print_pieces.c.piece == piece)
    row = connection.execute(query.with_for_update()).first()
    return None if row is None else _piece(row)


def at(connection: Connection, job: str, sequence: int) -> PrintPiece | None:
    """Return one by its place."""
    query = sa.select(print_pieces).where(
        print_pieces.c.job == job, print_pieces.c.sequence == sequence
    )
    row = connection.execute(query).first()
    return None if row is None else _piece(row)


def place_of(subject: str) -> tuple[str, int]:
    """Return job and sequence of a piece; a place where none is, if it is not called like one.

    >>> place_of("print-20261120-00001#7"), place_of("7")
    (('print-20261120-00001', 7), ('', 0))
    """
    job, _, sequence = subject.rpartition("#")
    is_place = sequence.isascii() and sequence.isdecimal() and len(sequence) <= _DIGITS_MAX
    return (job, int(sequence)) if job and is_place else ("", 0)


def change(connection: Connection, piece: PrintPiece, **values: object) -> bool:
    """Change a piece that is still as it was seen; whether it was."""
    done = connection.execute(
        print_pieces.update()
        .where(
            print_pieces.c.job == piece.job,
            print_pieces.c.sequence == piece.sequence,
            print_pieces.c.state == piece.state,
            print_pieces.c.changed_at == piece.changed_at,
        )
        .values(**values)
    )
    return done.rowcount == 1


def open_of(connection: Connection, job: str, tenant: str | None = None) -> list[PrintPiece]:
    """Return the pieces of a job that have not come to an end, nor leave again."""
    return [
        piece
        for piece in of_job(connection, job)
        if piece.state not in ENDS and piece.reprinted_at is None and tenant in (None, piece.tenant)
    ]


def note_posted(connection: Connection, piece: PrintPiece, words: str, now: datetime) -> None:
    """Note that a piece was posted, unless something else was said of it since."""
    change(connection, piece, state=PieceState.POSTED, words=words, changed_at=now, seen_at=None)


def note_reprint(connection: Connection, piece: PrintPiece, now: datetime) -> None:
    """Note that the letters of a piece leave again."""
    connection.execute(
        print_pieces.update()
        .where(print_pieces.c.job == piece.job, print_pieces.c.sequence == piece.sequence)
        .values(reprinted_at=now)
    )


def receive_all(connection: Connection, job: str, now: datetime) -> None:
    """Note that all pieces of a job are there of which nothing was said yet."""
    connection.execute(
        print_pieces.update()
        .where(print_pieces.c.job == job, print_pieces.c.state == PieceState.SENT)
        .values(state=PieceState.RECEIVED, changed_at=now)
    )


def counts(
    connection: Connection, jobs: Sequence[str], tenant: str | None = None
) -> Mapping[str, Mapping[str, int]]:
    """Return how many pieces of each job, of one company or of all, are in each state."""
    query = (
        sa.select(print_pieces.c.job, print_pieces.c.state, sa.func.count())
        .where(print_pieces.c.job.in_(jobs))
        .group_by(print_pieces.c.job, print_pieces.c.state)
    )
    if tenant is not None:
        query = query.where(print_pieces.c.tenant == tenant)
    found: dict[str, dict[str, int]] = {job: {} for job in jobs}
    for job, state, count in connection.execute(query):
        found[job][state] = count
    return found


def spoiled(connection: Connection, tenant: str | None, limit: int) -> list[PrintPiece]:
    """Return what the partner spoiled, has not made again, and nobody here has seen to."""
    wanted = print_pieces.c.state == PieceState.SPOILED, print_pieces.c.reprinted_at.is_(None)
    return _unseen(connection, wanted, tenant, limit)


def moved(connection: Connection, tenant: str | None, limit: int) -> list[PrintPiece]:
    """Return what came back with a new address that nobody has taken."""
    wanted = print_pieces.c.state == PieceState.RETURNED, print_pieces.c.new_address != ""
    return _unseen(connection, wanted, tenant, limit)


def returned(connection: Connection, tenant: str | None, limit: int) -> dict[str, PrintPiece]:
    """Return delivery to the piece that last came back with its letter, of the latest pieces."""
    query = sa.select(print_pieces).where(print_pieces.c.state == PieceState.RETURNED)
    if tenant is not None:
        query = query.where(print_pieces.c.tenant == tenant)
    rows = connection.execute(query.order_by(print_pieces.c.changed_at.desc()).limit(limit))
    latest = [_piece(row) for row in rows]
    return {key.split(".")[0]: piece for piece in reversed(latest) for key in piece.keys}


def _unseen(
    connection: Connection,
    wanted: tuple[sa.ColumnElement[bool], ...],
    tenant: str | None,
    limit: int,
) -> list[PrintPiece]:
    query = sa.select(print_pieces).where(*wanted, print_pieces.c.seen_at.is_(None))
    if tenant is not None:
        query = query.where(print_pieces.c.tenant == tenant)
    order = print_pieces.c.changed_at, print_pieces.c.job, print_pieces.c.sequence
    return [_piece(row) for row in connection.execute(query.order_by(*order).limit(limit))]


def overdue(connection: Connection, now: datetime, tenant: str | None = None) -> list[Overdue]:
    """Return the jobs whose partner keeps silent for longer than he promised."""
    receipts = _silent(connection, "receipt", print_jobs.c.receipt_due_at < now, tenant)
    posted = _silent(connection, "posted", print_jobs.c.posted_due_at < now, tenant)
    return sorted([*receipts, *posted], key=lambda one: (one.due_at, one.job, one.what))


def _silent(
    connection: Connection, what: str, late: sa.ColumnElement[bool], tenant: str | None
) -> list[Overdue]:
    states = _NOT_RECEIVED if what == "receipt" else _NOT_POSTED
    due = print_jobs.c.receipt_due_at if what == "receipt" else print_jobs.c.posted_due_at
    of = (print_jobs.c.job, print_jobs.c.channel, due, print_pieces.c.tenant)
    query = (
        sa.select(*of, sa.func.count())
        .join(print_pieces, print_pieces.c.job == print_jobs.c.job)
        .where(
            print_pieces.c.state.in_(states),
            print_pieces.c.reprinted_at.is_(None),
            print_pieces.c.seen_at.is_(None),
            late,
            *(() if tenant is None else (print_pieces.c.tenant == tenant,)),
        )
        .group_by(*of)
    )
    return [
        Overdue(job=job, channel=channel, tenant=own, what=what, due_at=at, pieces=count)
        for job, channel, at, own, count in connection.execute(query)
    ]


def see_to(connection: Connection, piece: PrintPiece, now: datetime) -> bool:
    """Note that a person has looked at a piece; False: somebody had before."""
    seen = print_pieces.update().where(
        print_pieces.c.job == piece.job,
        print_pieces.c.sequence == piece.sequence,
        print_pieces.c.seen_at.is_(None),
    )
    return connection.execute(seen.values(seen_at=now)).rowcount == 1


def _piece(row: sa.Row[tuple[object, ...]]) -> PrintPiece:
    values = dict(row._mapping)  # noqa: SLF001  (the public way to a row's names)
    values["state"] = PieceState(str(values["state"]))
    return PrintPiece(**values)
