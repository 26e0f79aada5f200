"""What is done with a link is on the record, once."""

import pytest

from hub.links.fetching import OPENED, answers, fetched, link_of, withdraw
from hub.store import deliveries, events
from tests.hub.houses import Home
from tests.hub.linked import linked, token_in


def test_opened_is_filed_once_and_stands_in_the_timeline(home: Home) -> None:
    token = token_in(linked(home))
    link = link_of(home.house, token)
    assert link is not None
    assert answers(link, token, "")
    for _ in range(3):
        assert fetched(home.house, link)
    [entry] = [e for e in home.house.archive.entries(subject=link.delivery) if e.step == "confirm"]
    assert entry.key.endswith(f"{OPENED}{link.token_sha256[:32]}")
    with home.house.database.transaction() as connection:
        delivery = deliveries.get(connection, link.delivery)
        assert delivery is not None
        lines = [event.text for event in events.of_document(connection, delivery.document, "")]
    assert sum("the document was fetched" in line for line in lines) == 1


def test_withdrawal_names_who_did_it(home: Home) -> None:
    link = link_of(home.house, token_in(linked(home)))
    assert link is not None
    assert withdraw(home.house, link.delivery, who="an auditor") == 1
    [entry] = [e for e in home.house.archive.entries(subject=link.delivery) if e.step == "link"]
    [act] = entry.items
    assert b"an auditor" in home.house.archive.get(act.sha256)
    again = link_of(home.house, token_in(home.post.sent[0]))
    assert again is not None
    assert not again.is_open(home.clock.now)


@pytest.mark.parametrize("delivery", ["nothing", ""])
def test_nothing_is_withdrawn_where_nothing_is(home: Home, delivery: str) -> None:
    assert withdraw(home.house, delivery, who="x") == 0
