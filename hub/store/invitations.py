"""Invitations to choose how invoices come: found by the hash of a token that nobody else has."""

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant

invitations = sa.Table(
    "invitations",
    TABLES,
    sa.Column("token_sha256", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text),
    sa.Column("recipient", sa.Text),
    sa.Column("document", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("made_at", Instant),
    sa.Column("expires_at", Instant),
    sa.Column("revoked_at", Instant),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What stands behind the token of an invitation.

    Attributes:
        recipient: the tenant's own customer number.
        document: that it came with; by it is judged which roads there are.
    """

    token_sha256: str
    tenant: str
    recipient: str
    document: str
    language: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether something can still be chosen."""
        return self.revoked_at is None and now < self.expires_at


def put(connection: Connection, invitation: Invitation) -> None:
    """Insert an invitation; one that is there stays as it is."""
    if get(connection, invitation.token_sha256) is None:
        connection.execute(invitations.insert(), asdict(invitation))


def get(connection: Connection, token_sha256: str) -> Invitation | None:
    """Return the invitation of a token."""
    row = connection.execute(
        sa.select(invitations).where(invitations.c.token_sha256 == token_sha256)
    ).first()
    return None if row is None else Invitation(**row._mapping)  # noqa: SLF001


def revoke(connection: Connection, tenant: str, recipient: str, *, now: datetime) -> int:
    """Close all invitations of a recipient; returns how many had not been closed."""
    closed = connection.execute(
        invitations.update()
        .where(
            invitations.c.tenant == tenant,
            invitations.c.recipient == recipient,
            invitations.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    return closed.rowcount
