"""Dates as DTM writes them: a value, and beside it the code of its format (UNTDID 2379)."""

import re
from datetime import date

from formats.edi.segments import Segment

_DAY = r"([0-9]{4})([0-9]{2})([0-9]{2})"
_TIME = r"(?:[0-9]{4}|[0-9]{6})"
_ZONE = r"(?:[A-Z]{3}|[+-][0-9]{2})"
_SHAPES = {
    "": rf"{_DAY}",
    "2": r"(?P<d>[0-9]{2})(?P<m>[0-9]{2})(?P<y>[0-9]{2})",
    "101": r"(?P<y>[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
    "102": _DAY,
    "203": _DAY + _TIME,
    "204": _DAY + _TIME,
    "205": _DAY + _TIME + _ZONE,
    "303": _DAY + _TIME + _ZONE,
    "304": _DAY + _TIME + _ZONE,
    "711": _DAY + _DAY,
    "718": f"{_DAY}-{_DAY}",
    "719": f"{_DAY}{_TIME}-{_DAY}{_TIME}",
}
_SHAPES_READ = {form: re.compile(shape) for form, shape in _SHAPES.items()}
_PIVOT = 69
"""Years of two digits: 69 to 99 are of the last century, as POSIX has it."""


def read_date(segment: Segment, element: int, component: int, last: bool) -> date:  # noqa: FBT001  # the shape of `formats.edi.profile.Dates`
    """Return the date of a DTM: the first of a period, or its last.

    Raises:
        ValueError: it is none in its format, or the format is not known.

    >>> read_date(Segment("DTM", [["263", "20260101-20260331", "718"]], 4, "DTM+263"), 1, 2, True)
    datetime.date(2026, 3, 31)
    """
    text, form = segment.text(element, component), segment.text(element, component + 1)
    segment.taken.add((element, component + 1))
    if form not in _SHAPES_READ:
        raise ValueError(f"has the format {form[:10]}, which is no date or period known here")
    found = _SHAPES_READ[form].fullmatch(text)
    if found is None:
        raise ValueError(f"is not written in its format {form or 'CCYYMMDD'}")
    try:
        named = found.groupdict()
        if named:
            year = int(named["y"])
            return date(year + (1900 if year >= _PIVOT else 2000), int(named["m"]), int(named["d"]))
        year, month, day = map(int, found.groups()[-3:] if last else found.groups()[:3])
        return date(year, month, day)
    except ValueError as error:
        raise ValueError("is no day of the calendar") from error
