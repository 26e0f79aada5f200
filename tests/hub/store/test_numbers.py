"""A number has one document, also when two ask for it at once."""

from hub.store import numbers
from hub.store.database import Connection, Database
from hub.store.numbers import Holder, Number

NUMBER = Number("nordwind", "invoice", "R-1")


def claim(
    connection: Connection, document: str, sha256: str = "a", number: Number = NUMBER
) -> Holder | None:
    return numbers.claim(connection, number, Holder(document, sha256))


def test_a_number_belongs_to_one_document_of_a_tenant_and_kind(database: Database) -> None:
    with database.transaction() as connection:
        assert claim(connection, "s1-1") is None
        assert claim(connection, "s1-1") is None, "its own number is no conflict"
        assert claim(connection, "s2-1", "b") == Holder("s1-1", "a")
        for other in ({"tenant": "suedwind"}, {"series": "reminder"}, {"number": "r-1"}):
            assert claim(connection, "s2-1", number=NUMBER._replace(**other)) is None
        numbers.free(connection, "s1-1")
        assert numbers.held(connection, NUMBER, "s3-1") is None
        assert claim(connection, "s3-1") is None


def test_what_is_read_again_has_its_new_content_and_its_new_number_alone(
    database: Database,
) -> None:
    new = NUMBER._replace(number="R-2")
    with database.transaction() as connection:
        claim(connection, "s1-1")
        assert claim(connection, "s1-1", "b") is None
        assert numbers.held(connection, NUMBER, "s2-1") == Holder("s1-1", "b")
        assert claim(connection, "s1-1", "c", new) is None
        assert numbers.held(connection, NUMBER, "s2-1") is None
        assert numbers.held(connection, new, "s2-1") == Holder("s1-1", "c")
        assert numbers.held(connection, new, "s1-1") is None
