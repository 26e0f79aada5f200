from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from formats.model import ReminderLevel
from hub.runs.open_items import OpenItem
from hub.runs.plan import Reason, Sent
from hub.runs.preferences import Choice, load_preferences
from hub.runs.severity import level_of, untimely

AS_OF = date(2026, 11, 20)
Make = Callable[..., OpenItem]


def choice(company: str) -> Choice:
    return load_preferences("p.toml", f"[company]\n{company}").of("4712", None)


LEVELS: dict[str, tuple[int | None, str, ReminderLevel | Reason]] = {  # days overdue, terms
    "long before": (-11, "before_due_days = 10", Reason.NOT_DUE),
    "notice": (-10, "before_due_days = 10", ReminderLevel.BEFORE_DUE),
    "notice on the day": (0, "before_due_days = 10", ReminderLevel.BEFORE_DUE),
    "no notice": (-1, "", Reason.NOT_DUE),
    "due today": (0, "", Reason.NOT_DUE),
    "a day late": (1, "", ReminderLevel.NEUTRAL),
    "in grace": (5, "grace_days = 5", Reason.GRACE),
    "after grace": (6, "grace_days = 5", ReminderLevel.NEUTRAL),
    "30 days": (30, "", ReminderLevel.NEUTRAL),
    "31 to 60 days": (60, "", ReminderLevel.NEUTRAL),
    "above 60": (61, "", ReminderLevel.FIRM),
    "120": (120, "", ReminderLevel.FIRM),
    "above 120": (121, "", ReminderLevel.COLLECTION),
    "own ladder": (15, "firm_after_days = 14", ReminderLevel.FIRM),
    "never so severe": (300, 'most_severe = "firm"', ReminderLevel.FIRM),
    "no due date": (None, "", Reason.NO_DUE_DATE),
}


@pytest.mark.parametrize("case", LEVELS)
def test_level_by_days_overdue(case: str, item: Make) -> None:
    days, company, expected = LEVELS[case]
    one, terms = item("R-1", days), choice(company)
    level = level_of(one, terms, (), AS_OF)
    objection = untimely(one, level, terms, (), AS_OF)
    assert (objection[0] if objection else level) == expected


PAST: dict[str, tuple[int, int, str, str | None]] = {  # overdue, sent days ago as, level now
    "29 days ago": (40, 29, "neutral", None),
    "30 days ago": (40, 30, "neutral", "neutral"),
    "more severe too soon": (61, 6, "neutral", None),
    "more severe": (61, 7, "neutral", "firm"),
    "after a notice": (1, 2, "before_due", "neutral"),
    "notice again": (-2, 5, "before_due", None),
    "level is kept": (40, 30, "firm", "firm"),
    "later than this run": (40, -20, "neutral", None),
}


@pytest.mark.parametrize("case", PAST)
def test_nothing_is_sent_again_within_its_interval(case: str, item: Make) -> None:
    days, ago, before, expected = PAST[case]
    one, terms = item("R-1", days), choice("before_due_days = 5")
    facts: dict[str, Any] = {"message": "MA-1", "run": "muster/old", "currency": one.currency}
    sent = Sent(
        customer=one.customer,
        number=one.number,
        due_date=one.due_date,
        level=ReminderLevel(before),
        on=AS_OF - timedelta(days=ago),
        **facts,
    )
    level = level_of(one, terms, [sent], AS_OF)
    objection = untimely(one, level, terms, [sent], AS_OF)
    assert (objection[0] if objection else level) == (expected or Reason.ALREADY_SENT)
