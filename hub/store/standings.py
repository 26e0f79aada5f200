"""Standings: what became of a document or file out of the ordinary, until it is filed."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from hub.store.database import TABLES, Connection

_ORDINARY = frozenset(
    {"working", "sending", "handed_over", "delivered", "in_doubt", "received", "read"}
)
"""States that what is filed of a reading, a route or a delivery tells anyway."""

standings = sa.Table(
    "standings",
    TABLES,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("turn", sa.Integer, primary_key=True),
    sa.Column("state", sa.Text),
    sa.Column("filed", sa.Integer),
)

_LAST = (
    sa.select(standings.c.turn, standings.c.state)
    .where(standings.c.subject == sa.bindparam("subject"))
    .order_by(standings.c.turn.desc())
    .limit(1)
)
_UNFILED = (
    sa.select(standings.c.subject, standings.c.turn, standings.c.state)
    .where(standings.c.filed == 0)
    .order_by(standings.c.subject, standings.c.turn)
)
_FILED = standings.update().where(
    standings.c.subject == sa.bindparam("of"), standings.c.turn == sa.bindparam("at")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A change of state that is out of the ordinary, or back to it; `turn` counts them."""

    subject: str
    turn: int
    state: str


def note(connection: Connection, subject: str, state: str) -> None:
    """Note a state that somebody has just given to a subject, if it must be filed by itself."""
    last = connection.execute(_LAST, {"subject": subject}).first()
    known = last.state if last else ""
    if state == known or (state in _ORDINARY and known in {"", *_ORDINARY}):
        return
    turn = last.turn + 1 if last else 1
    values = {"subject": subject, "turn": turn, "state": state, "filed": 0}
    connection.execute(standings.insert(), values)


def unfiled(connection: Connection, limit: int) -> list[Standing]:
    """Return what is not filed yet, each subject's in order."""
    rows = connection.execute(_UNFILED.limit(limit))
    return [Standing(subject=row.subject, turn=row.turn, state=row.state) for row in rows]


def note_filed(connection: Connection, filed: Sequence[Standing]) -> None:
    """Note that these are filed."""
    if filed:
        values = [{"of": one.subject, "at": one.turn} for one in filed]
        connection.execute(_FILED.values(filed=1), values)
