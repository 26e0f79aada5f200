"""What came back is told apart, and no mail in the world upsets the reader."""

import logging
import re
from email.message import EmailMessage
from time import process_time

import pytest

from outbound.mail_reports.reading import read_report
from outbound.mail_reports.report import Kind, Reason
from outbound.return_path import ReturnPath
from tests.oracles.bounces import dead_addresses, ours, score
from tests.outbound.mail_reports.corpus import AUTO_REPLY, BOUNCE, PERSON, samples

STATUS = {
    "Action: failed\nStatus: 5.1.1": (Kind.HARD, True, Reason.ADDRESS),
    "Action: failed\nStatus: 5.4.4": (Kind.HARD, True, Reason.DOMAIN),
    "Action: failed\nStatus: 4.2.2": (Kind.SOFT, True, Reason.FULL),
    "Action: FAILED (gave up)\nStatus: 4.4.1": (Kind.SOFT, True, Reason.NETWORK),
    "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 no such user here": (
        Kind.HARD,
        True,
        Reason.ADDRESS,
    ),
    "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.7.1 on a blocklist": (
        Kind.SOFT,
        True,
        Reason.POLICY,
    ),
    "Action: failed\nStatus: 4.4.4\nDiagnostic-Code: x; host not found, try again": (
        Kind.SOFT,
        True,
        Reason.DOMAIN,
    ),
    "Action: delayed\nStatus: 4.4.1": (Kind.DELAYED, False, Reason.NETWORK),
    "Action: relayed\nStatus: 2.0.0": (Kind.RELAYED, True, Reason.OTHER),
    "Action: expanded\nStatus: 2.0.0": (Kind.RELAYED, True, Reason.OTHER),
    "Action: delivered\nStatus: 2.0.0": (Kind.DELIVERED, True, Reason.OTHER),
    "Status: 5.7.1": (Kind.SOFT, True, Reason.POLICY),
    "Status: 4.7.1": (Kind.SOFT, False, Reason.POLICY),
    "Action: delivered\nStatus: 2.0.0\n\nAction: failed\nStatus: 5.0.0": (
        Kind.SOFT,
        True,
        Reason.OTHER,
    ),
    "Final-Recipient: rfc822; a@b.example": (Kind.UNKNOWN, False, Reason.OTHER),
    "Action: unheard-of": (Kind.UNKNOWN, False, Reason.OTHER),
}


def _status(fields: str) -> bytes:
    head = "From: mx@mx.example\nContent-Type: multipart/report; boundary=b\n\n--b\n"
    head += "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
    return f"{head}{fields}\n\n--b--\n".encode()


@pytest.mark.parametrize("fields", STATUS)
def test_action_counts_before_class_and_exact_codes_before_words(fields: str) -> None:
    report = read_report(_status(fields))
    assert (report.kind, report.is_final, report.reason) == STATUS[fields]


PERSON_SAYS = "The following addresses had permanent fatal errors: user unknown, 550 5.1.1"
MAILS: dict[str, tuple[dict[str, str], str, Kind]] = {
    "out of office, by its field": (
        {"From": "anna@kunde.example", "Auto-Submitted": "auto-replied; owner-email=x"},
        "I am away.",
        Kind.AUTO_REPLY,
    ),
    "Exchange's": (
        {"From": "anna@kunde.example", "Subject": "Automatische Antwort: Rechnung"}
        | {"X-Auto-Response-Suppress": "All"},
        PERSON_SAYS,
        Kind.AUTO_REPLY,
    ),
    "quoting a bounce": (
        {"From": "anna@kunde.example", "X-Autoreply": "yes", "Return-Path": "<>"},
        PERSON_SAYS,
        Kind.AUTO_REPLY,
    ),
    "left the company": (
        {"From": "anna@kunde.example", "Auto-Submitted": "auto-generated", "Return-Path": "<>"},
        "This address does not exist any more, your message cannot be delivered to me.",
        Kind.AUTO_REPLY,
    ),
    "ticket opened": (
        {"From": "help@kunde.example", "Precedence": "auto_reply", "Subject": "[#1] received"},
        "We could not be reached at once.",
        Kind.AUTO_REPLY,
    ),
    "an old vacation program": (
        {"From": "anna@kunde.example", "Precedence": "bulk", "Subject": "Out of office: Re: x"},
        "",
        Kind.AUTO_REPLY,
    ),
    "from a postmaster's own machine": (
        {"From": "postmaster@kunde.example", "Auto-Submitted": "auto-replied"},
        "We read this address on weekdays.",
        Kind.AUTO_REPLY,
    ),
    "only its subject says so": (
        {"From": "anna@kunde.example", "Subject": "Out of office party"},
        "Come!",
        Kind.UNKNOWN,
    ),
    "a person's answer": (
        {"From": "anna@kunde.example", "Auto-Submitted": "no", "Subject": "Re: Rechnung"},
        PERSON_SAYS,
        Kind.UNKNOWN,
    ),
    "please confirm": (
        {"From": "anna@kunde.example", "Auto-Submitted": "auto-replied"},
        "Please confirm your message by answering this one.",
        Kind.CHALLENGE,
    ),
    "in its words, dead": (
        {"From": "MAILER-DAEMON@mx.example", "Subject": "failure notice"},
        "<a@b.example>:\n550 5.1.1 user unknown\n--- Below this line is a copy of the message.\n",
        Kind.HARD,
    ),
    "a group that may not be posted to, or is none": (
        {"From": "Mail Delivery Subsystem <mailer-daemon@googlemail.com>"}
        | {"X-Failed-Recipients": "ap@kunde.example", "Auto-Submitted": "auto-replied"},
        "The group (ap) may not exist, or you may not have permission to post messages to it.",
        Kind.SOFT,
    ),
    "in its words, as auto-replied": (
        {"From": "Mailer-Daemon@mx.example", "Auto-Submitted": "auto-replied"},
        "A message that you sent could not be delivered.\n  a@b.example\n    mailbox is full\n",
        Kind.SOFT,
    ),
    "in its words, delayed": (
        {"From": "Mailer-Daemon@mx.example"},
        "Your message has been delayed and will be retried. 451 4.7.1 greylisted",
        Kind.DELAYED,
    ),
    "only the copy of our message has bad words": (
        {"From": "Mailer-Daemon@mx.example"},
        "Thanks.\n--- Original message follows.\nuser unknown",
        Kind.UNKNOWN,
    ),
}


@pytest.mark.parametrize("name", MAILS)
def test_machines_persons_and_mail_systems_are_told_apart(name: str) -> None:
    headers, text, kind = MAILS[name]
    message = EmailMessage()
    for field, value in headers.items():
        message[field] = value
    message.set_content(text)
    assert read_report(message.as_bytes()).kind is kind


PARTS = {
    "message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1": (Kind.COMPLAINT, True),
    "message/feedback-report\n\nFeedback-Type: not-spam": (Kind.COMPLAINT, False),
    "message/feedback-report\n\nFeedback-Type: auth-failure": (Kind.COMPLAINT, False),
    "message/disposition-notification\n\nDisposition: manual-action; displayed": (
        Kind.READ_RECEIPT,
        False,
    ),
    "message/rfc822\nContent-Disposition: inline\n\nFrom: mx\nAction: failed": (
        Kind.UNKNOWN,
        False,
    ),
}


@pytest.mark.parametrize("part", PARTS)
def test_each_structured_part_has_its_meaning(part: str) -> None:
    head = "From: a@b.example\nContent-Type: multipart/report; boundary=b\n\n--b"
    report = read_report(f"{head}\nContent-Type: {part}\n\n--b--\n".encode())
    assert (report.kind, report.is_final) == PARTS[part]


def test_bounce_that_a_person_forwards_is_no_bounce() -> None:
    forwarded = EmailMessage()
    forwarded["From"] = "anna@kunde.example"
    forwarded.set_content("What is this?")
    bounce = EmailMessage()
    bounce["From"] = "MAILER-DAEMON@mx.example"
    bounce.set_content("550 5.1.1 user unknown")
    forwarded.add_attachment(bounce)
    assert read_report(forwarded.as_bytes()).kind is Kind.UNKNOWN


HOSTILE = {
    "nested too deep": b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(5000)
    ),
    "messages in messages": b"Content-Type: message/rfc822\n\n" * 5000,
    "a charset that is none": b"From: <>\nContent-Type: text/html; charset=zip\n\n\xff",
    "a charset with a NUL": b'From: <>\nContent-Type: text/html; charset="a\0"\n\n\xff',
    "a charset in RFC 2231": (
        b"From: mailer-daemon@x\nContent-Type: text/plain; charset*=undefined'en'%ff\n\n\xff"
    ),
    "base64 that is none": (
        b"From: mailer-daemon@x\nContent-Type: message/delivery-status\n"
        b"Content-Transfer-Encoding: base64\n\n!!!!"
    ),
    "one long line": b"From: mailer-daemon@x\n\n" + b"<" * 2_000_000,
    "a header without end": b"To: " + b"a@" * 500_000,
    "addresses without end": b"From: mailer-daemon@x\n\nfailure notice " + b"@b " * 300_000,
    "parts without end": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 200_000,
    "nothing": b"",
    "NUL": b"\0" * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_read_in_bounds(name: str) -> None:
    began = process_time()
    report = read_report(HOSTILE[name])
    assert process_time() - began < 2
    assert len(report.words) < 1000
    assert report.words.isprintable()


def test_corpus_is_read_as_its_own_tables_and_names_say() -> None:
    every = list(samples())
    counts = score(every, ours)
    bounces = counts[BOUNCE]
    assert bounces["right"] >= 0.98 * bounces.total(), bounces
    assert bounces["wrong"] == 0
    assert counts[AUTO_REPLY] == {"right": 1}
    assert counts[PERSON] == {"right": 8}
    dead = dead_addresses(every)
    assert dead["right"] >= 0.85 * dead.total(), dead


def test_every_report_of_the_corpus_finds_its_parcel_by_the_address_it_comes_to() -> None:
    """Each is sent to an address of ours, which its own server writes where it likes."""
    path = ReturnPath(local_part="bounce", domain="post.nordlicht.example", secret="key")
    fields = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
    for number, sample in enumerate(samples()):
        token = path.token(str(number))
        without = re.sub(
            rb"(?im)\A(.*?)^(?:(?:delivered|x-original|envelope)-to|to):.*\n(?:[ \t].*\n)*",
            rb"\1",
            sample.data,
        )
        data = f"{fields[number % 4]}: <{path.address(token)}>\n".encode() + without
        assert path.token_of(read_report(data).addressed_to) == token, sample.name


def test_no_prefix_of_a_report_crashes() -> None:
    for sample in samples():
        if "postfix-0" in sample.name or "rfc3464" in sample.name:
            for length in range(0, min(len(sample.data), 6000), 97):
                read_report(sample.data[:length])


def test_a_library_that_stumbles_over_a_message_leaves_the_log_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    read_report(b"Subject: x\n\nwords")
    assert caplog.text == ""
