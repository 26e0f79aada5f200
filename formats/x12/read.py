"""X12 interchanges to invoices: transactions by their envelope, loops by a table, a guide."""

import re
from collections.abc import Sequence
from datetime import date

from formats.codec import Guide, Reader, Reading, Unreadable
from formats.edi.groups import read_groups
from formats.edi.places import At
from formats.edi.profile import Syntax, profiles
from formats.edi.reading import Sheet, distributed, read_sheet
from formats.edi.segments import Segment
from formats.findings import Finding
from formats.model import Invoice
from formats.notation import decode
from formats.x12.interchange import FAULTS, Transaction, transactions

_CLAIM = re.compile(r"ISA([^\w\s])[0-9]{2}\1")
_INVOICE = "810"
_GROUPS = read_groups("formats.x12", ("IT1", "TDS"))
_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:-([0-9]{4})([0-9]{2})([0-9]{2}))?")


def claims(head: bytes, name: str) -> bool:
    """Whether this is X12, of whatever transaction; only `read` tells whether it is an 810.

    >>> claims(b"ISA*00*          *00*", ""), claims(b"ISABELLA", "")
    (True, False)
    """
    del name  # says nothing: files are named as transports like
    codec = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return _CLAIM.match(head[:256].decode(codec, errors="replace").lstrip()) is not None


def read_date(segment: Segment, element: int, component: int, last: bool) -> date:  # noqa: FBT001  # the shape of `formats.edi.profile.Dates`
    """Return a date, CCYYMMDD; of a period (RD8) its first or its last.

    Raises:
        ValueError: it is none.

    >>> read_date(Segment("BIG", [["20261122"]], 2, "BIG"), 1, 1, False)
    datetime.date(2026, 11, 22)
    """
    found = _DATE.fullmatch(segment.text(element, component))
    if found is None:
        raise ValueError("is not a date as in CCYYMMDD")
    parts = found.groups()[3:] if last and found[4] else found.groups()[:3]
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError as error:
        raise ValueError("is no day of the calendar") from error


def beside(segment: Segment, code: str) -> tuple[At, At] | None:
    """Return where the value of a code stands: in the element behind it.

    >>> beside(Segment("IT1", [["1"], ["5"], ["EA"], ["2"], [""], ["VN"], ["A7"]], 9, "IT1"), "VN")
    ((7, 1), (6, 1))
    """
    for number, components in enumerate(segment.elements, start=1):
        if components[0] == code and number < len(segment.elements):
            return (number + 1, 1), (number, 1)
    return None


SYNTAX = Syntax(name="x12", shipped=("x12-810",), decimals=".", dates=read_date, beside=beside)


def read(data: bytes, guides: Sequence[Guide]) -> tuple[Reading, ...]:
    """Return an invoice for each 810 of a file.

    Each is read by the first of the sender's X12 guides that fits its envelope, else by the shipped
    one. A transaction that is no 810 beside others becomes an empty invoice with a fatal notice.
    Faults of an interchange are noted with each of its transactions.

    Raises:
        Unreadable: it cannot be cut into segments, no 810 is here, or a guide is faulty.
    """
    known = profiles(guides, SYNTAX)
    read_so_far = []
    foreign: list[Finding | None] = []
    for transaction in transactions(_text(data, known[0].encoding).lstrip()):
        fault = _foreign(transaction)
        foreign.append(fault)
        reading = (
            Reading(document=Invoice(), notices=(fault,))
            if fault
            else read_sheet(_sheet(transaction), known, _GROUPS, FAULTS)
        )
        read_so_far.append((reading, transaction.interchange))
    if all(foreign):
        raise Unreadable(next(filter(None, foreign), None) or _empty())
    return tuple(distributed(reading, shared.faults, known) for reading, shared in read_so_far)


READER = Reader(
    name="x12", words="ANSI X12 810", media_type="application/edi-x12", claims=claims, read=read
)


def _text(data: bytes, fallback: str) -> str:
    try:
        return decode(data, fallback)
    except UnicodeDecodeError as error:
        raise FAULTS.broken(
            f"the file is neither UTF-8 nor {fallback}",
            f"byte {error.start + 1}",
            "set `encoding` in the sender's X12 guide",
        ) from error


def _sheet(transaction: Transaction) -> Sheet:
    heads = [transaction.interchange.head, transaction.group, transaction.segments[0]]
    return Sheet(
        heads=[head for head in heads if head is not None],
        body=transaction.segments[1:],
        decimals="",
        faults=transaction.faults,
        reference=transaction.reference,
        envelope=_envelope(transaction),
    )


def _envelope(transaction: Transaction) -> dict[str, str]:
    """Return what a 997 repeats: parties and control numbers."""
    isa, group = transaction.interchange.head, transaction.group
    said = {
        "ISA06": isa.text(6),
        "ISA08": isa.text(8),
        "ISA13": isa.text(13),
        "GS06": group.text(6) if group else "",
        "ST02": transaction.reference,
    }
    return {element: text for element, text in said.items() if text}


def _foreign(transaction: Transaction) -> Finding | None:
    if transaction.type == _INVOICE:
        return None
    wanted = "transaction set 810 of release 4010 or 5010"
    place = transaction.segments[0].place(1)
    return FAULTS.no_invoice(transaction.reference, transaction.type, wanted, place)


def _empty() -> Finding:
    return FAULTS.envelope(
        "the file holds no transaction", "ST", "send the file whole; it may have been cut off"
    )
