from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from hub.console.visitor import COOKIE
from tests.hub.console.town import Person, link, on_sqlite, served
from tests.hub.houses import Home


@pytest.fixture
def anybody(home: Home) -> Person:
    return Person(served(home))


def test_a_link_lets_one_person_in_once_and_looking_at_it_does_not_use_it_up(
    home: Home, anybody: Person
) -> None:
    path = link(home, "*", "s3cret")
    for _ in range(2):
        assert '<button class="strong">Log in</button>' in anybody.get(path).text
    answer = anybody.ask("POST", path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=lax", "Max-Age=43200", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert anybody.get("/").status_code == 200
    assert Person(served(home)).ask("POST", path).status_code == 403


@pytest.mark.parametrize("trouble", ["unknown", "used", "expired", "a session"])
def test_a_link_that_is_no_longer_good_says_how_to_get_one(
    home: Home, anybody: Person, trouble: str
) -> None:
    path = link(home, "*", "s3cret", hours=1)
    match trouble:
        case "unknown":
            path = "/login/other"
        case "used":
            Person(served(home)).ask("POST", path)
        case "expired":
            home.clock.forward(hours=1)
        case _:
            other = Person(served(home))
            other.ask("POST", path)
            path = f"/login/{other.cookies[COOKIE]}"
    answer = anybody.ask("POST", path)
    assert answer.status_code == 403
    assert "facteur login" in answer.text
    assert "set-cookie" not in answer.headers


@on_sqlite
def test_behind_https_the_cookie_travels_by_https_alone(home: Home) -> None:
    config = home.house.config
    hub = changed(config.hub, public_url="https://post.example")
    home.house = replace(home.house, config=changed(config, hub=hub))
    answer = Person(served(home)).ask("POST", link(home, "*", "s3cret"))
    assert "Secure" in answer.headers["set-cookie"].split("; ")


@on_sqlite
@pytest.mark.parametrize("ends", ["after 12 hours", "by logging out"])
def test_a_session_ends(home: Home, clerk: Person, ends: str) -> None:
    home.clock.forward(hours=11, minutes=59)
    assert clerk.get("/").status_code == 200
    secret = clerk.cookies[COOKIE]
    if ends == "after 12 hours":
        home.clock.forward(minutes=1)
    else:
        assert clerk.post("/logout").headers["location"] == "/login"
    clerk.cookies.set(COOKIE, secret, domain="console.example")
    assert clerk.get("/").headers["location"] == "/login"
