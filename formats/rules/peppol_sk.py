"""SK-R-*: what Peppol asks where seller and buyer are Slovak, from release 3.0.22 on."""

from functools import partial

from formats.findings import Severity
from formats.model import Invoice
from formats.rules.countries import both_in, of_buyer, of_seller
from formats.rules.engine import Rule, getter
from formats.rules.worksheet import the_buyer_address, the_invoice, the_seller_address

CORRECTED = "384"
_DOMESTIC = partial(both_in, "SK")

ADDRESS_OF = {
    "seller": the_seller_address.where("between Slovaks", _DOMESTIC),
    "buyer": the_buyer_address.where("between Slovaks", _DOMESTIC),
}
STATED = (
    ("SK-R-002", "BT-35", "seller", "street", "line_1"),
    ("SK-R-003", "BT-37", "seller", "city", "city"),
    ("SK-R-004", "BT-38", "seller", "post code", "post_code"),
    ("SK-R-005", "BT-50", "buyer", "street", "line_1"),
    ("SK-R-006", "BT-52", "buyer", "city", "city"),
    ("SK-R-007", "BT-53", "buyer", "post code", "post_code"),
)
"""Rule, term, whose address, what it has, and where the model has that."""


def between_slovaks(invoice: Invoice) -> bool:
    """Whether seller and buyer are Slovak by VAT identifier, else by address."""
    return of_seller(invoice) == "SK" == of_buyer(invoice)


def _refers(invoice: Invoice) -> bool | None:
    if invoice.type_code != CORRECTED or not between_slovaks(invoice):
        return None
    return bool(invoice.preceding)


def _stated(rule: str, term: str, whose: str, what: str, at: str) -> Rule:
    look = getter(at)
    return ADDRESS_OF[whose](
        rule,
        term,
        f"between Slovaks the address of the {whose} has a {what}",
        lambda address: look(address) is not None,
        at=at,
        severity=Severity.WARNING,
        fix=f"send the {what} of the {whose}",
    )


RULES: tuple[Rule, ...] = (
    the_invoice(
        "SK-R-001",
        "BG-3",
        "a corrected invoice between Slovaks refers to the invoice that it corrects",
        _refers,
        at="preceding",
        severity=Severity.WARNING,
        fix="send the number of the preceding invoice",
    ),
    *(_stated(*row) for row in STATED),
)
