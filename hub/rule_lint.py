"""What is odd about the rules in force, seen with the address book of each company."""

from formats.findings import Finding
from hub.pipeline.house import House
from hub.store import recipients
from routing_rules.decision import Facts
from routing_rules.lint import lint

_RECIPIENTS_TRIED = 2_000


def odd_rules(house: House) -> tuple[Finding, ...]:
    """Return dead, contradictory and expired rules, and recipients without a road, each once."""
    found: dict[str, Finding] = {}
    for key, tenant in house.config.tenants.items():
        with house.database.transaction() as connection:
            book = recipients.listed(connection, key, limit=_RECIPIENTS_TRIED)
        facts = Facts(tenant=key, sender="", today=house.clock().date())
        for finding in lint(
            house.rules,
            facts=facts,
            recipients=[recipient for _, recipient in book],
            seller_countries=[tenant.country] if tenant.country else [],
        ):
            found.setdefault(finding.message, finding)
    return tuple(found.values())
