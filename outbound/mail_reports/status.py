"""Why a message was refused: what the peer's words say, then its status code (RFC 3463)."""

import re

from outbound.mail_reports.phrases import REASONS
from outbound.mail_reports.report import Reason

_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.:/-])([45])[0-5]\d(?=[ -])")

_CODES = {
    "1.2": Reason.DOMAIN,
    "1.6": Reason.MOVED,
    "1.7": Reason.POLICY,
    "1.8": Reason.POLICY,
    "1.9": Reason.OTHER,
    "1.10": Reason.DOMAIN,
    "1": Reason.ADDRESS,
    "2.1": Reason.DISABLED,
    "2.2": Reason.FULL,
    "2.3": Reason.SIZE,
    "2.4": Reason.SYSTEM,
    "2": Reason.OTHER,
    "3.4": Reason.SIZE,
    "3": Reason.SYSTEM,
    "4.3": Reason.SYSTEM,
    "4.4": Reason.DOMAIN,
    "4": Reason.NETWORK,
    "5": Reason.SYSTEM,
    "6": Reason.CONTENT,
    "7.13": Reason.DISABLED,
    "7.17": Reason.MOVED,
    "7.18": Reason.MOVED,
    "7": Reason.POLICY,
}
"""Subject and detail of a code, or its subject alone (RFC 3463 section 3; 1.10: RFC 7505; 7.13:
RFC 5248; 7.17 and 7.18: RFC 7293)."""

_GENERIC = frozenset(
    {"0.0", "1.0", "1.9", "2.0", "2.1", "3.0", "4.0", "4.1", "5.0", "6.0", "7.0", "7.1"}
)
"""Codes that servers give whatever the reason was."""


def exact_code_in(text: str) -> str:
    """Return the first status code in a text, or nothing."""
    found = _CODE.search(text)
    return found.group() if found else ""


def code_in(text: str) -> str:
    """Return the first status code in a text, else the class of an SMTP reply, else nothing.

    >>> code_in("550 5.1.1 no such user"), code_in("550 no such user"), code_in("at 192.0.2.5.1")
    ('5.1.1', '5.0.0', '')
    """
    exact = exact_code_in(text)
    if exact:
        return exact
    reply = _REPLY.search(text)
    return f"{reply[1]}.0.0" if reply else ""


def reason_of(status: str, words: str) -> Reason:
    """Return why: an exact code counts before words, words before a code that says little.

    >>> reason_of("5.1.1", "nobody here"), reason_of("5.7.1", "user unknown")
    (<Reason.ADDRESS: 'no such address'>, <Reason.ADDRESS: 'no such address'>)
    """
    code = status.partition(".")[2]
    by_code = _CODES.get(code) or _CODES.get(code.partition(".")[0], Reason.OTHER)
    if by_code and code not in _GENERIC:
        return by_code
    said = next((reason for pattern, reason in REASONS if pattern.search(words)), Reason.OTHER)
    return said or by_code
