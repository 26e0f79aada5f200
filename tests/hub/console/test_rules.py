"""The page of rules: those in force with why and where, and what is proposed, for whom it is."""

import pytest

from hub.four_eyes import approve, propose
from tests.hub.console.town import entered, served
from tests.hub.houses import Home

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NEW = '[[rule]]\nname = "<b>new</b>"\n'


def test_rules_in_force_are_shown_to_who_sees_all_companies(home: Home) -> None:
    app = served(home)
    page = entered(home, app, "*").get("/rules").text
    for words in ("all", "always", "post", "second", "test.toml:2", home.house.rules.version[:12]):
        assert words in page
    assert "Nothing was proposed" in page
    assert entered(home, app, "nordwind").get("/rules").status_code == 404


def test_a_proposal_is_shown_with_who_when_and_what_differs(home: Home) -> None:
    house = home.house
    change = propose(house.archive, house.config, [("own.toml", NEW)], "Anna")
    clerk = entered(home, served(home), "*")
    page = clerk.get("/rules").text
    for words in (
        "Proposed by Anna",
        f"route approve {change.id[:12]}",
        "+name = &#34;&lt;b&gt;new",
    ):
        assert words in page
    approve(house.archive, house.config, change.id, "Ben")
    assert "approved by Ben" in clerk.get("/rules").text
