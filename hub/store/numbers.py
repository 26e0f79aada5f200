"""Which number belongs to which document: one has it, the others are told who."""

from typing import NamedTuple

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, rows_with

numbers = sa.Table(
    "document_numbers",
    TABLES,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("series", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("document", sa.Text),
    sa.Column("content_sha256", sa.Text),
)

_CLAIM = sa.text(
    "INSERT INTO document_numbers (tenant, series, number, document, content_sha256)"
    " VALUES (:tenant, :series, :number, :document, :sha256)"
    " ON CONFLICT (tenant, series, number) DO UPDATE SET document = document_numbers.document"
    " RETURNING document, content_sha256"
)
"""Takes a number or, if another has it, the lock on it: looking and taking are one statement."""


class Number(NamedTuple):
    """What tells a number apart; `series` is the document's kind."""

    tenant: str
    series: str
    number: str


class Holder(NamedTuple):
    """The document that has a number, and its content as it was read."""

    document: str
    sha256: str


def claim(connection: Connection, number: Number, own: Holder) -> Holder | None:
    """Give a number to a document; return another that has it already.

    Whoever asks for the same number waits until this commits. A document that was read again may
    have another content, and another number.
    """
    values = number._asdict() | own._asdict()
    holder = Holder(*connection.execute(_CLAIM, values).one())
    if holder.document != own.document:
        return holder
    mine = sa.and_(*(numbers.c[name] == value for name, value in number._asdict().items()))
    if holder != own:
        connection.execute(numbers.update().where(mine).values(content_sha256=own.sha256))
    connection.execute(numbers.delete().where(numbers.c.document == own.document, ~mine))
    return None


def held(connection: Connection, number: Number, document: str) -> Holder | None:
    """Return another document that has a number; None if none has."""
    key = number._asdict()
    row = connection.execute(rows_with(numbers, *key), key).first()
    if row is None or row.document == document:
        return None
    return Holder(row.document, row.content_sha256)


def free(connection: Connection, document: str) -> None:
    """Let the number of a document that goes nowhere be used by another."""
    connection.execute(numbers.delete().where(numbers.c.document == document))
