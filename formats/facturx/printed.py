"""How people print numbers, dates and names: every way in which a page may show a value.

A page is searched for all readings of a value, never understood: `1.234` on a page is one thousand
in Cologne and one and a bit in London, so it shows both.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

MONTHS = (
    "january januar janvier gennaio enero januari janeiro leden stycznia jän jänner",
    "february februar février febbraio febrero februari fevereiro únor lutego feber",
    "march märz mars marzo maart março březen marca mrt mrz",
    "april avril aprile abril duben kwietnia avr",
    "may mai maggio mayo mei maio květen maja mag",
    "june juni juin giugno junio junho červen czerwca giu",
    "july juli juillet luglio julio julho červenec lipca juil lug",
    "august août agosto augustus srpen sierpnia ago aout",
    "september septembre settembre septiembre setembro září września set",
    "october oktober octobre ottobre octubre outubro říjen października ott okt",
    "november novembre noviembre listopad listopada",
    "december dezember décembre dicembre diciembre dezembro prosinec grudnia dic dez",
)
"""Names of the months in a dozen languages; their first three letters count, too."""

PLAIN = re.compile(r"(?<![\d.,'\u2019])\d+(?:[.,'\u2019]\d+)*(?!\d)")
SPACED = re.compile(r"(?<![\d.,'\u2019])(?=(\d{1,3}(?: \d{3}){1,5}(?:[.,]\d{1,4})?)(?!\d))")
MARK = re.compile(r"[.,'\u2019 ]")
GAP = r"\s{0,3}[./\s-]\s{0,3}"
ORDINAL = r"(?:\.|º|er|st|nd|rd|th)?"
OF = r"(?:de\s|of\s)?"
BREAK = r"(?:[^\n]{0,80}\n)?"
"""The year may stand at the beginning of the next row, after what another column has."""


def numbers_in(text: str) -> Iterator[Decimal]:
    """Yield each reading of each number, without its sign.

    >>> [str(number) for number in numbers_in("Total 1 234,56 €")]
    ['1', '234.56', '1234.56']
    """
    for found in PLAIN.finditer(text):
        yield from _readings(found[0])
    for found in SPACED.finditer(text):
        yield from _readings(found[1])


def _readings(token: str) -> Iterator[Decimal]:
    """Yield what a number may mean: its last mark parts the decimals, or all marks are groups."""
    marks = MARK.findall(token)
    head, mark, tail = token.rpartition(marks[-1]) if marks else (token, "", "")
    whole = MARK.sub("", head)
    grouped = len(tail) == 3 and all(each == mark for each in marks)
    if mark in {"", "'", "\u2019", " "} or grouped:
        yield Decimal(whole + tail)
    if mark in {".", ","} and marks.count(mark) == 1:
        yield Decimal(f"{whole}.{tail}")


def date_pattern(day: date) -> re.Pattern[str]:
    """Return what finds a date in folded rows, however it is printed.

    >>> found = date_pattern(date(2018, 3, 5))
    >>> [bool(found.search(folded(x))) for x in ("vom 5. März 2018", "Mar 5, 2018", "05/03/18")]
    [True, True, True]
    >>> bool(found.search("15.03.2018"))
    False
    """
    y, m, d = rf"(?:{day.year}|{day.year % 100:02})", rf"0?{day.month}", rf"0?{day.day}"
    names = "|".join(sorted(_names(day.month), key=len, reverse=True))
    forms = (
        rf"{d}{GAP}{m}{GAP}{y}",
        rf"{m}{GAP}{d}{GAP}{y}",
        rf"{day.year}{GAP}{m}{GAP}{d}",
        rf"{day.year}{day.month:02}{day.day:02}",
        rf"{day.year}年{m}月{d}",
        rf"{d}{ORDINAL}[\s-]*{OF}(?:{names})\.?[\s-]*{OF}{BREAK}{y}",
        rf"(?:{names})\.?\s*{d}{ORDINAL},?\s*{BREAK}{y}",
    )
    return re.compile(rf"(?<!\d)(?:{'|'.join(forms)})(?!\d)")


def _names(month: int) -> set[str]:
    full = folded(MONTHS[month - 1]).split()
    return {*full, *(name[:3] for name in full), *(name[:4] for name in full)}


def folded(text: str) -> str:
    """Return text without capitals and accents.

    >>> folded("Société Générale, Straße")
    'societe generale, strasse'
    """
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in parted if not unicodedata.combining(each))


def squashed(text: str) -> str:
    """Return nothing but the letters and digits.

    >>> squashed("RE-2026/04 17")
    're20260417'
    """
    return "".join(filter(str.isalnum, folded(text)))
