"""Rule and its parts as they are after loading: checked, resolved, ready to be asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from formats.model import DocumentKind
from routing_rules.conditions.case import Case
from routing_rules.conditions.questions import Question
from routing_rules.decision import Road


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One condition of one rule.

    Attributes:
        word: as written, with its `not_`.
        wanted: the value after `asks.read`.
        text: the same, for people.
        finds: what to look at.
        holds: what it must be.
    """

    word: str
    negated: bool
    wanted: Any
    text: str
    asks: Question
    finds: Callable[[Case], Any]
    holds: Callable[[Any], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A road of a rule, with what is known of it before any document comes.

    Attributes:
        road: with the configured channel's name, or the rule's own word where there is none.
        kind: of the channel.
        carries: kinds of documents the format can carry.
        closed: why nobody can take it here, or None.
    """

    road: Road
    kind: str
    carries: frozenset[DocumentKind]
    closed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """If every clause holds, the document takes the first lane that is open.

    Attributes:
        because: the reason, for people.
        source: the law or contract behind it.
        when: conditions in the order of the file, then the rule's two dates.
        legal: no road but these may be taken; the recipient's wishes do not matter.
        allows: of a rule of law: further kinds of channels that other rules may take, with a
            structured format.
        instead_of: rules of law that this one replaces, by its source.
    """

    name: str
    because: str
    source: str
    when: tuple[Clause, ...]
    lanes: tuple[Lane, ...]
    copies: tuple[Lane, ...]
    legal: bool
    allows: tuple[str, ...] = ()
    instead_of: tuple[str, ...] = ()
    file: str
    line: int

    @property
    def place(self) -> str:
        """Where it stands: `own.toml:12`."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All rules in force, first match first.

    Attributes:
        kept: the rule set they were loaded from, as `rule_set.RuleSet` keeps it.
        version: hex SHA-256 of these bytes.
        guarded: name of a rule to the rules of law after it that go before it where both hold.
    """

    rules: tuple[Rule, ...]
    version: str
    kept: bytes
    guarded: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
