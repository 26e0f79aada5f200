"""Everything that waits for a person, by cause: retry it, state what became of it, or settle it."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from hub.console.pages import Count, page
from hub.console.visitor import Posted, Signed, TheHouse, Visitor, text
from hub.pipeline.by_hand import Statement, decide_job, state
from hub.pipeline.differing import NotDiffering, settle_difference
from hub.pipeline.house import House
from hub.pipeline.print_seen import see_to
from hub.pipeline.resubmit import NotParked
from hub.worklist.acting import chosen, retry
from hub.worklist.gathering import of_sender, worklist
from hub.worklist.items import Group, Item

SHOWN: Final = 25
"""How many of one cause are listed, and can be marked."""

router = APIRouter()


@router.get("/worklist")
def listed(
    house: TheHouse, visitor: Signed, *, done: Count = -1, left: Count = 0, sender: str = ""
) -> Response:
    """Show what waits, by cause, with the fix and who must act."""
    return _page(house, visitor, sender=sender, done=done, left=left)


@router.post("/worklist/{group}")
def act(group: str, house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Do something about all of a cause, or about what is marked of it."""
    sender = text(form, "sender")
    groups = of_sender(worklist(house, visitor.tenant), sender)
    found = next((each for each in groups if each.id == group), None)
    items = _asked(groups, group, form)
    doing = text(form, "do")
    if doing in {"try", "try-all"}:
        return _page(house, visitor, sender=sender, tried=retry(house, items, who="", dry_run=True))
    done = sum(_done(house, visitor, item, doing, form) for item in items) if found else 0
    left = len(items) - done
    return RedirectResponse(f"/worklist?done={done}&left={left}&sender={sender}", 303)


def _page(
    house: House,
    visitor: Visitor,
    *,
    sender: str,
    done: int = -1,
    left: int = 0,
    tried: Sequence[object] = (),
) -> Response:
    everything = worklist(house, visitor.tenant)
    senders = {item.sender for group in everything for item in group.items}
    return page(
        "worklist.html",
        visitor,
        groups=of_sender(everything, sender),
        senders=sorted(senders | {sender}),
        sender=sender,
        shown=SHOWN,
        done=done,
        left=left,
        tried=tried,
    )


def _asked(groups: Sequence[Group], group: str, form: FormData) -> list[Item]:
    """Return the items that are meant: all of the cause, or those that are marked."""
    if text(form, "do").endswith("all"):
        return chosen(groups, group=group)
    marked = [value for value in form.getlist("only") if isinstance(value, str)]
    if not marked:
        raise HTTPException(422, "Nothing is marked. Go back and mark what is meant.")
    return chosen(groups, group=group, subjects=marked)


def _done(house: House, visitor: Visitor, item: Item, doing: str, form: FormData) -> bool:
    """Do what was asked about one item; whether it was done."""
    if doing in {"retry", "retry-all"}:
        (tried,) = retry(house, [item], who=visitor.name)
        return not tried.why
    if doing not in _STATED:
        raise HTTPException(422, "Say what is to be done.")
    stated = _statement(visitor, form, arrived=_STATED[doing])
    try:
        _state(house, visitor, item, stated)
    except (NotParked, NotDiffering):
        return False
    return True


_STATED: Final = {"arrived": True, "lost": False, "seen": None, "settle": None}


def _statement(visitor: Visitor, form: FormData, *, arrived: bool | None) -> Statement:
    who, reason = text(form, "who"), text(form, "reason")
    if not who or not reason:
        raise HTTPException(422, "Say who you are and how it is known. Both are filed.")
    return Statement(arrived=arrived, who=f"{who} ({visitor.name})", reason=reason)


def _state(house: House, visitor: Visitor, item: Item, stated: Statement) -> None:
    who, reason = stated.who, stated.reason
    if item.is_job:
        decide_job(
            house,
            item.subject,
            tenant=visitor.tenant,
            arrived=bool(stated.arrived),
            who=who,
            reason=reason,
        )
    elif item.is_print:
        see_to(house, item.subject, who=who, reason=reason)
    elif item.is_file:
        settle_difference(house, item.subject, who=who, reason=reason)
    else:
        state(house, item.subject, stated)
