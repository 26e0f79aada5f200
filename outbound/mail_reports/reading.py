"""Reads whatever came back on a message; the first manner of reading that finds something counts.

Structured reports come first, because only they say which of their words are which. A machine's
reply is told from a bounce in free words by its author: mail systems bounce, people are away.
"""

from collections.abc import Callable
from dataclasses import replace
from email.message import Message

from outbound.mail_reports.auto_reply import auto_reply
from outbound.mail_reports.delivery_status import delivery_status
from outbound.mail_reports.disposition import disposition
from outbound.mail_reports.feedback import feedback
from outbound.mail_reports.its_words import is_of_mail_system, its_words
from outbound.mail_reports.message import addresses_of, field, parsed
from outbound.mail_reports.report import Kind, Report
from outbound.mail_reports.ses_notice import ses_notice

_Reader = Callable[[Message], Report | None]


def read_report(data: bytes) -> Report:
    """Return what a message says; of kind UNKNOWN is what is for a person to read.

    Source:
        RFC 3464, 5965, 8098, notices of SES, 3834 in this order; then the words of mail systems.
    """
    message = parsed(data)
    if message is None:
        return Report(kind=Kind.UNKNOWN, form="too many parts")
    report = _read(message)
    return replace(report, addressed_to=(*report.addressed_to, *addresses_of(message)))


def _read(message: Message) -> Report:
    readers = (delivery_status, feedback, disposition, ses_notice, *_of_words(message))
    for read in readers:
        report = read(message)
        if report is not None:
            return report
    return Report(kind=Kind.UNKNOWN, form="", words=field(message, "Subject"))


def _of_words(message: Message) -> tuple[_Reader, _Reader]:
    return (its_words, auto_reply) if is_of_mail_system(message) else (auto_reply, its_words)
