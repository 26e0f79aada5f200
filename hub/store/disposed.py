"""What the books forget of documents that were disposed of: all rows about them, in one go."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from hub.store.address_checks import address_checks
from hub.store.archive_stamps import archive_stamps
from hub.store.database import Connection
from hub.store.deadlines import deadlines
from hub.store.deliveries import deliveries
from hub.store.documents import documents
from hub.store.drops import drops
from hub.store.earlier_names import earlier_names
from hub.store.events import events
from hub.store.invitations import invitations
from hub.store.links import links
from hub.store.notices import changed, notices
from hub.store.numbers import numbers
from hub.store.print_letters import print_letters
from hub.store.print_pieces import print_pieces
from hub.store.standings import standings
from hub.store.submissions import submissions
from hub.store.suppressions import troubles
from hub.store.work import work

_OF_DOCUMENT: Final = (
    *(archive_stamps.c.document, deadlines.c.document, events.c.document, numbers.c.document),
    *(notices.c.subject, changed.c.subject, work.c.subject, standings.c.subject),
)
_OF_DELIVERY: Final = (
    *(links.c.delivery, earlier_names.c.delivery, troubles.c.delivery, work.c.subject),
)
_OF_SUBMISSION: Final = (
    *(events.c.submission, drops.c.submission, notices.c.subject, changed.c.subject),
    *(work.c.subject, standings.c.subject),
)


def forget(connection: Connection, subjects: Sequence[str]) -> None:
    """Delete all rows of these documents, and of submissions whose documents are gone.

    Suppressed addresses and consents stay: they are not about a document.
    """
    for subject in subjects:
        _forget_deliveries(connection, subject)
        _forget_invitations(connection, subject)
        for column in (*_OF_DOCUMENT, deliveries.c.document, documents.c.id):
            _delete(connection, column, subject)
    for subject in subjects:
        left = sa.select(documents.c.id).where(documents.c.submission == subject)
        if connection.execute(left).first() is None:
            for column in (*_OF_SUBMISSION, submissions.c.id):
                _delete(connection, column, subject)


def _forget_deliveries(connection: Connection, document: str) -> None:
    own = sa.select(deliveries.c.id).where(deliveries.c.document == document)
    for (delivery,) in connection.execute(own).all():
        for column in _OF_DELIVERY:
            _delete(connection, column, delivery)
        key = f"{delivery}."
        letters = print_letters.c.parcel_key.startswith(key, autoescape=True)
        connection.execute(print_letters.delete().where(letters))
        moved = print_pieces.c.piece.contains(key, autoescape=True)
        connection.execute(print_pieces.update().where(moved).values(new_address="", words=""))


def _forget_invitations(connection: Connection, document: str) -> None:
    own = sa.select(invitations.c.token_sha256).where(invitations.c.document == document)
    for (token,) in connection.execute(own).all():
        _delete(connection, address_checks.c.invitation, token)
        _delete(connection, invitations.c.token_sha256, token)


def _delete(connection: Connection, column: sa.Column[str], value: str) -> None:
    connection.execute(sa.delete(column.table).where(column == value))
