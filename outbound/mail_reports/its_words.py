"""Bounces that are no RFC 3464 report: read by what mail systems write for people."""

import logging
import re
from email.message import Message
from email.utils import parseaddr

from flufl.bounce import all_failures

from outbound.mail_reports.message import field, text_of
from outbound.mail_reports.phrases import GIVEN_UP, STILL_TRYING
from outbound.mail_reports.report import Report
from outbound.mail_reports.status import code_in
from outbound.mail_reports.verdict import verdict

FORM = "its words"
LIBRARY = "flufl.bounce"
_TELLING_MAX = 4_000

logging.getLogger(LIBRARY).setLevel(logging.CRITICAL)  # it tells of each detector that stumbles

_MAIL_SYSTEM = re.compile(
    r"(?i)mailer-?daemon|post-?_?master|mail delivery (?:sub)?system|mail deliver system|"
    r"system administrator|mail\.delivery\.system"
)
_STATUS_LINE = re.compile(r"(?im)^\s*status:\s*([245]\.\d{1,3}\.\d{1,3})")
_ACTION_LINE = re.compile(r"(?im)^\s*action:\s*(failed|delayed|relayed|expanded|delivered)\b")


def its_words(message: Message) -> Report | None:
    """Return the bounce that a mail system wrote in its own words; None if no such system did."""
    if not is_of_mail_system(message) and field(message, "Return-Path") != "<>":
        return None
    text = f"{field(message, 'Subject')}\n{text_of(message)}"
    action = _action(text)
    if action:
        return _report(FORM, action, text)
    delayed, failed = _by_library(message)
    if failed or delayed:
        return _report(LIBRARY, "failed" if failed else "delayed", text)
    return None


def is_of_mail_system(message: Message) -> bool:
    """Whether its author is no person: MAILER-DAEMON, a postmaster, nobody at all."""
    author = str(message.get("From", ""))[:400]
    reports = str(message.get_param("report-type", "")).lower() == "delivery-status"
    failed = "X-Failed-Recipients" in message
    return failed or reports or not parseaddr(author)[1] or bool(_MAIL_SYSTEM.search(author))


def _action(text: str) -> str:
    line = _ACTION_LINE.search(text)
    if line:
        return line[1].lower()
    if STILL_TRYING.search(text):
        return "delayed"
    return "failed" if GIVEN_UP.search(text) else ""


def _report(form: str, action: str, text: str) -> Report | None:
    line = _STATUS_LINE.search(text)
    status = line[1] if line else code_in(text.partition("\n")[2])
    return verdict(form, action=action, status=status, words=_telling(text))


def _telling(text: str) -> str:
    """Return the lines of a text from the first one with a code; all if there is none."""
    lines = text.splitlines()
    first = next((n for n, line in enumerate(lines[1:], 1) if code_in(line)), 1)
    return "\n".join(lines[first:])[:_TELLING_MAX]


def _by_library(message: Message) -> tuple[bool, bool]:
    """Return whether the library finds recipients that failed for now, and for good."""
    try:
        delayed, failed = all_failures(message)
    except Exception:  # noqa: BLE001  (its fault with a stranger's mail must not hold up the rest)
        return False, False
    return bool(delayed), bool(failed)
