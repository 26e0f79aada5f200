from hub.store import claims
from hub.store.claims import SentMessage
from hub.store.database import Database


def test_open_items_are_taken_anew_for_one_company_in_their_order(database: Database) -> None:
    with database.transaction() as connection:
        claims.replace_open_items(connection, "suedwind", ["z"])
        claims.replace_open_items(connection, "nordwind", ["b", "a", "b"])
        assert claims.listed_open_items(connection, "nordwind") == ["b", "a", "b"]
        claims.replace_open_items(connection, "nordwind", ["c"])
        assert claims.listed_open_items(connection, "nordwind") == ["c"]
        claims.replace_open_items(connection, "nordwind", [])
        assert claims.listed_open_items(connection, "nordwind") == []
        assert claims.listed_open_items(connection, "suedwind") == ["z"]


def test_what_was_sent_is_noted_once_by_company_and_run(database: Database) -> None:
    with database.transaction() as connection:
        for tenant, kind, message, contents in (
            ("nordwind", "reminders", "MA-2", ["c"]),
            ("nordwind", "reminders", "MA-1", ["a", "b"]),
            ("nordwind", "reminders", "MA-1", ["other"]),
            ("nordwind", "statements", "MA-1", ["d"]),
            ("suedwind", "reminders", "MA-1", ["e"]),
        ):
            claims.add_sent(connection, tenant, kind, message, contents)
        assert claims.listed_sent(connection, "nordwind", "reminders") == ["a", "b", "c"]
        assert claims.listed_sent(connection, "nordwind", "statements") == ["d"]
        one = SentMessage(tenant="nordwind", message="MA-1", items=2, first="a")
        two = SentMessage(tenant="nordwind", message="MA-2", items=1, first="c")
        three = SentMessage(tenant="suedwind", message="MA-1", items=1, first="e")
        assert claims.messages(connection, "nordwind", "reminders", limit=9) == [two, one]
        assert claims.messages(connection, None, "reminders", limit=9) == [two, one, three]
        assert claims.messages(connection, None, "reminders", limit=1) == [two]
