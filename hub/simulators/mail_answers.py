"""What the mail server can be ordered to say: at each moment of a transaction, and afterwards."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from hub.simulators.plan import Known

ANSWERS: Mapping[tuple[str, str], str] = {
    ("refuse", "rcpt"): "550 5.1.1 no such mailbox",
    ("refuse", "message"): "554 5.6.0 not what we take",
    ("refuse", "greeting"): "554 5.3.2 no service here",
    ("refuse", "ehlo"): "550 5.7.1 not you",
    ("refuse", "starttls"): "502 5.5.1 no encryption here",
    ("refuse", "auth"): "535 5.7.8 not with these words",
    ("refuse", "mail"): "553 5.7.1 not from there",
    ("refuse", "data"): "554 5.5.1 no valid recipients",
    ("defer", "rcpt"): "451 4.7.1 come back later",
    ("defer", "message"): "451 4.3.0 out of order for now",
    ("defer", "greeting"): "421 4.3.2 closing for today",
    ("defer", "ehlo"): "421 4.3.2 closing for today",
    ("defer", "starttls"): "454 4.7.0 no encryption for now",
    ("defer", "auth"): "454 4.7.0 cannot ask who you are",
    ("defer", "mail"): "452 4.3.1 disk full",
    ("defer", "data"): "451 4.3.0 out of order for now",
    ("busy", "rcpt"): "421 4.3.2 closing for today",
}
"""Word and moment to answer; 421 ends the connection."""

_MOMENTS = ("greeting", "ehlo", "mail", "rcpt", "data")


class Verdict(NamedTuple):
    """What a delivery report says (RFC 3464)."""

    action: str
    status: str
    words: str


Report = Callable[[str, str, Mapping[str, str]], bytes]
"""Envelope sender, recipient and DSN parameters to a message."""


def _status(verdict: Verdict) -> Report:
    """Return what makes a report as RFC 3464 section 2 wants it."""

    def made(sender: str, recipient: str, dsn: Mapping[str, str]) -> bytes:
        named = [f"Original-Envelope-Id: {dsn['envid']}"] if "envid" in dsn else []
        head = ["Reporting-MTA: dns; mail.simulator.example", *named, ""]
        fields = [
            f"Final-Recipient: rfc822; {recipient}",
            f"Action: {verdict.action}",
            f"Status: {verdict.status}",
            f"Diagnostic-Code: {verdict.words}",
        ]
        text = f"Your message to {recipient}: {verdict.action}"
        return _multipart(
            sender, verdict.action, "delivery-status", text, "\r\n".join((*head, *fields))
        )

    return made


def _complaint(sender: str, recipient: str, _dsn: Mapping[str, str]) -> bytes:
    """Return a feedback report (RFC 5965)."""
    fields = "Feedback-Type: abuse\r\nVersion: 1\r\nUser-Agent: simulator/1"
    text = f"{recipient} says that this is spam."
    return _multipart(sender, "complaint", "feedback-report", text, fields)


def _receipt(sender: str, recipient: str, _dsn: Mapping[str, str]) -> bytes:
    """Return a read receipt (RFC 8098)."""
    fields = f"Final-Recipient: rfc822; {recipient}\r\nDisposition: manual-action; displayed"
    return _multipart(sender, "read", "disposition-notification", "It was shown.", fields)


def _away(sender: str, recipient: str, _dsn: Mapping[str, str]) -> bytes:
    """Return a reply of somebody's machine (RFC 3834), with words that a bounce might have."""
    text = "I am away; until Monday your message cannot be delivered to me in person."
    return _plain(sender, recipient, "Out of office", text, "Auto-Submitted: auto-replied")


def _challenge(sender: str, recipient: str, _dsn: Mapping[str, str]) -> bytes:
    """Return a question whether the sender is a person."""
    text = "Please confirm your message by answering this one."
    return _plain(sender, recipient, "Confirm", text, "Auto-Submitted: auto-replied")


def _free_words(sender: str, recipient: str, _dsn: Mapping[str, str]) -> bytes:
    """Return a bounce as qmail writes it, which is no RFC 3464 report."""
    text = (
        f"Hi. I wasn't able to deliver your message to the following addresses.\r\n\r\n"
        f"<{recipient}>:\r\n192.0.2.1 said: 550 5.1.1 user unknown"
    )
    author = "MAILER-DAEMON@mail.simulator.example"
    return _plain(sender, author, "failure notice", text, "Return-Path: <>")


def _multipart(sender: str, subject: str, kind: str, text: str, fields: str) -> bytes:
    lines = [
        f"Delivered-To: {sender}",
        "From: Mail Delivery System <mailer-daemon@mail.simulator.example>",
        f"To: {sender}",
        f"Subject: Report: {subject}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type={kind}; boundary="report"',
        "",
        *("--report", "Content-Type: text/plain", "", text),
        *("--report", f"Content-Type: message/{kind}", "", fields, ""),
        *("--report--", ""),
    ]
    return "\r\n".join(lines).encode()


def _plain(sender: str, author: str, subject: str, text: str, field: str) -> bytes:
    lines = [
        *(f"Delivered-To: {sender}", f"From: {author}", f"To: {sender}", f"Subject: {subject}"),
        *(field, "MIME-Version: 1.0", "Content-Type: text/plain", "", text, ""),
    ]
    return "\r\n".join(lines).encode()


_EXPIRED = "smtp; 451 4.4.1 no answer from the host"
REPORTS: Mapping[str, tuple[Report, ...]] = {
    "bounce": (_status(Verdict("failed", "5.1.1", "smtp; 550 5.1.1 no such mailbox")),),
    "full": (_status(Verdict("failed", "5.2.2", "smtp; 552 5.2.2 mailbox full")),),
    "delayed": (_status(Verdict("delayed", "4.4.1", _EXPIRED)),),
    "expire": (
        _status(Verdict("delayed", "4.4.1", _EXPIRED)),
        _status(Verdict("failed", "4.4.7", _EXPIRED)),
    ),
    "relayed": (_status(Verdict("relayed", "2.0.0", "smtp; 250 2.0.0 queued")),),
    "delivered": (_status(Verdict("delivered", "2.0.0", "x-simulator; delivered to maildir")),),
    "words": (_free_words,),
    "complain": (_complaint,),
    "away": (_away,),
    "read": (_receipt,),
    "challenge": (_challenge,),
}
"""Word to what is sent back once the message is taken."""

_MEANINGS = {
    "bounce": "a failure report",
    "full": "the report of a full mailbox",
    "delayed": "a report that it is delayed",
    "expire": "a report that it is delayed, then one that it is given up",
    "relayed": "a report that it was relayed",
    "delivered": "a report that it was delivered",
    "words": "a bounce in its own words, as old servers do",
    "complain": "its owner's complaint (ARF)",
    "away": "an out-of-office reply",
    "read": "a read receipt",
    "challenge": "a question whether you are a person",
}

FAULTS: Known = {
    "refuse": {at: answer for (word, at), answer in ANSWERS.items() if word == "refuse"},
    "defer": {at: answer for (word, at), answer in ANSWERS.items() if word == "defer"},
    "busy": {"rcpt": "421 to RCPT, and hangs up"},
    "hang": {
        "message": "takes the message and says nothing",
        **dict.fromkeys(_MOMENTS, "says nothing more"),
    },
    "cut": {
        "body": "hangs up in the middle of the message",
        "dot": "hangs up after the last dot and keeps nothing",
        "message": "takes the message and hangs up instead of saying so",
        **dict.fromkeys(_MOMENTS, "hangs up"),
    },
    "late": {"message": "takes the message and says so five seconds later"},
    "duplicate": {"report": "sends each report twice"},
    **{word: {"report": f"takes the message and sends {what}"} for word, what in _MEANINGS.items()},
}
"""What a plan may order, matched against the recipient, or against nothing before he is named."""

NAMES: Mapping[str, tuple[str, str]] = {
    "refuse": ("refuse", "rcpt"),
    "reject": ("refuse", "message"),
    "defer": ("defer", "rcpt"),
    "busy": ("busy", "rcpt"),
    "cut": ("cut", "body"),
    "lost": ("cut", "dot"),
    "doubt": ("cut", "message"),
    "slow": ("late", "message"),
    **{word: (word, "report") for word in REPORTS},
}
"""How a recipient is called who orders it by his own name: `refuse-anybody@…`."""
