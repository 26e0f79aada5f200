"""CII: rules on dates, which count only in format 102."""

import re
from typing import Final

from formats.syntax.rules import Own, Sheet, text
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE

_DAY: Final = re.compile(r"[ \t\r\n]*\d{4}(?:1[0-2]|0[1-9])(?:3[01]|[12]\d|0[1-9])[ \t\r\n]*")
_ISSUED: Final = f"{tag('rsm:ExchangedDocument')}/{tag('ram:IssueDateTime')}"


def _no_day(date: Element, _sheet: Sheet) -> bool:
    return not _DAY.fullmatch(text(date))


def _no_issue_date(root: Element, _sheet: Sheet) -> bool:
    found = (day for each in root.iterfind(_ISSUED) for day in _days(each))
    return not any(day.strip(WHITE_SPACE) for day in found)


def _days(group: Element) -> list[str]:
    """Return the dates in format 102, as they are written."""
    found = group.iterchildren(tag("udt:DateTimeString"))
    return [text(each) for each in found if each.get("format") == "102"]


def _ends_too_early(period: Element, _sheet: Sheet) -> bool:
    starts = list(period.iterchildren(tag("ram:StartDateTime")))
    ends = list(period.iterchildren(tag("ram:EndDateTime")))
    if not starts or not ends:
        return False
    first = [day for each in starts for day in _days(each)]
    return not any(day >= each for end in ends for day in _days(end) for each in first)


DATES_OWN: Final = {
    "CII-DT-097": Own(
        path=".",
        only=_no_day,
        sentence="a date is not year, month and day as format 102 has them",
        fix="write the date as 20260131",
    ),
    "BR-03": Own(
        path=".",
        only=_no_issue_date,
        sentence="the document has no date of issue in format 102",
        fix="give ram:IssueDateTime/udt:DateTimeString as 20260131, with the format 102",
        term="BT-2",
    ),
    **{
        rule: Own(
            path=".",
            only=_ends_too_early,
            sentence=f"the period of {whose} has no end, in format 102, that is its start or later",
            fix="correct ram:StartDateTime or ram:EndDateTime",
            term=term,
        )
        for rule, whose, term in (("BR-29", "the invoice", "BT-74"), ("BR-30", "a line", "BT-135"))
    },
}
