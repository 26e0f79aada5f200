"""Links by which recipients fetch documents: found by the hash of a token that nobody else has."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant

Asks = Literal["", "post_code", "customer"]
"""What a recipient must know besides: nothing, the post code of his address, his number."""

links = sa.Table(
    "links",
    TABLES,
    sa.Column("token_sha256", sa.Text, primary_key=True),
    sa.Column("parcel_key", sa.Text),
    sa.Column("delivery", sa.Text),
    sa.Column("channel", sa.Text),
    sa.Column("tenant", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("number", sa.Text),
    sa.Column("seller", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("file_sha256", sa.Text),
    sa.Column("file_name", sa.Text),
    sa.Column("media_type", sa.Text),
    sa.Column("size_bytes", sa.Integer),
    sa.Column("asks", sa.Text),
    sa.Column("answer_sha256", sa.Text),
    sa.Column("made_at", Instant),
    sa.Column("expires_at", Instant),
    sa.Column("revoked_at", Instant),
    sa.Column("opened_at", Instant),
    sa.Column("fetched", sa.Integer),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link and the file behind it.

    Attributes:
        token_sha256: of what stands in the address; the token itself is nowhere but in the message.
        parcel_key: of the parcel that carries the link.
        seller: who sends, as the page says.
        file_sha256: of the bytes in the archive that are given out.
        answer_sha256: of token and right answer, where something is asked.
        opened_at: when the file was fetched first; looking at the page is not fetching.
        fetched: how often it was.
    """

    token_sha256: str
    parcel_key: str
    delivery: str
    channel: str
    tenant: str
    kind: str
    number: str
    seller: str
    language: str
    file_sha256: str
    file_name: str
    media_type: str
    size_bytes: int
    asks: Asks = ""
    answer_sha256: str = ""
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    opened_at: datetime | None = None
    fetched: int = 0

    def is_open(self, now: datetime) -> bool:
        """Whether the file is still given out."""
        return self.revoked_at is None and now < self.expires_at


def put(connection: Connection, link: Link) -> None:
    """Insert a link; one that is there stays as it is."""
    if get(connection, link.token_sha256) is None:
        connection.execute(links.insert(), asdict(link))


def get(connection: Connection, token_sha256: str) -> Link | None:
    """Return the link of a token."""
    row = connection.execute(sa.select(links).where(links.c.token_sha256 == token_sha256)).first()
    return None if row is None else Link(**row._mapping)  # noqa: SLF001


def of_deliveries(connection: Connection, deliveries: Sequence[str]) -> dict[str, list[Link]]:
    """Return the links of each delivery that has any, the newest last."""
    rows = connection.execute(
        sa.select(links)
        .where(links.c.delivery.in_(deliveries))
        .order_by(links.c.made_at, links.c.token_sha256)
    )
    found: dict[str, list[Link]] = {}
    for row in rows:
        found.setdefault(row.delivery, []).append(Link(**row._mapping))  # noqa: SLF001
    return found


def note_fetched(connection: Connection, token_sha256: str, *, now: datetime) -> None:
    """Count one time that the file was fetched."""
    connection.execute(
        links.update()
        .where(links.c.token_sha256 == token_sha256)
        .values(
            fetched=links.c.fetched + 1, opened_at=sa.func.coalesce(links.c.opened_at, _text(now))
        )
    )


def revoke(connection: Connection, delivery: str, *, now: datetime) -> int:
    """Close all links of a delivery; returns how many were open."""
    closed = connection.execute(
        links.update()
        .where(
            links.c.delivery == delivery,
            links.c.revoked_at.is_(None),
            links.c.expires_at > _text(now),
        )
        .values(revoked_at=now)
    )
    return closed.rowcount


def _text(now: datetime) -> sa.BindParameter[datetime]:
    return sa.bindparam(None, now, type_=Instant)
