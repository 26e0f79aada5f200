"""Delivery status notifications (RFC 3464, RFC 6533)."""

from dataclasses import replace
from email.message import Message

from outbound.mail_reports.message import blocks_of, field, parts_of, text_of
from outbound.mail_reports.report import Report
from outbound.mail_reports.verdict import gravest, verdict
from outbound.xtext import from_xtext

FORM = "RFC 3464"
_TEXT_MAX = 2_000


def delivery_status(message: Message) -> Report | None:
    """Return what a status part says of the gravest of its recipients; None without such a part."""
    parts = parts_of(message, "message/delivery-status", "message/global-delivery-status")
    if not parts:
        return None
    blocks, text = [block for part in parts for block in blocks_of(part)], text_of(message)
    report = gravest([found for block in blocks if (found := _verdict(block, text)) is not None])
    if report is None:
        return None
    envelope_ids = (field(block, "Original-Envelope-Id") for block in blocks)
    return replace(
        report, envelope_id=next((from_xtext(found) for found in envelope_ids if found), None)
    )


def _verdict(block: Message, text: str) -> Report | None:
    action = field(block, "Action").partition(" ")[0].lower()
    status = field(block, "Status")
    if not action and not status:
        return None
    words = field(block, "Diagnostic-Code") or text[:_TEXT_MAX]
    return verdict(FORM, action=action, status=status, words=words)
