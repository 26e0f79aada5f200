from dataclasses import replace
from datetime import timedelta

from hub.store import wish_changes
from hub.store.database import Database
from hub.store.wish_changes import Declined, WishChange
from tests.hub.houses import START

CHANGE = WishChange(
    change="c1",
    tenant="nordwind",
    recipient="K1",
    at=START,
    who="Anna",
    wished="",
    wishes="post",
    entry="e1",
)
DECLINED = Declined(
    tenant="nordwind", recipient="K1", channel="mail", at=START, who="Anna", why="", entry="e"
)


def test_the_newest_change_stands_first(database: Database) -> None:
    later = replace(CHANGE, change="c2", at=START + timedelta(days=1), wished="post", wishes="mail")
    with database.transaction() as connection:
        wish_changes.add(connection, [])
        wish_changes.add(connection, [CHANGE, later, replace(CHANGE, recipient="K2")])
        assert wish_changes.of_recipient(connection, "nordwind", "K1") == [later, CHANGE]


def test_the_newest_word_on_a_road_counts(database: Database) -> None:
    again = replace(DECLINED, at=START + timedelta(days=200), why="still")
    with database.transaction() as connection:
        for each in DECLINED, again, replace(DECLINED, tenant="suedwind", channel="x"):
            wish_changes.decline(connection, each)
        assert wish_changes.declined_for(connection, "nordwind", "K1") == [again]
        since = START + timedelta(days=100)
        assert wish_changes.declined_since(connection, "nordwind", since) == {"K1": {"mail"}}
        assert wish_changes.declined_since(connection, "suedwind", since) == {}
