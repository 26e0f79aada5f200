"""What each sender dropped on a day, and where all of it is now, with sums."""

from datetime import date, timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from hub.console.pages import page
from hub.console.visitor import Signed, TheHouse
from hub.daily import late_of, report, silent_on

router = APIRouter()


@router.get("/daily")
def daily(house: TheHouse, visitor: Signed, day: date | None = None) -> Response:
    """Show a day; today, if none is asked for."""
    today = house.clock().date()
    shown = day or today
    with house.database.transaction() as connection:
        senders = report(connection, shown, visitor.tenant)
        late = late_of(connection, shown, visitor.tenant)
        silent = silent_on(connection, shown, house.clock(), visitor.tenant)
    return page(
        "daily.html",
        visitor,
        day=shown,
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1) if shown < today else None,
        senders=senders,
        late=late,
        silent=silent,
    )
