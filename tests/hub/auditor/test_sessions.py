from datetime import timedelta

from hub.auditor.sessions import Sessions
from tests.hub.houses import Clock


def test_a_session_ends_by_itself_by_leaving_and_where_there_are_too_many() -> None:
    clock = Clock()
    sessions = Sessions(clock=clock, life=timedelta(hours=8))
    first, second = sessions.begin("a1", "de"), sessions.begin("a2", "en")
    found = sessions.find(first)
    assert found is not None
    assert (found.access, found.language) == ("a1", "de")
    sessions.speak(second, "de")
    assert [each.language for each in map(sessions.find, (first, second)) if each] == ["de", "de"]
    sessions.end(first)
    assert sessions.find(first) is None
    assert sessions.find("") is None
    clock.forward(hours=8)
    assert sessions.find(second) is None
    many = [sessions.begin(f"a{n}", "en") for n in range(1001)]
    assert [sessions.find(secret) is None for secret in (many[0], many[1])] == [True, False]
