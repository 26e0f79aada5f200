"""What is odd about the rules in force, seen with the address book of each company."""

from collections.abc import Iterable, Mapping
from datetime import date

from formats.findings import Finding
from hub.config.companies import Tenant
from hub.store import consents, recipients
from hub.store.database import Database
from routing_rules.decision import Facts
from routing_rules.lint import lint
from routing_rules.rule import Rules

_RECIPIENTS_TRIED = 2_000
_RUNS = ("reminders", "statements")
"""Senders of what the house makes itself."""


def odd_rules(
    rules: Rules,
    tenants: Mapping[str, Tenant],
    database: Database,
    today: date,
    senders: Iterable[str] | None = None,
) -> tuple[Finding, ...]:
    """Return dead, contradictory and expired rules, and recipients without a road, each once.

    With `senders`, all there are, names in rules that nobody has are told as well.
    """
    names = {"tenant": [*tenants]}
    if senders is not None:
        names["sender"] = [*senders, *_RUNS]
    found: dict[str, Finding] = {}
    for key, tenant in tenants.items():
        with database.transaction() as connection:
            book = recipients.listed(connection, key, limit=_RECIPIENTS_TRIED)
            tried = consents.all_agreeing(connection, key, [recipient for _, recipient in book])
        facts = Facts(
            tenant=key,
            sender="",
            today=today,
            email_needs_consent=tenant.email_needs_consent,
        )
        for finding in lint(
            rules,
            facts=facts,
            recipients=tried,
            seller_countries=[tenant.country] if tenant.country else [],
            names=names,
        ):
            found.setdefault(finding.message, finding)
    return tuple(found.values())
