"""How severely an item is reminded of, and whether its time has come."""

from collections.abc import Iterable
from datetime import date, timedelta

from formats.model import ReminderLevel
from hub.runs.open_items import OpenItem
from hub.runs.plan import Reason, Sent
from hub.runs.preferences import Choice

SEVERITY = {level: at for at, level in enumerate(ReminderLevel)}


def rank(level: ReminderLevel) -> int:
    """Return the place of a level, mild to severe."""
    return SEVERITY[level]


def level_of(
    item: OpenItem, choice: Choice, sents: Iterable[Sent], as_of: date
) -> ReminderLevel | None:
    """Return the level that an item's age and past call for; None if its time has not come."""
    if item.due_date is None:
        return None
    days, terms = (as_of - item.due_date).days, choice.terms
    if days <= 0:
        in_time = terms.before_due_days and -days <= terms.before_due_days
        return ReminderLevel.BEFORE_DUE if in_time else None
    if days <= terms.grace_days:
        return None
    by_age = ReminderLevel.NEUTRAL
    if days > terms.firm_after_days:
        by_age = ReminderLevel.FIRM
    if days > terms.collection_after_days:
        by_age = ReminderLevel.COLLECTION
    reached = [level for level in (item.level_reached, *(s.level for s in sents)) if level]
    return min(max([by_age, *reached], key=rank), terms.most_severe, key=rank)


def untimely(
    item: OpenItem,
    level: ReminderLevel | None,
    choice: Choice,
    sents: Iterable[Sent],
    as_of: date,
) -> tuple[Reason, str] | None:
    """Why an item is not reminded of today."""
    if item.due_date is None:
        return Reason.NO_DUE_DATE, "it has no due date"
    days, terms = (as_of - item.due_date).days, choice.terms
    if level is None and days <= 0:
        return Reason.NOT_DUE, f"due on {item.due_date}"
    if level is None:
        grace = f"{terms.grace_days} days of grace ({choice.origin('grace_days')})"
        return Reason.GRACE, f"{days} days overdue, within {grace}"
    for sent in sorted(sents, key=lambda one: one.on, reverse=True):
        wait, setting = _wait(sent, level, choice)
        if as_of < sent.on + timedelta(days=wait):
            said = f"{sent.message} of {sent.on} was {sent.level}"
            return (
                Reason.ALREADY_SENT,
                f"{said}; again after {wait} days ({choice.origin(setting)})",
            )
    return None


def _wait(sent: Sent, level: ReminderLevel, choice: Choice) -> tuple[int, str]:
    """Days until an item may be in a message again, and which setting says so."""
    if sent.level is None or rank(sent.level) >= rank(level):
        return choice.terms.repeat_days, "repeat_days"
    if sent.level is ReminderLevel.BEFORE_DUE:
        return 0, "rest_days"
    return choice.terms.rest_days, "rest_days"
