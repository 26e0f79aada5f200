"""Replies of machines (RFC 3834): out of office, ticket opened, please confirm that you are one."""

import re
from email.message import Message

from outbound.mail_reports.message import field, text_of
from outbound.mail_reports.report import Kind, Report

FORM = "RFC 3834"
_OWN_FIELDS = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Auto-Reply",
    "X-Auto-Reply-From",
    "X-AutoReply-From",
    "X-Mail-Autoreply",
    "X-Vacation",
    "X-Cron-Env",
    "X-MS-Exchange-Inbox-Rules-Loop",
)
_PRECEDENCES = frozenset({"auto_reply", "auto-reply", "autoreply"})
_HINTS = frozenset({"bulk", "junk", "list"})

_SUBJECTS = re.compile(
    r"(?i)^\W*(?:auto(?:matic|matische|mated)?[ -]?(?:reply|response|antwort|reply from)\b|"
    r"automatische antwort|abwesenheit|out of (?:the )?office|ooo\b|away from|on vacation|"
    r"r[ée]ponse automatique|absence|risposta automatica|fuori (?:sede|ufficio)|"
    r"respuesta autom[áa]tica|fuera de la oficina|automatisch antwoord|afwezig|"
    r"autoodpowied[źz]|odpowied[źz] automatyczna|r[ăa]spuns automat)"
)
"""How such replies are called; alone it proves nothing, people write so too."""

_CHALLENGES = re.compile(
    r"(?i)please confirm (?:your|that|the) .{0,40}(?:message|mail|sender|delivery)|"
    r"(?:sender )?verification required|verify .{0,30}(?:you are|sent).{0,20}(?:human|person)|"
    r"confirm .{0,40}so that .{0,40}(?:message|mail) (?:can|will) be delivered|"
    r"click .{0,60}(?:to|and) (?:have|get) your (?:message|mail) delivered"
)
_CHALLENGERS = ("X-Delivery-Agent: TMDA", "X-Challenge", "X-ASK-Auth", "X-Boxbe-Challenge")


def auto_reply(message: Message) -> Report | None:
    """Return that a machine answered, None if a person may have, or a mail system did."""
    if _asks_for_proof(message):
        return Report(kind=Kind.CHALLENGE, form=FORM, words=field(message, "Subject"))
    if _by_its_fields(message) or _by_its_subject(message):
        return Report(kind=Kind.AUTO_REPLY, form=FORM, words=field(message, "Subject"))
    return None


def _by_its_fields(message: Message) -> bool:
    submitted = field(message, "Auto-Submitted").partition(";")[0].strip().lower()
    precedence = field(message, "Precedence").lower()
    return (
        submitted not in {"", "no"}
        or precedence in _PRECEDENCES
        or any(name in message for name in _OWN_FIELDS)
    )


def _by_its_subject(message: Message) -> bool:
    """Whether the subject says so and something else hints at it."""
    hinted = (
        field(message, "Precedence").lower() in _HINTS
        or field(message, "Return-Path") == "<>"
        or "X-Auto-Response-Suppress" in message
    )
    return hinted and _SUBJECTS.search(field(message, "Subject")) is not None


def _asks_for_proof(message: Message) -> bool:
    for known in _CHALLENGERS:
        name, _, value = known.partition(": ")
        if name in message and value in field(message, name):
            return True
    if not _by_its_fields(message) and field(message, "Return-Path") != "<>":
        return False
    return _CHALLENGES.search(f"{field(message, 'Subject')}\n{text_of(message)}") is not None
