"""Better roads that recipients could take: looked through, accepted or declined."""

from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response

from hub.console.pages import Count, PageNumber, page
from hub.console.visitor import Posted, Signed, TheHouse, Visitor, text
from hub.pipeline.house import House
from hub.wishes.answering import accept, chosen, decline
from hub.wishes.looking import REST, proposals
from hub.wishes.proposals import Proposal

SHOWN: Final = 25
"""How many stand on a page, and can be marked."""

router = APIRouter()


@router.get("/wishes")
def listed(
    house: TheHouse,
    visitor: Signed,
    *,
    done: Count = -1,
    left: Count = 0,
    number: PageNumber = 1,
) -> Response:
    """Show what is proposed, the greatest saving first."""
    found = _found(house, visitor)
    start = (number - 1) * SHOWN
    return page(
        "wishes.html",
        visitor,
        proposals=found[start : start + SHOWN],
        ready=sum(not each.lacks for each in found),
        count=len(found),
        saves=_sums(found),
        number=number,
        more=len(found) > start + SHOWN,
        done=done,
        left=left,
        rest_days=REST.days,
        companies=len({each.tenant for each in found}),
    )


@router.post("/wishes")
def answered(house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Accept or decline what is marked, or accept all."""
    found, doing = _found(house, visitor), text(form, "do")
    if doing == "accept-all":
        meant = found
    else:
        marked = {value for value in form.getlist("only") if isinstance(value, str)}
        if not marked:
            raise HTTPException(422, "Nothing is marked. Go back and mark what is meant.")
        meant = chosen(found, marked)
    if doing.startswith("accept"):
        done = accept(house, meant, who=visitor.name)
    elif doing == "decline":
        done = decline(house, meant, who=visitor.name, why=text(form, "why")[:500])
    else:
        raise HTTPException(422, "Say what is to be done.")
    return RedirectResponse(f"/wishes?done={done}&left={len(meant) - done}", 303)


def _found(house: House, visitor: Visitor) -> list[Proposal]:
    return proposals(house, [each for each in house.config.tenants if visitor.sees(each)])


def _sums(found: list[Proposal]) -> list[str]:
    """Return what all of it would save a year, in each currency."""
    currencies = sorted({code for each in found for code in each.saves or {}})
    sums = {code: sum((each.saves or {}).get(code, 0) for each in found) for code in currencies}
    return [f"{amount:.2f} {code}" for code, amount in sums.items()]
