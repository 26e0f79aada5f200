"""The law of runs: planned again they make the same bytes, and no item is lost or taken twice."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
from random import Random
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from formats.model import Party, Reminder, ReminderLevel, Statement
from hub.runs.open_items import OpenItem
from hub.runs.plan import House, Plan, Sent, contents
from hub.runs.preferences import Preferences
from hub.runs.reminders import plan_reminders
from hub.runs.statements import plan_statements
from routing_rules.recipient import Recipient

AS_OF = date(2026, 11, 20)
HOUSE = House(tenant="muster", seller=Party(name="Muster AG"))
RECIPIENTS = {key: Recipient(key=key, name=f"Kunde {key}", group=key[:1]) for key in ("a1", "b1")}
DAYS = st.integers(-200, 200).map(lambda days: AS_OF + timedelta(days=days))
AMOUNTS = st.decimals(-1000, 1000, places=2)
ITEMS = st.lists(
    st.builds(
        OpenItem,
        customer=st.sampled_from(["a1", "b1", "unknown"]),
        number=st.integers(1, 9).map(str),
        issue_date=DAYS,
        due_date=st.none() | DAYS,
        currency=st.sampled_from(["EUR", "USD"]),
        amount=AMOUNTS,
        open=AMOUNTS,
        disputed=st.booleans(),
        promised_until=st.none() | DAYS,
        level_reached=st.none() | st.sampled_from(ReminderLevel),
    ),
    max_size=20,
    unique_by=lambda one: (one.customer, one.number, one.due_date, one.currency),
)
PREFERENCES = st.builds(
    lambda company, group: Preferences(company=company, groups={"a": group}),
    *2
    * [
        st.fixed_dictionaries(
            {},
            optional={
                "grace_days": st.integers(0, 20),
                "before_due_days": st.integers(0, 20),
                "minimum": st.just(Decimal(50)),
                "late_payment": st.sampled_from(["none", "DE", "FR"]),
                "reminders": st.booleans(),
                "repeat_days": st.integers(0, 40),
            },
        )
    ],
)


def both(
    items: list[OpenItem], preferences: Preferences, history: Iterable[Sent] = ()
) -> tuple[Plan[Reminder], Plan[Statement]]:
    past = list(history)
    planners: tuple[Any, Any] = (plan_reminders, plan_statements)
    reminders, statements = (
        planner(
            items,
            house=HOUSE,
            as_of=AS_OF,
            recipients=RECIPIENTS,
            preferences=preferences,
            history=past,
        )
        for planner in planners
    )
    return reminders, statements


@given(items=ITEMS, preferences=PREFERENCES, order=st.randoms())
def test_the_same_run_plans_the_same_bytes_whatever_the_order_of_items(
    items: list[OpenItem], preferences: Preferences, order: Random
) -> None:
    shuffled = list(items)
    order.shuffle(shuffled)
    plans: list[tuple[Any, Any]] = list(
        zip(both(items, preferences), both(shuffled, preferences), strict=True)
    )
    for first, again in plans:
        assert msgspec.json.encode(first.messages) == msgspec.json.encode(again.messages)
        assert first == again
        numbers = [one.document.number for one in first.messages]
        assert len(numbers) == len(set(numbers))


@given(items=ITEMS, preferences=PREFERENCES)
def test_every_item_is_in_one_message_or_left_out_once(
    items: list[OpenItem], preferences: Preferences
) -> None:
    expected = Counter((one.customer, one.number) for one in items)
    for plan in both(items, preferences):
        taken = [
            (one.document.customer, item.number)
            for one in plan.messages
            for item in one.document.items
        ]
        left = [(one.customer, one.number) for one in plan.left_out]
        assert Counter(taken + left) == expected


@given(items=ITEMS, preferences=PREFERENCES, cut=st.integers(0, 5))
def test_a_run_resumed_anywhere_sends_the_rest_and_nothing_twice(
    items: list[OpenItem], preferences: Preferences, cut: int
) -> None:
    plans: tuple[Any, ...] = both(items, preferences)
    for at, plan in enumerate(plans):
        done = list(chain.from_iterable(contents(one.document) for one in plan.messages[:cut]))
        again: Any = both(items, preferences, done)[at]
        assert again.messages == plan.messages[cut:]


@given(items=ITEMS, preferences=PREFERENCES)
def test_sums_add_up(items: list[OpenItem], preferences: Preferences) -> None:
    for plan in both(items, preferences):
        for one in plan.messages:
            open_ = sum(item.open for item in one.document.items)
            match one.document:
                case Reminder() as reminder:
                    assert reminder.total == open_ + reminder.fee + reminder.interest > 0
                case Statement() as statement:
                    assert statement.balance == open_ == sum(b.open for b in statement.ages)
