from dataclasses import replace
from pathlib import Path

import pytest

from hub.engine.pool import Pool
from hub.rule_lint import odd_rules
from hub.store import consents, recipients
from hub.store.database import Database
from routing_rules.recipient import Recipient
from tests.hub.houses import RULES, opened_house
from tests.hub.store.test_consents import EMAIL

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ALL = RULES.replace('"ubl"', '"canonical"')
DEAD = ALL + ALL.replace('"all"', '"never"')
FRANCE = ALL + 'when = { country = "FR" }\n'
AGREED = ALL + 'when = { consents = "email" }\n'
STRANGER = ALL.replace('"all"', '"stranger"') + 'when = { sender = ["erp", "reminders", "sap"] }\n'


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (ALL, []),
        (DEAD, ["never"]),
        (FRANCE, ["K1"]),
        (AGREED, ["K1"]),
        (STRANGER + ALL, ["no sender `sap`"]),
    ],
    ids=[
        "nothing odd",
        "a rule that never matches",
        "a recipient without a road",
        "one who has not agreed",
        "a misspelling",
    ],
)
def test_oddities_are_seen_with_the_address_book_and_said_once(
    tmp_path: Path, database: Database, pool: Pool, rules: str, said: list[str]
) -> None:
    with opened_house(tmp_path, database, pool, rules) as home:
        with database.transaction() as connection:
            french = Recipient(key="K2", name="Dupont", country="FR")
            recipients.put(connection, "nordwind", [french], now=home.clock.now)
            consents.add(connection, [replace(EMAIL, recipient="K2")])
        own, today = home.house, home.clock().date()
        found = odd_rules(own.rules, own.config.tenants, own.database, today, own.config.senders)
        messages = [finding.message for finding in found]
    assert len(messages) == len(said)
    assert all(word in message for word, message in zip(said, messages, strict=True))
