"""Carries a run out: takes open items, plans, and hands each message to room 1 like any ERP's file.

What a run has sent is noted message by message, so a run that was killed goes on where it was, and
the same run twice sends nothing twice.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from formats import canonical
from formats.model import CreditTransfer, PaymentInstructions, Reminder, Statement
from hub.config.config import Config
from hub.config.faults import Faulty
from hub.pipeline.house import House
from hub.pipeline.receive import Arrival, receive
from hub.runs import plan as planning
from hub.runs.open_items import OpenItem, read_open_items
from hub.runs.plan import Plan, Planned, Sent, contents
from hub.runs.preferences import Preferences, load_preferences
from hub.runs.reminders import plan_reminders
from hub.runs.statements import plan_statements
from hub.store import claims, recipients
from hub.store.work import RUNS_LAST

_ALL = 1_000_000
_PLANNERS: Mapping[str, Callable[..., Plan[Any]]] = {
    "reminders": plan_reminders,
    "statements": plan_statements,
}


def run_claims(
    house: House,
    kind: str,
    *,
    tenant: str,
    as_of: date,
    items: bytes | None,
    dry_run: bool,
    say: Callable[[Any, Sequence[str]], None],
) -> int:
    """Run `reminders` or `statements` of a tenant for a day; `say` shows the plan.

    `items` is open items as CSV, which replace those known; None runs over those known. A dry run
    shows who gets what and who is left out and why, and sends nothing.

    Raises:
        FaultyOpenItems: the CSV cannot be taken.
        Faulty: the preferences cannot be used.
    """
    if items is not None:
        _take_items(house, tenant, read_open_items(items), dry_run=dry_run)
    known = read_open_items(items) if items is not None else _known_items(house, tenant)
    plan = make_plan(house, kind, tenant=tenant, as_of=as_of, items=known)
    if not dry_run:
        for message in plan.messages:
            send_message(house, kind, tenant, message)
    say(plan_value(plan), plan_lines(plan, dry_run=dry_run))
    return 0


def make_plan(
    house: House, kind: str, *, tenant: str, as_of: date, items: Sequence[OpenItem]
) -> Plan[Any]:
    """Plan a run; nothing is sent."""
    with house.database.transaction() as connection:
        book = recipients.listed(connection, tenant, limit=_ALL)
        history = claims.listed_sent(connection, tenant, kind)
    return _PLANNERS[kind](
        items,
        house=_issuer(house, tenant),
        as_of=as_of,
        recipients={recipient.key: recipient for _, recipient in book},
        preferences=preferences_of(house.config),
        history=[msgspec.json.decode(sent, type=Sent) for sent in history],
    )


def send_message(house: House, kind: str, tenant: str, message: Planned[Any]) -> None:
    """Hand one message to room 1, then note what it was about."""
    document: Reminder | Statement = message.document
    receive(
        house,
        Arrival(
            data=canonical.encode(document),
            name=f"{document.number}.json",
            tenant=tenant,
            sender=kind,
            door="run",
            priority=RUNS_LAST,
        ),
    )
    sent = [msgspec.json.encode(one).decode() for one in contents(document)]
    with house.database.transaction() as connection:
        claims.add_sent(connection, tenant, kind, document.number, sent)


def plan_value(plan: Plan[Any]) -> dict[str, Any]:
    """Return a plan for programs."""
    return {
        "run": plan.run,
        "messages": [
            {
                "number": message.document.number,
                "customer": message.document.customer,
                "level": getattr(message.document, "level", None),
                "currency": message.document.currency,
                "total": _amount(message.document),
                "items": len(message.document.items),
                "because": message.because,
            }
            for message in plan.messages
        ],
        "left_out": [msgspec.to_builtins(entry) for entry in plan.left_out],
    }


def plan_lines(plan: Plan[Any], *, dry_run: bool) -> list[str]:
    """Return a plan for people: who gets what, who is left out and why."""
    word = "would send" if dry_run else "sent"
    lines = [f"{plan.run}: {word} {len(plan.messages)}, left out {len(plan.left_out)} items"]
    for message in plan.messages:
        document = message.document
        level = f" {document.level}" if isinstance(document, Reminder) else ""
        lines.append(
            f"  {document.customer}  {document.number}{level}  {len(document.items)} items  "
            f"{_amount(document)} {document.currency}"
        )
    lines += [f"  {e.customer}  {e.number}  left out: {e.text}" for e in plan.left_out]
    return lines


def _amount(document: Reminder | Statement) -> str:
    total = document.total if isinstance(document, Reminder) else document.balance
    return format(total, "f")


def _take_items(house: House, tenant: str, items: Sequence[OpenItem], *, dry_run: bool) -> None:
    if dry_run:
        return
    texts = [msgspec.json.encode(item).decode() for item in items]
    with house.database.transaction() as connection:
        claims.replace_open_items(connection, tenant, texts)


def _known_items(house: House, tenant: str) -> list[OpenItem]:
    with house.database.transaction() as connection:
        texts = claims.listed_open_items(connection, tenant)
    return [msgspec.json.decode(text, type=OpenItem) for text in texts]


def _issuer(house: House, tenant: str) -> planning.House:
    own = house.config.tenants[tenant]
    payment = None
    if own.iban:
        transfer = CreditTransfer(
            account=own.iban, account_name=own.account_name or own.name, bank=own.bic or None
        )
        payment = PaymentInstructions(means_code="58", credit_transfers=(transfer,))
    return planning.House(tenant=tenant, seller=own.party, payment=payment)


def preferences_of(config: Config) -> Preferences:
    """Return the preferences that the settings name; those as shipped if they name none.

    Raises:
        Faulty: the file cannot be read or used.
    """
    name = config.runs.preferences
    if not name:
        return Preferences()
    path = config.path(name)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Faulty(f"runs.preferences: {path}: {error}") from error
    return load_preferences(name, text)
