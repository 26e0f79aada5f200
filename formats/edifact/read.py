"""EDIFACT interchanges to invoices: messages by their envelope, groups by a table, a guide."""

import re
from collections.abc import Sequence
from dataclasses import replace

from formats.codec import Guide, Reader, Reading, Unreadable
from formats.edi.groups import read_groups
from formats.edi.places import At
from formats.edi.profile import Syntax, profiles
from formats.edi.reading import MOST_SHARED, Sheet, distributed, read_sheet
from formats.edi.segments import Segment
from formats.edifact.currencies import compare
from formats.edifact.dates import read_date
from formats.edifact.interchange import Message, messages
from formats.edifact.objects import attach
from formats.edifact.syntax import FAULTS
from formats.findings import Finding
from formats.model import Invoice

_CLAIM = re.compile(r"UN(A[^\w\s][^\w\s].{4}|[BH][^\w\s<>(){}\"=])", re.DOTALL)
_MESSAGE = "INVOIC"
_GROUPS = read_groups("formats.edifact", ("LIN", "UNS"))


def claims(head: bytes, name: str) -> bool:
    r"""Whether this is EDIFACT, of whatever message; only `read` tells whether it is an INVOIC.

    >>> claims(b"\n UNA:+.? 'UNB+UNOC:3", ""), claims(b"UNB*UNOA=3*", ""), claims(b"UNBOUND", "")
    (True, True, False)
    """
    del name  # says nothing: files are named as transports like
    codec = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = head[:256].decode(codec, errors="replace").lstrip()
    return _CLAIM.match(text) is not None


def beside(segment: Segment, code: str) -> tuple[At, At] | None:
    """Return where the value of a code stands: in front of it, in the same composite.

    >>> beside(Segment("PIA", [["5"], ["B7", "SA"]], 9, "PIA"), "SA")
    ((2, 1), (2, 2))
    """
    for number, components in enumerate(segment.elements, start=1):
        if len(components) > 1 and components[1] == code:
            return (number, 1), (number, 2)
    return None


SYNTAX = Syntax(
    name="edifact",
    shipped=("edifact-invoic", "edifact-invoic-d14b"),
    decimals=".,",
    dates=read_date,
    beside=beside,
)


def read(data: bytes, guides: Sequence[Guide]) -> tuple[Reading, ...]:
    """Return an invoice for each INVOIC of a file.

    Each is read by the first of the sender's EDIFACT guides that fits its envelope, else by a
    shipped one. A message that is no INVOIC beside others becomes an empty invoice with a fatal
    notice. Faults of an interchange are noted with each of its messages.

    Raises:
        Unreadable: it cannot be cut into segments, no INVOIC is here, or a guide is faulty.
    """
    known = profiles(guides, SYNTAX)
    read_so_far = []
    foreign: list[Finding | None] = []
    for message in messages(data, known[0].encoding):
        fault = _foreign(message)
        foreign.append(fault)
        reading = (
            Reading(document=Invoice(), notices=(fault,))
            if fault
            else _reading(message, read_sheet(_sheet(message), known, _GROUPS, FAULTS))
        )
        read_so_far.append((reading, message.interchange))
    if all(foreign):
        raise Unreadable(next(filter(None, foreign), None) or _empty())
    return tuple(
        distributed(reading, (*shared.faults, *shared.characters.noted.values()), known)
        for reading, shared in read_so_far
    )


READER = Reader(
    name="edifact",
    words="EDIFACT INVOIC",
    media_type="application/edifact",
    claims=claims,
    read=read,
)


def _sheet(message: Message) -> Sheet:
    head = message.interchange.head
    return Sheet(
        heads=[head, message.segments[0]] if head else message.segments[:1],
        body=message.segments[1:],
        decimals=message.decimal,
        faults=message.faults,
        reference=message.reference,
        envelope=_envelope(head, message.reference),
    )


def _envelope(head: Segment | None, reference: str) -> dict[str, str]:
    """Return what CONTRL repeats, by data element: parties, interchange and message."""
    said = {"0062": reference}
    if head is not None:
        said |= {"0004": head.text(2), "0010": head.text(3), "0020": head.text(5)}
    return {element: text for element, text in said.items() if text}


def _reading(message: Message, reading: Reading) -> Reading:
    """Return the reading with what is EDIFACT's own: currencies of amounts, binary objects."""
    assert isinstance(reading.document, Invoice)
    unmapped, sources = dict(reading.unmapped), dict(reading.sources)
    found = compare(message.segments, reading.document, unmapped)
    return replace(
        reading,
        document=attach(reading.document, message.objects, sources),
        sources=sources,
        unmapped=unmapped,
        notices=(*reading.notices, *found[:MOST_SHARED]),
    )


def _foreign(message: Message) -> Finding | None:
    if message.type == _MESSAGE:
        return None
    kind = ".".join(filter(None, (message.type, *_version(message.segments[0]))))
    wanted = "message INVOIC of a directory from D.96A on"
    return FAULTS.no_invoice(message.reference, kind, wanted, message.segments[0].place(2, 1))


def _version(head: Segment) -> tuple[str, str]:
    return head.text(2, 2), head.text(2, 3)


def _empty() -> Finding:
    return FAULTS.envelope(
        "the file holds no message", "UNH", "send the file whole; it may have been cut off"
    )
