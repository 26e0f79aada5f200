"""The command `route`: other rules tried on what was sent, before they are put in force."""

import csv
import re
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

from hub.cli.output import Misused, answer, progress, table
from hub.cli.traffic import house_of
from hub.config.config import Config
from hub.config.faults import Faulty
from hub.dry_run import NOWHERE, Judged, Side, Trial, dry_run
from hub.store.documents import DocumentRow
from hub.wiring.building import laws_of, rules_of
from hub.wiring.clock import now
from routing_rules import tariff
from routing_rules.difference import ways, why_other
from routing_rules.tariff import Way

LISTED = 1_000
_SHOWN = 20
HEAD = ("document", "number", "customer", "before", "after", "because", "breach")
_POSTAGE = {
    "postage_unverified": (
        "postage is not held against the post's price list",
        tariff.unverified,
    ),
    "postage_outdated": ("postage has run out, so what it was last", tariff.outdated),
}
"""What may be doubtful about postage: its name in JSON, the words, and who looks for it."""
_DAYS = re.compile(r"(\d{1,4})d")


@dataclass(slots=True, kw_only=True)
class Summary:
    """What a dry run found; of the documents that change no more than LISTED are kept."""

    documents: int = 0
    before: Side = field(default_factory=Side)
    after: Side = field(default_factory=Side)
    changed: int = 0
    stranded: int = 0
    gone: int = 0
    breaches: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    listed: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, one: Judged | DocumentRow) -> None:
        """Count one document in."""
        if isinstance(one, DocumentRow):
            self.gone += 1
            return
        self.documents += 1
        self.before.add(one.old, one.costs[0])
        self.after.add(one.new, one.costs[1])
        self.changed += one.is_other
        self.stranded += not one.new.roads and bool(one.old.roads)
        if one.breach:
            self.breaches[one.breach, one.new.rule or ""] += 1
        if one.is_other:
            self.reasons[f"{one.old.rule} -> {one.new.rule}"] += 1
        if is_told(one) and len(self.listed) < LISTED:
            self.listed.append(line(one))


def route(options: Namespace) -> int:
    """Look for what is odd about rules, try others, or change them by two people's word."""
    if options.action == "diff":
        return diff(options)
    if options.action == "check":
        odd: int = import_module("hub.cli.rule_check").check(options)
        return odd
    done: int = import_module("hub.cli.rule_changes").change(options)
    return done


def diff(options: Namespace) -> int:
    """Print what other rules would have done; exit 1 where law or somebody is left behind."""
    if not options.rules:
        raise Misused("name the rules to try: facteur route diff --rules NEW.toml")
    if options.csv and options.json:
        raise Misused("--csv or --json, not both")
    since = _since(options.since)
    summary = Summary()
    with house_of(options) as house:
        if options.tenant is not None and options.tenant not in house.config.tenants:
            raise Misused(f"--tenant must be one of: {', '.join(house.config.tenants)}")
        trial = _trial(house.config, options)
        found = dry_run(
            house.database, house.archive, house.config, trial, since=since, tenant=options.tenant
        )
        told = _told(found, summary)
        if options.csv:
            csv.writer(sys.stdout, lineterminator="\n").writerows(_rows(told))
        else:
            for _ in told:
                pass
            doubts = _doubts(trial, summary)
            value = _value(summary, since) | {doubt.key: doubt.channels for doubt in doubts}
            answer(options, value, _lines(summary, since, doubts))
    return 1 if summary.breaches or summary.stranded else 0


def is_told(one: Judged) -> bool:
    """Whether a document is one to list."""
    return one.is_other or bool(one.breach)


def line(one: Judged) -> tuple[str, ...]:
    """Return the row of one document, as HEAD names its cells."""
    why = why_other(one.old, one.new) if one.is_other else "as before"
    row = one.row
    return (row.id, row.number, row.customer, ways(one.old), ways(one.new), why, one.breach)


def _told(found: Iterable[Judged | DocumentRow], summary: Summary) -> Iterator[Judged]:
    for number, one in enumerate(found, start=1):
        if number % 200 == 0:
            progress(f"{number} documents")
        summary.add(one)
        if isinstance(one, Judged) and is_told(one):
            yield one
    progress("")


def _rows(told: Iterable[Judged]) -> Iterator[tuple[str, ...]]:
    yield HEAD
    for one in told:
        yield line(one)


def _since(text: str) -> datetime:
    if days := _DAYS.fullmatch(text):
        return now() - timedelta(days=int(days[1]))
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=UTC)
    except ValueError as error:
        raise Misused(f"--since {text}: write 30d or a date like 2026-10-23") from error


def _trial(config: Config, options: Namespace) -> Trial:
    kinds = {name: str(table_["kind"]) for name, table_ in config.channels.items()}
    try:
        prices = tariff.load(_texts([*options.tariff, *map(config.path, config.routing.tariff)]))
    except tariff.UnusableTariff as error:
        raise Faulty(str(error)) from error
    return Trial(
        rules=rules_of(config, _texts(options.rules)),
        laws=laws_of(config),
        kinds=kinds,
        prices=prices,
        on=options.on,
    )


def _texts(paths: Iterable[Path]) -> list[tuple[str, str]]:
    return [(path.name, path.read_text("utf-8")) for path in paths]


def _value(summary: Summary, since: datetime) -> dict[str, Any]:
    return {
        "since": since,
        "documents": summary.documents,
        "changed": summary.changed,
        "no_longer_kept": summary.gone,
        "newly_without_road": summary.stranded,
        "channels": [
            {
                "channel": channel,
                "before": summary.before.documents[channel],
                "after": summary.after.documents[channel],
                "cost_before": _cost(summary.before, channel),
                "cost_after": _cost(summary.after, channel),
                "price_known": not (
                    summary.before.unpriced[channel] or summary.after.unpriced[channel]
                ),
            }
            for channel in _channels(summary)
        ],
        "breaches": [
            {"law": law, "rule": rule, "documents": n}
            for (law, rule), n in summary.breaches.most_common()
        ],
        "changes": [dict(zip(HEAD, row, strict=True)) for row in summary.listed],
        "changes_left_out": max(summary.changed - len(summary.listed), 0),
    }


def _channels(summary: Summary) -> list[str]:
    sides = (summary.before, summary.after)
    taken = {channel for side in sides for channel in side.documents}
    return sorted(taken | {channel for side in sides for channel, _ in side.costs})


def _cost(side: Side, channel: str) -> dict[str, Decimal]:
    return {currency: sum_ for (name, currency), sum_ in side.costs.items() if name == channel}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doubt:
    """What is doubtful about postage, and on which print channels."""

    key: str
    words: str
    channels: list[str]


def _doubts(trial: Trial, summary: Summary) -> list[_Doubt]:
    """Return what is doubtful about the postage of the day, whoever sends."""
    day = trial.on or now().date()
    sellers = {price.seller_country for price in trial.prices}
    ways = {
        name: [Way(channel=name, kind="print", day=day, seller_country=each) for each in sellers]
        for name in _channels(summary)
        if trial.kinds.get(name) == "print"
    }
    return [
        _Doubt(
            key=key,
            words=words,
            channels=[name for name in ways if any(look(trial.prices, way) for way in ways[name])],
        )
        for key, (words, look) in _POSTAGE.items()
    ]


def _lines(summary: Summary, since: datetime, doubts: Sequence[_Doubt]) -> list[str]:
    head = (
        f"{summary.documents} documents decided since {since:%Y-%m-%d %H:%M} UTC, "
        f"{summary.changed} would go otherwise"
    )
    if not summary.documents:
        return [head]
    rows = [_channel_row(summary, channel) for channel in _channels(summary)]
    lines = [head, "", *table(["channel", "before", "after", "cost before", "cost after"], rows)]
    lines += [f"no price is known, so 0.00: {', '.join(_unpriced(summary))}"] * bool(
        _unpriced(summary)
    )
    lines += [f"{each.words}: {', '.join(each.channels)}" for each in doubts if each.channels]
    lines += [f"no longer kept, so not tried: {summary.gone}"] * bool(summary.gone)
    if summary.stranded:
        lines += ["", f"WITHOUT A ROAD  {summary.stranded} documents that had one"]
    for (law, rule), count in summary.breaches.most_common():
        lines += ["", f"AGAINST THE LAW  {count} documents: `{rule}` replaces `{law}`"]
    return lines + _changes(summary)


def _channel_row(summary: Summary, channel: str) -> list[str]:
    before, after = summary.before, summary.after
    counts = [f"{side.documents[channel]:,}" for side in (before, after)]
    return [channel, *counts, *(_amounts(_cost(side, channel)) for side in (before, after))]


def _amounts(costs: dict[str, Decimal]) -> str:
    return " + ".join(f"{amount:,.2f} {currency}" for currency, amount in costs.items()) or "-"


def _unpriced(summary: Summary) -> list[str]:
    both = summary.before.unpriced | summary.after.unpriced
    return sorted(channel for channel, count in both.items() if count and channel != NOWHERE)


def _changes(summary: Summary) -> list[str]:
    if not summary.listed:
        return []
    rows = [[f"{count:,}", reason] for reason, count in summary.reasons.most_common(_SHOWN)]
    lines = ["", *table(["count", "rule before -> after"], rows), ""]
    for id_, number, _, before, after, why, breach in summary.listed[:_SHOWN]:
        lines += [f"{number or id_}  {before} -> {after}", f"    {why}"]
        lines += [f"    against the law: {breach}"] * bool(breach)
    left = summary.changed - min(len(summary.listed), _SHOWN)
    return [*lines, f"and {left:,} more; --csv has them all"] if left > 0 else lines
