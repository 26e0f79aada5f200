from hub.store import print_letters
from hub.store.database import Database
from hub.store.print_letters import PrintLetter
from outbound.print_mail.letters import Letter

FIRST = PrintLetter(letter=Letter(key="a.0", pages=2, inserts=("flyer",), together=True))
AGAIN = PrintLetter(letter=Letter(key="a.0", pages=3), repairs="moved")
OTHER = PrintLetter(letter=Letter(key="b.0", pages=1, address_lines=("x", "y")))


def test_the_last_look_at_a_letter_is_kept(database: Database) -> None:
    with database.transaction() as connection:
        print_letters.put(connection, [])
        print_letters.put(connection, [FIRST, OTHER])
        assert print_letters.many(connection, ["a.0", "c.0"]) == {"a.0": FIRST}
        print_letters.put(connection, [AGAIN])
        assert print_letters.many(connection, ["a.0", "b.0"]) == {"a.0": AGAIN, "b.0": OTHER}
