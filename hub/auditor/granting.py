"""Accesses are given and taken back by a person, and both are filed before they count."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import msgspec

from archive.archive import Archive
from archive.entry import Draft, Item
from hub.store import auditors
from hub.store.auditors import Access
from hub.store.database import Database


class NotGranted(Exception):
    """An access cannot be given or taken back so; says why."""


def subject_of(access: str) -> str:
    """Return what entries about an access have as their subject."""
    return f"auditor:{access}"


def grant(database: Database, archive: Archive, access: Access, secret: str) -> str:
    """File and keep a new access; returns the code that opens it, shown this once.

    Raises:
        NotGranted: its period or its end makes no sense, or nobody gives it, or for nothing.
        ArchiveError: it could not be filed, and so does not exist.
    """
    known = replace(access, purpose=_words(access.purpose), invited_by=_words(access.invited_by))
    _check(known)
    archive.append([_draft(known, "invite", known.invited_by, msgspec.to_builtins(known))])
    with database.transaction() as connection:
        return auditors.add(connection, known, secret)


def take_back(
    database: Database, archive: Archive, access: str, *, by: str, clock: Callable[[], datetime]
) -> Access:
    """Let an access open nothing from now on; that is filed, too.

    Raises:
        NotGranted: there is none of this id that opens anything, or nobody takes it back.
    """
    who, now = _words(by), clock()
    with database.transaction() as connection:
        found = auditors.get(connection, access)
    if found is None or not found.is_open(now):
        raise NotGranted(f"{access}: no access of this id is open; see facteur auditor list")
    if not who:
        raise NotGranted("say who takes it back: --by NAME")
    with database.transaction() as connection:
        auditors.revoke(connection, access, now=now, by=who)
    archive.append([_draft(found, "revoke", who, {})], first_stays=True)
    return found


def _check(access: Access) -> None:
    if not access.purpose:
        raise NotGranted("say what the access is for: --purpose WORDS")
    if not access.invited_by:
        raise NotGranted("say who gives it: --by NAME")
    if access.issued_to < access.issued_from:
        raise NotGranted(f"the period ends on {access.issued_to}, before it begins")
    if access.expires_at <= access.made_at:
        raise NotGranted(f"it would be over already: {access.expires_at:%Y-%m-%d %H:%M} UTC")


def _draft(access: Access, step: str, who: str, about: object) -> Draft:
    item = Item(
        role="act",
        name=f"{step}.json",
        media_type="application/json",
        data=msgspec.json.encode({"who": who, "access": access.id, "said": about}),
    )
    return Draft(
        key=f"{subject_of(access.id)}/{step}",
        tenant=access.tenant,
        subject=subject_of(access.id),
        kind="access",
        step=step,
        items=(item,),
    )


def _words(text: str) -> str:
    return " ".join(text.split())[:200]
