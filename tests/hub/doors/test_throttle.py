from hub.doors.throttle import Throttle


def test_who_has_failed_too_often_waits_until_it_is_long_ago() -> None:
    now = [0.0]
    throttle = Throttle(tries=2, seconds=60, monotonic=lambda: now[0])
    for at, failing, let_in in [
        (0, "a", True),
        (10, "a", False),
        (59, "", False),
        (61, "", True),
        (61, "a", False),
        (200, "", True),
    ]:
        now[0] = at
        if failing:
            throttle.note_failure(failing)
        assert throttle.lets_in("a") is let_in, at
        assert throttle.lets_in("b")


def test_no_number_of_addresses_fills_the_memory() -> None:
    throttle = Throttle(tries=1, seconds=60, monotonic=lambda: 0.0)
    for address in range(10_010):
        throttle.note_failure(str(address))
    assert len(throttle._failed) == 10_000
    assert throttle.lets_in("0")
    assert not throttle.lets_in("10009")
