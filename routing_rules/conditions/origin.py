"""What a rule may ask about where a document comes from, and when."""

from datetime import date

from routing_rules.conditions.case import Case


def tenant(case: Case) -> tuple[str, ...]:
    """Whose document it is.

    >>> from routing_rules.conditions.catalogue import FACTS, holds
    >>> holds('''
    ... tenant = "acme"
    ... ''', facts=FACTS)
    False
    """
    return (case.facts.tenant,)


def sender(case: Case) -> tuple[str, ...]:
    """Which ERP or run submitted it.

    >>> from msgspec.structs import replace
    >>> from routing_rules.conditions.catalogue import FACTS, holds
    >>> holds('''
    ... sender = "sap-p01"
    ... ''', facts=replace(FACTS, sender="sap-p01"))
    True
    """
    return (case.facts.sender,)


def tags(case: Case) -> tuple[str, ...]:
    """The operator's own marks on a submission or its sender.

    >>> from msgspec.structs import replace
    >>> from routing_rules.conditions.catalogue import FACTS, holds
    >>> holds('''
    ... tag = "test"
    ... ''', facts=replace(FACTS, tags=("urgent", "test")))
    True
    """
    return case.facts.tags


def today(case: Case) -> date:
    """The day of the decision; `valid_from` and `valid_until` of a rule are compared with it."""
    return case.facts.today
