"""Addresses that get nothing more, by company, and the trouble that others have given.

They stand in the clear, as in the address book: an operator must find and correct them.
"""

import contextlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import idna
import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant, holding, rows_with
from outbound.mail_address import a_labels

suppressions = sa.Table(
    "suppressions",
    TABLES,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("verdict", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("since", Instant),
    sa.Column("document", sa.Text),
    sa.Column("delivery", sa.Text),
)

troubles = sa.Table(
    "address_troubles",
    TABLES,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("delivery", sa.Text, primary_key=True),
    sa.Column("at", Instant),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """An address that gets nothing more.

    Attributes:
        address: as `compared` has it.
        verdict: an AddressVerdict.
        reason: the peer's words.
        document, delivery: whose report says so; the archive has it under the delivery.
    """

    tenant: str
    address: str
    verdict: str
    reason: str
    since: datetime
    document: str
    delivery: str


def compared(address: str) -> str:
    """Return an address as it is compared: capitals do not count, nor how its domain is written.

    >>> compared(" Anna@Kunde.Example"), compared("anna@BÜCHER.example")
    ('anna@kunde.example', 'anna@xn--bcher-kva.example')
    """
    local, at, domain = unicodedata.normalize("NFC", address.strip().lower()).rpartition("@")
    with contextlib.suppress(idna.IDNAError):
        domain = a_labels(domain)
    return f"{local}{at}{domain.removesuffix('.')}"


def suppress(connection: Connection, suppression: Suppression) -> None:
    """Insert one; of an address that is suppressed already the first reason stays."""
    if get(connection, suppression.tenant, suppression.address) is None:
        values = {field.name: getattr(suppression, field.name) for field in fields(suppression)}
        connection.execute(suppressions.insert(), values)


def get(connection: Connection, tenant: str, address: str) -> Suppression | None:
    """Return that of an address; None if it gets mail."""
    values = {"tenant": tenant, "address": compared(address)}
    row = connection.execute(rows_with(suppressions, *values), values).first()
    return None if row is None else _suppression(row)


def among(connection: Connection, tenant: str, addresses: Sequence[str]) -> set[str]:
    """Return those of `addresses` that get nothing more, as they are compared."""
    wanted = {compared(address) for address in addresses}
    query = sa.select(suppressions.c.address).where(
        suppressions.c.tenant == tenant, suppressions.c.address.in_(wanted)
    )
    return set(connection.execute(query).scalars())


def listed(
    connection: Connection, tenant: str | None, *, words: str = "", limit: int = 500
) -> list[Suppression]:
    """Return those of a company, or of all, the newest first; with `words` in address or reason."""
    query = sa.select(suppressions).order_by(suppressions.c.since.desc(), suppressions.c.address)
    if tenant is not None:
        query = query.where(suppressions.c.tenant == tenant)
    if words:
        query = query.where(holding(words, suppressions.c.address, suppressions.c.reason))
    return [_suppression(row) for row in connection.execute(query.limit(limit))]


def lift(connection: Connection, tenant: str, address: str) -> None:
    """Let an address get mail again, and forget its troubles."""
    for table in (suppressions, troubles):
        same = (table.c.tenant == tenant) & (table.c.address == compared(address))
        connection.execute(table.delete().where(same))


def note_trouble(
    connection: Connection, tenant: str, address: str, *, delivery: str, at: datetime
) -> None:
    """Note that a delivery to an address had trouble; of one delivery it counts once."""
    values = {"tenant": tenant, "address": address, "delivery": delivery}
    if connection.execute(rows_with(troubles, *values), values).first() is None:
        connection.execute(troubles.insert(), values | {"at": at})


def troubles_since(connection: Connection, tenant: str, address: str, since: datetime) -> int:
    """Return how many deliveries to an address had trouble from then on."""
    query = sa.select(sa.func.count()).where(
        troubles.c.tenant == tenant, troubles.c.address == address, troubles.c.at >= since
    )
    return int(connection.execute(query).scalar_one())


def _suppression(row: sa.Row[tuple[object, ...]]) -> Suppression:
    return Suppression(**row._mapping)  # noqa: SLF001  (the public way to a row's names)
