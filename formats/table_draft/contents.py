"""What a column holds, by its values alone: dates, numbers, accounts, VAT numbers, codes."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Final, TypeVar

from formats.model.codes import COUNTRIES, CURRENCIES
from formats.notation import date_reader, number_reader

NOTATIONS: Final = (
    (".", ""),
    (",", "."),
    (",", ""),
    (".", ","),
    (",", " "),
    (".", "'"),
    (",", "'"),
    (".", " "),
)
"""Decimal and thousands signs, the likeliest first where several read a column."""
_DAYS: Final = (
    "YYYY-MM-DD",
    "DD.MM.YYYY",
    "YYYYMMDD",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "DD-MM-YYYY",
    "YYYY/MM/DD",
    "DD.MM.YY",
    "DD/MM/YY",
    "MM/DD/YY",
)
_TIMES: Final = ("", " hh:mm:ss", "Thh:mm:ss", " hh:mm")
DATES: Final = tuple(f"{day}{time}" for time in _TIMES for day in _DAYS)
_reader = cache(number_reader)
_dater = cache(date_reader)
Key = TypeVar("Key")
_VAT_RATES: Final = frozenset(
    {*map(str, range(28)), "2.1", "5.5", "7.7", "8.1", "9.5", "13.5", "25.5"}
    - {"1", "2", "11", "26"}
)
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_VAT: Final = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,12}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_NAMED_RATE: Final = re.compile(r"[^0-9%]*([0-9]{1,2}(?:[.,][0-9]{1,3})?) ?%[^0-9%]*")
_SHARE: Final = re.compile(r"0|0?[.,]([0-9]{1,3})")
_FIGURE: Final = re.compile(r"[+-]?[0-9][0-9.,' \u00a0\u202f]*-?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the values of a column have in common.

    Attributes:
        values: the first ones that are not empty, at most a thousand.
        filled: how many of the rows looked at have one.
        dates: patterns by which most are dates, and as many as by any other.
        numbers: signs by which most are numbers.
        kinds: `iban`, `vat`, `currency`, `country`, `email`, `whole`, `rate`, and `vat_rate` where
            all are rates that some state has, without cents; `named_rate`, where they say it among
            other words; `share`, where they are parts of one: 0.19.
    """

    values: tuple[str, ...]
    filled: int
    dates: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    kinds: frozenset[str]

    @property
    def distinct(self) -> tuple[str, ...]:
        """The different values in their order."""
        return tuple(dict.fromkeys(self.values))


def content_of(cells: Sequence[str]) -> Content:
    """Return what a column holds.

    >>> content_of(["1.234,50", "0,99"]).numbers
    ((',', '.'),)
    >>> sorted(content_of(["DE", "AT"]).kinds), content_of(["20.11.2026"]).dates
    (['country'], ('DD.MM.YYYY',))
    """
    values = tuple(text for cell in cells if (text := cell.strip()))
    once = Counter(values)
    return Content(
        values=values,
        filled=len(values),
        dates=_fitting(once, {pattern: partial(_is_date, pattern) for pattern in DATES}),
        numbers=_fitting(once, {signs: partial(_is_number, signs) for signs in NOTATIONS}),
        kinds=frozenset(k for k, test in _TESTS.items() if _fitting(once, {k: test})),
    )


def is_iban(text: str) -> bool:
    """Whether a text is an account number with right check digits, ISO 13616.

    >>> is_iban("DE89 3704 0044 0532 0130 00"), is_iban("DE88370400440532013000")
    (True, False)
    """
    bare = text.replace(" ", "").upper()
    if not _IBAN.fullmatch(bare):
        return False
    return int("".join(str(int(sign, 36)) for sign in bare[4:] + bare[:4])) % 97 == 1


def rate_of(text: str) -> str | None:
    """Return the percentage in a text that names one, or that is a part of one, as it is written.

    >>> rate_of("20% (VAT on Income)"), rate_of("0,055"), rate_of(".2"), rate_of("19"), rate_of("0")
    ('20', '5,5', '20', None, None)
    """
    if named := _NAMED_RATE.fullmatch(text):
        return named[1]
    share = _SHARE.fullmatch(text)
    if share is None or not share[1]:
        return None
    figures = share[1].ljust(2, "0")
    behind = figures[2:].rstrip("0")
    sign = "," if "," in text else "."
    return f"{int(figures[:2])}{sign if behind else ''}{behind}"


def _fitting(values: Counter[str], tests: Mapping[Key, Callable[[str], bool]]) -> tuple[Key, ...]:
    """Return the tests that most values pass, those first that more do; some may be faulty."""
    passed = {
        key: sum(count for text, count in values.items() if test(text))
        for key, test in tests.items()
    }
    enough = [key for key, count in passed.items() if count and 5 * count >= 4 * values.total()]
    most = max((passed[key] for key in enough), default=0)
    return tuple(key for key in enough if passed[key] == most)


def _is_date(pattern: str, text: str) -> bool:
    try:
        return 1990 <= _dater(pattern)(text).year < 2100
    except ValueError:
        return False


def _is_number(signs: tuple[str, str], text: str) -> bool:
    if not _FIGURE.fullmatch(text):
        return False
    try:
        return _reader(*signs)(text) is not None
    except ValueError:
        return False


def _is_vat(text: str) -> bool:
    bare = text.replace(" ", "").replace(".", "").replace("-", "").upper()
    country = "GR" if bare[:2] == "EL" else bare[:2]
    enough = sum(sign.isdigit() for sign in bare) >= 7
    return bool(_VAT.fullmatch(bare)) and country in COUNTRIES and enough


def _is_rate(text: str) -> bool:
    figure = text.removesuffix("%").strip().replace(",", ".")
    return (
        re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,3})?", figure) is not None
        and int(figure.partition(".")[0]) <= 30
    )


def _is_share(text: str) -> bool:
    rate = rate_of(text) if _SHARE.fullmatch(text) else None
    return rate is not None and rate.replace(",", ".") in _VAT_RATES


_TESTS: Final[dict[str, Callable[[str], bool]]] = {
    "iban": is_iban,
    "vat": _is_vat,
    "currency": lambda text: text in CURRENCIES,
    "country": lambda text: len(text) == 2 and text in COUNTRIES,
    "email": lambda text: _EMAIL.fullmatch(text) is not None,
    "whole": lambda text: text.isascii() and text.isdigit(),
    "rate": _is_rate,
    "vat_rate": lambda text: text.removesuffix("%").strip().replace(",", ".") in _VAT_RATES,
    "named_rate": lambda text: _NAMED_RATE.fullmatch(text) is not None,
    "share": lambda text: text == "0" or _is_share(text),
}
