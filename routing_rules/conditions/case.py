"""Case: all that a condition may look at."""

from dataclasses import dataclass
from decimal import Decimal

from formats.model import Document
from routing_rules.decision import Facts
from routing_rules.recipient import Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One document on its way to one recipient, and the facts of the day."""

    document: Document
    recipient: Recipient
    facts: Facts


def say(found: object) -> str:
    """Return what a condition found, as a clerk would write it.

    >>> say(("DE", "AT")), say(()), say(Decimal("10.50")), say(True)
    ('DE, AT', 'nothing', '10.50', 'yes')
    """
    match found:
        case None | ():
            return "nothing"
        case bool():
            return "yes" if found else "no"
        case tuple():
            return ", ".join(found)
        case Decimal():
            return f"{found:f}"
        case _:
            return str(found)
