"""The page of endpoints: who sees which, and who may stop one."""

import pytest

from archive.entry import Query
from outbound.channel import Deferred
from tests.hub.console.town import entered, served
from tests.hub.endpoints.relaying import drop, relaying, rows
from tests.hub.houses import Home

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DEAD = Deferred("mx.dead.example: <b>timed out</b>", endpoint_down=True, beyond=True)


def test_who_is_down_is_shown_with_its_words_to_who_sees_all(home: Home) -> None:
    relay = relaying(home)
    relay.domains = {"dead.example": DEAD}
    drop(home, "dead.example", *(f"D-{n}" for n in range(9)))
    home.run()
    app = served(home)
    clerk, stranger = entered(home, app, "*"), entered(home, app, "nordwind")
    page = clerk.get("/endpoints").text
    assert "dead.example" in page
    assert "mx.dead.example: &lt;b&gt;timed out" in page
    assert "peers not well" in clerk.get("/").text
    assert "dead.example" not in stranger.get("/endpoints").text
    assert "peers not well" not in stranger.get("/").text


def test_one_is_paused_and_resumed_by_who_sees_all(home: Home) -> None:
    relaying(home)
    app = served(home)
    clerk, stranger = entered(home, app, "*"), entered(home, app, "nordwind")
    form = {"name": "post", "act": "pause", "why": "they move"}
    assert stranger.post("/endpoints", **form).status_code == 404
    assert rows(home) == {}
    assert clerk.post("/endpoints", **form | {"why": " "}).status_code == 422
    assert rows(home) == {}
    assert clerk.post("/endpoints", **form).headers["location"] == "/endpoints"
    assert rows(home)[""].paused_by.startswith("console session ")
    assert "Resume" in clerk.get("/endpoints").text
    clerk.post("/endpoints", name="post", act="resume", why="they have")
    assert rows(home)[""].paused_at is None
    entries = home.house.archive.find(Query(tenant="nordwind"))
    assert [entry.step for entry in entries] == ["endpoint-resumed", "endpoint-paused"]
    assert clerk.post("/endpoints", name="fax", act="pause", why="x").status_code == 404
