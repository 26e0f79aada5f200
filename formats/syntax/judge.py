"""judge(), judge_by(): a file by all rules on its elements and attributes, in one walk."""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from formats.findings import Finding
from formats.rules.engine import Outcome
from formats.syntax.catalogue import SYNTAXES
from formats.syntax.paths import Found, Machine, Slot, walk
from formats.syntax.rules import Context, Own, Sheet, SyntaxRule, SyntaxRules, text
from formats.syntax.wording import fix, message, named, path_of
from formats.xml.names import Element, name_of
from formats.xml.payload import unexpected
from formats.xml.places import Places
from formats.xml.walking import WHITE_SPACE

_SHOWN_CHARACTERS = 100


class Fault(NamedTuple):
    """A rule that is broken in one context: by an element that is too many, or by the context."""

    rule: SyntaxRule
    slot: Slot
    subject: Element
    element: Element
    there: int


def ruleset_of(root: Element) -> SyntaxRules | None:
    """Return the rules on files with this root element; None if there are none."""
    return SYNTAXES.get(str(root.tag))


def judge(root: Element, rules: SyntaxRules | None = None) -> Outcome:
    """Return which rules on files hold; every rule of the set is in one of the outcome's lists.

    Args:
        root: of an invoice or credit note in UBL, or an invoice in CII, without an envelope.
        rules: of a specification that it claims to obey; None: CEN's.

    Raises:
        Unreadable: IN-XML-4, this is another kind of file.
    """
    rules = rules or ruleset_of(root)
    if rules is None:
        raise unexpected(root, what="an invoice in UBL or CII")
    return judge_by((rules,), root)[0]


def judge_by(sets: tuple[SyntaxRules, ...], root: Element) -> tuple[Outcome, ...]:
    """Return what each of several sets of rules on such files says, after a single walk."""
    machine = _machine(sets)
    found = walk(root, machine)
    faults = sorted(
        _faults(machine, found, Sheet(root)), key=lambda fault: machine.order[fault.rule.id]
    )
    places = Places()
    return tuple(_outcome(rules, found, faults, places) for rules in sets)


def _outcome(rules: SyntaxRules, found: Found, faults: Sequence[Fault], places: Places) -> Outcome:
    """Return of all that was found what belongs to one of the sets."""
    if faults:
        contexts = frozenset(rules.contexts)
        faults = [fault for fault in faults if fault.slot.context in contexts]
    failed = dict.fromkeys(fault.rule.id for fault in faults)
    met, elsewhere = _parted(rules, frozenset(found.subjects))
    return Outcome(
        rules=rules.key,
        version=rules.version,
        passed=tuple(rule for rule in met if rule not in failed) if failed else met,
        failed=tuple(failed),
        not_applicable=elsewhere,
        unjudged={},
        findings=tuple(_finding(fault, places) for fault in faults),
    )


@lru_cache(maxsize=256)
def _parted(
    rules: SyntaxRules, there: frozenset[Context]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the rules that a file with these contexts gives occasion to judge, and the others."""
    parts: dict[bool, list[str]] = {True: [], False: []}
    for context in rules.contexts:
        parts[context in there] += [rule.id for rule in context.rules]
    return tuple(parts[True]), tuple(parts[False])


@cache
def _machine(sets: tuple[SyntaxRules, ...]) -> Machine:
    return Machine([context for rules in sets for context in rules.contexts])


def _faults(machine: Machine, found: Found, sheet: Sheet) -> Iterator[Fault]:
    hits = dict(found.hits)
    for context in found.subjects:
        for slot in machine.required[context]:
            hits.setdefault(slot, [])
    for slot, elements in hits.items():
        if subjects := found.subjects.get(slot.context):
            for rule in slot.rules:
                yield from _broken(rule, slot, subjects, elements, sheet)


def _broken(
    rule: SyntaxRule,
    slot: Slot,
    subjects: Sequence[Element],
    hits: Sequence[Element],
    sheet: Sheet,
) -> Iterator[Fault]:
    depth = slot.depth
    if rule.own is not None:
        if rule.own.around:
            hits, depth = _around(_owners(depth, subjects, hits)), 0
        hits = _counting(rule.own, hits, sheet)
    if not rule.least and rule.most is not None and len(hits) <= rule.most:
        return
    owners = _owners(depth, subjects, hits)
    if rule.most and len(set(owners)) == len(hits) >= rule.least * len(subjects):
        return
    counted: dict[Element | None, list[Element]] = {}
    for owner, element in zip(owners, hits, strict=True):
        counted.setdefault(owner, []).append(element)
    for subject in subjects:
        there = counted.get(subject, ())
        if len(there) < rule.least:
            yield Fault(rule, slot, subject, subject, len(there))
        elif rule.most is not None and len(there) > rule.most:
            yield Fault(rule, slot, subject, there[rule.most], len(there))


def _counting(own: Own, hits: Sequence[Element], sheet: Sheet) -> Sequence[Element]:
    """Return those that count, and of several that are alike the first."""
    if own.seek is not None:
        return [element for element in hits if own.seek(element) is not None]
    only = own.only
    found = [element for element in hits if only(element, sheet)]
    if own.alike is None:
        return found
    first: dict[str, Element] = {}
    for element in found:
        first.setdefault(own.alike(element), element)
    return list(first.values())


def _owners(
    depth: int | None, subjects: Sequence[Element], hits: Sequence[Element]
) -> Sequence[Element | None]:
    """Return of each element the context that it counts in, so many levels above."""
    if depth is None:
        return [subjects[0]] * len(hits)
    owners: Sequence[Element | None] = hits
    for _ in range(depth):
        owners = [None if element is None else element.getparent() for element in owners]
    return owners


def _around(owners: Sequence[Element | None]) -> Sequence[Element]:
    return [each for each in dict.fromkeys(owners) if each is not None]


def _finding(fault: Fault, places: Places) -> Finding:
    rule, slot, subject, element, there = fault
    missing = there < rule.least
    if rule.own and rule.own.seek and (found := rule.own.seek(element)) is not None:
        element = found
    if missing:
        what = named(rule.path.partition("@")[0].rstrip("/"), slot.attribute)
    else:
        what = named(path_of(element, 1 if slot.depth is None else slot.depth), slot.attribute)
    where = name_of(str(subject.tag))
    return Finding(
        rule=rule.id,
        message=rule.own.sentence if rule.own else message(rule, what, where, there),
        severity=rule.severity,
        term=rule.term,
        place=places.of(element, None if missing else slot.attribute),
        value=None if missing else _value(rule, slot, element),
        fix=rule.own.fix if rule.own else fix(rule, what, there),
    )


def _value(rule: SyntaxRule, slot: Slot, element: Element) -> str | None:
    """Return what is at fault: of what only is one too many, nothing but an attribute."""
    attribute = slot.attribute or (rule.own.shows if rule.own else None)
    if attribute:
        return element.get(attribute)
    if rule.own is None or len(element):
        return None
    found = text(element).strip(WHITE_SPACE)
    return found if 0 < len(found) <= _SHOWN_CHARACTERS else None
