from dataclasses import replace
from datetime import timedelta

import pytest

from hub.store import suppressions
from hub.store.database import Database
from hub.store.suppressions import Suppression
from tests.hub.houses import START

DEAD = Suppression(
    tenant="nordwind",
    address="anna@kunde.example",
    verdict="dead",
    reason="550 5.1.1 unknown",
    since=START,
    document="D1",
    delivery="D1-d0",
)


def test_the_first_reason_stays_until_somebody_lifts_it(database: Database) -> None:
    later = replace(DEAD, reason="complaint", since=START + timedelta(days=1))
    other = replace(later, tenant="suedwind")
    with database.transaction() as connection:
        for each in DEAD, later, other:
            suppressions.suppress(connection, each)
        assert suppressions.get(connection, "nordwind", " Anna@KUNDE.example ") == DEAD
        assert suppressions.get(connection, "nordwind", "ann@kunde.example") is None
        assert suppressions.listed(connection, None) == [other, DEAD]
        assert suppressions.listed(connection, "nordwind", words="KUNDE") == [DEAD]
        assert suppressions.listed(connection, None, words="nobody") == []
        suppressions.lift(connection, "nordwind", "ANNA@kunde.example")
        assert suppressions.listed(connection, None) == [other]


WRITTEN = {
    "ä@bücher.example": "Ä@XN--BCHER-KVA.example.",
    "anna@straße.example": "anna@xn--strae-oqa.example",
    "anna@kunde.example": "ANNA@kunde.example ",
}


@pytest.mark.parametrize("one", WRITTEN)
def test_an_address_is_the_same_however_its_domain_is_written(database: Database, one: str) -> None:
    with database.transaction() as connection:
        for address, found in ((one, WRITTEN[one]), (WRITTEN[one], one)):
            suppressions.suppress(connection, replace(DEAD, address=suppressions.compared(address)))
            assert suppressions.get(connection, "nordwind", found) is not None
            suppressions.lift(connection, "nordwind", found)
            assert suppressions.get(connection, "nordwind", address) is None
        assert suppressions.compared("x@strasse.example") != suppressions.compared(
            "x@straße.example"
        )


def test_troubles_count_once_a_delivery_within_their_days(database: Database) -> None:
    with database.transaction() as connection:
        for delivery, days in (("D1-d0", 0), ("D1-d0", 1), ("D2-d0", 2), ("D3-d0", 40)):
            suppressions.note_trouble(
                connection,
                "nordwind",
                DEAD.address,
                delivery=delivery,
                at=START + timedelta(days=days),
            )

        def since(days: int) -> int:
            at = START + timedelta(days=days)
            return suppressions.troubles_since(connection, "nordwind", DEAD.address, at)

        assert [since(days) for days in (0, 1, 2, 3, 41)] == [3, 2, 2, 1, 0]
        suppressions.lift(connection, "nordwind", DEAD.address)
        assert since(0) == 0
