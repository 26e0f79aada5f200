"""Rule, RuleSet, check(), outcomes(): run all rules, return all findings at once, never raise.

A rule belongs to a context, a kind of place in a document (the invoice, each line, each row of the
VAT breakdown). Its predicate is asked once for every such place and answers True (holds), False
(broken) or None (says nothing about this one).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Context as DecimalContext
from decimal import Decimal, localcontext
from functools import cache
from operator import attrgetter
from typing import Any, Generic, TypeVar

from formats.findings import Actor, Finding, Severity
from formats.model import Document

T = TypeVar("T")

EXACT = DecimalContext(prec=100, traps=[])
"""Sums of amounts are never rounded by arithmetic, and a NaN makes a rule fail, not raise."""

INDEX = re.compile(r"\[\d+\]")
STEP = re.compile(r"[^.\[\]]+")


def stated(value: object) -> bool:
    """Whether there is a value, and not only blanks.

    >>> stated("RE-1"), stated(" "), stated(None), stated(())
    (True, False, False, False)
    """
    if isinstance(value, str):
        return bool(value) and not value.isspace()
    return value is not None and value != ()


def getter(at: str) -> Callable[[object], object]:
    """Return what gets the value at a path without indices, None where a group is missing."""
    if not at:
        return lambda group: group
    if "." not in at:
        return attrgetter(at)
    steps = at.split(".")

    def look(group: object) -> object:
        for step in steps:
            if group is None:
                return None
            group = getattr(group, step)
        return group

    return look


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, as its standard has it.

    Attributes:
        id: official id, as it is spelled in the standard.
        term: BT or BG number; where a rule judges several terms, path without indices to number.
        sentence: what must hold, so that "…, but it is missing" can follow.
        predicate: takes the context's subject; True, False, or None for "does not apply here".
        at: path of the judged value below the context's place; empty where it is the place itself.
        fix: what the sender must do, as an order.
        expected: what the value should have been, where it can be computed.
        private: the value is personal data and must not be repeated in messages.
        context: the places at which the rule is judged.
    """

    id: str
    term: str | Mapping[str, str]
    sentence: str
    predicate: Callable[[Any], bool | None]
    fix: str
    at: str = ""
    severity: Severity = Severity.FATAL
    actor: Actor = Actor.ERP
    expected: Callable[[Any], object] | None = None
    private: bool = False
    context: "Context[Any]"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Context(Generic[T]):
    """A kind of place in a document at which rules are judged.

    Attributes:
        name: for people: `each line`.
        find: from the document as its rule set has laid it out to (model path, subject) pairs.
    """

    name: str
    find: Callable[[Any], Sequence[tuple[str, T]]]

    def where(self, name: str, holds: Callable[[Any], bool]) -> "Context[T]":
        """Return the same places, but none where `holds` says no of the document laid out."""
        find = self.find
        return Context(
            name=f"{self.name} {name}",
            find=lambda layout: find(layout) if holds(layout) else [],
        )

    def has(
        self, rule: str, term: str, sentence: str, at: str, *, fix: str, actor: Actor = Actor.ERP
    ) -> Rule:
        """Return the rule that there is something at the path `at`, be it blank."""
        look = getter(at)
        return self(
            rule, term, sentence, lambda group: look(group) is not None, at=at, fix=fix, actor=actor
        )

    def states(
        self, rule: str, term: str, sentence: str, at: str, *, fix: str, actor: Actor = Actor.ERP
    ) -> Rule:
        """Return the rule that there is more than blanks at the path `at`, or a date."""
        look = getter(at)
        return self(
            rule, term, sentence, lambda group: stated(look(group)), at=at, fix=fix, actor=actor
        )

    def __call__(
        self,
        rule: str,
        term: str | Mapping[str, str],
        sentence: str,
        predicate: Callable[[T], bool | None],
        *,
        fix: str,
        at: str = "",
        severity: Severity = Severity.FATAL,
        actor: Actor = Actor.ERP,
        expected: Callable[[T], object] | None = None,
        private: bool = False,
    ) -> Rule:
        """Return a rule that is judged at these places."""
        return Rule(
            id=rule,
            term=term,
            sentence=sentence,
            predicate=predicate,
            fix=fix,
            at=at,
            severity=severity,
            actor=actor,
            expected=expected,
            private=private,
            context=self,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RuleSet:
    """Rules of one standard in one version.

    Attributes:
        key: as routes and writers name it.
        version: of the official rules that these agree with.
        source: where they are published.
        valid_from: first issue date on which a document may be judged by them; None is always.
        valid_until: last such date; None is until further notice.
        lay_out: makes of a document what the contexts search; None if it is not of their kind.
        extends: sets that are judged as well, before these.
        rules: its own; one with the id of an extended set's rule replaces that.
        unjudged: ids of official rules that are not judged here, with the reason.
    """

    key: str
    version: str
    source: str
    lay_out: Callable[[Document], object | None]
    rules: tuple[Rule, ...]
    valid_from: date | None = None
    valid_until: date | None = None
    extends: tuple["RuleSet", ...] = ()
    unjudged: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Rule]:
        """Return all rules, those of the extended sets first."""
        stacked: dict[str, Rule] = {}
        for below in self.extends:
            stacked |= {rule.id: rule for rule in below}
        stacked |= {rule.id: rule for rule in self.rules}
        return iter(stacked.values())

    def all_unjudged(self) -> dict[str, str]:
        """Return what is not judged here or in the extended sets: official id to reason."""
        merged: dict[str, str] = {}
        for below in self.extends:
            merged |= below.all_unjudged()
        return merged | dict(self.unjudged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rule set says of a document; every official rule is in exactly one of four lists.

    Attributes:
        rules: key of the rule set.
        version: of the official rules.
        passed: ids of rules that hold wherever they apply.
        failed: ids of rules that are broken at least once.
        not_applicable: ids of rules that this document gives no occasion to judge.
        unjudged: ids that are never judged on the model, with the reason.
        findings: all of them, fatal and warning.
    """

    rules: str
    version: str
    passed: tuple[str, ...]
    failed: tuple[str, ...]
    not_applicable: tuple[str, ...]
    unjudged: Mapping[str, str]
    findings: tuple[Finding, ...]

    @property
    def run(self) -> int:
        """How many rules were judged at least once."""
        return len(self.passed) + len(self.failed)


def check(
    document: Document, ruleset: RuleSet, *, sources: Mapping[str, str] | None = None
) -> tuple[Finding, ...]:
    """Return everything that `ruleset` finds wrong with `document`; empty if nothing.

    Args:
        document: may be partial; a rule whose group is missing does not apply.
        ruleset: from `formats.rules.catalogue.RULESETS`.
        sources: model path to place in the sender's file, as a Reading has it.
    """
    findings: list[Finding] = []
    with localcontext(EXACT):
        for rule, places, said in _judged(ruleset.lay_out(document), ruleset):
            if False in said:
                findings += _findings(document, rule, places, sources or {})
    return tuple(findings)


def outcome(
    document: Document, ruleset: RuleSet, *, sources: Mapping[str, str] | None = None
) -> Outcome:
    """Return which rules were run, and with what result; arguments as `check` has them."""
    return outcomes(document, (ruleset,), sources=sources)[0]


def outcomes(
    document: Document, rulesets: Sequence[RuleSet], *, sources: Mapping[str, str] | None = None
) -> tuple[Outcome, ...]:
    """Return the outcome of each rule set; the document is laid out once for all that want it so.

    Args:
        document: as `check` takes it.
        rulesets: to judge by.
        sources: as `check` takes them.
    """
    with localcontext(EXACT):
        layouts = {lay_out: lay_out(document) for lay_out in {each.lay_out for each in rulesets}}
        return tuple(
            _outcome(document, each, layouts[each.lay_out], sources or {}) for each in rulesets
        )


def _outcome(
    document: Document, ruleset: RuleSet, layout: object, sources: Mapping[str, str]
) -> Outcome:
    passed: list[str] = []
    failed: list[str] = []
    findings: list[Finding] = []
    for rule, places, said in _judged(layout, ruleset):
        if False in said:
            failed.append(rule.id)
            findings += _findings(document, rule, places, sources)
        elif True in said:
            passed.append(rule.id)
    run = {*passed, *failed}
    ids, unjudged = _listed(ruleset)
    return Outcome(
        rules=ruleset.key,
        version=ruleset.version,
        passed=tuple(passed),
        failed=tuple(failed),
        not_applicable=tuple([rule for rule in ids if rule not in run]),
        unjudged=unjudged,
        findings=tuple(findings),
    )


@cache
def _listed(ruleset: RuleSet) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """Return the ids of all rules that are judged, and those that are not, with the reason."""
    return tuple(rule.id for rule in ruleset), ruleset.all_unjudged()


@cache
def _by_context(ruleset: RuleSet) -> tuple[tuple[Context[Any], tuple[Rule, ...]], ...]:
    groups: dict[Context[Any], list[Rule]] = {}
    for rule in ruleset:
        groups.setdefault(rule.context, []).append(rule)
    return tuple((context, tuple(rules)) for context, rules in groups.items())


_Places = Sequence[tuple[str, Any]]


def _judged(layout: object, ruleset: RuleSet) -> Iterator[tuple[Rule, _Places, set[bool | None]]]:
    """Yield each rule that finds places to judge, with these and what it says of any of them."""
    if layout is None:
        return
    for context, rules in _by_context(ruleset):
        places = context.find(layout)
        if places:
            subjects = [subject for _, subject in places]
            for rule in rules:
                yield rule, places, set(map(rule.predicate, subjects))


def _findings(
    document: Document,
    rule: Rule,
    places: _Places,
    sources: Mapping[str, str],
) -> list[Finding]:
    return [
        _finding(document, rule, path, subject, sources)
        for path, subject in places
        if rule.predicate(subject) is False
    ]


def _finding(
    document: Document, rule: Rule, path: str, subject: object, sources: Mapping[str, str]
) -> Finding:
    path = ".".join(part for part in (path, rule.at) if part)
    value = _value(document, path)
    term = rule.term if isinstance(rule.term, str) else rule.term.get(INDEX.sub("", path))
    scalar = isinstance(value, str | int | date | Decimal) and not rule.private
    return Finding(
        rule=rule.id,
        message=_message(rule, path, value, subject),
        severity=rule.severity,
        term=term,
        path=path or None,
        place=_place(path, sources),
        value=str(value) if scalar else None,
        fix=rule.fix,
        actor=rule.actor,
    )


def _message(rule: Rule, path: str, value: object, subject: object) -> str:
    if rule.private or not path:
        found = "that is not so"
    elif not stated(value):
        found = "it is missing"
    elif isinstance(value, str | int | date | Decimal):
        found = f"it is {value}"
    else:
        found = "that is not so"
    wanted = None if rule.expected is None else rule.expected(subject)
    should = "" if wanted is None else f" and should be {wanted}"
    return f"{rule.sentence}, but {found}{should}"


def _value(document: Document, path: str) -> object:
    """Return what the document has at a model path, None where it has nothing."""
    found: Any = document
    for step in STEP.findall(path):
        found = found[int(step)] if step.isdecimal() else getattr(found, step, None)
    return found


def _place(path: str, sources: Mapping[str, str]) -> str | None:
    """Return the place of the longest part of `path` that the reader has noted down."""
    while path:
        if path in sources:
            return sources[path]
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return sources.get("")
