"""A print partner's lines against the ledger of pieces: what fits is taken, the rest is told.

A line that does not fit is filed as a hint, which moves nothing, and waits for a person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from hub.pipeline.house import House
from hub.store import print_jobs, print_lines, print_pieces
from hub.store.database import Connection
from hub.store.print_jobs import PrintJob
from hub.store.print_lines import PrintLine
from hub.store.print_pieces import PrintPiece
from outbound.channel import DeliveryState, Event
from outbound.print_mail.pieces import Line, PieceState, Verdict, verdict

_TURN = 200
"""Lines that are taken in one commit."""
_WHY = {
    Verdict.TAKEN: "",
    Verdict.AGAIN: "it said so before",
    Verdict.LATE: "it has said a later step before",
    Verdict.CONTRADICTS: "it has said otherwise before",
    Verdict.UNKNOWN: "it is of nothing that was sent, or cannot be read",
}


def reconcile(house: House, channel: str, events: Sequence[Event]) -> list[Event]:
    """Take the lines behind reports into the ledger, each once; return reports to be believed.

    A line of a whole job moves no letter and is put away here. A line about a job whose handing
    over is not written down yet is left for the next time.
    """
    believed = [event for event in events if event.line is None]
    lined = [event for event in events if event.line is not None]
    for start in range(0, len(lined), _TURN):
        with house.database.transaction() as connection:
            taken = [
                one
                for event in lined[start : start + _TURN]
                for one in _reconciled(house, connection, channel, event)
            ]
        for event in taken:
            if event.parcel_key is None:
                house.channels[channel].acknowledge(event)
        believed += [event for event in taken if event.parcel_key is not None]
    return believed


def _reconciled(
    house: House, connection: Connection, channel: str, event: Event
) -> Iterator[Event]:
    line = event.line
    assert line is not None
    job = print_jobs.get(connection, line.job)
    if job is not None and job.channel != channel:
        job = None
    if job is not None and job.state == DeliveryState.SENDING:
        return
    known = print_lines.get(connection, line.source)
    noted = known or _noted(house, connection, channel, job, line)
    taken = noted.verdict == Verdict.TAKEN
    yield event if taken else replace(event, strong=False, reason=noted.words)


def _noted(
    house: House, connection: Connection, channel: str, job: PrintJob | None, line: Line
) -> PrintLine:
    found, why = _judged(house, connection, job, line)
    why = why or _WHY[found]
    words = line.words or "a line without a word"
    noted = PrintLine(
        source=line.source,
        channel=channel,
        job=job.job if job else "",
        piece=line.piece,
        said=line.status,
        verdict=found,
        words=f"{words} (not taken: {why})" if why else words,
        taken_at=house.clock(),
    )
    print_lines.add(connection, noted)
    return noted


def _judged(
    house: House, connection: Connection, job: PrintJob | None, line: Line
) -> tuple[Verdict, str]:
    """Return what a line is worth, and why if the table does not say; change the ledger by it."""
    if job is None:
        return Verdict.UNKNOWN, f"no job {line.job!r} was sent" if line.job else ""
    if not job.sha256:
        return Verdict.TAKEN, ""  # nobody wrote down what it had: it is from before the ledger
    if not line.piece:
        return _receipt(house, connection, job, line)
    piece = print_pieces.get(connection, job.job, line.piece)
    if piece is None:
        return Verdict.UNKNOWN, f"the job has no piece {line.piece!r}"
    found = verdict(_known(piece), line.state)
    if piece.is_posted_by_word and found is Verdict.LATE:
        return Verdict.TAKEN, ""  # he reports in his time what somebody here has said before him
    if piece.is_posted_by_word and found is Verdict.AGAIN:
        found = Verdict.TAKEN
    if found is Verdict.TAKEN:
        _move(house, connection, piece, line)
    return found, f"its piece was {piece.state} already" if found in _AFTER else ""


def _known(piece: PrintPiece) -> PieceState:
    """Return what was said of a piece itself: the receipt of its whole job does not count."""
    by_job = piece.state is PieceState.RECEIVED and not piece.words
    return PieceState.SENT if by_job else piece.state


_AFTER = frozenset({Verdict.LATE, Verdict.CONTRADICTS})


def _move(house: House, connection: Connection, piece: PrintPiece, line: Line) -> None:
    moved = msgspec.json.encode(line.address).decode() if line.address else piece.new_address
    print_pieces.change(
        connection,
        piece,
        state=line.state,
        words=line.words,
        new_address=moved,
        changed_at=house.clock(),
        seen_at=None,
    )


def _receipt(
    house: House, connection: Connection, job: PrintJob, line: Line
) -> tuple[Verdict, str]:
    """Compare the receipt of a whole job with what was sent."""
    if line.state is not PieceState.RECEIVED:
        return Verdict.UNKNOWN, "it names no piece"
    if job.received_at is not None:
        return Verdict.AGAIN, ""
    sent = len(print_pieces.of_job(connection, job.job))
    if line.count and line.count != str(sent):
        return Verdict.CONTRADICTS, f"it counts {line.count} pieces, {sent} were sent"
    if line.sha256 and job.sha256 not in ("", line.sha256):
        return Verdict.CONTRADICTS, "the PDF it received is not the one that was sent"
    print_jobs.receive(connection, job.job, house.clock())
    print_pieces.receive_all(connection, job.job, house.clock())
    return Verdict.TAKEN, ""
