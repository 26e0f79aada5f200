"""How the servers stand, over HTTP: states and words, and nobody's domain."""

from outbound.channel import Deferred
from tests.hub.api.asking import asker
from tests.hub.endpoints.relaying import drop, relaying
from tests.hub.houses import Home


def test_servers_are_listed_and_domains_are_not(home: Home) -> None:
    relay = relaying(home)
    relay.domains = {
        "a.example": Deferred("smtp://mx: refused", endpoint_down=True),
        "b.example": Deferred("mx.b: timed out", endpoint_down=True, beyond=True),
    }
    drop(home, "b.example", *(f"B-{n}" for n in range(6)))
    home.run()
    drop(home, "a.example", *(f"A-{n}" for n in range(6)))
    home.run()
    answer = asker(home)("GET", "endpoints")
    assert answer.status_code == 200
    assert [(each["channel"], each["state"], each["words"]) for each in answer.json()] == [
        ("post", "down", "smtp://mx: refused"),
        ("second", "works", ""),
    ]
    assert asker(home, scopes=("submit",))("GET", "endpoints").status_code == 403
