'''load(): rules from TOML, all faults at once, each with file and line.

>>> from formats.model import DocumentKind
>>> house = Vocabulary(
...     channels={"mail": "email"}, formats={"letter": frozenset(DocumentKind)}
... )
>>> rules = load([("own.toml", """
... [[rule]]
... name = "vip"
... because = "they asked for it"
... source = "framework contract 2026"
... when.group = "key-account"
... when.total_over = "1000.00"
... roads = [{ channel = "email", format = "letter" }]
... """)], house)
>>> rules.rules[0].place, rules.rules[0].lanes[0].road.channel
('own.toml:2', 'mail')
'''

import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from routing_rules.conditions.case import say
from routing_rules.conditions.catalogue import (
    CHANNEL_WORDS,
    CONDITIONS,
    VALIDITY,
    Condition,
    find,
)
from routing_rules.decision import Print, Road
from routing_rules.guard import laws_beside
from routing_rules.places import Place, rule_places
from routing_rules.roads import KINDS, Vocabulary
from routing_rules.rule import Clause, Lane, Rule, Rules
from routing_rules.rule_set import RuleSet

RULE_KEYS = (
    "name",
    "because",
    "source",
    "valid_from",
    "valid_until",
    "when",
    "roads",
    "copies",
    "legal",
    "allows",
    "instead_of",
)
PRINT_KEYS = Print.__struct_fields__
ROAD_KEYS = ("channel", "format", "signature", "print")
SHIPPED = Path(__file__).parent / "shipped"
LAST_RESORT = "default.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in a rule file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class UnusableRules(Exception):
    """The rules cannot be used.

    Attributes:
        faults: everything that is wrong, in the order of the files.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


def shipped() -> tuple[tuple[str, str], ...]:
    """Return the rule files that ship with us: countries, then the road of last resort."""
    files = sorted(SHIPPED.glob("*.toml"), key=lambda path: (path.name == LAST_RESORT, path.name))
    return tuple((f"shipped/{path.name}", path.read_text("utf-8")) for path in files)


def load(files: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> Rules:
    """Return the rules of `files` (name and text), in order: the first that matches wins.

    The operator's own files come first, then `shipped()`.

    Raises:
        UnusableRules: with all faults of all files.
    """
    faults: list[Fault] = []
    rules: list[Rule] = []
    for name, text in files:
        rules += _rules(name, text, vocabulary, faults)
    faults += [*_doubles(rules), *_replaced(rules)]
    if faults:
        order = {name: at for at, (name, _) in enumerate(files)}
        raise UnusableRules(sorted(faults, key=lambda fault: (order[fault.file], fault.line)))
    rule_set = RuleSet.of(files, vocabulary)
    guarded = {rule.name: laws_beside(rule, rules[at:]) for at, rule in enumerate(rules, start=1)}
    return Rules(rules=tuple(rules), version=rule_set.version, kept=rule_set.kept, guarded=guarded)


def _rules(file: str, text: str, vocabulary: Vocabulary, faults: list[Fault]) -> list[Rule]:
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        at = int(line[1]) if line else max(1, len(text.splitlines()))
        faults.append(Fault(file=file, line=at, message=f"not TOML: {error}"))
        return []
    tables = content.pop("rule", [])
    faults += [
        Fault(file=file, line=1, message=f"unknown key `{key}`; only [[rule]]") for key in content
    ]
    places = rule_places(text)
    if not isinstance(tables, list) or len(tables) != len(places):
        faults.append(Fault(file=file, line=1, message="write each rule under a line [[rule]]"))
        return []
    return [
        _Entry(file=file, table=table, place=place, vocabulary=vocabulary, faults=faults).rule()
        for table, place in zip(tables, places, strict=True)
    ]


def _doubles(rules: Iterable[Rule]) -> list[Fault]:
    first: dict[str, Rule] = {}
    faults = []
    for rule in rules:
        earlier = first.setdefault(rule.name, rule)
        if earlier is not rule and rule.name:
            message = f"the name `{rule.name}` is taken by the rule at {earlier.place}"
            faults.append(Fault(file=rule.file, line=rule.line, message=message))
    return faults


def _replaced(rules: Sequence[Rule]) -> list[Fault]:
    """Return what is wrong with rules that replace rules of law."""
    laws = [rule.name for rule in rules if rule.legal]
    messages = [
        (rule, f"`instead_of`: no rule of law `{name}`{_meant(name, laws)}")
        for rule in rules
        for name in rule.instead_of
        if name not in laws
    ]
    messages += [
        (rule, "`instead_of` needs a `source`: why the law does not bind")
        for rule in rules
        if rule.instead_of and not rule.source
    ]
    return [
        Fault(file=rule.file, line=rule.line, message=f"rule `{rule.name}`: {message}")
        for rule, message in messages
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One `[[rule]]` on its way to a Rule; what is wrong goes to `faults`."""

    file: str
    table: dict[str, Any]
    place: Place
    vocabulary: Vocabulary
    faults: list[Fault]

    def rule(self) -> Rule:
        self._refuse_unknown(self.table, RULE_KEYS, "key")
        clauses = [*self._conditions(), *self._validity()]
        return Rule(
            name=self._text("name", required=True),
            because=self._text("because", required=True),
            source=self._text("source"),
            when=tuple(clause for clause in clauses if clause),
            lanes=self._lanes("roads", required=True),
            copies=self._lanes("copies"),
            legal=self._legal(),
            allows=self._allows(),
            instead_of=self._names("instead_of"),
            file=self.file,
            line=self.place.line,
        )

    def _fault(self, key: str, message: str) -> None:
        name = self.table.get("name")
        whose = f"rule `{name}`: " if isinstance(name, str) else ""
        fault = Fault(file=self.file, line=self.place.of(key), message=whose + message)
        self.faults.append(fault)

    def _refuse_unknown(self, table: dict[str, Any], known: Sequence[str], what: str) -> None:
        for key in table:
            if key not in known:
                self._fault(key, f"unknown {what} `{key}`{_meant(key, known)}")

    def _text(self, key: str, *, required: bool = False) -> str:
        value = self.table.get(key, "")
        if not isinstance(value, str):
            self._fault(key, f"`{key}` must be text, found {say(value)!r}")
            return ""
        if required and not value.strip():
            self._fault(key, f"`{key}` is missing")
        return value.strip()

    def _legal(self) -> bool:
        legal = self.table.get("legal", False)
        if not isinstance(legal, bool):
            self._fault("legal", "`legal` must be true or false without quotes")
        return legal is True

    def _allows(self) -> tuple[str, ...]:
        kinds = self._names("allows")
        for kind in kinds:
            self._check_known("allows", "kind of channel", kind, KINDS)
        if kinds and not self._legal():
            self._fault("allows", "`allows` is for rules with `legal = true`")
        return kinds

    def _names(self, key: str) -> tuple[str, ...]:
        value = self.table.get(key, [])
        names = [value] if isinstance(value, str) else value
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return tuple(names)
        self._fault(key, f"`{key}` must be a name or a list of names")
        return ()

    def _conditions(self) -> list[Clause | None]:
        when = self.table.get("when", {})
        if not isinstance(when, dict):
            self._fault("when", "`when` must be a table: when.country = ...")
            return []
        return [self._condition(word, raw) for word, raw in when.items()]

    def _condition(self, word: str, raw: object) -> Clause | None:
        entry = find(word)
        if entry is None:
            self._fault(word, f"unknown word `{word}`{_meant(word, CONDITIONS)}")
            return None
        condition, negated = entry
        clause = self._clause(word, raw, condition, negated=negated)
        if clause and word in CHANNEL_WORDS:
            for channel in clause.wanted:
                self._check_channel(channel, word)
        return clause

    def _validity(self) -> list[Clause | None]:
        clauses = [
            self._clause(word, self.table[word], condition)
            for word, condition in VALIDITY.items()
            if word in self.table
        ]
        first, last = [*clauses, None, None][:2]
        if first and last and first.wanted > last.wanted:
            self._fault("valid_until", f"valid until {last.text}, before it begins")
        return clauses

    def _clause(
        self, word: str, raw: object, condition: Condition, *, negated: bool = False
    ) -> Clause | None:
        try:
            wanted = condition.asks.read(raw)
        except ValueError as error:
            self._fault(word, f"`{word}`: {error}")
            return None
        test = condition.asks.test(wanted)
        return Clause(
            word=word,
            negated=negated,
            wanted=wanted,
            text=say(wanted),
            asks=condition.asks,
            finds=condition.finds,
            holds=(lambda found: not test(found)) if negated else test,
        )

    def _lanes(self, key: str, *, required: bool = False) -> tuple[Lane, ...]:
        roads = self.table.get(key, [])
        if not isinstance(roads, list) or not all(isinstance(road, dict) for road in roads):
            self._fault(key, f'`{key}` must be a list like [{{ channel = "…", format = "…" }}]')
            return ()
        if required and not roads:
            self._fault(key, f"`{key}` is missing: the rule leads nowhere")
        lanes = [self._lane(key, road) for road in roads]
        return tuple(lane for lane in lanes if lane)

    def _lane(self, key: str, road: dict[str, Any]) -> Lane | None:
        self._refuse_unknown(road, ROAD_KEYS, "key of a road")
        words = [road.get("channel"), road.get("format"), road.get("signature", "")]
        if not all(isinstance(word, str) for word in words):
            self._fault(key, "a road needs `channel` and `format`, and may have `signature`")
            return None
        named, shape, signature = road["channel"], road["format"], road.get("signature")
        printed = self._print(key, road.get("print"))
        is_known = self._check_channel(named, key)
        name = self.vocabulary.channel(named)
        if is_known and name is None:
            closed = f"no channel `{named}` is configured ({KINDS[named].meaning})"
            dead_end = Road(channel=named, format=shape, signature=signature, print=printed)
            return Lane(road=dead_end, kind=named, carries=frozenset(), closed=closed)
        self._check_known(key, "format", shape, self.vocabulary.formats)
        if signature is not None:
            self._check_known(key, "signature", signature, self.vocabulary.signatures)
        if name is None:
            return None
        if printed and self.vocabulary.channels[name] != "print":
            self._fault(key, f"`print` is for roads to a print partner, `{named}` is none")
        return Lane(
            road=Road(channel=name, format=shape, signature=signature, print=printed),
            kind=self.vocabulary.channels[name],
            carries=self.vocabulary.formats.get(shape, frozenset()),
        )

    def _print(self, key: str, table: object) -> Print | None:
        """Return how letters on a road are printed; None where nothing is said."""
        if table is None:
            return None
        try:
            return msgspec.convert(table, type=Print)
        except msgspec.ValidationError as error:
            self._fault(key, f"`print` of a road: {error}; known are {', '.join(PRINT_KEYS)}")
            return None

    def _check_channel(self, named: str, key: str) -> bool:
        return self._check_known(key, "channel", named, [*self.vocabulary.channels, *KINDS])

    def _check_known(self, key: str, what: str, named: str, known: Iterable[str]) -> bool:
        names = list(known)
        if named in names:
            return True
        self._fault(key, f"unknown {what} `{named}`{_meant(named, names)}")
        return False


def _meant(word: str, known: Iterable[str]) -> str:
    names = sorted(set(known))
    close = difflib.get_close_matches(word, names, n=1)
    if close:
        return f"; did you mean `{close[0]}`?"
    return f"; known are {', '.join(names)}" if names else "; none is configured"
