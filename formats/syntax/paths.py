"""The paths of all rules of a syntax as one machine, so that a file is walked once.

A State stands for a place in a file as far as rules can tell it from others. It is made when a file
first has such a place, and kept: from then on an element costs one look-up by its name.
"""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from formats.syntax.rules import Context, SyntaxRule
from formats.xml.names import NAMESPACES, UBL_CREDIT_NOTE, UBL_INVOICE, Element, tag
from formats.xml.walking import inside

SPARE: Final = 10_000
"""How many names that stand in no table are remembered; a hostile file has more."""

_ROOTS: Final = {
    "Invoice": f"{{{UBL_INVOICE}}}Invoice",
    "CreditNote": f"{{{UBL_CREDIT_NOTE}}}CreditNote",
}
_REACHED: Final = {(), (".",)}
_CHOICE: Final = re.compile(r"\(([^()]*)\)(.*)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slot:
    """A path at which rules of one context count.

    Attributes:
        depth: how many levels below the context; None for a path that stands anywhere.
        attribute: its name, if that is what is counted.
    """

    context: Context
    path: str
    depth: int | None
    attribute: str | None
    rules: tuple[SyntaxRule, ...] = ()


Item = tuple[Context | Slot, tuple[str, ...]]
"""What a path leads to, and the steps that are still to go."""


@dataclass(slots=True, kw_only=True, eq=False)
class State:
    """A place in a file.

    Attributes:
        opens: for each pattern, the contexts that an element here may be, in order.
        slots: where it counts.
        attributes: where its attributes count, by name.
        ahead: what is looked for further down, by its next step.
        below: by name of a child, where that child is, as far as it was asked for.
        eventful: whether any rule looks at an element here.
    """

    opens: tuple[tuple[Context, ...], ...]
    slots: tuple[Slot, ...]
    attributes: Mapping[str, tuple[Slot, ...]]
    ahead: Mapping[str, Sequence[Item]]
    below: dict[object, "State"] = field(default_factory=dict)
    eventful: bool = field(init=False)

    def __post_init__(self) -> None:
        self.eventful = bool(self.opens or self.slots)


class Machine:
    """All states of one syntax, for the contexts of one or several sets of rules."""

    def __init__(self, contexts: Sequence[Context]) -> None:
        self.slots = {context: tuple(_slots(context)) for context in contexts}
        self.required = {
            context: [slot for slot in slots if any(rule.least for rule in slot.rules)]
            for context, slots in self.slots.items()
        }
        self.ids = {context: [rule.id for rule in context.rules] for context in contexts}
        self.order = {
            rule: number
            for number, rule in enumerate(rule for ids in self.ids.values() for rule in ids)
        }
        self._order = {context: number for number, context in enumerate(contexts)}
        self._made: dict[object, State] = {}
        self._spare = SPARE
        anywhere, start = self._beginnings()
        self._anywhere = _by_next(anywhere)
        self._endings = tuple(step for step in self._anywhere if "*" in step)
        self._nowhere = self._state((), (), ())
        self.start = self._state((), (), tuple(start))

    def below(self, state: State, name: object) -> State:
        """Return the state of a child of this name, and remember it while there is room."""
        if not isinstance(name, str):
            return self._nowhere
        ends = [step for step in self._endings if _fits(name, step)]
        known = name in state.ahead or name in self._anywhere
        found = self._arrive(state, [name, *ends]) if known or ends else self._nowhere
        if known or self._spare:
            self._spare -= not known
            state.below[name] = found
        return found

    def _beginnings(self) -> tuple[list[Item], list[Item]]:
        """Return what may begin anywhere, and what begins at the root."""
        anywhere: list[Item] = []
        start: list[Item] = []
        for context in self._order:
            found = start if context.at.startswith("/") else anywhere
            found += [(context, steps) for steps in _ways(context.at)]
            for slot in self.slots[context]:
                if slot.depth is None:
                    anywhere += [(slot, steps) for steps in _ways(slot.path)]
        return anywhere, start

    def _arrive(self, state: State, steps: Sequence[str]) -> State:
        """Return the state after these steps, which all fit one element."""
        going = [
            (goal, left[1:])
            for step in steps
            for goal, left in (*state.ahead.get(step, ()), *self._anywhere.get(step, ()))
        ]
        opens = self._opens({goal for goal, left in going if not left and _opens(goal)})
        for context in (context for group in opens for context in group):
            for slot in self.slots[context]:
                if slot.depth is not None:
                    going += [(slot, left) for left in _ways(slot.path)]
        slots = [goal for goal, left in going if isinstance(goal, Slot) and left in _REACHED]
        return self._state(
            opens, tuple(slots), tuple(item for item in going if item[1] not in _REACHED)
        )

    def _opens(self, contexts: set[Context | Slot]) -> tuple[tuple[Context, ...], ...]:
        """Group by pattern, in order, without those that come after one that always fits."""
        groups: dict[str, list[Context]] = {}
        for context in (each for each in self._order if each in contexts):
            group = groups.setdefault(context.pattern, [])
            if not group or group[-1].when is not None:
                group.append(context)
        return tuple(tuple(group) for group in groups.values())

    def _state(
        self,
        opens: tuple[tuple[Context, ...], ...],
        slots: tuple[Slot, ...],
        items: tuple[Item, ...],
    ) -> State:
        key = (opens, slots, items)
        if key not in self._made:
            ahead = _by_next(items)
            made = State(
                opens=opens,
                slots=slots,
                attributes=_attributes(ahead, self._anywhere),
                ahead=ahead,
            )
            self._made[key] = made
        return self._made[key]


@dataclass(slots=True, kw_only=True, eq=False)
class Found:
    """What a walk has found: the elements that are a context, and those that count in a slot."""

    subjects: dict[Context, list[Element]] = field(default_factory=dict)
    hits: dict[Slot, list[Element]] = field(default_factory=dict)


def walk(root: Element, machine: Machine) -> Found:
    """Look at every element once, level by level."""
    found = Found()
    arrived: defaultdict[State, list[Element]] = defaultdict(list)
    queue: deque[tuple[Iterable[Element], State]] = deque([((root,), machine.start)])
    while queue:
        parent, state = queue.popleft()
        known = state.below
        for element in parent:
            name = element.tag
            try:
                below = known[name]
            except KeyError:
                below = machine.below(state, name)
            if below.eventful:
                arrived[below].append(element)
            if below.attributes:
                for attribute in element.keys():  # noqa: SIM118  (an element is no mapping)
                    if attribute in below.attributes:
                        _hit(found, below.attributes[str(attribute)], (element,))
            if len(element):
                queue.append((inside(element), below))
    for state, elements in arrived.items():
        _note(found, state, elements)
    return found


def _note(found: Found, state: State, elements: Sequence[Element]) -> None:
    for group in state.opens:
        left = elements
        for context in group:
            fitting, left = _parted(left, context.when)
            if fitting:
                found.subjects.setdefault(context, []).extend(fitting)
    _hit(found, state.slots, elements)


def _hit(found: Found, slots: Sequence[Slot], elements: Sequence[Element]) -> None:
    for slot in slots:
        found.hits.setdefault(slot, []).extend(elements)


def _parted(
    elements: Sequence[Element], when: Callable[[Element], bool] | None
) -> tuple[Sequence[Element], Sequence[Element]]:
    """Return the elements that fit a condition, and the others."""
    if when is None:
        return elements, ()
    fitting: list[Element] = []
    others: list[Element] = []
    for element in elements:
        (fitting if when(element) else others).append(element)
    return fitting, others


def _opens(goal: Context | Slot) -> bool:
    return isinstance(goal, Context)


def _by_next(items: Iterable[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item[1][0], []).append(item)
    return found


def _attributes(*ahead: Mapping[str, Sequence[Item]]) -> dict[str, tuple[Slot, ...]]:
    found: dict[str, tuple[Slot, ...]] = {}
    for items in ahead:
        for step, wanted in items.items():
            if step.startswith("@"):
                slots = tuple(goal for goal, _ in wanted if isinstance(goal, Slot))
                found[step[1:]] = (*found.get(step[1:], ()), *slots)
    return found


def _slots(context: Context) -> Iterator[Slot]:
    rules: dict[str, list[SyntaxRule]] = {}
    for rule in context.rules:
        rules.setdefault(rule.path, []).append(rule)
    for path, counted in rules.items():
        yield _slot(context, path, counted)


def _slot(context: Context, path: str, rules: Sequence[SyntaxRule]) -> Slot:
    elements, _, attribute = path.partition("@")
    steps = [step for step in elements.split("/") if step not in {"", "."}]
    return Slot(
        context=context,
        path=path,
        depth=None if path.startswith("//") else len(steps),
        attribute=attribute or None,
        rules=tuple(rules),
    )


def _ways(path: str) -> Iterator[tuple[str, ...]]:
    """Yield the steps of a path, as Clark names; several times where it has alternatives.

    >>> list(_ways("(*A|*B)/@x")), list(_ways("//@x"))
    ([('*A', '@x'), ('*B', '@x')], [('@x',)])
    """
    choice = _CHOICE.fullmatch(path)
    options = [each + choice[2] for each in choice[1].split("|")] if choice else path.split("|")
    for option in options:
        yield tuple(_step(step) for step in option.split("/") if step)


def _step(step: str) -> str:
    if step in _ROOTS:
        return _ROOTS[step]
    prefix, colon, local = step.partition(":")
    if step.startswith(("@", "*", ".")) or not colon:
        return step
    return f"{{{NAMESPACES[prefix]}}}{local}" if local.startswith("*") else tag(step)


def _fits(name: str, step: str) -> bool:
    """Whether a Clark name is one that a step with * stands for.

    >>> _fits("{urn:x}TaxAmount", "*Amount"), _fits("{urn:x}Amounts", "*Amount")
    (True, False)
    """
    before, _, end = step.partition("*")
    return name.startswith(before) and name.endswith(end)
