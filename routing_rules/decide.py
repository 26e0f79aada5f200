"""decide(): the first rule whose clauses all hold, its roads, and every clause tried."""

from collections.abc import Callable, Iterable
from typing import Any

from formats.model import Document, kind_of
from routing_rules.conditions.case import Case, say
from routing_rules.consent import lacking
from routing_rules.decision import Decision, Dropped, Facts, Trial
from routing_rules.recipient import Recipient
from routing_rules.roads import KINDS
from routing_rules.rule import Lane, Rule, Rules

Answers = dict[Callable[[Case], Any], tuple[Any, str]]
"""What each condition found in this case, and how it is said: looked up once, asked often."""


def decide(document: Document, recipient: Recipient, facts: Facts, rules: Rules) -> Decision:
    """Return where `document` goes and why.

    A rule of law that holds as well goes before a rule that leads elsewhere (see `guard`). Rules
    are in force by `facts.today`, not by the document's date (see
    `conditions.catalogue.VALIDITY`). Whether a road is open is judged by `recipient` alone, so
    whatever the document says about addresses must have been put there before.
    """
    case = Case(document=document, recipient=recipient, facts=facts)
    answers: Answers = {}
    trials: list[Trial] = []
    for rule in rules.rules:
        if _matches(rule, case, answers, trials):
            law = _law(rules.guarded.get(rule.name, ()), case, answers, trials)
            return _follow(law or rule, case, tuple(trials), rules.version, beside=law and rule)
    return Decision(
        rule=None, because="no rule matches", trials=tuple(trials), rules_version=rules.version
    )


def _law(laws: Iterable[Rule], case: Case, answers: Answers, trials: list[Trial]) -> Rule | None:
    """Return the rule of law that holds as well, if any does; only its clauses are told then."""
    for law in laws:
        tried: list[Trial] = []
        if _matches(law, case, answers, tried):
            trials += tried
            return law
    return None


def _matches(rule: Rule, case: Case, answers: Answers, trials: list[Trial]) -> bool:
    for clause in rule.when:
        answer = answers.get(clause.finds)
        if answer is None:
            found = clause.finds(case)
            answer = answers[clause.finds] = (found, say(found))
        held = clause.holds(answer[0])
        trials.append(
            Trial(
                rule=rule.name, clause=clause.word, wanted=clause.text, found=answer[1], held=held
            )
        )
        if not held:
            return False
    return True


def _follow(
    rule: Rule, case: Case, trials: tuple[Trial, ...], version: str, *, beside: Rule | None
) -> Decision:
    roads, dropped = _open(rule.lanes, case, _closed if rule.legal else _closed_or_unasked)
    roads, remarks = _as_wished(roads, rule, case.recipient)
    if beside:
        remarks = (_set_aside(beside, rule), *remarks)
    copies, dropped_copies = _open(rule.copies, case, _closed)
    if not roads and copies:
        reason = "no road is open, and a copy goes only beside the document itself"
        dropped_copies += tuple(Dropped(road=lane.road, reason=reason) for lane in copies)
        copies = ()
    return Decision(
        rule=rule.name,
        because=f"{rule.because} ({rule.source})" if rule.source else rule.because,
        roads=tuple(lane.road for lane in roads),
        copies=tuple(lane.road for lane in copies),
        legal=rule.legal,
        trials=trials,
        dropped=dropped + dropped_copies,
        remarks=remarks,
        rules_version=version,
    )


def _set_aside(rule: Rule, law: Rule) -> str:
    return (
        f"rule `{rule.name}` ({rule.place}) holds first, but leads elsewhere than the law; "
        f'if the law does not bind, let it say so: instead_of = "{law.name}"'
    )


def _open(
    lanes: Iterable[Lane], case: Case, closed: Callable[[Lane, Case], str | None]
) -> tuple[tuple[Lane, ...], tuple[Dropped, ...]]:
    judged = [(lane, closed(lane, case)) for lane in lanes]
    return (
        tuple(lane for lane, reason in judged if reason is None),
        tuple(Dropped(road=lane.road, reason=reason) for lane, reason in judged if reason),
    )


def _closed(lane: Lane, case: Case) -> str | None:
    if lane.closed:
        return lane.closed
    kind = kind_of(case.document)
    if kind not in lane.carries:
        return f"the format cannot carry a {kind.replace('_', ' ')}"
    return KINDS[lane.kind].missing(case.recipient)


def _closed_or_unasked(lane: Lane, case: Case) -> str | None:
    return _closed(lane, case) or lacking(lane.kind, case)


def _as_wished(
    lanes: tuple[Lane, ...], rule: Rule, recipient: Recipient
) -> tuple[tuple[Lane, ...], tuple[str, ...]]:
    if not recipient.wishes or not lanes:
        return lanes, ()
    wishes = ", ".join(recipient.wishes)
    if rule.legal:
        return lanes, (f"the recipient asked for {wishes}; the law goes before",)
    ordered = tuple(sorted(lanes, key=lambda lane: _rank(lane, recipient.wishes)))
    met = _rank(ordered[0], recipient.wishes) < len(recipient.wishes)
    return ordered, (f"the recipient asked for {wishes}{'' if met else '; no such road is open'}",)


def _rank(lane: Lane, wishes: tuple[str, ...]) -> int:
    """Place of a lane among the wishes, by channel name or kind; after them all if unwished."""
    places = (at for at, wish in enumerate(wishes) if wish in (lane.road.channel, lane.kind))
    return next(places, len(wishes))
