"""Accesses of auditors: one company, a period of issue dates, a purpose, an end. Only digests."""

import hashlib
import hmac
from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant, rows_with

PREFIX = "fca"
"""How a code begins."""

auditors = sa.Table(
    "auditors",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text),
    sa.Column("tenant", sa.Text),
    sa.Column("issued_from", sa.Text),
    sa.Column("issued_to", sa.Text),
    sa.Column("purpose", sa.Text),
    sa.Column("invited_by", sa.Text),
    sa.Column("made_at", Instant),
    sa.Column("expires_at", Instant),
    sa.Column("revoked_at", Instant),
    sa.Column("revoked_by", sa.Text),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What an auditor may see, and until when.

    Attributes:
        issued_from: first issue date of documents that are shown, inclusive.
        issued_to: last issue date, inclusive.
    """

    id: str
    tenant: str
    issued_from: date
    issued_to: date
    purpose: str
    invited_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str = ""

    def is_open(self, now: datetime) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and now < self.expires_at


def add(connection: Connection, access: Access, secret: str) -> str:
    """Keep a new access and its secret's digest; returns the code as it is typed, shown once."""
    days = {"issued_from": str(access.issued_from), "issued_to": str(access.issued_to)}
    connection.execute(auditors.insert().values(**asdict(access) | days, digest=_digest(secret)))
    return f"{PREFIX}_{access.id}_{secret}"


def by_code(connection: Connection, written: str) -> Access | None:
    """Return the access of a code, be it over or not; None if the code is wrong."""
    prefix, _, rest = written.partition("_")
    id_, _, secret = rest.partition("_")
    row = _row(connection, id_) if _is_id(id_) else None
    known = row.digest if row is not None else _digest("")
    good = hmac.compare_digest(known, _digest(secret))
    return _access(row) if row is not None and good and prefix == PREFIX else None


def get(connection: Connection, id_: str) -> Access | None:
    """Return one by its id."""
    row = _row(connection, id_) if _is_id(id_) else None
    return None if row is None else _access(row)


def listed(connection: Connection, tenant: str | None = None) -> list[Access]:
    """Return all, the newest first; those that are over, too."""
    query = sa.select(auditors).order_by(auditors.c.made_at.desc(), auditors.c.id)
    if tenant is not None:
        query = query.where(auditors.c.tenant == tenant)
    return [_access(row) for row in connection.execute(query)]


def revoke(connection: Connection, id_: str, *, now: datetime, by: str) -> bool:
    """Let an access open nothing from now on; False if there is none that does."""
    changed = connection.execute(
        auditors.update()
        .where(auditors.c.id == id_, auditors.c.revoked_at.is_(None), auditors.c.expires_at > now)
        .values(revoked_at=now, revoked_by=by)
    )
    return changed.rowcount > 0


def _row(connection: Connection, id_: str) -> sa.Row[tuple[object, ...]] | None:
    return connection.execute(rows_with(auditors, "id"), {"id": id_}).first()


def _is_id(text: str) -> bool:
    return text.isascii() and text.isalnum() and len(text) <= 40


def _access(row: sa.Row[tuple[object, ...]]) -> Access:
    values = dict(row._mapping)  # noqa: SLF001  (the public way to a row's names)
    del values["digest"]
    for name in ("issued_from", "issued_to"):
        values[name] = date.fromisoformat(values[name])
    return Access(**values)


def _digest(secret: str) -> str:
    """SHA-256 is enough: the secrets are 256 random bits, not words of people."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
