"""plan_reminders(): overdue items to one Reminder a customer and currency.

Severity goes by days overdue: neutral to 60 (a first time at once, a second after 30 days), firm
above 60, collection above 120; all of it is data, see `preferences.Terms`. A level once reached,
here or in the ERP, is not taken back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from formats.model import ZERO, Reminder, ReminderLevel
from hub.runs.late_payment import LAWS
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
from hub.runs.preferences import REMINDING, Choice, Preferences
from hub.runs.severity import level_of, rank, untimely
from routing_rules.recipient import Recipient

PREFIX = "MA"
ItemKey = tuple[str, str, date | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """An item that is to be reminded of, and how."""

    item: OpenItem
    level: ReminderLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """One customer's items in one currency, on the way to a message."""

    house: House
    as_of: date
    recipient: Recipient
    currency: str
    choice: Choice
    due: Sequence[_Due]
    credits: Sequence[OpenItem]

    @property
    def items(self) -> list[OpenItem]:
        return [*(one.item for one in self.due), *self.credits]

    @property
    def level(self) -> ReminderLevel:
        return max((one.level for one in self.due), key=rank)

    @property
    def number(self) -> str:
        return self.house.number(PREFIX, self.as_of, self.recipient.key, self.currency)

    @property
    def open(self) -> Decimal:
        return sum((item.open for item in self.items), ZERO)


def plan_reminders(
    items: Iterable[OpenItem],
    *,
    house: House,
    as_of: date,
    recipients: Mapping[str, Recipient],
    preferences: Preferences = Preferences(),  # noqa: B008 - frozen
    history: Iterable[Sent] = (),
) -> Plan[Reminder]:
    """Return the reminders of `as_of`.

    Args:
        items: all open items of the tenant, also those not due.
        house: whose run it is.
        as_of: the day from which days overdue are counted; the reminders bear it.
        recipients: by customer number.
        preferences: of the company, its groups and customers.
        history: what earlier reminder runs contained, and this one as far as it has come. A
            customer who has had a message of this very run gets no other, whatever has changed.
    """
    run = house.run("reminders", as_of)
    past = _by_item(history)
    sent_now = {one.message for sents in past.values() for one in sents if one.run == run}
    messages: list[Planned[Reminder]] = []
    out: list[LeftOut] = []
    for (customer, currency), group in by_customer(items).items():
        recipient = recipients.get(customer)
        choice = preferences.of(customer, recipient.group if recipient else None)
        number = house.number(PREFIX, as_of, customer, currency)
        if number in sent_now:
            out += left_out(group, Reason.IN_THIS_RUN, f"this run has sent {number} already")
            continue
        due, credits_, rest = _sorted_out(group, recipient, choice, past, as_of)
        out += rest
        if recipient is None or not due:
            out += left_out(credits_, Reason.CREDIT, "a credit, and no message to put it in")
            continue
        account = _Account(
            house=house,
            as_of=as_of,
            recipient=recipient,
            currency=currency,
            choice=choice,
            due=due,
            credits=credits_,
        )
        if objection := _objection(account):
            out += left_out(account.items, *objection)
        else:
            messages.append(_message(account, run))
    return Plan(run=run, messages=tuple(messages), left_out=in_order(out))


def _by_item(history: Iterable[Sent]) -> dict[ItemKey, list[Sent]]:
    past: dict[ItemKey, list[Sent]] = {}
    for sent in history:
        key = (sent.customer, sent.number, sent.due_date, sent.currency)
        past.setdefault(key, []).append(sent)
    return past


def _sorted_out(
    group: Iterable[OpenItem],
    recipient: Recipient | None,
    choice: Choice,
    past: Mapping[ItemKey, Sequence[Sent]],
    as_of: date,
) -> tuple[list[_Due], list[OpenItem], list[LeftOut]]:
    """Divide a customer's items into those to remind of, credits, and those left out."""
    due: list[_Due] = []
    credits_: list[OpenItem] = []
    out: list[LeftOut] = []
    for item in group:
        sents = past.get((item.customer, item.number, item.due_date, item.currency), ())
        level = level_of(item, choice, sents, as_of)
        if objection := (
            unfit(item, recipient, as_of)
            or _held_back(item, choice, as_of)
            or (None if item.open < 0 else untimely(item, level, choice, sents, as_of))
        ):
            out += left_out([item], *objection)
        elif item.open < 0:
            credits_.append(item)
        else:
            assert level is not None, "an item without a level is untimely"
            due.append(_Due(item=item, level=level))
    if any(one.level is not ReminderLevel.BEFORE_DUE for one in due):
        notices = [one.item for one in due if one.level is ReminderLevel.BEFORE_DUE]
        out += left_out(notices, Reason.NOT_DUE, "not due, and this message is about overdue items")
        due = [one for one in due if one.level is not ReminderLevel.BEFORE_DUE]
    return due, credits_, out


def _held_back(item: OpenItem, choice: Choice, as_of: date) -> tuple[Reason, str] | None:
    """Why an item is not reminded of whatever its age."""
    if not choice.terms.reminders:
        return Reason.SWITCHED_OFF, f"reminders are off ({choice.origin('reminders')})"
    if item.disputed:
        return Reason.DISPUTED, "the customer disputes it"
    if item.promised_until and as_of <= item.promised_until:
        return Reason.PROMISED, f"payment is promised by {item.promised_until}"
    return None


def _objection(account: _Account) -> tuple[Reason, str] | None:
    """Why a whole message is not sent."""
    total, minimum = account.open, account.choice.terms.minimum
    if total <= 0:
        return Reason.COVERED, "credits cover what is overdue"
    if total < minimum:
        setting = f"the minimum of {minimum} ({account.choice.origin('minimum')})"
        return Reason.BELOW_MINIMUM, f"{total} {account.currency} is less than {setting}"
    return None


def _message(account: _Account, run: str) -> Planned[Reminder]:
    fee, interest, notes = _charges(account)
    items = [claim_item(one.item, account.as_of, one.level) for one in account.due]
    items += [claim_item(item, account.as_of) for item in account.credits]
    document = Reminder(
        number=account.number,
        issue_date=account.as_of,
        level=account.level,
        currency=account.currency,
        seller=account.house.seller,
        buyer=buyer(account.recipient),
        customer=account.recipient.key,
        items=tuple(items),
        fee=fee,
        interest=interest,
        total=account.open + fee + interest,
        pay_by=_pay_by(account),
        payment=account.house.pay(account.number),
        run=run,
    )
    return Planned(document=document, because=(*account.choice.because(REMINDING), *notes))


def _pay_by(account: _Account) -> date:
    if account.level is ReminderLevel.BEFORE_DUE:
        return max(one.item.due_date or account.as_of for one in account.due)
    return account.as_of + timedelta(days=account.choice.terms.pay_within_days)


def _charges(account: _Account) -> tuple[Decimal, Decimal, tuple[str, ...]]:
    """Return fee and interest, and why something was not charged."""
    terms = account.choice.terms
    flat = terms.fees.get(account.level, ZERO)
    law = LAWS.get(terms.late_payment)
    late = [one.item for one in account.due if rank(one.level) >= rank(terms.charge_from)]
    if account.currency != account.house.currency:
        charged = flat or (law and late)
        note = f"no fee or interest: they are charged in {account.house.currency} only"
        return ZERO, ZERO, (note,) if charged else ()
    if law is None or not late:
        return flat, ZERO, ()
    fee = flat + law.fixed_sum * len(late)
    sums = [
        law.interest(item.open, due=item.due_date, until=account.as_of)
        for item in late
        if item.due_date
    ]
    known = [one for one in sums if one is not None]
    if len(known) < len(sums):
        note = f"no interest: rates are known until {law.known_until} only ({law.source})"
        return fee, ZERO, (note,)
    return fee, sum(known, ZERO), (f"fixed sum and interest by {law.source}",)
