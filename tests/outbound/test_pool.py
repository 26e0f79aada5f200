"""Who keeps a connection, and who gets which."""

import pytest

from outbound.channel import Refused
from outbound.pool import Pool


class Telephone:
    def __init__(self, number: int) -> None:
        self.number = number
        self.dead = False
        self.closed = False

    def close(self) -> None:
        self.closed = True


def exchange() -> tuple[Pool[Telephone], list[Telephone]]:
    made: list[Telephone] = []

    def connect() -> Telephone:
        made.append(Telephone(len(made)))
        return made[-1]

    return Pool(connect=connect, alive=lambda t: not t.dead, close=Telephone.close), made


def test_connection_is_kept_after_success_and_after_a_refusal() -> None:
    pool, made = exchange()
    with pool.borrow():
        pass
    with pytest.raises(Refused), pool.borrow():
        raise Refused("no")
    with pool.borrow():
        pass
    assert len(made) == 1


def test_connection_is_dropped_after_a_bug_and_when_dead() -> None:
    pool, made = exchange()
    with pytest.raises(KeyError), pool.borrow():
        raise KeyError
    with pool.borrow() as second:
        second.dead = True
    with pool.borrow():
        pass
    assert [line.closed for line in made] == [True, True, False]


def test_two_at_once_have_one_each_and_close_lets_both_go() -> None:
    pool, made = exchange()
    with pool.borrow() as first, pool.borrow() as second:
        assert first is not second
    pool.close()
    assert [line.closed for line in made] == [True, True]
