"""Letters that were looked at and found fit to print, and what was done to them for that."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from hub.store.database import TABLES, Connection
from outbound.print_mail.letters import Letter

print_letters = sa.Table(
    "print_letters",
    TABLES,
    sa.Column("parcel_key", sa.Text, primary_key=True),
    sa.Column("letter", sa.Text),
    sa.Column("repairs", sa.Text),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintLetter:
    """A letter on its way to a print partner.

    Attributes:
        repairs: what was done so that it can be printed, for people; empty: nothing.
    """

    letter: Letter
    repairs: str = ""


def put(connection: Connection, letters: Sequence[PrintLetter]) -> None:
    """Keep what was found; of a letter that was looked at again, the last."""
    keys = [each.letter.key for each in letters]
    connection.execute(print_letters.delete().where(print_letters.c.parcel_key.in_(keys)))
    rows = [
        {
            "parcel_key": each.letter.key,
            "letter": msgspec.json.encode(each.letter).decode(),
            "repairs": each.repairs,
        }
        for each in letters
    ]
    if rows:
        connection.execute(print_letters.insert(), rows)


def many(connection: Connection, keys: Sequence[str]) -> dict[str, PrintLetter]:
    """Return those that were looked at, by parcel key."""
    query = sa.select(print_letters).where(print_letters.c.parcel_key.in_(keys))
    return {
        row.parcel_key: PrintLetter(
            letter=msgspec.json.decode(row.letter, type=Letter), repairs=row.repairs
        )
        for row in connection.execute(query)
    }
