"""Questions: the few ways in which a rule's word compares what it wants with what is found.

`read` turns the TOML value into what is wanted, or raises ValueError with the shape it expects.
`test` gives the comparison as a closure. `covers` says whether whatever holds for `narrow` also
holds for `wide`; `lint` finds dead and contradictory rules with it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from routing_rules.conditions.case import say


class Question(Protocol):
    """One way to compare."""

    def read(self, raw: object) -> Any:
        """Return what is wanted; ValueError says which shape was expected."""
        ...

    def test(self, wanted: Any) -> Callable[[Any], bool]:
        """Return the comparison with `wanted`."""
        ...

    def covers(self, *, wide: Any, narrow: Any) -> bool:
        """Whether all that passes `narrow` passes `wide`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """At least one of the wanted words is among those found."""

    shape: str = r".+"
    example: str = "a word"

    def read(self, raw: object) -> tuple[str, ...]:
        """Take one word or a list of words."""
        words = raw if isinstance(raw, list) else [raw]
        if not words:
            raise ValueError(f"expected {self.example}, found an empty list")
        for word in words:
            if not (isinstance(word, str) and re.fullmatch(self.shape, word)):
                raise ValueError(f"expected {self.example}, found {word!r}")
        return tuple(words)

    def test(self, wanted: tuple[str, ...]) -> Callable[[tuple[str, ...]], bool]:
        """Compare as sets."""
        words = frozenset(wanted)
        return lambda found: not words.isdisjoint(found)

    def covers(self, *, wide: tuple[str, ...], narrow: tuple[str, ...]) -> bool:
        """Whether each narrow word is a wide one."""
        return set(narrow) <= set(wide)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartsWith(AnyOf):
    """At least one of those found begins with one of the wanted."""

    def test(self, wanted: tuple[str, ...]) -> Callable[[tuple[str, ...]], bool]:
        """Compare beginnings."""
        return lambda found: any(one.startswith(wanted) for one in found)

    def covers(self, *, wide: tuple[str, ...], narrow: tuple[str, ...]) -> bool:
        """Whether each narrow beginning begins with a wide one."""
        return all(one.startswith(wide) for one in narrow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """An amount is known and greater than the wanted one."""

    def read(self, raw: object) -> Decimal:
        """Take an amount."""
        return _amount(raw)

    def test(self, wanted: Decimal) -> Callable[[Decimal | None], bool]:
        """Compare amounts."""
        return lambda found: found is not None and found > wanted

    def covers(self, *, wide: Decimal, narrow: Decimal) -> bool:
        """Whether the narrow limit is as high."""
        return wide <= narrow


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """An amount is known and smaller than the wanted one."""

    def read(self, raw: object) -> Decimal:
        """Take an amount."""
        return _amount(raw)

    def test(self, wanted: Decimal) -> Callable[[Decimal | None], bool]:
        """Compare amounts."""
        return lambda found: found is not None and found < wanted

    def covers(self, *, wide: Decimal, narrow: Decimal) -> bool:
        """Whether the narrow limit is as low."""
        return wide >= narrow


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """A date is known and is the wanted one or later."""

    def read(self, raw: object) -> date:
        """Take a date."""
        return _day(raw)

    def test(self, wanted: date) -> Callable[[date | None], bool]:
        """Compare dates."""
        return lambda found: found is not None and found >= wanted

    def covers(self, *, wide: date, narrow: date) -> bool:
        """Whether the narrow date is as late."""
        return wide <= narrow


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """A date is known and is the wanted one or earlier."""

    def read(self, raw: object) -> date:
        """Take a date."""
        return _day(raw)

    def test(self, wanted: date) -> Callable[[date | None], bool]:
        """Compare dates."""
        return lambda found: found is not None and found <= wanted

    def covers(self, *, wide: date, narrow: date) -> bool:
        """Whether the narrow date is as early."""
        return wide >= narrow


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something is so, or is not."""

    def read(self, raw: object) -> bool:
        """Take true or false."""
        if not isinstance(raw, bool):
            raise ValueError(f"expected true or false without quotes, found {say(raw)!r}")  # noqa: TRY004 - a ValueError like every other bad value
        return raw

    def test(self, wanted: bool) -> Callable[[bool], bool]:  # noqa: FBT001 - what is wanted is a truth value
        """Compare truth."""
        return lambda found: found is wanted

    def covers(self, *, wide: bool, narrow: bool) -> bool:
        """Whether both want the same."""
        return wide is narrow


def _amount(raw: object) -> Decimal:
    if isinstance(raw, str | int | Decimal) and not isinstance(raw, bool):
        try:
            amount = Decimal(raw)
        except InvalidOperation:
            amount = Decimal("NaN")
        if amount.is_finite():
            return amount
    raise ValueError(f'expected an amount like "1000.00", found {say(raw)!r}')


def _day(raw: object) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    raise ValueError(f"expected a date like 2026-01-31 without quotes, found {say(raw)!r}")
