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
