"""What a rule may ask about the document itself."""

from datetime import date
from decimal import Decimal

from formats.model import Invoice, Reminder, Statement, kind_of
from routing_rules.conditions.case import Case


def kind(case: Case) -> tuple[str, ...]:
    """What kind of document it is.

    >>> from formats.model import Invoice
    >>> from routing_rules.conditions.catalogue import holds
    >>> holds('''
    ... kind = ["invoice", "credit_note"]
    ... ''', document=Invoice(type_code="381"))
    True
    """
    return (kind_of(case.document),)


def total(case: Case) -> Decimal | None:
    """What it is about, in its own currency: BT-112; total of a reminder; balance of a statement.

    >>> from formats.model import Invoice, Totals
    >>> from routing_rules.conditions.catalogue import holds
    >>> holds('''
    ... total_over = "1000.00"
    ... ''', document=Invoice(totals=Totals(with_vat=Decimal("1000.00"))))
    False
    """
    match case.document:
        case Invoice(totals=totals):
            return totals.with_vat if totals else None
        case Reminder(total=amount) | Statement(balance=amount):
            return amount


def currency(case: Case) -> tuple[str, ...]:
    """Its currency: BT-5.

    >>> from formats.model import Invoice
    >>> from routing_rules.conditions.catalogue import holds
    >>> holds('''
    ... not_currency = ["EUR", "CHF"]
    ... ''', document=Invoice(currency="USD"))
    True
    """
    return (case.document.currency,) if case.document.currency else ()


def issue_date(case: Case) -> date | None:
    """Its date: BT-2.

    >>> from formats.model import Invoice
    >>> from routing_rules.conditions.catalogue import holds
    >>> holds('''
    ... issued_from = 2026-01-01
    ... ''', document=Invoice(issue_date=date(2025, 12, 31)))
    False
    """
    return case.document.issue_date
