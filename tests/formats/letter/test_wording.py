"""Every language has the same texts, and writes figures its own way."""

import re
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from formats.letter.wording import languages, wording

# language: an amount, one in yen, a rate, a quantity, a day; here ~ is a no-break space
FIGURES = {
    "de": ("1.234.567,80~€", "-1.500~JPY", "5,5~%", "2,5 Std.", "04.03.2026"),
    "en": ("EUR~1,234,567.80", "JPY~-1,500", "5.5%", "2.5 h", "4 Mar 2026"),
    "fr": ("1~234~567,80~€", "-1~500~JPY", "5,5~%", "2,5 h", "04/03/2026"),
    "it": ("1.234.567,80~€", "-1.500~JPY", "5,5%", "2,5 ore", "04/03/2026"),
    "nl": ("€~1.234.567,80", "JPY~-1.500", "5,5%", "2,5 uur", "04-03-2026"),
}
PLACEHOLDER = re.compile(r"\{\w+\}")


@pytest.mark.parametrize("language", FIGURES)
def test_figures_are_written_as_the_language_does(language: str) -> None:
    words = wording(language)
    written = (
        words.money(Decimal("1234567.8"), "EUR"),
        words.money(Decimal(-1500), "JPY"),
        words.percent(Decimal("5.50")),
        words.quantity(Decimal("2.50"), "HUR"),
        words.day(date(2026, 3, 4)),
    )
    plain = tuple(
        text.replace("\N{NO-BREAK SPACE}", "~").replace("\N{MINUS SIGN}", "-") for text in written
    )
    assert plain == FIGURES[language]


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_language_has_the_same_texts_with_the_same_values(language: str) -> None:
    english, other = wording("en").texts, wording(language).texts
    assert set(other) == set(english)
    for key in english.keys() - {"figures.day"}:
        asked = [set(PLACEHOLDER.findall(texts[key])) for texts in (english, other)]
        assert asked[0] == asked[1], key


def test_every_unit_of_the_shipped_idoc_profile_has_a_word() -> None:
    profile = tomllib.loads(Path("formats/guides/idoc-invoic-sd.toml").read_text("utf-8"))
    units = set(profile["codes"]["unit"].values()) - {"*"}
    assert {unit for unit in units if f"unit.{unit}" not in wording("en").texts} == set()


def test_every_language_is_shown_its_figures() -> None:
    assert languages() == set(FIGURES)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("0", "0,00"),
        ("1", "1,00"),
        ("0.10", "0,10"),
        ("1.23456", "1,23456"),
        ("-0.005", "-0,005"),
        ("1E+3", "1.000,00"),
        ("999999999999.99", "999.999.999.999,99"),
    ],
)
def test_no_digit_is_rounded_away(value: str, written: str) -> None:
    number = wording("de").number(Decimal(value), places=2)
    assert number.replace("\N{MINUS SIGN}", "-") == written
