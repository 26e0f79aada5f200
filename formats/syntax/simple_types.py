"""Whether a text is of a simple type of XML Schema: the types that UBL and CII use.

Source: W3C, XML Schema Part 2, Datatypes, second edition. White space around a text is no part
of it.
"""

import binascii
import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from formats.xml.walking import WHITE_SPACE


class SimpleType(NamedTuple):
    """What a text must be.

    Attributes:
        called: the same in words, behind "is not".
        fits: gives something true for a text that is.
    """

    called: str
    fits: Callable[[str], object]


_ZONE: Final = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_DAY: Final = r"-?(?!0000-)(?:[1-9]\d*)?(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_HOUR: Final = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_CHARACTER: Final = r"(?:[\w.~!$&'()*+,;= <>\"{}|\\^`\x00-\x1f\x7f-\U0010ffff-]|%[\dA-Fa-f]{2})"
"""Of a URI; those that a URI has escaped stand as they are."""
_AUTHORITY: Final = (
    rf"//(?:(?:{_CHARACTER}|:)*+@)?(?:\[[\dA-Fa-f:.]+\]|{_CHARACTER}*+)(?::\d{{0,9}})?"
)
_PATH: Final = rf"(?:/(?:{_CHARACTER}|[:@/])*+)?"
_URI: Final = (
    rf"(?:(?:[A-Za-z][A-Za-z\d+.-]*+:)?{_AUTHORITY}{_PATH}"
    rf"|[A-Za-z][A-Za-z\d+.-]*+:(?!//)(?:{_CHARACTER}|[:@/])*+"
    rf"|(?!//)(?:{_CHARACTER}|@)*+{_PATH})"
    rf"(?:\?(?:{_CHARACTER}|[:@/?])*+)?(?:\#(?:{_CHARACTER}|[:@/?\[\]])*+)?"
)
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY: Final = 2
_LEAP_DAY: Final = 29
_LAST_BEFORE: Final = {1: frozenset(b"AEIMQUYcgkosw048"), 2: frozenset(b"AQgw")}
"""Characters before that many = at the end; others state more bits than there are."""


def _pattern(text: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(f"[{WHITE_SPACE}]*+{text}[{WHITE_SPACE}]*+", re.ASCII).fullmatch


def _calendar(text: str) -> Callable[[str], bool]:
    """Return what fits a pattern that begins with year, month and day, and is a day."""
    shape = _pattern(text)

    def fits(said: str) -> bool:
        found = shape(said)
        if found is None:
            return False
        year, month, day = map(int, found.groups())
        if month == _FEBRUARY and day == _LEAP_DAY:
            return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return day <= _DAYS[month - 1]

    return fits


def _is_base64(said: str) -> bool:
    text = said.encode("ascii", "replace").translate(None, WHITE_SPACE.encode())
    try:
        binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return False
    bare = text.rstrip(b"=")
    padding = len(text) - len(bare)
    return not padding or (len(text) % 4 == 0 and bare[-1] in _LAST_BEFORE.get(padding, ()))


def _short(least: int, most: int) -> SimpleType:
    return SimpleType(
        f"a text of {least} to {most} characters", lambda said: least <= len(said) <= most
    )


SIMPLE_TYPES: Final[Mapping[str, SimpleType]] = {
    "decimal": SimpleType("a number as -1234.56", _pattern(r"[+-]?+(?:\d++(?:\.\d*+)?+|\.\d++)")),
    "boolean": SimpleType("true or false", _pattern("(?:true|false|1|0)")),
    "date": SimpleType("a date as 2026-01-31", _calendar(f"{_DAY}{_ZONE}")),
    "time": SimpleType("a time as 13:20:00", _pattern(f"{_HOUR}{_ZONE}")),
    "dateTime": SimpleType(
        "an instant as 2026-01-31T13:20:00", _calendar(f"{_DAY}T{_HOUR}{_ZONE}")
    ),
    "base64Binary": SimpleType("a file in Base64", _is_base64),
    "language": SimpleType(
        "a language as en or de-AT", _pattern("[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
    ),
    "anyURI": SimpleType("a URI", _pattern(_URI)),
    "1..3": _short(1, 3),
}
"""By the name that the tables of elements use."""


def only(value: str) -> SimpleType:
    """Return the type of texts that are this one."""
    return SimpleType(repr(value), lambda said: " ".join(said.split()) == value)
