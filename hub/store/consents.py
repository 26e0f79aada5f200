"""Consents of recipients: what they agreed to, since when, and when they took it back."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from msgspec.structs import replace

from hub.store.database import TABLES, Connection, Instant
from hub.store.recipients import recipients
from routing_rules.recipient import Consent, Recipient

_AT_ONCE = 1000
"""Keys in one question; a database takes no endless ones."""


class How(StrEnum):
    """By what a recipient said so, or we know it."""

    CONTRACT = "contract"
    SELF_SERVICE = "self_service"
    PHONE = "phone"
    IMPORT = "import"


consents = sa.Table(
    "consents",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text),
    sa.Column("recipient", sa.Text),
    sa.Column("consent", sa.Text),
    sa.Column("given_on", sa.Text),
    sa.Column("how", sa.Text),
    sa.Column("words", sa.Text),
    sa.Column("who", sa.Text),
    sa.Column("entered_at", Instant),
    sa.Column("entry", sa.Text),
    sa.Column("withdrawn_at", Instant),
    sa.Column("withdrawn_how", sa.Text),
    sa.Column("withdrawn_words", sa.Text),
    sa.Column("withdrawn_by", sa.Text),
    sa.Column("withdrawn_entry", sa.Text),
)
_IN_FORCE = consents.c.withdrawn_at.is_(None)
_OF_ONE = (
    sa.select(consents.c.consent)
    .where(
        consents.c.tenant == sa.bindparam("tenant"),
        consents.c.recipient == sa.bindparam("recipient"),
        _IN_FORCE,
    )
    .distinct()
    .order_by(consents.c.consent)
)
"""Asked for every document, so it is built once."""


_WITHDRAWN = (
    "withdrawn_at",
    "withdrawn_how",
    "withdrawn_words",
    "withdrawn_by",
    "withdrawn_entry",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A consent of a recipient.

    Attributes:
        recipient: the tenant's own customer number.
        given_on: the day on which he agreed.
        words: what he agreed to, or where that stands: contract and section.
        who: entered it.
        entry: of the archive, that proves it.
        withdrawn_at: when it was taken back; None while it is in force.
    """

    id: str
    tenant: str
    recipient: str
    consent: Consent
    given_on: date
    how: How
    words: str
    who: str
    entered_at: datetime
    entry: str
    withdrawn_at: datetime | None = None
    withdrawn_how: str = ""
    withdrawn_words: str = ""
    withdrawn_by: str = ""
    withdrawn_entry: str = ""


def add(connection: Connection, given: Iterable[Given]) -> None:
    """Insert consents."""
    rows = [asdict(each) | {"given_on": each.given_on.isoformat()} for each in given]
    if rows:
        connection.execute(consents.insert(), rows)


def withdraw(connection: Connection, withdrawn: Iterable[Given]) -> None:
    """Note what these say of their being taken back."""
    for each in withdrawn:
        values = {name: getattr(each, name) for name in _WITHDRAWN}
        connection.execute(consents.update().where(consents.c.id == each.id).values(values))


def of_recipient(connection: Connection, tenant: str, recipient: str) -> list[Given]:
    """Return all consents of a recipient, also those taken back, the newest first."""
    query = (
        sa.select(consents)
        .where(consents.c.tenant == tenant, consents.c.recipient == recipient)
        .order_by(consents.c.entered_at.desc(), consents.c.id.desc())
    )
    return [_given(row) for row in connection.execute(query)]


def in_force(
    connection: Connection, tenant: str, keys: Sequence[str]
) -> dict[str, tuple[Consent, ...]]:
    """Return what each of `keys` agrees to, those who agree to nothing left out."""
    found: dict[str, set[Consent]] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        rows = connection.execute(
            sa.select(consents.c.recipient, consents.c.consent).where(
                consents.c.tenant == tenant, consents.c.recipient.in_(some), _IN_FORCE
            )
        )
        for key, consent in rows:
            found.setdefault(key, set()).add(Consent(consent))
    return {key: tuple(sorted(given)) for key, given in found.items()}


def agreeing(connection: Connection, tenant: str, recipient: Recipient) -> Recipient:
    """Return a recipient of the address book with what he agrees to."""
    if not recipient.key:
        return recipient
    values = {"tenant": tenant, "recipient": recipient.key}
    given = tuple(map(Consent, connection.execute(_OF_ONE, values).scalars()))
    return replace(recipient, consents=given) if given else recipient


def all_agreeing(
    connection: Connection, tenant: str, entries: Sequence[Recipient]
) -> list[Recipient]:
    """Return recipients of the address book, each with what he agrees to."""
    given = in_force(connection, tenant, [entry.key for entry in entries])
    return [replace(each, consents=given.get(each.key, ())) for each in entries]


def reached_by_email(connection: Connection, tenant: str) -> tuple[int, int]:
    """Return how many of a company's recipients have an email address, and how many agree to it."""
    known = sa.select(recipients.c.key).where(
        recipients.c.tenant == tenant, recipients.c.email != ""
    )
    agreed = known.where(
        sa.exists().where(
            consents.c.tenant == tenant,
            consents.c.recipient == recipients.c.key,
            consents.c.consent.in_((Consent.EMAIL, Consent.LINK)),
            _IN_FORCE,
        )
    )
    count, agreeing_count = (
        int(
            connection.execute(sa.select(sa.func.count()).select_from(each.subquery())).scalar_one()
        )
        for each in (known, agreed)
    )
    return count, agreeing_count


def _given(row: sa.Row[tuple[object, ...]]) -> Given:
    values = dict(row._mapping)  # noqa: SLF001  (the public way to a row's names)
    return Given(
        **values
        | {
            "consent": Consent(values["consent"]),
            "how": How(values["how"]),
            "given_on": date.fromisoformat(values["given_on"]),
        }
    )
