"""BR-FR: how a value must be written: numbers, days, types, addresses, VAT codes and amounts."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from formats.rules.fr_amounts import CATEGORIES, RATES
from formats.rules.fr_ctc import NUMBER, TYPES
from formats.rules.fr_parties import ADDRESS_CHARACTERS
from formats.syntax.looking import texts
from formats.syntax.rules import Own, normal, text
from formats.xml.names import Element

_DAY: Final = re.compile(r"20\d{2}-\d{2}-\d{2}", re.ASCII)
_DAY_102: Final = re.compile(r"20\d{6}", re.ASCII)
_AMOUNT: Final = re.compile(r"-?\d{1,19}(\.\d{1,2})?", re.ASCII)
_LONGEST: Final = 19


def _leaf(wrong: Callable[[str], bool], sentence: str, fix: str, term: str) -> Own:
    """Return the rule that a text is not wrong."""
    return Own(
        path=".",
        only=lambda element, _sheet: wrong(text(element)),
        sentence=sentence,
        fix=fix,
        term=term,
    )


def _is_no_number(said: str) -> bool:
    return " " in said or not NUMBER.fullmatch(said.strip("\t\r\n"))


def _is_no_day(said: str, shape: re.Pattern[str]) -> bool:
    if not shape.fullmatch(said):
        return True
    try:
        date.fromisoformat(said)
    except ValueError:
        return True
    return False


def _is_no_amount(said: str) -> bool:
    return not _AMOUNT.fullmatch(said) or len(said.replace(".", "")) > _LONGEST


def day(term: str) -> Own:
    """Return the rule that a day is one of this century, as UBL has it."""
    return _leaf(
        lambda said: _is_no_day(said, _DAY),
        "a date is no day of this century",
        "write the date as 2026-01-31",
        term,
    )


def day_102(term: str) -> Own:
    """Return the same rule for CII; an hour behind the day does no harm."""
    return _leaf(
        lambda said: _is_no_day(said[:8], _DAY_102),
        "a date is no day of this century",
        "write the date as 20260131",
        term,
    )


def typed(term: str) -> Own:
    """Return the rule that an invoice referred to has a type that France takes."""
    return _leaf(
        lambda said: said not in TYPES,
        "the type of a preceding invoice is none that France takes",
        f"write one of {', '.join(TYPES)}",
        term,
    )


def short(term: str, what: str, most: int) -> Own:
    """Return the rule that a text has so many characters at most."""
    return _leaf(
        lambda said: len(said) > most,
        f"{what} has more than {most} characters",
        f"write at most {most} characters",
        term,
    )


def numbered(term: str) -> Own:
    """Return the rule that the number of an invoice referred to has no other characters."""
    return _leaf(
        _is_no_number,
        "the number of a preceding invoice has other characters than letters, digits and + - _ /",
        "leave blanks and other characters out of the number",
        term,
    )


def address(term: str) -> Own:
    """Return the rule that an electronic address of the directory has no other characters."""
    return _leaf(
        lambda said: not ADDRESS_CHARACTERS.fullmatch(said),
        "an electronic address under 0225 has other characters than letters, digits and + - _ .",
        "write the address as the directory has it",
        term,
    )


def filled(term: str, what: str) -> Own:
    """Return the rule that an element is not empty."""
    return _leaf(
        lambda said: not said.split(None), f"{what} is empty", "fill it, or leave it out", term
    )


def amount(term: str) -> Own:
    """Return the rule that an amount has two decimals and 19 digits at most."""
    return Own(
        path=".",
        only=lambda element, _sheet: _is_no_amount(normal(element)),
        sentence="a VAT total has more than 2 decimals or 19 digits",
        fix="round it, and leave trailing zeros out",
        term=term,
    )


def category(term: str) -> Own:
    """Return the rule that a VAT category has a code of France, where it has one."""
    return _one_of(
        term,
        "cbc:ID",
        CATEGORIES,
        "a VAT category is none that French law has",
        f"write one of {', '.join(CATEGORIES)}",
    )


def rate(term: str) -> Own:
    """Return the rule that a VAT rate is one of France, where there is one."""
    return _one_of(
        term,
        "cbc:Percent",
        RATES,
        "a VAT rate is none that France has or had, with two decimals at most",
        "write a French rate, such as 20, 10, 5.5 or 2.1",
    )


def _one_of(
    term: str, path: str, codes: tuple[str, ...] | frozenset[str], sentence: str, fix: str
) -> Own:
    def wrong(group: Element) -> bool:
        return any(said not in codes for said in texts(group, path))

    return Own(
        path=".", only=lambda group, _sheet: wrong(group), sentence=sentence, fix=fix, term=term
    )
