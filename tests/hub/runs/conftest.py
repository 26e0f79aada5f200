"""The company whose runs are tested, its customers, and a way to write open items shortly."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from formats.model import CreditTransfer, Identifier, Party, PaymentInstructions, PostalAddress
from hub.runs.open_items import OpenItem
from hub.runs.plan import House
from routing_rules.recipient import Recipient

AS_OF = date(2026, 11, 20)


@pytest.fixture
def house() -> House:
    transfer = CreditTransfer(account="DE02120300000000202051", account_name="Muster AG")
    return House(
        tenant="muster",
        seller=Party(name="Muster AG", address=PostalAddress(country="DE")),
        payment=PaymentInstructions(means_code="58", credit_transfers=(transfer,)),
    )


@pytest.fixture
def recipients() -> dict[str, Recipient]:
    address = PostalAddress(line_1="Hauptstr. 1", post_code="10115", city="Berlin", country="DE")
    identifiers = (
        Identifier(scheme="vat", value="DE123456789"),
        Identifier(scheme="0088", value="4399902421386"),
    )
    groups = {"4711": "key-account", "4712": None, "4713": None}
    return {
        key: Recipient(
            key=key,
            name=f"Kunde {key} GmbH",
            group=group,
            country="DE",
            email=f"k{key}@kunde.example",
            address=address,
            identifiers=identifiers,
        )
        for key, group in groups.items()
    }


@pytest.fixture
def item() -> Callable[..., OpenItem]:
    """An invoice of customer 4712, `days` overdue on AS_OF, unless said otherwise."""

    def make(number: str, days: int | None = 10, open_: str = "100.00", **other: Any) -> OpenItem:
        due = None if days is None else AS_OF - timedelta(days=days)
        values: dict[str, Any] = {
            "customer": "4712",
            "issue_date": min(AS_OF, due or AS_OF) - timedelta(days=30),
            "currency": "EUR",
            "amount": Decimal(open_),
        }
        return OpenItem(
            **(values | {"number": number, "due_date": due, "open": Decimal(open_)} | other)
        )

    return make
