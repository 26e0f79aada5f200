"""SyntaxRule, Context, SyntaxRules: what a rule on a file is, and how a table of them is loaded.

Nearly every rule says how often something may stand at a path below its context, mostly never or
once. What says more has an entry `Own` in the module beside its table, by the rule's id.

A path is counted from the context: `.` is the context itself, `a/b` a grandchild, `//a` stands
anywhere in the file, `@x` is an attribute. A context without a slash in front stands anywhere.
"""

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, TypeAlias, TypeVar

from formats.findings import Severity
from formats.xml.names import Element

T = TypeVar("T")
Test: TypeAlias = Callable[[Element, "Sheet"], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What a rule says that is more than how often something may be there.

    Attributes:
        path: of what is looked at; for an attribute, `only` gets the element that has it.
        only: whether an element at the path counts.
        around: it is asked of the context that an element at the path stands in, and that counts.
            It costs nothing where no such element stands, as each line asked for it would.
        sentence: what is wrong where there are too many, as `the value … says that`.
        fix: what the sender must do, as an order.
        most: how many that count may be there in one context.
        alike: what makes two of them the same, so that they count once.
        seek: finds inside the element at the path what is at fault, instead of `only`; None is
            nothing. It costs less than a path at which every element of a file stands.
        shows: the attribute that is at fault, if the path does not name it.
        term: BT or BG number.
    """

    path: str
    only: Test = lambda _element, _sheet: True
    around: bool = False
    sentence: str
    fix: str
    most: int = 0
    alike: Callable[[Element], str] | None = None
    seek: Callable[[Element], Element | None] | None = None
    shows: str | None = None
    term: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntaxRule:
    """One official rule on files: at a context, between `least` and `most` stand at `path`.

    Attributes:
        most: None is any number.
        term: BT or BG number; None for what no term is bound to, as all that is not in the core.
    """

    id: str
    severity: Severity
    path: str
    least: int = 0
    most: int | None = 0
    term: str | None = None
    own: Own | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Context:
    """A kind of element at which rules are judged.

    Attributes:
        at: its path, or several with | between them.
        pattern: within one, an element is judged only in the first context that it fits.
        when: whether an element at the path is one; None if all are.
    """

    at: str
    pattern: str
    when: Callable[[Element], bool] | None
    rules: tuple[SyntaxRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SyntaxRules:
    """The rules of one standard, in one version, on files of one syntax.

    Attributes:
        key: as a certificate names it.
        version: of the official rules that these agree with.
        source: where they are published.
        contexts: in the order in which they are tried.
    """

    key: str
    version: str
    source: str
    contexts: tuple[Context, ...]

    def __iter__(self) -> Iterator[SyntaxRule]:
        """Return all rules, in official order."""
        return (rule for context in self.contexts for rule in context.rules)


class Sheet:
    """What a file has, as far as tests ask; nothing is looked up twice.

    Attributes:
        root: the element at which judging began.
    """

    def __init__(self, root: Element) -> None:
        self.root = root
        self._known: dict[tuple[object, ...], Any] = {}

    def once(self, look: Callable[[Element], T], element: Element) -> T:
        """Return what `look` says of an element, asked once."""
        key = (look, element)
        if key not in self._known:
            self._known[key] = look(element)
        found: T = self._known[key]
        return found

    def values(self, group: Element | None, name: str) -> frozenset[str]:
        """Return the texts of all children of that Clark name."""
        if group is None:
            return frozenset()
        key = (group, name)
        if key not in self._known:
            self._known[key] = frozenset({text(child) for child in group if child.tag == name})
        found: frozenset[str] = self._known[key]
        return found


def text(element: Element) -> str:
    """Return the text in an element and all that is inside it, as XPath sees it."""
    return "".join(map(str, element.itertext())) if len(element) else element.text or ""


def normal(element: Element) -> str:
    """Return the text in an element with single spaces, as XPath normalizes it."""
    return " ".join(text(element).split(None))


def above(element: Element, levels: int) -> Element:
    """Return the element that another lies in, so many levels above it."""
    for _ in range(levels):
        parent = element.getparent()
        assert parent is not None
        element = parent
    return element


def load(
    table: str,
    *,
    key: str,
    own: Mapping[str, Own],
    conditions: Mapping[str, Callable[[Element], bool]],
) -> SyntaxRules:
    """Return the rules in a table of this package, completed by what only functions can judge.

    Raises:
        ValueError: a rule is marked as `own` and has no entry, or the other way round.
    """
    content = tomllib.loads(files("formats.syntax").joinpath(table).read_text("utf-8"))
    contexts = tuple(_context(entry, own, conditions) for entry in content["contexts"])
    rules = SyntaxRules(
        key=key,
        version=content["version"],
        source=content["source"] + (f" of {content['date']}" if "date" in content else ""),
        contexts=contexts,
    )
    if {rule.id for rule in rules if rule.own} != set(own):
        raise ValueError(f"{table} and its functions do not name the same rules")
    return rules


def kept(core: SyntaxRules, ids: Collection[str]) -> Iterator[Context]:
    """Yield the core's contexts with the rules that are kept, and those that hide others."""
    patterns = {context.pattern for context in core.contexts if _among(context, ids)}
    for context in core.contexts:
        if context.pattern in patterns:
            yield replace(context, rules=_among(context, ids))


def _among(context: Context, ids: Collection[str]) -> tuple[SyntaxRule, ...]:
    return tuple(rule for rule in context.rules if rule.id in ids)


def _context(
    entry: Mapping[str, str],
    own: Mapping[str, Own],
    conditions: Mapping[str, Callable[[Element], bool]],
) -> Context:
    at, _, condition = entry["at"].partition("[")
    rules = tuple(_rule(row.split(), own) for row in entry["rules"].splitlines())
    assert not condition or not any(rule.least for rule in rules), "judge() relies on it"
    return Context(
        at=at,
        pattern=entry["pattern"],
        when=conditions[condition.rstrip("]")] if condition else None,
        rules=rules,
    )


def _rule(row: Sequence[str], own: Mapping[str, Own]) -> SyntaxRule:
    rule, severity, occurs, *rest = row
    if occurs == "own":
        mine = own[rule]
        return SyntaxRule(
            id=rule,
            severity=Severity(severity),
            path=mine.path,
            most=mine.most,
            term=mine.term,
            own=mine,
        )
    least, _, most = occurs.partition("..")
    return SyntaxRule(
        id=rule,
        severity=Severity(severity),
        path=rest[0],
        least=int(least),
        most=None if most == "n" else int(most),
        term=rest[1] if len(rest) > 1 else None,
    )
