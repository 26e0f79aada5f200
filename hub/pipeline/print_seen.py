"""A person has looked at a spoiled piece, or at a line that fits nothing: it is filed."""

from archive.entry import Draft, Entry
from hub.pipeline.evidence import json_item
from hub.pipeline.house import About, House, Outcome
from hub.pipeline.resubmit import NotParked
from hub.pipeline.settling import settle
from hub.store import print_lines, print_pieces
from hub.store.database import Connection


def is_seeable(connection: Connection, subject: str) -> bool:
    """Whether a subject is a piece, as JOB#SEQUENCE, or a line of a partner's report."""
    known = print_pieces.at(connection, *print_pieces.place_of(subject))
    return known is not None or print_lines.get(connection, subject) is not None


def see_to(house: House, subject: str, *, who: str, reason: str) -> None:
    """File who has seen to a piece or a line, and take it off the list.

    Raises:
        NotParked: there is no such thing, or somebody was faster.
    """
    with house.database.transaction() as connection:
        piece = print_pieces.at(connection, *print_pieces.place_of(subject))
        line = print_lines.get(connection, subject)
        of_job = print_pieces.of_job(connection, line.job) if line else []
    if piece is None and line is None:
        raise NotParked(f"{subject}: no piece of a print job, and no line of a report")
    near = piece or next(iter(of_job), None)
    tenant = near.tenant if near else next(iter(house.config.tenants))
    words = piece.words if piece else line.words if line else ""

    def record(connection: Connection, _entry: Entry | None) -> None:
        now = house.clock()
        if piece is not None:
            seen = print_pieces.see_to(connection, piece, now)
        else:
            seen = print_lines.see_to(connection, subject, now)
        if not seen:
            raise NotParked(f"{subject}: somebody has seen to it already")

    act = {"who": who, "said": "seen to", "reason": reason, "subject": subject, "words": words}
    draft = Draft(
        key=f"{subject}/seen/{house.new_id()}",
        tenant=tenant,
        subject=subject,
        kind="operator",
        step="by-hand",
        items=(json_item("act", act),),
    )
    outcome = Outcome(
        subject=f"{subject}/seen",
        about=About(tenant=tenant),
        line=f"{who}: {subject} is seen to, because {reason}",
        evidence=draft,
        record=record,
    )
    settle(house, "by-hand", [outcome])
