"""The table CONDITIONS: every word a rule may use, what it looks at and how it compares.

Each word also exists with `not_` before it, and then holds where the plain word does not: also
where nothing is known.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from formats.model import Document, DocumentKind, Invoice
from routing_rules.conditions import document as documents
from routing_rules.conditions import origin, party
from routing_rules.conditions.case import Case
from routing_rules.conditions.questions import (
    AnyOf,
    Flag,
    Over,
    Question,
    Since,
    StartsWith,
    Under,
    Until,
)
from routing_rules.decision import Facts
from routing_rules.recipient import Consent, Recipient

NOT = "not_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A word: the pure function that looks, and the question that compares."""

    finds: Callable[[Case], Any]
    asks: Question


_COUNTRY = AnyOf(shape=r"[A-Z]{2}", example='a country like "DE"')
_CURRENCY = AnyOf(shape=r"[A-Z]{3}", example='a currency like "EUR"')
_KIND = AnyOf(shape="|".join(DocumentKind), example=f"one of {', '.join(DocumentKind)}")
_CONSENT = AnyOf(shape="|".join(Consent), example=f"one of {', '.join(Consent)}")
_LANGUAGE = AnyOf(shape=r"[a-z]{2,3}", example='a language like "de"')
_SCHEME = AnyOf(shape=r"vat|[0-9A-Z]{2,4}", example='a scheme like "0204" or "vat"')
_BEGINNING = StartsWith(shape=r"(vat|[0-9A-Z]{2,4}):.+", example='a beginning like "0204:99"')
_WORD = AnyOf(example="a word or a list of words")

CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "country": Condition(finds=party.country, asks=_COUNTRY),
        "seller_country": Condition(finds=party.seller_country, asks=_COUNTRY),
        "has_identifier": Condition(finds=party.identifier_schemes, asks=_SCHEME),
        "identifier_starts": Condition(finds=party.identifiers, asks=_BEGINNING),
        "public_body": Condition(finds=party.public_body, asks=Flag()),
        "accepts": Condition(finds=party.accepts, asks=_WORD),
        "wishes": Condition(finds=party.wishes, asks=_WORD),
        "consents": Condition(finds=party.consents, asks=_CONSENT),
        "recipient": Condition(finds=party.recipient, asks=_WORD),
        "group": Condition(finds=party.group, asks=_WORD),
        "language": Condition(finds=party.language, asks=_LANGUAGE),
        "known": Condition(finds=party.known, asks=Flag()),
        "kind": Condition(finds=documents.kind, asks=_KIND),
        "total_over": Condition(finds=documents.total, asks=Over()),
        "total_under": Condition(finds=documents.total, asks=Under()),
        "currency": Condition(finds=documents.currency, asks=_CURRENCY),
        "issued_from": Condition(finds=documents.issue_date, asks=Since()),
        "issued_until": Condition(finds=documents.issue_date, asks=Until()),
        "tenant": Condition(finds=origin.tenant, asks=_WORD),
        "sender": Condition(finds=origin.sender, asks=_WORD),
        "tag": Condition(finds=origin.tags, asks=_WORD),
    }
)

VALIDITY: Mapping[str, Condition] = MappingProxyType(
    {
        "valid_from": Condition(finds=origin.today, asks=Since()),
        "valid_until": Condition(finds=origin.today, asks=Until()),
    }
)
"""The two dates of a rule itself. They are asked last, so that a decision shows which rule would
have matched on another day. They are compared with the day of the decision and not with BT-2: a
rule says which roads are open and required now, and a document that was held back must not leave
by a road that is closed today. A duty that hangs on BT-2 is written with `issued_from`."""

CHANNEL_WORDS = frozenset({"wishes"})
"""Words whose values name channels."""

FACTS = Facts(tenant="example", sender="example", today=date(2026, 1, 1))


def find(word: str) -> tuple[Condition, bool] | None:
    """Return the condition behind `word` and whether it is negated; None if there is none."""
    plain = word.removeprefix(NOT)
    condition = CONDITIONS.get(plain)
    return (condition, plain != word) if condition else None


def holds(
    when: str,
    *,
    document: Document = Invoice(),  # noqa: B008 - frozen
    recipient: Recipient = Recipient(),  # noqa: B008 - frozen
    facts: Facts = FACTS,
) -> bool:
    """Whether all conditions of `when`, a TOML table, hold; for examples and for trying one out.

    >>> holds('kind = "invoice"'), holds('not_kind = "invoice"')
    (True, False)
    """
    case = Case(document=document, recipient=recipient, facts=facts)
    return all(
        _one(word, raw, case) for word, raw in tomllib.loads(when, parse_float=Decimal).items()
    )


def _one(word: str, raw: object, case: Case) -> bool:
    entry = find(word)
    if entry is None:
        raise ValueError(f"unknown word `{word}`")
    condition, negated = entry
    question = condition.asks
    return question.test(question.read(raw))(condition.finds(case)) is not negated
