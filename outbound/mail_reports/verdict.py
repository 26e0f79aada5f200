"""What a report's action and status come to: the action counts before the class of the status."""

from outbound.mail_reports.message import single_line
from outbound.mail_reports.report import Kind, Reason, Report
from outbound.mail_reports.status import code_in, exact_code_in, reason_of

_DEAD = frozenset({Reason.ADDRESS, Reason.DOMAIN, Reason.MOVED})
"""Reasons that will hold for the next message too."""

_ACTIONS = {
    "failed": (Kind.SOFT, True),
    "delayed": (Kind.DELAYED, False),
    "relayed": (Kind.RELAYED, True),
    "expanded": (Kind.RELAYED, True),
    "delivered": (Kind.DELIVERED, True),
}
"""RFC 3464 section 2.3.3: servers that give up after a temporary failure write `failed` beside a
status of class 4. What was relayed to a server that sends no reports is not delivered."""

_CLASSES = {"5": (Kind.SOFT, True), "4": (Kind.SOFT, False), "2": (Kind.RELAYED, True)}
"""RFC 3463 section 2: the same for reports without a known action."""

_GRAVITY = (
    Kind.DELAYED,
    Kind.RELAYED,
    Kind.DELIVERED,
    Kind.SOFT,
    Kind.HARD,
)


def verdict(form: str, *, action: str, status: str, words: str) -> Report | None:
    """Return what is said of one recipient; None if nothing is."""
    code = code_in(status) or code_in(words)
    detail = exact_code_in(words) or code
    meaning = _ACTIONS.get(action) or _CLASSES.get(code[:1])
    if meaning is None:
        return None
    kind, is_final = meaning
    failed = kind in {Kind.SOFT, Kind.DELAYED}
    reason = reason_of(detail, words) if failed else Reason.OTHER
    if kind is Kind.SOFT and reason in _DEAD and not code.startswith("4"):
        kind = Kind.HARD
    said = single_line(" ".join(part for part in (action, status, words) if part))
    return Report(kind=kind, form=form, is_final=is_final, reason=reason, status=detail, words=said)


def is_dead(reply: str) -> bool:
    """Whether a server's reply to a recipient says that there is no such address.

    >>> is_dead("550 5.1.1 no such user"), is_dead("550 5.7.1 on a blocklist")
    (True, False)
    """
    report = verdict("SMTP", action="failed", status="", words=reply)
    return report is not None and report.kind is Kind.HARD


def gravest(reports: list[Report]) -> Report | None:
    """Return the one that decides what becomes of the message."""
    return max(reports, key=lambda report: _GRAVITY.index(report.kind), default=None)
