"""`route check`: what is odd about rules, in force or others, before anything goes by them."""

from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing

from formats.findings import Finding, sentence
from hub.cli.output import answer
from hub.config.loading import load
from hub.rule_lint import odd_rules
from hub.wiring.building import rules_of
from hub.wiring.clock import now
from hub.wiring.database import open_database

_LACKING = "RR-CHANNEL"
"""A road of the shipped rules that this hub does not have: the next one is taken, by design."""


def check(options: Namespace) -> int:
    """Print it; exit 1 if there is more than shipped rules for channels that are not here."""
    config = load(options.config)
    own = [(path.name, path.read_text("utf-8")) for path in options.rules]
    rules = rules_of(config, own or None)
    with closing(open_database(config)) as database:
        found = odd_rules(rules, config.tenants, database, now().date(), config.senders)
    answer(options, found, told(found) or ["nothing odd"])
    return 1 if any(finding.rule != _LACKING for finding in found) else 0


def told(findings: Sequence[Finding]) -> list[str]:
    """Return what lint says, and in one line a channel which rules lead to one that is not here."""
    rules: dict[str | None, list[str]] = {}
    for finding in findings:
        if finding.rule == _LACKING:
            rules.setdefault(finding.value, []).append(finding.path or "")
    return [
        *(sentence(finding) for finding in findings if finding.rule != _LACKING),
        *(f"{lacking}; asked for by {', '.join(names)}" for lacking, names in rules.items()),
    ]
