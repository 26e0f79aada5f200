"""Notices of Amazon SES about a message, as its notification service (SNS) mails them: JSON."""

from dataclasses import replace
from email.message import Message
from typing import Final

import msgspec

from outbound.mail_reports.feedback import NO_COMPLAINT
from outbound.mail_reports.message import field, single_line, text_of
from outbound.mail_reports.report import Kind, Report
from outbound.mail_reports.verdict import gravest, verdict

FORM: Final = "SES notice"
_ADDRESS_MAX: Final = 320
_STATUSES: Final = {
    ("Permanent", "General"): "5.1.1",
    ("Permanent", "NoEmail"): "5.1.1",
    ("Permanent", "Suppressed"): "5.1.1",
    ("Permanent", "OnAccountSuppressionList"): "5.7.1",
    ("Transient", "MailboxFull"): "4.2.2",
    ("Transient", "MessageTooLarge"): "4.3.4",
    ("Transient", "ContentRejected"): "4.6.0",
    ("Transient", "AttachmentRejected"): "4.6.0",
}
"""Of a bounce whose server gave no status; SES notifies when it has given up, so both are final."""
_CLASSES: Final = {"Permanent": "5.0.0", "Transient": "4.0.0", "Undetermined": "4.0.0"}


class _Recipient(msgspec.Struct, rename="camel"):
    action: str = "failed"
    status: str = ""
    diagnostic_code: str = ""


class _Bounce(msgspec.Struct, rename="camel"):
    bounce_type: str = ""
    bounce_sub_type: str = ""
    bounced_recipients: tuple[_Recipient, ...] = ()


class _Complaint(msgspec.Struct, rename="camel"):
    complaint_feedback_type: str | None = None


class _Delivery(msgspec.Struct, rename="camel"):
    smtp_response: str = ""


class _Mail(msgspec.Struct):
    source: str


class _Notice(msgspec.Struct, rename="camel"):
    """What SES tells; one of the last three is there. `source` is the envelope sender."""

    mail: _Mail
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None
    delivery: _Delivery | None = None


class _Wrapped(msgspec.Struct, rename="pascal"):
    """What SNS makes of it for those who subscribed to `email-json`."""

    message: str


def ses_notice(message: Message) -> Report | None:
    """Return what SES says of a message, None if it does not.

    It comes to whoever subscribed; the envelope sender of the message that it is about stands for
    the address that it came to.

    Source:
        Amazon SES developer guide, "Amazon SNS notification contents".
    """
    if not field(message, "x-amz-sns-message-id"):
        return None
    lines = (line for line in text_of(message).splitlines() if line.startswith("{"))
    notice = _notice(next(lines, ""))
    report = _report(notice) if notice is not None else None
    if notice is None or report is None:
        return None
    return replace(report, addressed_to=(notice.mail.source[:_ADDRESS_MAX],))


def _notice(text: str) -> _Notice | None:
    for wrapped in (text, _unwrapped(text)):
        try:
            return msgspec.json.decode(wrapped, type=_Notice)
        except (msgspec.DecodeError, RecursionError):
            continue
    return None


def _unwrapped(text: str) -> str:
    try:
        return msgspec.json.decode(text, type=_Wrapped).message
    except (msgspec.DecodeError, RecursionError):
        return ""


def _report(notice: _Notice) -> Report | None:
    if notice.bounce is not None:
        return _bounced(notice.bounce)
    if notice.complaint is not None:
        said = notice.complaint.complaint_feedback_type or "of no type"
        is_final = said not in NO_COMPLAINT
        words = single_line(f"feedback {said}")
        return Report(kind=Kind.COMPLAINT, form=FORM, is_final=is_final, words=words)
    if notice.delivery is not None:
        words = notice.delivery.smtp_response
        return verdict(FORM, action="relayed", status="2.0.0", words=words)
    return None


def _bounced(bounce: _Bounce) -> Report | None:
    kinds = (bounce.bounce_type, bounce.bounce_sub_type)
    status = _STATUSES.get(kinds) or _CLASSES.get(bounce.bounce_type, "4.0.0")
    of_each = bounce.bounced_recipients or (_Recipient(),)
    found = (
        verdict(
            FORM,
            action=each.action.lower(),
            status=each.status or status,
            words=each.diagnostic_code or " ".join(kinds),
        )
        for each in of_each
    )
    return gravest([report for report in found if report is not None])
