"""The history of one recipient's wishes: consents, changes of channel, declined roads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.store import consents, wish_changes
from hub.store.consents import Given
from hub.store.database import Connection

HOW: Final = {
    "contract": "by contract",
    "self_service": "by himself",
    "phone": "on the phone",
    "import": "by a list that was taken",
}
TO: Final = {
    "email": "invoices by email",
    "link": "links to invoices by email",
    "network": "invoices on a network",
    "print": "letters",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened.

    Attributes:
        text: what, for people.
        words: in whose words, if in any.
        entry: of the archive, that proves it.
    """

    at: datetime
    text: str
    words: str
    who: str
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is in force, and all that led there, the newest first."""

    in_force: tuple[Given, ...]
    moments: tuple[Moment, ...]


def history(connection: Connection, tenant: str, recipient: str) -> History:
    """Return the history of a recipient of the address book."""
    given = consents.of_recipient(connection, tenant, recipient)
    moments = [*_consents(given), *_changes(connection, tenant, recipient)]
    moments.sort(key=lambda moment: moment.at, reverse=True)
    return History(
        in_force=tuple(each for each in given if each.withdrawn_at is None), moments=tuple(moments)
    )


def _consents(given: list[Given]) -> Iterator[Moment]:
    for each in given:
        yield Moment(
            at=each.entered_at,
            text=f"agreed to {TO[each.consent]} {HOW[each.how]} on {each.given_on}",
            words=each.words,
            who=each.who,
            entry=each.entry,
        )
        if each.withdrawn_at:
            yield Moment(
                at=each.withdrawn_at,
                text=f"took back {HOW[each.withdrawn_how]}: {TO[each.consent]}",
                words=each.withdrawn_words,
                who=each.withdrawn_by,
                entry=each.withdrawn_entry,
            )


def _changes(connection: Connection, tenant: str, recipient: str) -> Iterator[Moment]:
    for change in wish_changes.of_recipient(connection, tenant, recipient):
        before, after = change.wished or "none", change.wishes or "none"
        yield Moment(
            at=change.at,
            text=f"wishes changed from {before} to {after}",
            words="",
            who=change.who,
            entry=change.entry,
        )
    for one in wish_changes.declined_for(connection, tenant, recipient):
        yield Moment(
            at=one.at,
            text=f"proposed road declined: {one.channel}",
            words=one.why,
            who=one.who,
            entry=one.entry,
        )
