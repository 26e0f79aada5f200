import pytest

from formats.model import (
    ZERO,
    Document,
    Identifier,
    Invoice,
    Party,
    PostalAddress,
    Reminder,
    ReminderLevel,
)
from routing_rules.conditions.case import Case
from routing_rules.conditions.catalogue import CONDITIONS, FACTS
from routing_rules.recipient import Recipient

IN_FR = PostalAddress(country="FR")
BUYER = Invoice(
    buyer=Party(
        address=IN_FR,
        vat_identifier="FR40303265045",
        legal_registration=Identifier(scheme="0002", value="303265045"),
        identifiers=(Identifier(scheme="0088", value="1"), Identifier(value="no scheme")),
        electronic_address=Identifier(scheme="0225", value="303265045"),
    ),
    seller=Party(address=PostalAddress(country="DE")),
)
NOTHING = Invoice()
NOBODY = Recipient()

FOUND: dict[str, tuple[str, Document, Recipient, object]] = {  # word, document, recipient, found
    "address book": ("country", BUYER, Recipient(country="BE", address=IN_FR), ("BE",)),
    "his address": ("country", NOTHING, Recipient(address=IN_FR), ("FR",)),
    "BT-55": ("country", BUYER, NOBODY, ("FR",)),
    "nowhere": ("country", NOTHING, NOBODY, ()),
    "BT-40": ("seller_country", BUYER, NOBODY, ("DE",)),
    "no seller": ("seller_country", NOTHING, NOBODY, ()),
    "schemes": ("has_identifier", BUYER, NOBODY, ("0088", "0002", "0225", "vat")),
    "endpoint": (
        "has_identifier",
        NOTHING,
        Recipient(endpoint=Identifier(scheme="0204", value="992-90009-96")),
        ("0204",),
    ),
    "same twice": (
        "identifier_starts",
        BUYER,
        Recipient(identifiers=(Identifier(scheme="vat", value="FR40303265045"),)),
        ("vat:FR40303265045", "0088:1", "0002:303265045", "0225:303265045"),
    ),
    "BT-10": (
        "identifier_starts",
        Invoice(buyer_reference="992-90009-96"),
        NOBODY,
        ("0204:992-90009-96",),
    ),
    "BT-10, wrong digits": ("has_identifier", Invoice(buyer_reference="992-90009-97"), NOBODY, ()),
    "no BT-10": (
        "has_identifier",
        Reminder(
            number="1",
            issue_date=FACTS.today,
            level=ReminderLevel.FIRM,
            currency="EUR",
            seller=Party(),
            buyer=Party(),
            customer="1",
            items=(),
            total=ZERO,
        ),
        NOBODY,
        (),
    ),
    "public by identifier": ("public_body", Invoice(buyer_reference="992-90009-96"), NOBODY, True),
    "public by group": ("public_body", NOTHING, Recipient(group="public"), True),
    "not public": ("public_body", BUYER, Recipient(group="retail"), False),
    "no key": ("recipient", NOTHING, NOBODY, ()),
    "no group": ("group", NOTHING, NOBODY, ()),
    "language": ("language", NOTHING, Recipient(language="fr"), ("fr",)),
    "known": ("known", NOTHING, NOBODY, True),
}


@pytest.mark.parametrize("case", FOUND)
def test_what_is_found(case: str) -> None:
    word, document, recipient, expected = FOUND[case]
    found = CONDITIONS[word].finds(Case(document=document, recipient=recipient, facts=FACTS))
    assert found == expected
