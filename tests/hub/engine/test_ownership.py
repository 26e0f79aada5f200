import signal
import subprocess
import sys

import pytest
import sqlalchemy as sa

from hub.engine.ownership import ServerOwnership
from hub.store.database import Database


def test_a_worker_without_its_lock_at_two_looks_is_taken_over(postgres_database: Database) -> None:
    """At the first it may be one of the living, whose lock a restarted database has forgotten."""
    living, looking = (ServerOwnership(postgres_database, worker) for worker in ("w1", "w2"))
    living.take()
    looking.take()
    recovered: list[str] = []

    def look() -> list[str]:
        looking.take_over(["w1", "w2"], recovered.extend)
        return recovered

    assert look() == look() == []
    living.give_up()
    assert look() == []
    again = ServerOwnership(postgres_database, "w1")
    again.take()
    assert look() == []
    again.give_up()
    assert look() == []
    assert look() == ["w1"]
    looking.give_up()


CHILD = """
import sys
from hub.engine.ownership import ServerOwnership
from hub.store.database import Database

ownership = ServerOwnership(Database(sys.argv[1]), "w1")
ownership.take()
print("taken", flush=True)
for step in (line.strip() for line in sys.stdin):
    try:
        if step == "take over":
            ownership.take_over(["w2"], print)
        else:
            ownership.check()
    except Exception as error:
        print(error)
print("alive")
"""


@pytest.mark.parametrize("step", ["check", "take over"])
def test_a_worker_whose_session_is_gone_ends_itself_wherever_it_notices(
    postgres_database: Database, step: str
) -> None:
    """A connection that has failed once fails in other ways from then on."""
    url = postgres_database.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == "taken\n"
        with postgres_database.transaction() as connection:
            connection.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                    " AND pid <> pg_backend_pid()"
                )
            )
        child.stdin.write(f"{step}\ncheck\n")
        child.stdin.close()
        assert child.stdout.read() == ""
        assert child.wait(10) == -signal.SIGKILL
