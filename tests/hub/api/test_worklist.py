"""The worklist over HTTP, to its own tenant: list, retry, cancel, state."""

import pytest

from hub.pipeline.receive import Arrival, receive
from hub.pipeline.stated import Stated
from hub.store import deliveries
from outbound.channel import Deferred, InDoubt, Refused
from tests.hub.api.asking import asker
from tests.hub.houses import Home
from tests.hub.invoices import ubl, wrong_sum
from tests.hub.pipeline.test_runner import drop, only

EVERY = ("submit", "read", "manage")
BY = {"reason": "rang the customer", "who": "A. Clerk"}


def undelivered(home: Home, number: str) -> str:
    home.post.answers, home.second.answers = [Refused("no")], [Refused("nor here")]
    return only(home, drop(home, ubl(number=number))).id


def test_a_cause_is_listed_and_retried_once(home: Home) -> None:
    made = [undelivered(home, f"R-{n}") for n in range(3)]
    own, other = asker(home, "nordwind", EVERY), asker(home, "other", EVERY)
    (group,) = own("GET", "worklist").json()
    assert (group["rule"], group["act"], group["actor"]) == ("IN-UNDELIVERED", "retry", "operator")
    assert {item["subject"] for item in group["items"]} == set(made)
    assert other("GET", "worklist").json() == own("GET", "worklist?sender=shop").json() == []
    asked = {"cause": group["cause"], "dry_run": True}
    would = own("POST", "worklist/retries", json=asked)
    assert (would.status_code, [each["why"] for each in would.json()]) == (200, ["", "", ""])
    assert other("POST", "worklist/retries", json={"only": made}).json()[0]["why"]
    done = own("POST", "worklist/retries", json={"cause": group["cause"], "only": made[:2]})
    assert (done.status_code, len(done.json())) == (202, 2)
    again = own("POST", "worklist/retries", json={"cause": group["cause"]}).json()
    assert [each["subject"] for each in again] == made[2:]
    home.run()
    assert len(home.post.sent) == 3
    assert own("POST", "worklist/retries", json={}).status_code == 422


def test_what_waits_is_cancelled_and_what_has_left_is_refused(home: Home) -> None:
    own, other = asker(home, "nordwind", EVERY), asker(home, "other", EVERY)
    home.post.answers = [Deferred("busy")]
    waiting = only(home, drop(home, ubl(number="R-1"))).id
    path, why = f"cancellations/{waiting}", {"reason": "ordered twice"}
    assert other("POST", path, json=why).status_code == 404
    assert own("POST", path, json={"reason": ""}).status_code == 422
    assert own("POST", path, json=why).status_code == 202
    refused = own("POST", path, json=why)
    assert (refused.status_code, refused.json()["title"]) == (409, "This cannot be cancelled")
    document = own("GET", f"documents/{waiting}").json()
    assert (document["state"], document["deliveries"][0]["state"]) == ("cancelled", "cancelled")
    left = only(home, drop(home, ubl(number="R-2"))).id
    refused = own("POST", f"cancellations/{left}-d0", json=why)
    assert (refused.status_code, "has left by post" in refused.json()["detail"]) == (409, True)


@pytest.mark.parametrize(("arrived", "sent"), [(True, 0), (False, 1)])
def test_a_doubt_is_stated(home: Home, *, arrived: bool, sent: int) -> None:
    own, other = asker(home, "nordwind", EVERY), asker(home, "other", EVERY)
    home.post.answers = [InDoubt("cut")]
    path = f"statements/{only(home, drop(home, ubl())).id}-d0"
    assert other("POST", path, json=BY | {"arrived": arrived}).status_code == 404
    assert own("POST", path, json=BY).status_code == 409
    assert own("POST", path, json={"arrived": arrived}).status_code == 422
    assert own("POST", path, json=BY | {"arrived": arrived}).status_code == 202
    assert own("POST", path, json=BY | {"arrived": arrived}).status_code == 409
    home.run()
    assert len(home.post.sent) == sent


def test_a_print_job_and_a_control_total_are_stated(home: Home) -> None:
    own = asker(home, "nordwind", EVERY)
    home.post.answers = [InDoubt("cut")]
    delivery = f"{only(home, drop(home, ubl())).id}-d0"
    with home.house.database.transaction() as connection:
        deliveries.change(connection, delivery, job="p-1")
    assert own("POST", "statements/p-1", json=BY).status_code == 409
    assert own("POST", "statements/p-1", json=BY | {"arrived": True}).status_code == 202
    said = Stated(count=2)
    arrival = Arrival(
        data=wrong_sum("R-9"), name="run", tenant="nordwind", sender="erp", door="api", stated=said
    )
    file, _ = receive(home.house, arrival)
    home.run()
    assert own("POST", f"statements/{file.id}", json=BY).status_code == 202
    assert own("POST", f"statements/{file.id}", json=BY).status_code == 409
