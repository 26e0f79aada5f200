from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from formats.model import Statement
from hub.runs.open_items import OpenItem
from hub.runs.plan import House, Plan, Reason, Sent, contents
from hub.runs.preferences import load_preferences
from hub.runs.statements import plan_statements
from routing_rules.recipient import Recipient

AS_OF = date(2026, 11, 20)
Make = Callable[..., OpenItem]
Planner = Callable[..., Plan[Statement]]


@pytest.fixture
def plan(house: House, recipients: dict[str, Recipient]) -> Planner:
    def run(
        *items: OpenItem, company: str = "", history: tuple[Sent, ...] = (), as_of: date = AS_OF
    ) -> Plan[Statement]:
        return plan_statements(
            items,
            house=house,
            as_of=as_of,
            recipients=recipients,
            preferences=load_preferences("p.toml", f"[company]\n{company}"),
            history=history,
        )

    return run


def test_an_account_with_its_balance_and_age_bands(plan: Planner, item: Make) -> None:
    planned = plan(
        item("R-1", -5, "1.00"),
        item("R-2", 0, "2.00"),
        item("R-3", 1, "4.00", disputed=True),
        item("R-4", 30, "8.00"),
        item("R-5", 31, "16.00"),
        item("R-6", 120, "32.00", promised_until=AS_OF),
        item("R-7", 121, "64.00"),
        item("G-1", None, "-0.50"),
        item("R-8", 10, "5.00", currency="USD"),
        item("R-9", 10, "5.00", customer="4711"),
        item("R-0", 10, "0"),
    )
    assert [one.document.number for one in planned.messages] == [
        "KA-2026-11-20-4711",
        "KA-2026-11-20-4712",
        "KA-2026-11-20-4712-USD",
    ]
    assert [(one.number, one.reason) for one in planned.left_out] == [("R-0", Reason.SETTLED)]
    account = planned.messages[1].document
    assert [one.number for one in account.items] == [
        *("R-7", "R-6", "R-5", "R-4", "R-3", "R-2", "R-1", "G-1"),
    ]
    assert account.balance == Decimal("126.50")
    assert [(band.from_day, band.to_day, str(band.open)) for band in account.ages] == [
        (None, 0, "2.50"),
        (1, 30, "12.00"),
        (31, 60, "16.00"),
        (61, 90, "0"),
        (91, 120, "32.00"),
        (121, None, "64.00"),
    ]
    assert account.run == planned.run == "muster/statements/2026-11-20"


CYCLES = {  # terms, days since the last one, and why there is none today
    "first": ("", None, None),
    "same day, other run": ("", 0, Reason.ALREADY_SENT),
    "same month": ("", 19, Reason.ALREADY_SENT),
    "last month": ("", 20, None),
    "same quarter": ('statements = "quarterly"', 50, Reason.ALREADY_SENT),
    "last quarter": ('statements = "quarterly"', 51, None),
    "later than this run": ("", -40, Reason.ALREADY_SENT),
    "never": ('statements = "never"', None, Reason.SWITCHED_OFF),
}


@pytest.mark.parametrize("case", CYCLES)
def test_one_a_cycle(case: str, plan: Planner, item: Make) -> None:
    company, days_ago, reason = CYCLES[case]
    history: tuple[Sent, ...] = ()
    if days_ago is not None:
        on = AS_OF - timedelta(days=days_ago)
        (past,) = plan(item("R-1", issue_date=on), as_of=on).messages
        history = tuple(
            Sent(**{name: getattr(row, name) for name in row.__slots__} | {"run": "muster/old"})
            for row in contents(past.document)
        )
    planned = plan(item("R-1"), company=company, history=history)
    assert [one.reason for one in planned.left_out] == ([reason] if reason else [])
    assert len(planned.messages) == (0 if reason else 1)


def test_a_run_that_went_half_way_goes_on_where_it_stopped(plan: Planner, item: Make) -> None:
    items = [item("R-1"), item("R-2", customer="4711"), item("R-3", currency="USD")]
    first = plan(*items)
    again = plan(*items, history=contents(first.messages[0].document))
    assert [one.document for one in again.messages] == [one.document for one in first.messages[1:]]
    assert [one.text for one in again.left_out] == ["this run has sent KA-2026-11-20-4711 already"]
