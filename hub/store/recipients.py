"""The address book: recipients by tenant."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant, holding, rows_with
from routing_rules.recipient import Recipient

recipients = sa.Table(
    "recipients",
    TABLES,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("vat_identifier", sa.Text),
    sa.Column("endpoint", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("content", sa.Text),
    sa.Column("changed_at", Instant),
)

_AT_ONCE = 1000
"""Keys in one question; a database takes no endless ones."""


def put(
    connection: Connection, tenant: str, entries: Sequence[Recipient], *, now: datetime
) -> None:
    """Insert or replace recipients by key."""
    if not entries:
        return
    same = (recipients.c.tenant == tenant) & (recipients.c.key == sa.bindparam("same"))
    connection.execute(recipients.delete().where(same), [{"same": e.key} for e in entries])
    connection.execute(recipients.insert(), [_values(tenant, e, now) for e in entries])


def get(connection: Connection, tenant: str, key: str) -> Recipient | None:
    """Return one by the tenant's own customer number."""
    return _only(connection, tenant=tenant, key=key)


def many(connection: Connection, tenant: str, keys: Sequence[str]) -> dict[str, Recipient]:
    """Return those of `keys` that are in the book, by key."""
    found: dict[str, Recipient] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        rows = connection.execute(
            sa.select(recipients).where(recipients.c.tenant == tenant, recipients.c.key.in_(some))
        )
        found |= {row.key: _recipient(row.content) for row in rows}
    return found


def by_vat(connection: Connection, tenant: str, vat_identifier: str) -> Recipient | None:
    """Return the one recipient with this VAT id; None if there are none or several."""
    code = compact(vat_identifier)
    return _only(connection, tenant=tenant, vat_identifier=code) if code else None


def by_endpoint(connection: Connection, tenant: str, scheme: str, value: str) -> Recipient | None:
    """Return the one recipient with this electronic address."""
    return _only(connection, tenant=tenant, endpoint=f"{scheme}:{value}")


def by_name(connection: Connection, tenant: str, name: str) -> Recipient | None:
    """Return the one recipient of exactly this name."""
    return _only(connection, tenant=tenant, name=name)


def listed(
    connection: Connection,
    tenant: str | None,
    *,
    words: str = "",
    limit: int = 500,
    offset: int = 0,
) -> list[tuple[str, Recipient]]:
    """Return (tenant, recipient) by key, those whose key, name or email contains `words`."""
    query = sa.select(recipients).order_by(recipients.c.tenant, recipients.c.key)
    if tenant is not None:
        query = query.where(recipients.c.tenant == tenant)
    if words:
        columns = (recipients.c.key, recipients.c.name, recipients.c.email)
        query = query.where(holding(words, *columns))
    rows = connection.execute(query.limit(limit).offset(offset))
    return [(row.tenant, _recipient(row.content)) for row in rows]


def encrypted_to(connection: Connection) -> list[tuple[str, Recipient]]:
    """Return (tenant, recipient) of all whose emails are encrypted to a certificate, by key."""
    has_one = recipients.c.content.like('%"smime_certificate":"%')
    query = sa.select(recipients).where(has_one)
    rows = connection.execute(query.order_by(recipients.c.tenant, recipients.c.key))
    return [(row.tenant, _recipient(row.content)) for row in rows]


def compact(vat_identifier: str) -> str:
    """Return a VAT id without blanks and punctuation, in capitals.

    >>> compact("DE 123.456.789")
    'DE123456789'
    """
    return "".join(c for c in vat_identifier if c.isalnum()).upper()


def _only(connection: Connection, **values: str) -> Recipient | None:
    rows = connection.execute(rows_with(recipients, *values), values).all()
    return _recipient(rows[0].content) if len(rows) == 1 else None


def _recipient(content: str) -> Recipient:
    return msgspec.json.decode(content, type=Recipient)


def _values(tenant: str, entry: Recipient, now: datetime) -> dict[str, object]:
    vat = next((i.value for i in entry.identifiers if i.scheme == "vat"), "")
    endpoint = entry.endpoint
    return {
        "tenant": tenant,
        "key": entry.key,
        "name": entry.name,
        "vat_identifier": compact(vat),
        "endpoint": f"{endpoint.scheme}:{endpoint.value}" if endpoint else "",
        "email": entry.email or "",
        "content": msgspec.json.encode(entry).decode(),
        "changed_at": now,
    }
