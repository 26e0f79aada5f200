"""plan_statements(): a customer's open items, balance and age bands, once a cycle."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from formats.model import ZERO, AgeBand, Statement
from hub.runs.open_items import OpenItem
from hub.runs.plan import (
    House,
    LeftOut,
    Plan,
    Planned,
    Reason,
    Sent,
    buyer,
    by_customer,
    claim_item,
    in_order,
    left_out,
    unfit,
)
from hub.runs.preferences import Choice, Cycle, Preferences
from routing_rules.recipient import Recipient

PREFIX = "KA"
BAND_ENDS = (0, 30, 60, 90, 120)
"""Days overdue at which a band ends: not due, 1 to 30, 31 to 60… and over the last."""


def plan_statements(
    items: Iterable[OpenItem],
    *,
    house: House,
    as_of: date,
    recipients: Mapping[str, Recipient],
    preferences: Preferences = Preferences(),  # noqa: B008 - frozen
    history: Iterable[Sent] = (),
    band_ends: Sequence[int] = BAND_ENDS,
) -> Plan[Statement]:
    """Return the statements of `as_of`: one a customer and currency with anything open.

    Disputed items and credits are on it: an account is a fact. A customer gets one in each month
    or quarter, on the first run that falls into it.

    Args:
        items: all open items of the tenant.
        house: whose run it is.
        as_of: the day of the balance.
        recipients: by customer number.
        preferences: of the company, its groups and customers.
        history: what earlier statement runs contained, and this one as far as it has come.
        band_ends: days overdue at which an age band ends, ascending, 0 for what is not due.
    """
    run = house.run("statements", as_of)
    past = list(history)
    messages: list[Planned[Statement]] = []
    out: list[LeftOut] = []
    for (customer, currency), group in by_customer(items).items():
        recipient = recipients.get(customer)
        choice = preferences.of(customer, recipient.group if recipient else None)
        fit, rest = _sorted_out(group, recipient, as_of)
        out += rest
        if recipient is None or not fit:
            continue
        earlier = [one for one in past if (one.customer, one.currency) == (customer, currency)]
        if objection := _not_now(choice, earlier, as_of, run):
            out += left_out(fit, *objection)
            continue
        statement = _statement(house, recipient, fit, as_of, band_ends)
        messages.append(Planned(document=statement, because=choice.because(["statements"])))
    return Plan(run=run, messages=tuple(messages), left_out=in_order(out))


def _sorted_out(
    group: Iterable[OpenItem], recipient: Recipient | None, as_of: date
) -> tuple[list[OpenItem], list[LeftOut]]:
    """Divide a customer's items into those that a statement shows, and those left out."""
    fit: list[OpenItem] = []
    out: list[LeftOut] = []
    for item in group:
        if objection := unfit(item, recipient, as_of):
            out += left_out([item], *objection)
        else:
            fit.append(item)
    return fit, out


def _statement(
    house: House,
    recipient: Recipient,
    items: Sequence[OpenItem],
    as_of: date,
    band_ends: Sequence[int],
) -> Statement:
    """Return the statement of one customer's items in one currency."""
    customer, currency = items[0].customer, items[0].currency
    number = house.number(PREFIX, as_of, customer, currency)
    return Statement(
        number=number,
        issue_date=as_of,
        currency=currency,
        seller=house.seller,
        buyer=buyer(recipient),
        customer=customer,
        items=tuple(claim_item(item, as_of) for item in items),
        balance=sum((item.open for item in items), ZERO),
        ages=_ages(items, as_of, band_ends),
        payment=house.pay(number),
        run=house.run("statements", as_of),
    )


def _not_now(
    choice: Choice, earlier: Iterable[Sent], as_of: date, run: str
) -> tuple[Reason, str] | None:
    """Why a customer gets no statement today."""
    cycle = choice.terms.statements
    if cycle is Cycle.NEVER:
        return Reason.SWITCHED_OFF, f"statements are off ({choice.origin('statements')})"
    first = _first_day(as_of, cycle)
    for sent in sorted(earlier, key=lambda one: one.on, reverse=True):
        if sent.run == run:
            return Reason.IN_THIS_RUN, f"this run has sent {sent.message} already"
        if sent.on >= first:
            said = f"{sent.message} is of {sent.on}; statements are {cycle}"
            return Reason.ALREADY_SENT, f"{said} ({choice.origin('statements')})"
    return None


def _first_day(as_of: date, cycle: Cycle) -> date:
    """Return the first day of the month or quarter.

    >>> _first_day(date(2026, 11, 20), Cycle.QUARTERLY)
    datetime.date(2026, 10, 1)
    """
    month = as_of.month if cycle is Cycle.MONTHLY else (as_of.month - 1) // 3 * 3 + 1
    return as_of.replace(month=month, day=1)


def _ages(items: Iterable[OpenItem], as_of: date, ends: Sequence[int]) -> tuple[AgeBand, ...]:
    """Return what is open by days overdue; an item without a due date counts as not due."""
    sums = [ZERO] * (len(ends) + 1)
    for item in items:
        days = (as_of - item.due_date).days if item.due_date else 0
        sums[bisect_left(ends, max(days, 0))] += item.open
    starts = (None, *(end + 1 for end in ends))
    return tuple(
        AgeBand(from_day=start, to_day=end, open=open_)
        for start, end, open_ in zip(starts, (*ends, None), sums, strict=True)
    )
