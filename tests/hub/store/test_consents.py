from dataclasses import replace
from datetime import date, timedelta

from hub.store import consents, recipients
from hub.store.consents import Given, How
from hub.store.database import Database
from routing_rules.recipient import Consent, Recipient
from tests.hub.houses import START

EMAIL = Given(
    id="a-0",
    tenant="nordwind",
    recipient="K1",
    consent=Consent.EMAIL,
    given_on=date(2026, 11, 1),
    how=How.CONTRACT,
    words="contract 12, section 4",
    who="Anna",
    entered_at=START,
    entry="e1",
)
LINK = replace(EMAIL, id="a-1", consent=Consent.LINK, how=How.PHONE)
OTHERS = replace(EMAIL, id="b-0", tenant="suedwind"), replace(EMAIL, id="b-1", recipient="K2")


def test_what_is_in_force_until_it_is_taken_back(database: Database) -> None:
    k1, k3 = Recipient(key="K1"), Recipient(key="K3")
    with database.transaction() as connection:
        consents.add(connection, [])
        consents.add(connection, [EMAIL, LINK, *OTHERS])
        assert consents.agreeing(connection, "nordwind", k1).consents == ("email", "link")
        assert consents.agreeing(connection, "nordwind", k3) == k3
        assert consents.agreeing(connection, "nordwind", Recipient()) == Recipient()
        assert consents.in_force(connection, "nordwind", ["K1", "K2", "K3"]) == {
            "K1": ("email", "link"),
            "K2": ("email",),
        }
        ended = replace(
            EMAIL,
            withdrawn_at=START + timedelta(days=1),
            withdrawn_how=How.PHONE,
            withdrawn_words="rang",
            withdrawn_by="Ben",
            withdrawn_entry="e2",
        )
        consents.withdraw(connection, [ended])
        assert consents.of_recipient(connection, "nordwind", "K1") == [LINK, ended]
        assert [
            each.consents for each in consents.all_agreeing(connection, "nordwind", [k1, k3])
        ] == [("link",), ()]
        assert consents.agreeing(connection, "suedwind", k1).consents == ("email",)


def test_more_keys_than_one_question_has_room_for(database: Database) -> None:
    with database.transaction() as connection:
        consents.add(connection, [EMAIL])
        keys = [f"X{number}" for number in range(1500)] + ["K1"]
        assert consents.in_force(connection, "nordwind", keys) == {"K1": ("email",)}


def test_how_many_can_be_reached_by_email(database: Database) -> None:
    book = [
        Recipient(key="K1", name="A", email="a@kunde.example"),
        Recipient(key="K2", name="B", email="b@kunde.example"),
        Recipient(key="K3", name="C"),
    ]
    with database.transaction() as connection:
        recipients.put(connection, "nordwind", book, now=START)
        assert consents.reached_by_email(connection, "nordwind") == (2, 0)
        consents.add(connection, [EMAIL, LINK, replace(EMAIL, id="c", recipient="K3")])
        assert consents.reached_by_email(connection, "nordwind") == (2, 1)
        assert consents.reached_by_email(connection, "suedwind") == (0, 0)
