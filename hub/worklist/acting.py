"""Retrying a whole group or some of it: each once, however often it is asked for.

A dry run says what would be done: it asks the same questions and changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hub.pipeline.house import House
from hub.pipeline.resubmit import NotParked, resubmit
from hub.worklist.gathering import worklist
from hub.worklist.items import Group, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """What became of one item, or would.

    Attributes:
        why: it was not sent through; empty if it was, or would be.
    """

    subject: str
    title: str
    why: str = ""


def retry(house: House, found: Iterable[Item], *, who: str, dry_run: bool = False) -> list[Retried]:
    """Send items through again, with today's guides, master data and rules."""
    return [_retried(house, item, who=who, dry_run=dry_run) for item in found]


def chosen(groups: Sequence[Group], *, group: str = "", subjects: Sequence[str] = ()) -> list[Item]:
    """Return the items of a group, or those of these subjects, each once."""
    items = {
        item.subject: item
        for each in groups
        for item in each.items
        if each.act and (each.id == group if group else True)
    }
    return [item for item in items.values() if not subjects or item.subject in subjects]


def retry_chosen(
    house: House,
    tenant: str | None,
    *,
    who: str,
    group: str = "",
    subjects: Sequence[str] = (),
    dry_run: bool = False,
) -> list[Retried]:
    """Retry a whole group, some of it, or some of all; what is gone from the list is named, too."""
    items = chosen(worklist(house, tenant), group=group, subjects=subjects)
    done = retry(house, items, who=who, dry_run=dry_run)
    known = {each.subject for each in done}
    gone = [each for each in dict.fromkeys(subjects) if each not in known]
    return [*done, *(Retried(subject=each, title=each, why=_GONE) for each in gone)]


_GONE = "it waits for nothing here any more"


def _retried(house: House, item: Item, *, who: str, dry_run: bool) -> Retried:
    made = Retried(subject=item.subject, title=item.title, why=_why_not(item))
    if made.why or dry_run:
        return made
    try:
        resubmit(house, item.subject, who=who)
    except NotParked as error:
        return Retried(subject=item.subject, title=item.title, why=str(error))
    return made


def _why_not(item: Item) -> str:
    return "" if item.again else "what is wrong is not mended by sending it again"
