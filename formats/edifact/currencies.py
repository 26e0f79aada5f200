"""The currency that an amount states itself (6345 in MOA), against that of the invoice."""

from collections.abc import Iterable

from formats.edi.segments import Segment
from formats.edifact.syntax import FAULTS
from formats.findings import Finding
from formats.model import Invoice

_OF_ACCOUNTING = "MOA+2"
"""VAT in the accounting currency (BT-111)."""


def compare(
    segments: Iterable[Segment], invoice: Invoice, unmapped: dict[str, str]
) -> list[Finding]:
    """Return a fault for each amount that was taken and is in another currency.

    Args:
        segments: of the message.
        invoice: what was made of it.
        unmapped: what was left over; currencies that are the invoice's own are taken out.
    """
    found = []
    for segment in segments:
        stated = segment.text(1, 3) if segment.tag == "MOA" else ""
        if not stated or (1, 2) not in segment.taken:
            continue
        own = invoice.accounting_currency if segment.name == _OF_ACCOUNTING else invoice.currency
        if stated == own:
            unmapped.pop(segment.place(1, 3), None)
        elif own:
            found.append(FAULTS.wrong_currency(segment.place(1, 3), stated, own))
    return found
