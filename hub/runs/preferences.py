'''Preferences of the company, of a customer group and of a customer; the most specific wins.

>>> preferences = load_preferences("reminders.toml", """
... [company]
... grace_days = 3
... [group.key-account]
... grace_days = 10
... [customer.4711]
... reminders = false
... """)
>>> choice = preferences.of("4711", "key-account")
>>> choice.terms.grace_days, choice.origin("grace_days"), choice.origin("reminders")
(10, 'group key-account', 'customer 4711')
'''

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from formats.model import ReminderLevel
from hub.config.faults import Faults, Faulty
from hub.runs.late_payment import LAWS

Days = Annotated[int, msgspec.Meta(ge=0, le=3650)]


class Cycle(StrEnum):
    """How often a customer gets a statement."""

    NEVER = "never"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


REMINDING = (
    "before_due_days",
    "grace_days",
    "firm_after_days",
    "collection_after_days",
    "most_severe",
    "repeat_days",
    "rest_days",
    "minimum",
    "pay_within_days",
    "fees",
    "late_payment",
    "charge_from",
)
"""The terms that shape a reminder."""


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one customer is reminded.

    Attributes:
        reminders: whether at all.
        before_due_days: a notice this many days before the due date; 0 for none.
        grace_days: days overdue that are let pass.
        firm_after_days, collection_after_days: above so many days overdue the tone is that.
            Up to the first it stays neutral, repeated every `repeat_days`.
        most_severe: the customer is never written to more severely than this.
        repeat_days: an item is in a message of the same level only after so many days.
        rest_days: an item is in any two reminders only after so many days.
        minimum: a message over less than this is not worth sending.
        pay_within_days: deadline set by a reminder.
        fees: flat charge for a message of a level.
        late_payment: country whose law on late payment between businesses is applied to fixed sum
            and interest, or `none`. Not for consumers.
        charge_from: the mildest level at which fixed sum and interest are claimed.
        statements: how often a statement goes out.
    """

    reminders: bool = True
    before_due_days: Days = 0
    grace_days: Days = 0
    firm_after_days: Days = 60
    collection_after_days: Days = 120
    most_severe: ReminderLevel = ReminderLevel.COLLECTION
    repeat_days: Days = 30
    rest_days: Days = 7
    minimum: Decimal = Decimal(0)
    pay_within_days: Days = 10
    fees: dict[ReminderLevel, Decimal] = msgspec.field(default_factory=dict)
    late_payment: str = "none"
    charge_from: ReminderLevel = ReminderLevel.FIRM
    statements: Cycle = Cycle.MONTHLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The terms for one customer, and who set what.

    Attributes:
        origins: field to `company`, `group …` or `customer …`; none for what is as shipped.
    """

    terms: Terms
    origins: Mapping[str, str] = field(default_factory=dict)

    def origin(self, name: str) -> str:
        """Return who set a field."""
        return self.origins.get(name, "as shipped")

    def because(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of the fields that somebody set, as sentences."""
        return tuple(
            f"{name} = {_said(getattr(self.terms, name))} ({self.origins[name]})"
            for name in names
            if name in self.origins
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What was set on each of the three levels, by field."""

    company: Mapping[str, Any] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    customers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, customer: str, group: str | None) -> Choice:
        """Return the terms for a customer; the most specific level wins, field by field."""
        levels = (
            ("company", self.company),
            (f"group {group}", self.groups.get(group or "", {})),
            (f"customer {customer}", self.customers.get(customer, {})),
        )
        values = {name: value for _, level in levels for name, value in level.items()}
        origins = {name: origin for origin, level in levels for name in level}
        return Choice(terms=Terms(**values), origins=origins)


def load_preferences(name: str, text: str) -> Preferences:
    """Return the preferences of a TOML file: [company], [group.NAME], [customer.NUMBER].

    Raises:
        Faulty: with every fault and its line.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Faulty(f"{name}: not a TOML file: {error}") from error
    faults = Faults(name, text)
    levels = {"company": {"": table.pop("company", {})}}
    levels |= {kind: table.pop(kind, {}) for kind in ("group", "customer")}
    for key in table:
        faults.add(key, "unknown table; known: company, group, customer")
    read = {
        kind: {
            key: _level(faults, entry, f"{kind}.{key}".rstrip(".")) for key, entry in _pairs(level)
        }
        for kind, level in levels.items()
    }
    faults.raise_if_any()
    preferences = Preferences(
        company=read["company"][""], groups=read["group"], customers=read["customer"]
    )
    _check_order(preferences, faults)
    faults.raise_if_any()
    return preferences


def _pairs(level: Any) -> Iterator[tuple[str, Any]]:
    return iter(level.items() if isinstance(level, dict) else [("", level)])


def _level(faults: Faults, entry: Any, where: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        faults.add(where, "must be a table")
        return {}
    values: dict[str, Any] = {}
    for name, value in entry.items():
        try:
            values[name] = _value(name, value)
        except (msgspec.ValidationError, ValueError) as error:
            faults.add(f"{where}.{name}", str(error).partition(" - at ")[0])
    return values


def _value(name: str, value: Any) -> Any:
    if name not in Terms.__struct_fields__:
        raise ValueError(f"unknown; known: {', '.join(Terms.__struct_fields__)}")
    read = getattr(msgspec.convert({name: value}, Terms), name)
    if name == "late_payment" and read not in {"none", *LAWS}:
        raise ValueError(f"unknown; known: none, {', '.join(LAWS)}")
    if name == "most_severe" and read is ReminderLevel.BEFORE_DUE:
        raise ValueError("write reminders = false for no reminders")
    amounts = read.values() if name == "fees" else [read] if name == "minimum" else []
    if any(not amount.is_finite() or amount < 0 for amount in amounts):
        raise ValueError("an amount must not be negative")
    return read


def _check_order(preferences: Preferences, faults: Faults) -> None:
    places = [("company", preferences.of("", None))]
    places += [(f"group.{name}", preferences.of("", name)) for name in preferences.groups]
    places += [(f"customer.{key}", preferences.of(key, None)) for key in preferences.customers]
    for where, choice in places:
        terms = choice.terms
        if not terms.grace_days <= terms.firm_after_days <= terms.collection_after_days:
            faults.add(
                where,
                f"grace_days {terms.grace_days}, firm_after_days {terms.firm_after_days} and "
                f"collection_after_days {terms.collection_after_days} must not descend",
            )


def _said(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{level} {amount}" for level, amount in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)
