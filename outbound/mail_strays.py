"""Messages that came back and say nothing that a machine can read: shown to a person, masked."""

from datetime import datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from outbound.channel import Stray
from outbound.mail_reports.message import field, parsed, single_line
from outbound.mailboxes.mailbox import Left


def stray(left: Left) -> Stray:
    """Return what a person needs to find a message: its author masked, and no word of its text."""
    message = parsed(left.head) or Message()
    return Stray(
        place=left.place,
        author=masked(parseaddr(field(message, "From"))[1]),
        subject=_decoded(field(message, "Subject")),
        sent=_sent(field(message, "Date")),
    )


def masked(address: str) -> str:
    """Return an address of which only the first letter and the domain can be read.

    >>> masked("anna@kunde.example"), masked("MAILER-DAEMON"), masked("")
    ('a…@kunde.example', 'M…', '')
    """
    local, at, domain = address.partition("@")
    return f"{local[:1]}…{at}{domain}" if local else ""


def _decoded(subject: str) -> str:
    try:
        return single_line(str(make_header(decode_header(subject))))
    except (LookupError, ValueError):
        return subject


def _sent(date: str) -> datetime | None:
    try:
        sent = parsedate_to_datetime(date)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return sent if sent.tzinfo is not None else None
