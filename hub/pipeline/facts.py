"""What rules and time limits may ask besides document and recipient, as of today."""

from hub.pipeline.house import House
from routing_rules.decision import Facts


def facts_of(house: House, tenant: str, sender: str) -> Facts:
    """Return the facts about a company and one of its senders."""
    known = house.config.senders.get(sender)
    company = house.config.tenants.get(tenant)
    return Facts(
        tenant=tenant,
        sender=sender,
        today=house.clock().date(),
        tags=known.tags if known else (),
        email_needs_consent=company is not None and company.email_needs_consent,
    )
