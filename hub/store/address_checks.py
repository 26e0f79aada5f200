"""New email addresses that wait for a click in the mailbox they name."""

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant
from outbound.channel import DeliveryState

address_checks = sa.Table(
    "address_checks",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("token_sha256", sa.Text),
    sa.Column("invitation", sa.Text),
    sa.Column("tenant", sa.Text),
    sa.Column("recipient", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("channel", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("words", sa.Text),
    sa.Column("made_at", Instant),
    sa.Column("expires_at", Instant),
    sa.Column("state", sa.Text),
    sa.Column("attempts", sa.Integer),
    sa.Column("confirmed_at", Instant),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressCheck:
    """An address that was entered, and the mail that asks there whether that was meant.

    Attributes:
        token_sha256: of what stands in that mail; the token itself is nowhere else.
        invitation: token_sha256 of the one by which it was entered.
        recipient: the tenant's own customer number.
        channel: that the mail takes, and the invoices will.
        words: what the recipient agrees to, as he is shown it.
        state: of the mail, as of a delivery.
        confirmed_at: when it was clicked; from then on the address is his.
    """

    id: str
    token_sha256: str
    invitation: str
    tenant: str
    recipient: str
    language: str
    channel: str
    email: str
    words: str
    made_at: datetime
    expires_at: datetime
    state: str = DeliveryState.WAITING
    attempts: int = 0
    confirmed_at: datetime | None = None

    @property
    def parcel_key(self) -> str:
        """The stable id of its mail."""
        return f"{self.id}/address-check"


def add(connection: Connection, check: AddressCheck) -> None:
    """Insert one."""
    connection.execute(address_checks.insert(), asdict(check))


def get(connection: Connection, check: str) -> AddressCheck | None:
    """Return one by its id."""
    return _first(connection, address_checks.c.id == check)


def of_token(connection: Connection, token_sha256: str) -> AddressCheck | None:
    """Return the one whose mail has this token."""
    return _first(connection, address_checks.c.token_sha256 == token_sha256)


def count_since(connection: Connection, tenant: str, recipient: str, since: datetime) -> int:
    """Return how many were asked for on behalf of a recipient."""
    query = (
        sa.select(sa.func.count())
        .select_from(address_checks)
        .where(
            address_checks.c.tenant == tenant,
            address_checks.c.recipient == recipient,
            address_checks.c.made_at >= sa.bindparam(None, since, type_=Instant),
        )
    )
    return int(connection.execute(query).scalar_one())


def change(connection: Connection, check: str, **values: object) -> None:
    """Write down what became of one."""
    connection.execute(address_checks.update().where(address_checks.c.id == check).values(**values))


def forget_unanswered(connection: Connection, ended_before: datetime) -> int:
    """Remove addresses that nobody answered for; returns how many."""
    gone = connection.execute(
        address_checks.delete().where(
            address_checks.c.confirmed_at.is_(None),
            address_checks.c.state.not_in([DeliveryState.WAITING, DeliveryState.SENDING]),
            address_checks.c.expires_at < sa.bindparam(None, ended_before, type_=Instant),
        )
    )
    return gone.rowcount


def _first(connection: Connection, which: sa.ColumnElement[bool]) -> AddressCheck | None:
    row = connection.execute(sa.select(address_checks).where(which)).first()
    return None if row is None else AddressCheck(**row._mapping)  # noqa: SLF001
