"""Segments to terms by the tables of a profile, each with its place and its faults."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

from formats.edi import vat
from formats.edi.faults import Faults
from formats.edi.places import Place, Stated, stated
from formats.edi.profile import NoMeaning, Profile, Rule, Scope
from formats.edi.segments import Segment, along
from formats.findings import Finding
from formats.model import ZERO
from formats.model.paths import Draft, Value
from formats.notation import number_reader

_READERS = {sign: number_reader(sign) for sign in ".,"}
_GUIDE = "the guide"
_WRONG = ("",)
"""A value that cannot be read, which is told from one that is not there."""


@dataclass(slots=True, kw_only=True)
class Walk:
    """Follows a profile through one message.

    Attributes:
        top: the message, with its groups.
        decimals: signs that may stand before decimals in this file.
        found: what could not be read.
        given: heads of groups that a table has taken already: a party has one role.
    """

    top: Segment
    profile: Profile
    decimals: str
    faults: Faults
    found: list[Finding] = field(default_factory=list)
    given: set[int] = field(default_factory=set)

    def fill(self, draft: Draft, scope: Scope, here: Segment) -> None:
        """Put to the draft what a table and the tables in it find, at one segment."""
        before = len(self.found)
        there = here.children.keys()
        for rule in scope.rules:
            if rule.heads is not None and there.isdisjoint(rule.heads):
                continue
            if not vat.is_needless(draft, rule.term, scope.path):
                self._follow(draft, rule, here)
        settled = vat.settled(draft, scope.path, self.found[before:], self.profile.taxed_category)
        self.found[before:] = settled
        if scope.path == "lines" and self.profile.line_net != "as stated":
            vat.put_net(draft)
        for inner in scope.scopes:
            if inner.path:
                for segment in self._segments(inner, here):
                    self.fill(draft.add(inner.path), inner, segment)
            else:
                self._fill_first(draft, inner, here)

    def _fill_first(self, draft: Draft, scope: Scope, here: Segment) -> None:
        for segment in self._segments(scope, here):
            if segment.number not in self.given:
                self.given.add(segment.number)
                self.fill(draft, scope, segment)
                return

    def _segments(self, scope: Scope, here: Segment) -> Iterator[Segment]:
        seen = set()
        for way in scope.ways:
            for segment in along(here, way):
                qualifier = segment.name.removeprefix(segment.tag)[1:]
                if qualifier in scope.without or not self._has(scope.needs, segment):
                    continue
                if scope.unique is not None:
                    values = [each.text for each in self._stated(scope.unique, segment)]
                    if not values:
                        continue
                    if values[0] in seen:
                        segment.taken.update(_all(segment))
                        continue
                    seen.add(values[0])
                yield segment

    def _has(self, places: tuple[Place, ...], segment: Segment) -> bool:
        return not places or any(any(True for _ in self._stated(p, segment)) for p in places)

    def _stated(self, place: Place, here: Segment) -> Iterator[Stated]:
        start = self.top if place.top else here
        if place.text or (place.way and place.way[0] not in start.children):
            return iter(())
        return stated(place, self.top, here, self.profile.syntax.beside)

    def _follow(self, draft: Draft, rule: Rule, here: Segment) -> None:
        """Put the first value that has a meaning; one that cannot be read ends the search."""
        unknown: list[Finding] = []
        anything = False
        for place in rule.places:
            parts = self._parts(place, here)
            anything = anything or bool(parts)
            value = self._value(draft.prefix + rule.term.path, rule, place, parts, unknown)
            if value is _WRONG:
                return
            if value:
                draft.put(rule.term, value[0], " + ".join(part.where for part in parts))
                self._mark_same(rule, here, parts[0].text)
                return
        self.found += unknown[:1]
        last = rule.places[-1]
        if last.text and not anything:
            draft.put(rule.term, _constant(rule, last), _GUIDE)

    def _parts(self, place: Place, here: Segment) -> list[Stated]:
        """Return what stands at a place: the first text, or all where they are added up."""
        if place.text:
            return []
        return list(islice(self._stated(place, here), None if place.summed else 1))

    def _value(
        self,
        path: str,
        rule: Rule,
        place: Place,
        parts: list[Stated],
        unknown: list[Finding],
    ) -> tuple[Value, ...]:
        """Return the value, `_WRONG` if it cannot be read, nothing if it has no meaning."""
        values: list[Value] = []
        for part in parts:
            try:
                values.append(self._read(rule, place, part))
            except NoMeaning as error:
                part.take()
                unknown.append(self.faults.no_meaning(part.where, path, part.text, str(error)))
                return ()
            except ValueError as error:
                part.take()
                self.found.append(self.faults.wrong_value(part.where, path, part.text, error))
                return _WRONG
        if not values or values[0] == "":
            return ()
        for part in parts:
            part.take()
        return (_total(values),) if place.summed else (values[0],)

    def _read(self, rule: Rule, place: Place, first: Stated) -> Value:
        kind = rule.term.kind
        if kind is Decimal:
            return self.number(first.text, place.implied)
        if kind is date:
            last = rule.term.name == "end"
            return self.profile.syntax.dates(first.segment, first.element, first.component, last)
        return rule.meaning(first.text) if rule.meaning else first.text

    def number(self, text: str, implied: int = 0) -> Decimal:
        """Return the number that a text states.

        Raises:
            ValueError: it is none.
        """
        signs = "" if implied else self.decimals
        sign = next((each for each in signs if each in text), ".")
        if sign not in signs and sign in text:
            raise ValueError(f"is not a number whose decimals stand behind `{self.decimals}`")
        return _READERS[sign](text).scaleb(-implied)

    def _mark_same(self, rule: Rule, here: Segment, text: str) -> None:
        """Take, too, what other places of the rule say if it is the same."""
        if len(rule.places) > 1:
            for place in rule.places:
                for each in self._stated(place, here):
                    if each.text == text:
                        each.take()


def _constant(rule: Rule, place: Place) -> Value:
    return _READERS["."](place.text) if rule.term.kind is Decimal else place.text


def _total(values: list[Value]) -> Decimal:
    return sum((value for value in values if isinstance(value, Decimal)), ZERO)


def _all(segment: Segment) -> Iterator[tuple[int, int]]:
    for element, components in enumerate(segment.elements, start=1):
        for component in range(1, len(components) + 1):
            yield element, component
