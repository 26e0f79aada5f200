"""What a person may do about what is parked: mend the address book, the house, or the file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from formats.findings import Actor, Finding, Severity
from hub.store.documents import DocumentRow
from hub.worklist.parked import BOOK_FIELDS
from routing_rules.recipient import Recipient


class Remedy(StrEnum):
    """Where the cause is mended."""

    BOOK = "book"
    HOUSE = "house"
    FILE = "file"


_ADDRESS: Final = frozenset(("line_1", "line_2", "line_3", "post_code", "city", "country"))
_BOOK: Final = "address book"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedies:
    """What to do about one document.

    Attributes:
        found: to each way out, the findings that it mends.
        book: address of the recipient's form, with the field to fill in focus.
        book_name: whom it is about; empty: somebody who is not in the book yet.
    """

    found: Mapping[Remedy, Sequence[Finding]]
    book: str
    book_name: str


def remedies_of(row: DocumentRow, recipient: Recipient | None, written: Iterable[str]) -> Remedies:
    """Return what mends a parked document.

    Args:
        row: the document.
        recipient: as far as it was looked up.
        written: paths of all fields that the sender has filled in.
    """
    said = list(written)
    found: dict[Remedy, list[Finding]] = {}
    for finding in row.findings:
        if finding.severity is Severity.FATAL:
            found.setdefault(remedy_of(finding, said), []).append(finding)
    focus = next((field for f in found.get(Remedy.BOOK, ()) if (field := _focus(f))), "email")
    known = recipient is not None and recipient.known and recipient.key
    return Remedies(
        found=found,
        book=_address(row, recipient, focus),
        book_name=(recipient.name or recipient.key) if known and recipient else "",
    )


def remedy_of(finding: Finding, written: Sequence[str] = ()) -> Remedy:
    """Return where the cause of a finding is mended.

    >>> remedy_of(Finding(rule="BR-10", message="no address", path="buyer.address"))
    <Remedy.BOOK: 'book'>
    >>> remedy_of(Finding(rule="BR-10", message="", path="buyer.address"), ["buyer.address.city"])
    <Remedy.FILE: 'file'>
    """
    group = _group(finding.path or "")
    if _BOOK in (finding.place or "") or _BOOK in (finding.fix or ""):
        return Remedy.BOOK
    if finding.actor is Actor.OPERATOR:
        return Remedy.HOUSE
    if group and not any(path == group or path.startswith(f"{group}.") for path in written):
        return Remedy.BOOK
    return Remedy.FILE


def _group(path: str) -> str:
    """Return which of BOOK_FIELDS a path is in; empty if in none."""
    return next((g for g in BOOK_FIELDS if path == g or path.startswith(f"{g}.")), "")


def _focus(finding: Finding) -> str:
    path = finding.path or ""
    last = path.rpartition(".")[2]
    return last if "address." in path and last in _ADDRESS else BOOK_FIELDS.get(_group(path), "")


def _address(row: DocumentRow, recipient: Recipient | None, focus: str) -> str:
    """Return the form of the recipient; a new one with what is known of him."""
    more = {"focus": focus, "parked": row.id}
    if recipient is not None and recipient.known and recipient.key:
        known = {"tenant": row.tenant, "key": recipient.key}
        return f"/recipient?{urlencode(known | more)}"
    numbers = [i.value for i in recipient.identifiers if i.scheme != "vat"] if recipient else []
    key = next(iter(numbers), row.customer)
    new = {"tenant": row.tenant, "key": key, "name": row.customer_name}
    return f"/recipient/new?{urlencode(new | more)}"
