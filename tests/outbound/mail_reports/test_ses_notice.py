"""Notices of Amazon SES: what each means, and which of our messages it is about."""

import json
from email.message import EmailMessage
from typing import Any

import pytest

from outbound.mail_reports.reading import read_report
from outbound.mail_reports.report import Kind, Reason

SOURCE = "bounce+abc@nordwind.example"


def notice(about: dict[str, Any], *, wrapped: bool = False, sns: bool = True) -> bytes:
    """Return the mail that tells of it, with the footer for people."""
    text = json.dumps({"mail": {"source": SOURCE, "messageId": "0101"}, **about})
    if wrapped:
        text = json.dumps({"Type": "Notification", "Message": text})
    mail = EmailMessage()
    mail["From"] = "SES <no-reply@sns.amazonaws.com>"
    mail["To"] = "ops@nordwind.example"
    if sns:
        mail["x-amz-sns-message-id"] = "1af9f4b7"
    mail.set_content(f"{text}\n\n--\nIf you wish to stop receiving notifications, click below.\n")
    return mail.as_bytes()


def bounce(kind: str, sub: str, *recipients: dict[str, str]) -> dict[str, Any]:
    said = {"bounceType": kind, "bounceSubType": sub, "bouncedRecipients": recipients}
    return {"notificationType": "Bounce", "bounce": said}


FULL = {"action": "failed", "status": "5.2.2", "diagnosticCode": "smtp; 552 5.2.2 mailbox full"}
GONE = {"action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 unknown"}
NOTICES = {
    "dead": (bounce("Permanent", "General", GONE), Kind.HARD, True, Reason.ADDRESS),
    "dead, no more said": (bounce("Permanent", "NoEmail"), Kind.HARD, True, Reason.ADDRESS),
    "full": (bounce("Permanent", "General", FULL), Kind.SOFT, True, Reason.FULL),
    "full, no more said": (bounce("Transient", "MailboxFull"), Kind.SOFT, True, Reason.FULL),
    "on their list": (bounce("Permanent", "OnAccountSuppressionList"), Kind.SOFT, True, None),
    "nobody knows": (bounce("Undetermined", "Undetermined"), Kind.SOFT, True, None),
    "of two the graver": (bounce("Permanent", "General", FULL, GONE), Kind.HARD, True, None),
    "a complaint": ({"complaint": {"complaintFeedbackType": "abuse"}}, Kind.COMPLAINT, True, None),
    "a complaint of no type": ({"complaint": {}}, Kind.COMPLAINT, True, None),
    "taken back": (
        {"complaint": {"complaintFeedbackType": "not-spam"}},
        Kind.COMPLAINT,
        False,
        None,
    ),
    "taken by their server": (
        {"delivery": {"smtpResponse": "250 2.6.0 Message received"}},
        Kind.RELAYED,
        True,
        None,
    ),
    "something else": ({"eventType": "Open", "open": {}}, Kind.UNKNOWN, False, None),
}


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("name", NOTICES)
def test_each_notice_has_its_meaning_and_names_our_message(name: str, *, wrapped: bool) -> None:
    about, kind, is_final, reason = NOTICES[name]
    report = read_report(notice(about, wrapped=wrapped))
    assert (report.kind, report.is_final) == (kind, is_final)
    if reason is not None:
        assert report.reason is reason
    if kind is not Kind.UNKNOWN:
        assert report.addressed_to[0] == SOURCE


HOSTILE = {
    "nested": b"x-amz-sns-message-id: 1\n\n" + b'{"mail":' + b"[" * 60_000,
    "cut": notice(bounce("Permanent", "General", GONE))[:-300],
    "of another type": b'x-amz-sns-message-id: 1\n\n{"mail": 1}',
    "not of the service": notice(bounce("Permanent", "General", GONE), sns=False),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_notice_says_nothing(name: str) -> None:
    assert read_report(HOSTILE[name]).kind is Kind.UNKNOWN
