"""Holds: what must stay whatever the period says; placed by one, released by two.

A hold with a last day is an extension of the period: it ends by itself and cannot be released.
A restriction holds nothing back: it says that a document is kept for the law alone (GDPR art. 18).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import msgspec

from archive.archive import Archive
from archive.entry import Entry
from archive.law.register import Refused, Register, act_item, is_same_person, person, plain

KIND: Final = "hold"
PLACE: Final = "place"
RESTRICT: Final = "restrict"
_RELEASE: Final = "release"
_CONFIRM: Final = "confirm"


class Scope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is held; everything given must fit.

    Attributes:
        document: id; of a file that nobody could read, its submission's.
        customer: number, exact.
        issued_from: first issue date, inclusive.
        issued_to: last issue date, inclusive.
    """

    document: str = ""
    customer: str = ""
    issued_from: date | None = None
    issued_to: date | None = None

    def covers(self, document: str, facts: Mapping[str, str]) -> bool:
        """Whether a document is in it; one without an issue date is in each period.

        Args:
            document: its id.
            facts: fields of its entries.
        """
        issued = facts.get("issue_date", "")
        return (
            self.document in ("", document)
            and self.customer in ("", facts.get("customer", ""))
            and (not issued or not self.issued_from or issued >= self.issued_from.isoformat())
            and (not issued or not self.issued_to or issued <= self.issued_to.isoformat())
        )

    def __str__(self) -> str:
        """Say it for people."""
        parts = [f"document {self.document}"] if self.document else []
        parts += [f"customer {self.customer}"] if self.customer else []
        if self.issued_from or self.issued_to:
            parts.append(f"issued {self.issued_from or '…'} to {self.issued_to or '…'}")
        return ", ".join(parts)


class _Placed(msgspec.Struct, frozen=True, kw_only=True):
    scope: Scope
    reason: str
    by: str
    until: date | None = None


class _Word(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who said something, when, and why."""

    by: str
    at: datetime
    reason: str
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold, an extension or a restriction, with all that became of it.

    Attributes:
        id: `hold:3`.
        until: last day of an extension; None: until it is released.
        restricts: whether it only restricts what is done with the document.
        released: by the first of two; it is still in force.
        confirmed: by the second; it is over.
    """

    id: str
    tenant: str
    scope: Scope
    until: date | None
    restricts: bool
    placed: Said
    released: Said | None
    confirmed: Said | None

    def is_in_force(self, day: date) -> bool:
        """Whether it keeps anything from being disposed of on a day."""
        over = self.confirmed is not None or (self.until is not None and day > self.until)
        return not over and not self.restricts

    def __str__(self) -> str:
        """Say it for people."""
        end = f" until {self.until}" if self.until else ""
        return f"{self.id}{end}, placed by {self.placed.by}: {self.placed.reason}"


def place(
    archive: Archive,
    tenant: str,
    scope: Scope,
    *,
    by: str,
    reason: str,
    until: date | None = None,
) -> Hold:
    """File a hold; it is in force from now on. With `until` it extends the period to that day.

    Raises:
        Refused: nothing is named, there is no such document, or nobody says why.
    """
    return _open(archive, tenant, PLACE, scope, by=by, reason=reason, until=until)


def restrict(archive: Archive, tenant: str, scope: Scope, *, by: str, reason: str) -> Hold:
    """File that what is kept is kept for the law alone; `reason` is the text that is shown.

    Raises:
        Refused: as `place`.
    """
    return _open(archive, tenant, RESTRICT, scope, by=by, reason=reason, until=None)


def release(archive: Archive, tenant: str, hold: str, *, by: str, reason: str) -> Hold:
    """Release a hold: the first person asks for it, and with the second one it is over.

    Raises:
        Refused: there is no such hold, it is over, it is an extension, nobody says why, or the
            second person is the first.
    """
    register = Register(archive, tenant, KIND)
    found = _hold(archive, register, register.get(hold))
    who = person(by)
    if found.until:
        raise Refused(f"{found.id} extends a period until {found.until}; no period is shortened")
    if found.confirmed:
        raise Refused(f"{found.id} was released already")
    step = _CONFIRM if found.released else _RELEASE
    if found.released and is_same_person(found.released.by, who):
        raise Refused(f"{found.id}: {found.released.by} asked for this; somebody else must confirm")
    if step == _RELEASE and not plain(reason):
        raise Refused(f"{found.id}: say why it is released: --reason TEXT")
    word = act_item(_Word(by=who, reason=plain(reason)))
    register.add(found.id, step, [word], document=found.scope.document or None)
    return _hold(archive, register, register.get(found.id))


def holds_of(archive: Archive, tenant: str) -> list[Hold]:
    """Return all holds, extensions and restrictions of a company, the first one first."""
    register = Register(archive, tenant, KIND)
    return _holds(archive, register, register.all())


def covering(holds: Iterable[Hold], document: str, facts: Mapping[str, str]) -> list[Hold]:
    """Return those that a document is in, also the ones that are over."""
    return [hold for hold in holds if hold.scope.covers(document, facts)]


def _open(
    archive: Archive,
    tenant: str,
    step: str,
    scope: Scope,
    *,
    by: str,
    reason: str,
    until: date | None,
) -> Hold:
    _refuse(archive, tenant, scope, plain(reason))
    placed = _Placed(scope=scope, reason=plain(reason), by=person(by), until=until)
    register = Register(archive, tenant, KIND)
    entry = register.open(step, [act_item(placed)], document=scope.document or None)
    return _hold(archive, register, entry)


def _refuse(archive: Archive, tenant: str, scope: Scope, reason: str) -> None:
    if scope == Scope():
        raise Refused("name what is held: --document ID, --customer NUMBER, --period FROM..TO")
    if not reason:
        raise Refused("say why: --reason TEXT")
    if scope.issued_from and scope.issued_to and scope.issued_from > scope.issued_to:
        raise Refused(f"the period ends before it begins: {scope}")
    plain(scope.customer)
    name = plain(scope.document)
    known = [*archive.entries(document=name), *archive.entries(subject=name)] if name else []
    if name and not any(entry.tenant == tenant for entry in known):
        raise Refused(f"{name}: no such document in the archive of {tenant}")


def _hold(archive: Archive, register: Register, entry: Entry) -> Hold:
    return _holds(archive, register, [entry])[0]


def _holds(archive: Archive, register: Register, entries: Sequence[Entry]) -> list[Hold]:
    later = register.following(entries, _RELEASE, _CONFIRM)
    return [_told(archive, entry, later) for entry in entries]


def _told(archive: Archive, entry: Entry, later: Mapping[str, Entry]) -> Hold:
    placed = msgspec.json.decode(archive.get(entry.items[0].sha256), type=_Placed)
    return Hold(
        id=entry.subject,
        tenant=entry.tenant,
        scope=placed.scope,
        until=placed.until,
        restricts=entry.step == RESTRICT,
        placed=Said(by=placed.by, at=entry.at, reason=placed.reason, entry=entry.id),
        released=_said(archive, later.get(f"{entry.key}/{_RELEASE}")),
        confirmed=_said(archive, later.get(f"{entry.key}/{_CONFIRM}")),
    )


def _said(archive: Archive, entry: Entry | None) -> Said | None:
    if entry is None:
        return None
    word = msgspec.json.decode(archive.get(entry.items[0].sha256), type=_Word)
    return Said(by=word.by, at=entry.at, reason=word.reason, entry=entry.id)
