"""Who may come in: API keys of senders, one-time links and sessions of people. Only digests."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant

api_keys = sa.Table(
    "api_keys",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text),
    sa.Column("tenant", sa.Text),
    sa.Column("sender", sa.Text),
    sa.Column("scopes", sa.Text),
    sa.Column("made_at", Instant),
    sa.Column("revoked_at", Instant),
)

logins = sa.Table(
    "logins",
    TABLES,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text),
    sa.Column("tenant", sa.Text),
    sa.Column("expires_at", Instant),
    sa.Column("used_at", Instant),
)


SCOPES = ("submit", "read", "manage")
"""What a key may be made for: to send files, to ask what became of them, to keep master data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What a key may do: `submit`, `read`, `manage` for one tenant and sender."""

    id: str
    tenant: str
    sender: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """What is known of a key by those who manage it; never the key."""

    id: str
    tenant: str
    sender: str
    scopes: tuple[str, ...]
    made_at: datetime
    revoked_at: datetime | None


def add_key(
    connection: Connection,
    *,
    key_id: str,
    secret: str,
    tenant: str,
    sender: str,
    scopes: Sequence[str],
    now: datetime,
) -> str:
    """Keep a new API key's digest; returns the key as the sender writes it, shown once."""
    connection.execute(
        api_keys.insert().values(
            id=key_id,
            digest=_digest(secret),
            tenant=tenant,
            sender=sender,
            scopes=" ".join(scopes),
            made_at=now,
        )
    )
    return f"fct_{key_id}_{secret}"


def find_key(connection: Connection, written: str) -> ApiKey | None:
    """Return what a key may do; None if it is wrong or revoked."""
    parts = written.split("_", 2)
    if len(parts) != 3 or parts[0] != "fct":
        return None
    row = connection.execute(sa.select(api_keys).where(api_keys.c.id == parts[1])).first()
    known = row.digest if row is not None else _digest("")
    good = hmac.compare_digest(known, _digest(parts[2]))
    if row is None or not good or row.revoked_at is not None:
        return None
    return ApiKey(
        id=row.id, tenant=row.tenant, sender=row.sender, scopes=frozenset(row.scopes.split())
    )


def known_keys(connection: Connection) -> list[KnownKey]:
    """Return all keys, the oldest first; those that were revoked, too."""
    rows = connection.execute(sa.select(api_keys).order_by(api_keys.c.made_at, api_keys.c.id))
    return [
        KnownKey(
            id=row.id,
            tenant=row.tenant,
            sender=row.sender,
            scopes=tuple(row.scopes.split()),
            made_at=row.made_at,
            revoked_at=row.revoked_at,
        )
        for row in rows
    ]


def revoke_key(connection: Connection, key_id: str, now: datetime) -> bool:
    """Let a key open nothing from now on; False if there is none that does."""
    changed = connection.execute(
        api_keys.update()
        .where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return changed.rowcount > 0


def add_login(
    connection: Connection, *, secret: str, kind: str, tenant: str, expires_at: datetime
) -> None:
    """Keep a one-time link (`link`) or a session (`session`); tenant `*` sees all."""
    connection.execute(
        logins.insert().values(
            digest=_digest(secret), kind=kind, tenant=tenant, expires_at=expires_at
        )
    )


def use_link(connection: Connection, secret: str, now: datetime) -> str | None:
    """Use up a one-time link; returns its tenant, None if it is unknown, used or expired."""
    changed = connection.execute(
        logins.update()
        .where(
            logins.c.digest == _digest(secret),
            logins.c.kind == "link",
            logins.c.used_at.is_(None),
            logins.c.expires_at > now,
        )
        .values(used_at=now)
    )
    return _tenant(connection, secret) if changed.rowcount else None


def session_tenant(connection: Connection, secret: str, now: datetime) -> str | None:
    """Return the tenant of a session that is still good."""
    return connection.execute(
        sa.select(logins.c.tenant).where(
            logins.c.digest == _digest(secret),
            logins.c.kind == "session",
            logins.c.expires_at > now,
        )
    ).scalar_one_or_none()


def end_session(connection: Connection, secret: str, now: datetime) -> None:
    """Let a session be over."""
    connection.execute(
        logins.update()
        .where(logins.c.digest == _digest(secret), logins.c.kind == "session")
        .values(expires_at=now)
    )


def forget_expired(connection: Connection, before: datetime) -> None:
    """Forget the links and sessions that were over before an instant."""
    connection.execute(logins.delete().where(logins.c.expires_at < before))


def _tenant(connection: Connection, secret: str) -> str | None:
    return connection.execute(
        sa.select(logins.c.tenant).where(logins.c.digest == _digest(secret))
    ).scalar_one_or_none()


def _digest(secret: str) -> str:
    """SHA-256 is enough: the secrets are 256 random bits, not words of people."""
    return hashlib.sha256(secret.encode()).hexdigest()
