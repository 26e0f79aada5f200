"""Words and figures of one language, from `formats/texts`, with the operator's own on top."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).parents[1] / "texts"
FALLBACK = "en"
CURRENCIES_WITHOUT_CENTS = frozenset({"CLP", "ISK", "JPY", "KRW", "VND", "XAF", "XOF"})
MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class UnknownPlaceholder(ValueError):
    """A text asks for a value that this place of the letter does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a letter says in one language.

    Attributes:
        language: primary tag of the language that was found.
        texts: key (`label.date`, `reminder.firm.opening`) to text with `{placeholders}`.
        months: names of the months, where the date pattern wants them.
    """

    language: str
    texts: Mapping[str, str]
    months: tuple[str, ...] = ()

    def say(self, key: str, **values: str) -> str:
        """Return the text under `key` with its placeholders filled.

        Raises:
            UnknownPlaceholder: the text names a value that is not in `values`.

        >>> wording("de").say("letter.by", date="31.12.2026")
        'bis zum 31.12.2026'
        """

        def fill(match: re.Match[str]) -> str:
            if (value := values.get(match[1])) is None:
                known = ", ".join(values) or "none"
                raise UnknownPlaceholder(f"the text {key!r} uses {match[0]}; known here: {known}")
            return value

        return _PLACEHOLDER.sub(fill, self.texts[key])

    def label(self, name: str) -> str:
        """Return the text `label.<name>`."""
        return self.texts[f"label.{name}"]

    def number(self, value: Decimal, *, places: int = 0) -> str:
        """Return `value` exactly, grouped, with at least `places` decimals.

        >>> wording("de").number(Decimal("1234567.5"), places=2)
        '1.234.567,50'
        """
        exponent = value.normalize().as_tuple().exponent
        assert isinstance(exponent, int), "amounts are finite"
        plain = f"{abs(value):,.{max(places, -exponent)}f}"
        marks = str.maketrans(
            {",": self.texts["figures.group"], ".": self.texts["figures.decimal"]}
        )
        return (MINUS if value < 0 else "") + plain.translate(marks)

    def money(self, value: Decimal, currency: str | None) -> str:
        """Return an amount with its currency.

        >>> wording("de").money(Decimal("1234.5"), "GBP").split()
        ['1.234,50', 'GBP']
        """
        places = 0 if currency in CURRENCIES_WITHOUT_CENTS else 2
        name = self.texts["figures.euro"] if currency == "EUR" else currency or ""
        amount = self.number(value, places=places)
        return self.say("figures.money", amount=amount, currency=name).strip("\xa0")

    def percent(self, value: Decimal) -> str:
        """Return a rate: `19 %`."""
        return self.say("figures.percent", number=self.number(value))

    def day(self, day: date) -> str:
        """Return a date as it is written in a letter.

        >>> wording("en").day(date(2026, 3, 1)), wording("nl").day(date(2026, 3, 1))
        ('1 Mar 2026', '01-03-2026')
        """
        return self.say(
            "figures.day",
            d=str(day.day),
            dd=f"{day:%d}",
            mm=f"{day:%m}",
            month=self.months[day.month - 1] if self.months else "",
            yyyy=f"{day.year:04}",
        )

    def quantity(self, value: Decimal, unit: str | None) -> str:
        """Return a quantity with the unit's name, or its code where no name is known.

        >>> wording("de").quantity(Decimal("2.50"), "HUR")
        '2,5 Std.'
        """
        name = self.texts.get(f"unit.{unit}", unit or "")
        return f"{self.number(value)} {name}".strip()


def wording(language: str, own: Mapping[str, str] | None = None) -> Wording:
    """Return the wording of `language`, or English where it is not known.

    Args:
        language: BCP 47 tag; only the primary part counts.
        own: texts by key that replace the shipped ones.

    >>> wording("de-AT").language, wording("fi").language
    ('de', 'en')
    """
    shipped = _shipped(language.partition("-")[0].lower())
    if not own:
        return shipped
    texts = {**shipped.texts, **own}
    return Wording(language=shipped.language, texts=texts, months=shipped.months)


@cache
def languages() -> frozenset[str]:
    """Return the languages that have a file in `formats/texts`."""
    return frozenset(path.stem for path in TEXTS.glob("*.toml"))


@cache
def _shipped(language: str) -> Wording:
    known = language if language in languages() else FALLBACK
    table = tomllib.loads((TEXTS / f"{known}.toml").read_text("utf-8"))
    months = tuple(table["figures"].pop("months", ()))
    return Wording(language=known, texts=dict(_flat(table)), months=months)


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield prefix + name, value
        else:
            yield from _flat(value, f"{prefix}{name}.")
