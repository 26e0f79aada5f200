"""lint(): rules that never match, contradict themselves or each other, or leave somebody behind.

Everything it finds is a warning: the rules can be used, a person should look.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations
from types import MappingProxyType

from msgspec.structs import replace

from formats.findings import Actor, Finding, Severity
from formats.model import (
    Document,
    DocumentKind,
    Invoice,
    Party,
    PostalAddress,
    Reminder,
    ReminderLevel,
    Statement,
    Totals,
    kind_of,
)
from formats.model.codes import COUNTRIES, CURRENCIES
from routing_rules.conditions.catalogue import NOT
from routing_rules.conditions.party import seller_country
from routing_rules.decide import decide
from routing_rules.decision import Decision, Facts
from routing_rules.recipient import Recipient
from routing_rules.rule import Clause, Rule, Rules

AMOUNT = Decimal("1000.00")
_NAMED = 5
"""Recipients who are left behind for one reason; the others are counted."""
CODED = {"country": COUNTRIES, "seller_country": COUNTRIES, "currency": CURRENCIES}
"""Words whose values are codes of a list, and the list."""
RANGES = {"total_over": "total_under", "issued_from": "issued_until", "valid_from": "valid_until"}
"""Words that set a lower limit, and the word that sets the upper one of the same thing."""


def lint(
    rules: Rules,
    *,
    facts: Facts,
    recipients: Iterable[Recipient] = (),
    seller_countries: Sequence[str] = (),
    names: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> tuple[Finding, ...]:
    """Return what is odd about `rules` on `facts.today`, with a rule's name as `path`.

    Each of `recipients` is tried with one invoice, credit note, reminder and statement of a
    seller in each of `seller_countries`, each over 1,000.00 EUR. Where those are given, a road
    that is missing for sellers of other countries is not reported. `names` are words of
    conditions (`tenant`, `sender`) and all that the operator has named so.
    """
    return (
        *_dead(rules),
        *(finding for rule in rules.rules for finding in _odd(rule, facts.today)),
        *(finding for rule in rules.rules for finding in _unnamed(rule, names)),
        *(finding for rule in rules.rules for finding in _uncoded(rule)),
        *(
            finding
            for rule in rules.rules
            if _concerns(rule, seller_countries)
            for finding in _roads(rule)
        ),
        *_left_behind(rules, facts, recipients, seller_countries),
    )


def _odd(rule: Rule, today: date) -> Iterable[Finding]:
    if not rule.source:
        yield _finding(
            rule, "RR-SOURCE", "it names no source", "name the law or contract behind it"
        )
    for one, other in _contradictions(rule.when):
        message = f"`{_said(one)}` and `{_said(other)}` never hold together"
        yield _finding(rule, "RR-CONTRADICTION", message, "take one of the two out")
    for clause in rule.when:
        if clause.word == "valid_until" and clause.wanted < today:
            message = f"it lapsed on {clause.text}"
            yield _finding(rule, "RR-EXPIRED", message, "take it out or renew it")


def _concerns(rule: Rule, seller_countries: Sequence[str]) -> bool:
    asked = [clause for clause in rule.when if clause.finds is seller_country]
    return not seller_countries or any(
        all(clause.holds((country,)) for clause in asked) for country in seller_countries
    )


def _roads(rule: Rule) -> Iterable[Finding]:
    for lane in (*rule.lanes, *rule.copies):
        if lane.closed:
            fix = "add such a channel; until then " + (
                "what the rule matches is parked" if rule.legal else "the next road is taken"
            )
            yield replace(_finding(rule, "RR-CHANNEL", lane.closed, fix), value=lane.closed)
        elif not lane.carries & _kinds(rule):
            message = f"format `{lane.road.format}` carries no document that the rule matches"
            yield _finding(rule, "RR-FORMAT", message, "name another format")


def _dead(loaded: Rules) -> Iterable[Finding]:
    """Report rules that are never followed; one of law that is set before its cover is."""
    rules = loaded.rules
    for at, rule in enumerate(rules):
        before = (one for one in rules[:at] if rule not in loaded.guarded.get(one.name, ()))
        cover = next((earlier for earlier in before if _covers(earlier, rule)), None)
        if cover is None:
            continue
        if _covers(rule, cover) and _leads(rule) != _leads(cover):
            message = (
                f"it asks the same as rule `{cover.name}` ({cover.place}) and leads elsewhere; "
                "the first is followed"
            )
            yield _finding(rule, "RR-CONFLICT", message, "decide which, and take the other out")
        else:
            message = (
                f"it is never reached: rule `{cover.name}` ({cover.place}) takes all it matches"
            )
            yield _finding(rule, "RR-DEAD", message, "move it up, narrow the other, or take it out")


def _leads(rule: Rule) -> tuple[object, ...]:
    """Return where a rule leads: two that lead to the same may stand for each other."""
    roads, copies = (tuple(lane.road for lane in lanes) for lanes in (rule.lanes, rule.copies))
    return roads, copies, rule.legal


def _unnamed(rule: Rule, names: Mapping[str, Collection[str]]) -> Iterable[Finding]:
    """Report names that nobody has: such a clause never holds, or, negated, always."""
    for clause in rule.when:
        word = clause.word.removeprefix(NOT)
        for name in clause.wanted if word in names else ():
            if name not in names[word]:
                known = ", ".join(sorted(names[word])) or "none"
                message = f"`{clause.word}`: there is no {word} `{name}`; known: {known}"
                yield _finding(rule, "RR-UNKNOWN", message, "correct the name")


def _uncoded(rule: Rule) -> Iterable[Finding]:
    """Report codes that no list has: such a clause never holds, or, negated, always."""
    for clause in rule.when:
        if (codes := CODED.get(clause.word.removeprefix(NOT))) is None:
            continue
        for code in clause.wanted:
            if code not in codes:
                message = f"`{clause.word}`: `{code}` is no code of {codes.name}"
                yield _finding(rule, "RR-UNKNOWN", message, "correct the code")


def _covers(wide: Rule, narrow: Rule) -> bool:
    return all(any(_implies(one, clause) for one in narrow.when) for clause in wide.when)


def _implies(narrow: Clause, wide: Clause) -> bool:
    """Whether `wide` holds wherever `narrow` does."""
    if narrow.word != wide.word:
        return False
    if narrow.negated:
        return narrow.asks.covers(wide=narrow.wanted, narrow=wide.wanted)
    return narrow.asks.covers(wide=wide.wanted, narrow=narrow.wanted)


def _contradictions(clauses: Iterable[Clause]) -> Iterable[tuple[Clause, Clause]]:
    for one, other in combinations(clauses, 2):
        if _denies(one, other) or _denies(other, one) or _empty_range(one, other):
            yield one, other


def _denies(plain: Clause, negated: Clause) -> bool:
    if plain.negated or negated.word != f"not_{plain.word}":
        return False
    return plain.asks.covers(wide=negated.wanted, narrow=plain.wanted)


def _empty_range(one: Clause, other: Clause) -> bool:
    low, high = (one, other) if one.word in RANGES else (other, one)
    if RANGES.get(low.word) != high.word:
        return False
    limits_are_in = isinstance(low.wanted, date)
    return bool(low.wanted > high.wanted if limits_are_in else low.wanted >= high.wanted)


def _kinds(rule: Rule) -> frozenset[DocumentKind]:
    kinds = frozenset(DocumentKind)
    for clause in rule.when:
        if clause.word in {"kind", "not_kind"}:
            kinds &= {kind for kind in DocumentKind if clause.holds((kind,))}
    return kinds


def _left_behind(
    rules: Rules, facts: Facts, recipients: Iterable[Recipient], seller_countries: Sequence[str]
) -> Iterable[Finding]:
    samples = [
        sample
        for country in seller_countries or (None,)
        for sample in _samples(facts.today, country)
    ]
    behind: dict[tuple[str, str], list[str]] = {}
    for recipient in recipients:
        kinds_by_reason: dict[str, dict[str, None]] = {}
        for document in samples:
            decision = decide(document, recipient, facts, rules)
            if not decision.roads:
                kinds = kinds_by_reason.setdefault(_why(decision), {})
                kinds[kind_of(document).replace("_", " ")] = None
        for why, kinds in kinds_by_reason.items():
            behind.setdefault((", ".join(kinds), why), []).append(recipient.key)
    for (lacking, reason), keys in behind.items():
        yield _no_road(keys, lacking, reason)


def _why(decision: Decision) -> str:
    closed = "; ".join(f"{one.road.channel}: {one.reason}" for one in decision.dropped)
    return f"rule `{decision.rule}`: {closed}" if decision.rule else decision.because


def _no_road(keys: Sequence[str], kinds: str, why: str) -> Finding:
    named = ", ".join(keys[:_NAMED])
    more = f" and {len(keys) - _NAMED:,} more" if len(keys) > _NAMED else ""
    who = "customer" if len(keys) == 1 else "customers"
    return Finding(
        rule="RR-NOROAD",
        severity=Severity.WARNING,
        message=f"{who} {named}{more}: no road for {kinds} ({why})",
        place="address book",
        value=named,
        fix="complete the recipient, or add a rule",
        actor=Actor.OPERATOR,
    )


def _samples(day: date, country: str | None) -> tuple[Document, ...]:
    seller = Party(address=PostalAddress(country=country))
    totals = Totals(with_vat=AMOUNT)
    invoice = Invoice(type_code="380", issue_date=day, currency="EUR", seller=seller, totals=totals)
    reminder = Reminder(
        number="sample",
        issue_date=day,
        level=ReminderLevel.NEUTRAL,
        currency="EUR",
        seller=seller,
        buyer=Party(),
        customer="",
        items=(),
        total=AMOUNT,
    )
    statement = Statement(
        number="sample",
        issue_date=day,
        currency="EUR",
        seller=seller,
        buyer=Party(),
        customer="",
        items=(),
        balance=AMOUNT,
    )
    return (invoice, replace(invoice, type_code="381"), reminder, statement)


def _said(clause: Clause) -> str:
    return f"{clause.word} = {clause.text}"


def _finding(rule: Rule, code: str, message: str, fix: str) -> Finding:
    return Finding(
        rule=code,
        severity=Severity.WARNING,
        message=f"rule `{rule.name}`: {message}",
        path=rule.name,
        place=rule.place,
        fix=fix,
        actor=Actor.OPERATOR,
    )
