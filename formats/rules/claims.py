"""CLAIMS: what a Reminder and a Statement must say. Our own rules; EN 16931 has none for them."""

from decimal import Decimal

from formats.findings import Actor
from formats.model import Document, Reminder, Statement
from formats.rules.engine import Context, RuleSet, stated
from formats.rules.totals import total

Claim = Reminder | Statement

the_claim: Context[Claim] = Context(name="the claim", find=lambda claim: [("", claim)])
the_reminder: Context[Reminder] = Context(
    name="the reminder", find=lambda claim: [("", claim)] if isinstance(claim, Reminder) else []
)
the_statement: Context[Statement] = Context(
    name="the statement", find=lambda claim: [("", claim)] if isinstance(claim, Statement) else []
)


def _claim(document: Document) -> Claim | None:
    return document if isinstance(document, Reminder | Statement) else None


def _open(claim: Claim) -> Decimal:
    return total(item.open for item in claim.items)


def _total(reminder: Reminder) -> Decimal:
    return _open(reminder) + reminder.fee + reminder.interest


RUN = "look into the run that made it"

CLAIMS = RuleSet(
    key="claims",
    version="1",
    source="our own",
    lay_out=_claim,
    rules=(
        the_claim.states(
            "CL-01", "BT-1", "it has a number", "number", fix=RUN, actor=Actor.OPERATOR
        ),
        the_claim.states(
            "CL-02", "BT-5", "it has a currency", "currency", fix=RUN, actor=Actor.OPERATOR
        ),
        the_claim(
            "CL-03",
            "BT-44",
            "the buyer is named",
            lambda claim: stated(claim.buyer.name),
            at="buyer.name",
            fix="complete the customer's master data",
        ),
        the_reminder(
            "CL-04",
            "BT-115",
            "the total is what the open items, fee and interest add up to",
            lambda reminder: reminder.total == _total(reminder),
            at="total",
            expected=_total,
            fix=RUN,
            actor=Actor.OPERATOR,
        ),
        the_statement(
            "CL-05",
            "BT-115",
            "the balance is what the open items add up to",
            lambda statement: statement.balance == _open(statement),
            at="balance",
            expected=_open,
            fix=RUN,
            actor=Actor.OPERATOR,
        ),
    ),
)
