from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from formats.model import Reminder, ReminderLevel
from hub.runs.open_items import OpenItem
from hub.runs.plan import House, Plan, Reason, Sent, contents
from hub.runs.preferences import load_preferences
from hub.runs.reminders import plan_reminders
from routing_rules.recipient import Recipient

AS_OF = date(2026, 11, 20)
Make = Callable[..., OpenItem]
Planner = Callable[..., Plan[Reminder]]


@pytest.fixture
def plan(house: House, recipients: dict[str, Recipient]) -> Planner:
    def run(
        *items: OpenItem, company: str = "", history: tuple[Sent, ...] = (), as_of: date = AS_OF
    ) -> Plan[Reminder]:
        return plan_reminders(
            items,
            house=house,
            as_of=as_of,
            recipients=recipients,
            preferences=load_preferences("p.toml", f"[company]\n{company}"),
            history=history,
        )

    return run


LEFT_OUT: dict[
    str, tuple[dict[str, Any], str, str]
] = {  # the item, the company's terms, and the reason as it is shown
    "settled": ({"open_": "0"}, "", "nothing is open"),
    "not issued": (
        {"issue_date": date(2026, 12, 1)},
        "",
        "it is of 2026-12-01, after the day of the run",
    ),
    "unknown": ({"customer": "9"}, "", "customer 9 is not in the address book"),
    "off": ({}, "reminders = false", "reminders are off (company)"),
    "off for one": ({}, "[customer.4712]\nreminders = false", "reminders are off (customer 4712)"),
    "off for a group": (
        {"customer": "4711"},
        "[group.key-account]\nreminders = false",
        "reminders are off (group key-account)",
    ),
    "disputed": ({"disputed": True}, "", "the customer disputes it"),
    "promised": ({"promised_until": AS_OF}, "", "payment is promised by 2026-11-20"),
    "no due date": ({"days": None}, "", "it has no due date"),
    "not due": ({"days": -3}, "", "due on 2026-11-23"),
    "grace": (
        {"days": 2},
        "[customer.4712]\ngrace_days = 3",
        "2 days overdue, within 3 days of grace (customer 4712)",
    ),
    "credit": ({"open_": "-5"}, "", "a credit, and no message to put it in"),
    "minimum": (
        {"open_": "9.99"},
        'minimum = "10"',
        "9.99 EUR is less than the minimum of 10 (company)",
    ),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_who_is_left_out_and_why(case: str, plan: Planner, item: Make) -> None:
    values, company, text = LEFT_OUT[case]
    planned = plan(item("R-1", **({"days": 10} | values)), company=company)
    assert planned.messages == ()
    assert [(one.number, one.text) for one in planned.left_out] == [("R-1", text)]


def test_broken_promise_is_reminded_of(plan: Planner, item: Make) -> None:
    late = item("R-1", promised_until=AS_OF - timedelta(days=1))
    assert len(plan(late).messages) == 1


def test_already_sent_is_told_with_message_and_setting(plan: Planner, item: Make) -> None:
    earlier = plan(item("R-1", 7), as_of=AS_OF - timedelta(days=3)).messages[0].document
    (left,) = plan(item("R-1", 7), history=contents(earlier)).left_out
    assert left.text == (
        "MA-2026-11-17-4712 of 2026-11-17 was neutral; again after 30 days (as shipped)"
    )


OTHERS: dict[str, dict[str, Any]] = {  # in what the item of three days ago differs
    "number": {"number": "R-2"},
    "customer": {"customer": "4713"},
    "currency": {"currency": "USD"},
    "instalment": {"due_date": date(2026, 11, 11)},
}


@pytest.mark.parametrize("what", OTHERS)
def test_history_of_another_item_does_not_count(what: str, plan: Planner, item: Make) -> None:
    one = item("R-1")
    (past,) = plan(one, as_of=AS_OF - timedelta(days=3)).messages
    (sent,) = contents(past.document)
    assert plan(one, history=(sent,)).messages == ()
    assert len(plan(one, history=(replace(sent, **OTHERS[what]),)).messages) == 1


def test_level_reached_in_the_erp_is_not_taken_back(plan: Planner, item: Make) -> None:
    planned = plan(item("R-1", level_reached=ReminderLevel.COLLECTION))
    assert planned.messages[0].document.level is ReminderLevel.COLLECTION


def test_one_message_a_customer_and_currency_with_all_items(plan: Planner, item: Make) -> None:
    planned = plan(
        item("R-3", 5),
        item("R-2", 130, "50.00", description="Pumpen"),
        item("G-1", None, "-20.00"),
        item("R-9", 20, "70.00", currency="USD"),
        item("R-4", -2),
        item("R-5", 12, disputed=True),
        item("R-6", 1, customer="4711"),
        company="before_due_days = 5",
    )
    shown = {
        one.document.number: (one.document.level, [x.number for x in one.document.items])
        for one in planned.messages
    }
    assert shown == {
        "MA-2026-11-20-4711": ("neutral", ["R-6"]),
        "MA-2026-11-20-4712": ("collection", ["R-2", "R-3", "G-1"]),
        "MA-2026-11-20-4712-USD": ("neutral", ["R-9"]),
    }
    assert {one.number: one.reason for one in planned.left_out} == {
        "R-4": Reason.NOT_DUE,
        "R-5": Reason.DISPUTED,
    }
    reminder = planned.messages[1].document
    assert reminder.total == Decimal("130.00")
    assert [one.level for one in reminder.items] == ["collection", "neutral", None]
    assert [one.days_overdue for one in reminder.items] == [130, 5, 0]


def test_the_document_says_who_whom_and_how_to_pay(plan: Planner, item: Make) -> None:
    planned = plan(item("R-1"), company="pay_within_days = 14")
    (message,) = planned.messages
    reminder = message.document
    assert planned.run == reminder.run == "muster/reminders/2026-11-20"
    assert (reminder.issue_date, reminder.pay_by) == (AS_OF, AS_OF + timedelta(days=14))
    assert (reminder.seller.name, reminder.buyer.name) == ("Muster AG", "Kunde 4712 GmbH")
    assert reminder.buyer.vat_identifier == "DE123456789"
    assert [one.scheme for one in reminder.buyer.identifiers] == ["0088"]
    assert reminder.payment is not None
    assert reminder.payment.remittance == reminder.number
    assert message.because == ("pay_within_days = 14 (company)",)


def test_notice_is_to_be_paid_by_the_last_due_date(plan: Planner, item: Make) -> None:
    (message,) = plan(item("R-1", -3), item("R-2", -1), company="before_due_days = 5").messages
    assert message.document.pay_by == AS_OF + timedelta(days=3)
    assert [one.days_overdue for one in message.document.items] == [-1, -3]


def test_credits_that_cover_what_is_overdue_stop_the_message(plan: Planner, item: Make) -> None:
    planned = plan(item("R-1"), item("G-1", None, "-100.00"))
    assert planned.messages == ()
    assert {one.reason for one in planned.left_out} == {Reason.COVERED}


CHARGES = {  # terms, days overdue, currency: fee, interest, what is said
    "none": ("", 90, "EUR", "0", "0", []),
    "flat": ('fees = { firm = "5.00" }', 90, "EUR", "5.00", "0", []),
    "flat, other level": ('fees = { firm = "5.00" }', 10, "EUR", "0", "0", []),
    "flat, other currency": ('fees = { firm = "5.00" }', 90, "USD", "0", "0", ["in EUR only"]),
    "law": ('late_payment = "DE"', 200, "EUR", "80.00", "0", ["known until 2026-06-30"]),
    "law, too mild": ('late_payment = "DE"', 10, "EUR", "0", "0", []),
    "law, from the start": (
        'late_payment = "FR"\ncharge_from = "neutral"',
        10,
        "EUR",
        "80.00",
        "0",
        ["known until 2026-06-30"],
    ),
}


@pytest.mark.parametrize("case", CHARGES)
def test_charges(case: str, plan: Planner, item: Make) -> None:
    company, days, currency, fee, interest, said = CHARGES[case]
    items = [item(number, days, currency=currency) for number in ("R-1", "R-2")]
    (message,) = plan(*items, company=company).messages
    reminder = message.document
    assert (reminder.fee, reminder.interest) == (Decimal(fee), Decimal(interest))
    assert reminder.total == Decimal("200.00") + reminder.fee + reminder.interest
    assert all(any(text in line for line in message.because) for text in said)
    assert len([line for line in message.because if "(company)" not in line]) == len(said)


def test_interest_by_law_while_rates_are_known(plan: Planner, item: Make) -> None:
    as_of = date(2025, 4, 10)
    overdue = item("R-1", issue_date=date(2025, 1, 1), due_date=date(2025, 1, 31), open_="1000")
    company = 'late_payment = "DE"\nfees = { firm = "5.00" }'
    (message,) = plan(overdue, company=company, as_of=as_of).messages
    assert (message.document.fee, message.document.interest) == (Decimal("45.00"), Decimal("21.30"))
    assert message.because[-1].startswith("fixed sum and interest by BGB")


def test_a_run_that_went_half_way_goes_on_where_it_stopped(plan: Planner, item: Make) -> None:
    items = [item("R-1"), item("R-2", customer="4711"), item("R-3", currency="USD")]
    first = plan(*items)
    done = first.messages[0].document
    changed = item("R-2", open_="99.00", customer="4711")
    again = plan(items[0], changed, items[2], history=contents(done))
    assert [one.document for one in again.messages] == [one.document for one in first.messages[1:]]
    assert [(one.customer, one.reason) for one in again.left_out] == [("4711", Reason.IN_THIS_RUN)]
    assert again.left_out[0].text == "this run has sent MA-2026-11-20-4711 already"


def test_the_next_run_remembers_what_the_last_one_sent(plan: Planner, item: Make) -> None:
    items = [item("R-1"), item("R-2", customer="4711")]
    history = tuple(row for one in plan(*items).messages for row in contents(one.document))
    days = [0, 1, 29, 30, 31, 51]  # R-1 is 10 days overdue on AS_OF, so 61 after 51 more
    counts = [
        [
            one.document.level
            for one in plan(*items, history=history, as_of=AS_OF + timedelta(d)).messages
        ]
        for d in days
    ]
    assert counts == [[], [], [], ["neutral"] * 2, ["neutral"] * 2, ["firm"] * 2]
