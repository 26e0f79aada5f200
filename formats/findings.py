"""Finding: what is wrong with a document, where, and who must do what about it."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """FATAL parks the document; WARNING is kept and shown."""

    FATAL = "fatal"
    WARNING = "warning"


class Actor(StrEnum):
    """Who must act."""

    ERP = "erp"
    OPERATOR = "operator"
    CUSTOMER = "customer"


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fault of a document. Data, collected; never raised.

    In JSON what is not known is left out; severity and actor, which have factories, never are.
    """

    rule: str
    """Official rule id (BR-CO-10), or one of ours (IN-…, FX-…)."""
    message: str
    """What is wrong, as a sentence that names the value."""
    severity: Severity = msgspec.field(default_factory=lambda: Severity.FATAL)
    term: str | None = None
    """BT or BG number."""
    path: str | None = None
    """Path in the model: `lines[0].net`."""
    place: str | None = None
    """Where the sender wrote it: `E1EDK01.BELNR (segment 4)`, `row 7, column Betrag`, an XPath."""
    value: str | None = None
    fix: str | None = None
    """What to do about it, as an order."""
    actor: Actor = msgspec.field(default_factory=lambda: Actor.ERP)


def is_fatal(findings: Iterable[Finding]) -> bool:
    """Whether any finding parks the document."""
    return any(finding.severity is Severity.FATAL for finding in findings)


def foremost(findings: Iterable[Finding]) -> Finding | None:
    """Return the finding to name if only one is named: the first that parks, else the first.

    >>> mild = Finding(rule="BR-DE-TMP-32", message="", severity=Severity.WARNING)
    >>> foremost([mild, Finding(rule="BR-02", message="")]).rule, foremost([mild]).rule
    ('BR-02', 'BR-DE-TMP-32')
    """
    known = list(findings)
    fatal = (finding for finding in known if finding.severity is Severity.FATAL)
    return next(fatal, known[0] if known else None)


def sentence(finding: Finding) -> str:
    """Return the finding as one line for people.

    >>> sentence(Finding(rule="BR-02", term="BT-1", message="the invoice number is missing",
    ...                  place="E1EDK01.BELNR", fix="fill BELNR"))
    'BR-02 (BT-1) at E1EDK01.BELNR: the invoice number is missing. Fix: fill BELNR. Who: erp'
    """
    term = f" ({finding.term})" if finding.term else ""
    place = f" at {finding.place}" if finding.place else ""
    fix = f". Fix: {finding.fix}. Who: {finding.actor}" if finding.fix else ""
    return f"{finding.rule}{term}{place}: {finding.message}{fix}"
