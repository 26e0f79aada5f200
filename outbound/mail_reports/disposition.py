"""Read receipts (RFC 8098): what a recipient's program says, and what proves nothing."""

from email.message import Message

from outbound.mail_reports.message import blocks_of, field, parts_of
from outbound.mail_reports.report import Kind, Report

FORM = "RFC 8098"


def disposition(message: Message) -> Report | None:
    """Return the receipt in a message, None if it holds none; never a proof."""
    parts = parts_of(
        message, "message/disposition-notification", "message/global-disposition-notification"
    )
    for part in parts:
        for block in blocks_of(part):
            said = field(block, "Disposition").lower()
            if said:
                return Report(kind=Kind.READ_RECEIPT, form=FORM, words=said)
    return None
