"""Consents given and taken back: filed in the archive with who, when and how before they count.

Customer numbers and words stand in the filed items and the table alone, never in the fields that an
archive is searched by.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from archive.archive import Archive
from archive.entry import Draft, Item
from hub.pipeline.evidence import json_item
from hub.store import consents, recipients
from hub.store.consents import Given, How
from hub.store.database import Connection, Database
from routing_rules.recipient import Consent


class NoConsent(Exception):
    """It cannot be taken as a consent, or a withdrawal; the message says all that is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A recipient agreed to something.

    Attributes:
        recipient: the tenant's own customer number.
        on: the day on which he did.
        words: what he agreed to, or where that stands: contract and section.
    """

    recipient: str
    consent: Consent
    on: date
    how: How
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Somebody enters what recipients said.

    Attributes:
        id: of this act.
        who: as evidence has it.
        proof: a file that shows it: the signed form, or the list that was taken.
    """

    id: str
    at: datetime
    tenant: str
    who: str
    proof: Item | None = None


def give(
    database: Database, archive: Archive, act: Act, agreements: Sequence[Agreement]
) -> list[Given]:
    """File consents, then note them; returns those that were not known.

    Raises:
        NoConsent: some are of nobody in the address book, or of a day to come; none was taken.
        ArchiveError: it cannot be filed; nothing was noted.
    """
    with database.transaction() as connection:
        if faults := list(_faults(connection, act, agreements)):
            raise NoConsent("; ".join(faults))
        new = list(_unknown(connection, act.tenant, agreements))
        if not new:
            return []
        (entry,) = archive.append([_draft(act, "consent", [_said(each) for each in new])])
        given = [_given(act, at, each, entry.id) for at, each in enumerate(new)]
        consents.add(connection, given)
    return given


def withdraw(
    database: Database,
    archive: Archive,
    act: Act,
    *,
    recipient: str,
    consent: Consent,
    how: How,
    words: str = "",
) -> list[Given]:
    """File that a recipient takes a consent back, then note it; returns what ended.

    Raises:
        NoConsent: he has not given it, or took it back before.
        ArchiveError: it cannot be filed; the consent stays in force.
    """
    if not _is_text(words):
        raise NoConsent(f"customer {recipient}: the words hold a NUL, which is no text")
    with database.transaction() as connection:
        known = consents.of_recipient(connection, act.tenant, recipient)
        open_ = [each for each in known if each.consent == consent and not each.withdrawn_at]
        if not open_:
            raise NoConsent(f"customer {recipient} has given no consent to {consent}")
        said = [_said(each) | {"withdrawn": {"how": how, "words": words}} for each in open_]
        (entry,) = archive.append([_draft(act, "consent-withdrawn", said)])
        ended = [
            replace(
                each,
                withdrawn_at=act.at,
                withdrawn_how=how,
                withdrawn_words=words,
                withdrawn_by=act.who,
                withdrawn_entry=entry.id,
            )
            for each in open_
        ]
        consents.withdraw(connection, ended)
    return ended


def _is_text(words: str) -> bool:
    """Whether a database can hold it: what it refuses must not be filed before."""
    return "\0" not in words


def _faults(connection: Connection, act: Act, agreements: Sequence[Agreement]) -> Iterator[str]:
    keys = list(dict.fromkeys(each.recipient for each in agreements))
    known = recipients.many(connection, act.tenant, keys)
    for key in keys:
        if key not in known:
            yield f"customer {key!r} is not in the address book of {act.tenant}; take him in first"
    for each in agreements:
        if each.on > act.at.date():
            yield f"customer {each.recipient}: {each.on} is a day to come; write when he agreed"
        if not _is_text(each.words):
            yield f"customer {each.recipient}: the words hold a NUL, which is no text"


def _unknown(
    connection: Connection, tenant: str, agreements: Sequence[Agreement]
) -> Iterator[Agreement]:
    """Yield what was not entered before: a list that is taken twice adds nothing."""
    for each in dict.fromkeys(agreements):
        known = consents.of_recipient(connection, tenant, each.recipient)
        if not any(_is(one, each) for one in known):
            yield each


def _is(known: Given, said: Agreement) -> bool:
    return known.withdrawn_at is None and (
        (known.consent, known.given_on, known.how, known.words)
        == (said.consent, said.on, said.how, said.words)
    )


def _given(act: Act, at: int, said: Agreement, entry: str) -> Given:
    return Given(
        id=f"{act.id}-{at}",
        tenant=act.tenant,
        recipient=said.recipient,
        consent=said.consent,
        given_on=said.on,
        how=said.how,
        words=said.words,
        who=act.who,
        entered_at=act.at,
        entry=entry,
    )


def _said(each: Agreement | Given) -> dict[str, Any]:
    return {
        "customer": each.recipient,
        "consent": each.consent,
        "given_on": each.on if isinstance(each, Agreement) else each.given_on,
        "how": each.how,
        "words": each.words,
    }


def _draft(act: Act, step: str, said: Sequence[Mapping[str, Any]]) -> Draft:
    return Draft(
        key=f"{act.id}/{step}",
        tenant=act.tenant,
        subject=act.id,
        kind="operator",
        step=step,
        fields={"who": act.who, "count": str(len(said))},
        items=(json_item("consents", said), *((act.proof,) if act.proof else ())),
    )
