"""Complaints: feedback reports (RFC 5965), and what two large providers send in their place."""

import re
from email.message import Message

from outbound.mail_reports.message import blocks_of, enclosed_in, field, parts_of, text_of
from outbound.mail_reports.report import Kind, Reason, Report

FORM = "RFC 5965"
NO_COMPLAINT = frozenset({"not-spam", "auth-failure"})
"""Types that come from machines, or take a complaint back (RFC 6591, RFC 6430)."""

_UNSUBSCRIBES = re.compile(r"(?i)sent this e-?mail to unsubscribe from")


def feedback(message: Message) -> Report | None:
    """Return the complaint in a message, None if it holds none."""
    for part in parts_of(message, "message/feedback-report"):
        for block in blocks_of(part):
            said = field(block, "Feedback-Type").lower() or "of no type"
            return _complaint(FORM, f"feedback {said}", is_final=said not in NO_COMPLAINT)
    if _is_forwarded_complaint(message):
        return _complaint("its words", field(message, "Subject"))
    if _UNSUBSCRIBES.search(text_of(message)):
        return _complaint("its words", "feedback opt-out")
    return None


def _complaint(form: str, words: str, *, is_final: bool = True) -> Report:
    return Report(
        kind=Kind.COMPLAINT, form=form, is_final=is_final, reason=Reason.OTHER, words=words
    )


def _is_forwarded_complaint(message: Message) -> bool:
    """Whether it is as Outlook.com sends it: the message itself, with the recipient in a field."""
    return any(
        "X-HmXmrOriginalRecipient" in enclosed
        for part in parts_of(message, "message/rfc822")
        for enclosed in enclosed_in(part)
    )
