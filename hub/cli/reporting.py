"""The command `report`: what each sender dropped on a day, and where all of it is now."""

import csv
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from typing import Any

from hub.cli.output import Misused, answer, table
from hub.config.config import Config
from hub.config.faults import Faulty
from hub.config.loading import load
from hub.daily import ALARMED, HEAD, SenderDay, differing, late_of, lines, report, silent_on
from hub.runs.deadlines import Alarm
from hub.wiring.clock import now
from hub.wiring.database import open_database


def daily(options: Namespace) -> int:
    """Print the report of a day; exit 1 if something was not what was stated of it."""
    config = load(options.config)
    if options.tenant is not None and options.tenant not in config.tenants:
        raise Misused(f"--tenant must be one of: {', '.join(config.tenants)}")
    if options.csv and options.json:
        raise Misused("--csv or --json, not both")
    day = options.day or now().date()
    with closing(open_database(config)) as database, database.transaction() as connection:
        senders = report(connection, day, options.tenant)
        late = late_of(connection, day, options.tenant)
        silent = silent_on(connection, day, now(), options.tenant)
    rows = list(lines(day, senders))
    if options.csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([HEAD, *rows])
    else:
        alarms = {
            "deadlines": [_late(each) for each in late],
            "print": [each.words for each in silent],
        }
        shown = [*_shown(day.isoformat(), senders, rows)]
        shown += [f"ALARM  {each.words}" for each in late]
        shown += [f"ALARM  {each.words}" for each in silent]
        answer(options, _value(day.isoformat(), senders) | alarms, shown)
    return 1 if late or silent or any(own.differing for own in senders) else 0


def totals(config: Config) -> str:
    """Say whether what came lately is what was stated of it, for `doctor`."""
    with closing(open_database(config)) as database, database.transaction() as connection:
        wrong = differing(connection, now())
    if wrong:
        said = [f"{drop.sender}: {drop.name}: {drop.verdict_text}" for drop in wrong]
        raise Faulty("\n".join([*said, "see facteur report daily --day, and ask the sender"]))
    return f"nothing differs from what was stated in the last {ALARMED.days} days"


def _value(day: str, senders: Sequence[SenderDay]) -> dict[str, Any]:
    return {"day": day, "senders": [_sender(own) for own in senders]}


def _sender(own: SenderDay) -> dict[str, Any]:
    return {
        "tenant": own.tenant,
        "sender": own.sender,
        "files": own.files,
        "statements": own.stated,
        "differing": [
            {"submission": drop.submission, "name": drop.name, "why": drop.verdict_text}
            for drop in own.differing
        ],
        "settled": [
            {"submission": drop.submission, "name": drop.name, "by": drop.settled}
            for drop in own.settled
        ],
        "balances": {
            currency: [
                {"what": what, "channel": channel, "documents": tally.count, "sum": tally.total}
                for what, channel, tally in balance.parts()
            ]
            for currency, balance in own.balances.items()
        },
    }


def _late(alarm: Alarm) -> dict[str, Any]:
    deadline = alarm.deadline
    return {
        "document": alarm.row.id,
        "number": alarm.row.number,
        "customer": alarm.row.customer_name,
        "name": deadline.name,
        "law": deadline.law,
        "due_at": deadline.due_at,
        "state": deadline.told,
        "fix": deadline.fix,
    }


def _shown(day: str, senders: Sequence[SenderDay], rows: Sequence[tuple[str, ...]]) -> list[str]:
    if not senders:
        return [f"nothing was dropped on {day}"]
    shown = [
        [sender, f"{what} {channel}".strip(), currency, count, _grouped(total)]
        for _, _, sender, currency, what, channel, count, total in rows
        if count != "0" or what == "dropped"
    ]
    said = [
        f"ALARM  {own.sender}  {drop.name} ({drop.submission}): {drop.verdict_text}"
        for own in senders
        for drop in own.differing
    ]
    said += [
        f"settled  {own.sender}  {drop.name} ({drop.submission}): {drop.verdict_text}; "
        f"{drop.settled}"
        for own in senders
        for drop in own.settled
    ]
    return [
        f"dropped on {day} (UTC)",
        *table(["sender", "what", "currency", "count", "sum"], shown),
        *said,
    ]


def _grouped(total: str) -> str:
    return f"{Decimal(total):,f}" if total else ""
