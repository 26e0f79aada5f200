"""The command `print`: jobs at print partners, one of them piece by piece, and making one again."""

from argparse import Namespace
from collections.abc import Callable
from datetime import datetime
from getpass import getuser

from hub.cli.output import Misused, answer, table
from hub.cli.traffic import house_of
from hub.pipeline.house import House
from hub.pipeline.new_address import accept_address
from hub.pipeline.print_posted import NotPosted, posted
from hub.pipeline.reprint import NotReprinted, reprint
from hub.runs.print_standing import JobPieces, JobStanding, job_of, jobs
from hub.store import print_pieces
from outbound.print_mail.pieces import PieceState

_USAGE = (
    "write: facteur print jobs | job NAME | reprint JOB PIECE --reason TEXT | posted JOB PIECE "
    "--reason TEXT | accept JOB PIECE; `open` as PIECE is all that have not ended"
)
_OPEN = "open"
_STATES = [state.value for state in PieceState]


def print_(options: Namespace) -> int:
    """List jobs, show one, have a piece made again or say that it was posted.

    Exit 1 if the partner is silent too long.
    """
    with house_of(options) as house:
        match (options.action, options.words):
            case "jobs", []:
                return _jobs(house, options)
            case "job", [name]:
                return _job(house, options, name)
            case "reprint", [name, piece]:
                return _reprint(house, options, name, piece)
            case "posted", [name, piece]:
                return _posted(house, options, name, piece)
            case "accept", [name, piece]:
                return _accept(house, options, f"{name}#{piece}")
            case _:
                raise Misused(_USAGE)


def _jobs(house: House, options: Namespace) -> int:
    with house.database.transaction() as connection:
        found = jobs(connection)
    rows = [
        [
            one.job.job,
            one.job.channel,
            f"{one.job.made_at:%Y-%m-%d %H:%M}",
            one.job.state,
            str(one.pieces or one.job.pieces),
            *(_count(one, state) for state in _STATES),
        ]
        for one in found
    ]
    head = ["job", "channel", "made, UTC", "job is", "pieces", *_STATES]
    answer(options, [_standing(one) for one in found], table(head, rows) if rows else ["no job"])
    return 0


def _count(one: JobStanding, state: str) -> str:
    return str(one.counts.get(state, "")) or "-"


def _standing(one: JobStanding) -> dict[str, object]:
    return {"job": one.job, "pieces": one.pieces, "open": one.open, "counts": one.counts}


def _job(house: House, options: Namespace, name: str) -> int:
    with house.database.transaction() as connection:
        found = job_of(connection, name, house.clock())
    if found is None:
        raise Misused(f"{name}: no such print job; facteur print jobs lists them")
    value = _standing(found.standing) | {
        "list": [_piece(found, at) for at in range(len(found.pieces))],
        "lines": found.lines,
        "missing": [late.words for late in found.overdue],
    }
    answer(options, value, _lines(found))
    return 1 if found.overdue else 0


def _piece(found: JobPieces, place: int) -> dict[str, object]:
    piece = found.pieces[place]
    return {"piece": piece, "documents": [row.number for row in found.documents(piece)]}


def _lines(found: JobPieces) -> list[str]:
    rows = [
        [
            str(piece.sequence),
            " ".join(row.number for row in found.documents(piece)),
            piece.state,
            f"{piece.changed_at:%Y-%m-%d %H:%M}",
            f"reprinted {_day(piece.reprinted_at)}" if piece.reprinted_at else "",
            piece.words,
        ]
        for piece in found.pieces
    ]
    job, counts = found.standing.job, found.standing.counts
    said = ", ".join(f"{counts[state]} {state}" for state in _STATES if state in counts)
    odd = [line for line in found.lines if line.verdict != "taken"]
    return [
        f"{job.job}  {job.channel}  {job.state}: {said or 'nothing handed over yet'}",
        *table(["piece", "documents", "state", "since, UTC", "again", "words"], rows),
        *(f"not taken  {line.source}  {line.words}" for line in odd),
        *(f"ALARM  {late.words}" for late in found.overdue),
    ]


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""


def _reprint(house: House, options: Namespace, job: str, piece: str) -> int:
    if not options.reason.strip():
        raise Misused("say why it is to be made again: --reason TEXT")
    before = "was reprinted before; nothing is done twice"
    return _each(house, options, (job, piece), reprint, said=("again, as a copy", before))


def _posted(house: House, options: Namespace, job: str, piece: str) -> int:
    if not options.reason.strip():
        raise Misused("say how it is known that it was posted: --reason TEXT")
    return _each(house, options, (job, piece), posted, said=("posted", "was known to be posted"))


def _each(
    house: House,
    options: Namespace,
    what: tuple[str, str],
    act: Callable[..., int],
    *,
    said: tuple[str, str],
) -> int:
    """Do it for a piece, or for all that are open; of those, what cannot be done stops no other."""
    made, lines, refused = [], [], 0
    job, piece = what
    for subject, names in _meant(house, job, piece):
        try:
            count = act(house, subject, who=options.who or getuser(), reason=options.reason)
        except (NotReprinted, NotPosted) as error:
            if piece != _OPEN:
                raise
            refused += 1
            lines.append(str(error))
            continue
        letters = "1 letter" if count == 1 else f"{count} letters"
        done, before = said
        made.append({"piece": subject, "letters": count})
        lines.append(f"{subject}: {f'{letters} {done}: {names}' if count else before}")
    answer(options, made if piece == _OPEN else made[0], lines)
    return 1 if refused else 0


def _meant(house: House, job: str, piece: str) -> list[tuple[str, str]]:
    """Return the pieces that somebody means, each with the numbers of the documents in it."""
    with house.database.transaction() as connection:
        found = job_of(connection, job, house.clock())
        still = print_pieces.open_of(connection, job)
    if found is None:
        raise Misused(f"{job}: no such print job; facteur print jobs lists them")
    names = {
        one.subject: ", ".join(row.number for row in found.documents(one)) for one in found.pieces
    }
    if piece != _OPEN:
        subject = f"{job}#{piece}"
        return [(subject, names.get(subject, ""))]
    if not still:
        raise Misused(f"{job}: no piece of it is open; facteur print job JOB lists them")
    return [(one.subject, names[one.subject]) for one in still]


def _accept(house: House, options: Namespace, subject: str) -> int:
    count = accept_address(house, subject, who=options.who or getuser())
    said = f"the new address is in the book; {count} letters go there as copies"
    answer(options, {"piece": subject, "letters": count}, [f"{subject}: {said}"])
    return 0
