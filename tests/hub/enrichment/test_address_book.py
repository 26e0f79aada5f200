from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from formats.model import (
    Contact,
    Document,
    Identifier,
    Invoice,
    Party,
    PostalAddress,
    Statement,
)
from hub.enrichment.address_book import (
    COLUMNS,
    BadAddressBook,
    add_buyer,
    find_recipient,
    read_csv,
)
from hub.store import recipients
from hub.store.database import Connection, Database
from outbound.mail_encryption import one_line
from routing_rules.recipient import Recipient
from tests.hub.store.rows import NOW
from tests.outbound.test_mail_encryption import BAD, GOOD

SEALED = one_line(GOOD["without a word"])
FOR_SERVERS = one_line(BAD["for servers"][0])
BERTS = one_line(BAD["another's"][0])
NOT_HIS = "it is of another email address; clear it, or take his new one"
GLN = Identifier(value="4399902421386", scheme="0088")
LEITWEG = "04011000-1234512345-06"
BERLIN = PostalAddress(line_1="Weg 1", city="Berlin", post_code="10115", country="DE")
BY_KEY = Recipient(key="4711", name="By key")
BY_VAT = Recipient(
    key="2", name="By VAT id", identifiers=(Identifier(value="DE 123456789", scheme="vat"),)
)
BY_ENDPOINT = Recipient(key="3", name="By endpoint", endpoint=GLN)
BY_NAME = Recipient(key="4", name="By name", email="a@kunde.example", address=BERLIN)


@pytest.fixture
def connection(sqlite_database: Database) -> Iterator[Connection]:
    with sqlite_database.transaction() as made:
        recipients.put(made, "nordwind", [BY_KEY, BY_VAT, BY_ENDPOINT, BY_NAME], now=NOW)
        yield made


def invoice_to(key: str | None = None, **buyer: object) -> Invoice:
    identifiers = (Identifier(value=key),) if key else ()
    return Invoice(buyer=Party(identifiers=identifiers, **buyer))  # type: ignore[arg-type]


STATEMENT = Statement(
    number="KA-1",
    issue_date=date(2026, 11, 20),
    currency="EUR",
    seller=Party(),
    buyer=Party(name="By name"),
    customer="4711",
    items=(),
    balance=Decimal(0),
)
FOUND: dict[str, tuple[Document, Recipient]] = {
    "number": (invoice_to("4711", vat_identifier="DE123456789", name="By name"), BY_KEY),
    "number with the zeros of the ERP": (invoice_to("0000004711"), BY_KEY),
    "VAT id before endpoint": (
        invoice_to("9", vat_identifier="DE123456789", electronic_address=GLN),
        BY_VAT,
    ),
    "endpoint before name": (invoice_to(electronic_address=GLN, name="By name"), BY_ENDPOINT),
    "name": (invoice_to(name="By name"), BY_NAME),
    "customer of a statement": (STATEMENT, BY_KEY),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_recipient_is_found_by_the_surest_that_the_document_says(
    connection: Connection, case: str
) -> None:
    document, recipient = FOUND[case]
    found = find_recipient(connection, "nordwind", document)
    assert replace(found, endpoint=recipient.endpoint) == recipient
    assert find_recipient(connection, "suedwind", document).known is False


def test_a_stranger_is_what_the_document_says_of_him(connection: Connection) -> None:
    buyer = Party(
        name="New",
        identifiers=(Identifier(value="99"),),
        vat_identifier="FR1",
        address=BERLIN,
        contact=Contact(email="new@kunde.example"),
    )
    assert find_recipient(connection, "nordwind", Invoice(buyer=buyer)) == Recipient(
        name="New",
        country="DE",
        email="new@kunde.example",
        address=BERLIN,
        identifiers=(Identifier(value="99"), Identifier(value="FR1", scheme="vat")),
        known=False,
    )
    assert find_recipient(connection, "nordwind", Invoice()) == Recipient(known=False)


ENDPOINTS = {
    "BT-49": (Identifier(value="x", scheme="0204"), None, Identifier(value="x", scheme="0204")),
    "Leitweg-ID in BT-10": (None, LEITWEG, Identifier(value=LEITWEG, scheme="0204")),
    "BT-49 before BT-10": (GLN, LEITWEG, GLN),
    "wrong check digits": (None, LEITWEG[:-1] + "7", None),
    "a department": (None, "Einkauf 4", None),
}


@pytest.mark.parametrize("case", ENDPOINTS)
@pytest.mark.parametrize("name", ["By name", "Stranger"])
def test_the_network_address_may_stand_in_the_document(
    connection: Connection, case: str, name: str
) -> None:
    address, reference, endpoint = ENDPOINTS[case]
    invoice = Invoice(buyer=Party(name=name, electronic_address=address), buyer_reference=reference)
    assert find_recipient(connection, "nordwind", invoice).endpoint == endpoint


def test_the_network_address_of_the_book_comes_first(connection: Connection) -> None:
    recipients.put(connection, "nordwind", [replace(BY_KEY, endpoint=GLN)], now=NOW)
    invoice = replace(invoice_to("4711"), buyer_reference=LEITWEG)
    assert find_recipient(connection, "nordwind", invoice).endpoint == GLN


def test_the_buyer_is_completed_from_the_book_alone() -> None:
    known = replace(BY_VAT, endpoint=GLN, address=BERLIN)
    said = Invoice(buyer=Party(name="As the ERP says", address=PostalAddress()))
    invoice, added = add_buyer(said, known)
    assert invoice.buyer == Party(
        name="As the ERP says",
        vat_identifier="DE 123456789",
        electronic_address=GLN,
        address=BERLIN,
    )
    assert {one.path for one in added} == {
        "buyer.vat_identifier",
        "buyer.electronic_address",
        "buyer.address",
    }
    assert {one.source for one in added} == {"address book 2"}
    assert add_buyer(said, replace(known, known=False)) == (said, [])


@pytest.mark.parametrize(
    ("said", "endpoint", "expected"),
    [
        (None, Identifier(value=LEITWEG, scheme="0204"), LEITWEG),
        ("Order desk", Identifier(value=LEITWEG, scheme="0204"), "Order desk"),
        (None, GLN, None),
        (None, None, None),
    ],
)
def test_a_public_buyer_is_referred_to_by_his_leitweg_id(
    said: str | None, endpoint: Identifier | None, expected: str | None
) -> None:
    public = Recipient(key="7", name="Town", endpoint=endpoint)
    invoice, added = add_buyer(Invoice(buyer_reference=said), public)
    assert invoice.buyer_reference == expected
    assert ("buyer_reference" in {one.path for one in added}) == (said != expected)


def test_a_book_is_read_whatever_its_separator_and_mark() -> None:
    text = (
        f"{';'.join(COLUMNS)}\n"
        "4711;Müller;public;DE;de;a@kunde.example;Weg 1;Berlin;10115;DE123456789;"
        f"0204;{LEITWEG};peppol-bis-3 xrechnung;email  post;mueller;;{SEALED}\n"
        "4712;Dupont;;;;;;;;;;;;;"
    )
    full, bare = read_csv(text)
    assert full == Recipient(
        key="4711",
        name="Müller",
        group="public",
        country="DE",
        language="de",
        email="a@kunde.example",
        address=BERLIN,
        identifiers=(Identifier(value="DE123456789", scheme="vat"),),
        endpoint=Identifier(value=LEITWEG, scheme="0204"),
        capabilities=("peppol-bis-3", "xrechnung"),
        wishes=("email", "post"),
        folder="mueller",
        smime_certificate=SEALED,
    )
    assert bare == Recipient(key="4712", name="Dupont")
    assert read_csv("\ufeff" + text.replace(";", ",").replace("\n", "\r\n")) == [full, bare]
    assert read_csv('name,key\n" ACME, Inc ", 7 \n') == [Recipient(key="7", name="ACME, Inc")]


FAULTS = {
    "empty": ("", ["row 1: column 'key' is missing", "row 1: column 'name' is missing"]),
    "unknown and missing": (
        "key,fax\n1,2\n",
        ["row 1: unknown column 'fax'", "row 1: column 'name' is missing"],
    ),
    "twice a column": ("key,name,name\n1,a,b\n", ["row 1: column 'name' stands twice"]),
    "no key, twice a key": (
        "key,name\n,a\n7,b\n7,c\n",
        [
            "row 2, column key: a customer number is needed",
            "row 4, column key: '7' stands twice",
        ],
    ),
    "more cells than columns": (
        "key,name\n1,a,b\n",
        ["row 2: more cells than columns; put text with separators in quotes"],
    ),
    "certificates": (
        (
            f"key,name,email,smime_certificate\n1,a,,MIIB\n2,b,,{FOR_SERVERS}\n"
            f"3,c,anna@kunde.example,{BERTS}\n4,d,,{BERTS}\n5,e,BERT@kunde.example,{BERTS}\n"
        ),
        [
            "row 2, column smime_certificate: not one certificate in PEM or base64",
            "row 3, column smime_certificate: it is not for email (emailProtection)",
            f"row 4, column smime_certificate: {NOT_HIS}",
        ],
    ),
    "cells": (
        "key,name,country,email,endpoint_id\n1,a,Germany,nobody,123\n",
        [
            "row 2, column country: 'Germany' is not an ISO 3166-1 code like DE",
            "row 2, column email: 'nobody' is not an email address",
            "row 2, column endpoint_scheme: it is needed with an endpoint_id, as in 0204",
        ],
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_all_faults_of_a_book_are_named_at_once(case: str) -> None:
    text, faults = FAULTS[case]
    with pytest.raises(BadAddressBook) as caught:
        read_csv(text)
    assert str(caught.value).split("; row") == [faults[0], *(f[3:] for f in faults[1:])]
