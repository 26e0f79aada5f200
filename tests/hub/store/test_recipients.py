import sqlite3
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from formats.model import Identifier, PostalAddress
from hub.store import recipients
from hub.store.database import Connection, Database
from routing_rules.recipient import Recipient
from tests.hub.store.rows import NOW

FULL = Recipient(
    key="K1",
    name="Müller & Söhne",
    group="public",
    country="DE",
    language="de",
    email="rechnung@mueller.example",
    address=PostalAddress(line_1="Weg 1", city="Berlin", post_code="10115", country="DE"),
    identifiers=(Identifier(value="DE 123.456.789", scheme="vat"), Identifier(value="7")),
    endpoint=Identifier(value="991-01234-44", scheme="0204"),
    capabilities=("peppol-bis-3",),
    wishes=("email", "post"),
    folder="mueller",
)
TWIN = replace(FULL, key="K2", email="zwei@mueller.example")
OTHER = Recipient(key="K3", name="Dupont SARL")


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as made:
        recipients.put(made, "nordwind", [FULL, OTHER], now=NOW)
        recipients.put(made, "suedwind", [replace(FULL, folder=None)], now=NOW)
        yield made


def test_a_recipient_comes_back_as_he_was(connection: Connection) -> None:
    assert recipients.get(connection, "nordwind", "K1") == FULL
    assert recipients.get(connection, "nordwind", "K9") is None
    assert recipients.get(connection, "westwind", "K1") is None


def test_a_recipient_is_replaced_by_key_and_no_other_is_touched(connection: Connection) -> None:
    moved = Recipient(key="K1", name="Müller Nachf.")
    recipients.put(connection, "nordwind", [moved], now=NOW)
    recipients.put(connection, "nordwind", [], now=NOW)
    assert recipients.listed(connection, "nordwind") == [("nordwind", moved), ("nordwind", OTHER)]
    assert recipients.by_vat(connection, "nordwind", "DE123456789") is None
    assert recipients.by_vat(connection, "suedwind", "DE123456789") is not None


def test_each_way_of_asking_finds_the_one_and_none_of_several(connection: Connection) -> None:
    def found() -> list[Recipient | None]:
        return [
            recipients.by_vat(connection, "nordwind", "de123-456-789"),
            recipients.by_endpoint(connection, "nordwind", "0204", "991-01234-44"),
            recipients.by_name(connection, "nordwind", "Müller & Söhne"),
        ]

    assert found() == [FULL] * 3
    recipients.put(connection, "nordwind", [TWIN], now=NOW)
    assert found() == [None] * 3


def test_what_a_recipient_lacks_finds_nobody(connection: Connection) -> None:
    assert recipients.by_vat(connection, "nordwind", "") is None
    assert recipients.by_name(connection, "nordwind", "") is None
    assert recipients.by_endpoint(connection, "nordwind", "", "") is None


LISTED = {"": ["K1", "K3"], "SÖHNE": ["K1"], "dupont": ["K3"], "rechnung@": ["K1"], "k3": ["K3"]}


def test_lists_are_by_key_page_by_page(connection: Connection) -> None:
    def keys(tenant: str | None, words: str = "", **page: int) -> list[str]:
        found = recipients.listed(connection, tenant, words=words, **page)
        return [recipient.key for _, recipient in found]

    assert {words: keys("nordwind", words) for words in LISTED} == LISTED
    assert keys(None) == ["K1", "K3", "K1"]
    assert keys(None, limit=1, offset=1) == ["K3"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_book_needs_no_more_parameters_the_longer_it_is(database: Database) -> None:
    many = [Recipient(key=f"{number}") for number in range(200)]
    with database.transaction() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 100)
        recipients.put(connection, "nordwind", many, now=NOW)
        recipients.put(connection, "nordwind", many[1:], now=NOW)
        assert len(recipients.listed(connection, "nordwind")) == len(many)
