"""Periods and holds as the console shows them: on the document's page, and in a list."""

from datetime import date

import pytest

from archive.law.disposal import propose
from archive.law.holds import Scope, place, release, restrict
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.retaining import policy_of
from tests.hub.console.town import HOSTILE, entered, served
from tests.hub.houses import Home
from tests.hub.invoices import ubl

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_document_says_until_when_it_is_kept_and_what_holds_it(home: Home) -> None:
    house = home.house
    arrival = Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api")
    document = f"{receive(house, arrival)[0].id}-1"
    clerk = entered(home, served(home), "nordwind")
    assert 'id="keeping"' not in clerk.get(f"/documents/{document}").text
    home.run()
    page = clerk.get(f"/documents/{document}").text
    assert "Kept until 2034-12-31" in page
    assert "AO § 147 (3), (4); UStG § 14b (1), 8 years from 2026-12-31" in page
    place(house.archive, "nordwind", Scope(document=document), by="Anna", reason=HOSTILE)
    restrict(house.archive, "nordwind", Scope(document=document), by="Anna", reason="art. 18")
    page = clerk.get(f"/documents/{document}").text
    assert "Held" in page
    assert "Restricted" in page
    assert "/keeping#nordwind-hold" in page
    assert HOSTILE not in page


def test_holds_disposals_and_documentation_are_listed_for_who_may_see_them(home: Home) -> None:
    house = home.house
    archive = house.archive
    place(archive, "nordwind", Scope(customer="K1"), by="Anna", reason="lawsuit")
    release(archive, "nordwind", "hold:1", by="Bert", reason="won")
    until = date(2040, 6, 30)
    place(archive, "nordwind", Scope(customer="K2"), by="Anna", reason="audit", until=until)
    arrival = Arrival(data=b"garbage", name="a", tenant="nordwind", sender="erp", door="api")
    receive(house, arrival)
    home.run()
    policy = policy_of(house.config, "nordwind")
    propose(archive, "nordwind", by="Anna", on=date(2035, 1, 1), policy=policy)
    app = served(home)
    page = entered(home, app, "nordwind").get("/keeping").text
    for words in ("Release asked", "lawsuit", "Until 2040-06-30", "1 proposed by Anna", "approve"):
        assert words in page
    other = entered(home, app, "other").get("/keeping").text
    assert "Nothing is held." in other
    assert "lawsuit" not in other


def test_the_documentation_is_shown_to_its_company_alone(home: Home) -> None:
    app = served(home)
    clerk = entered(home, app, "nordwind")
    answer = clerk.get("/keeping/procedure/nordwind/fr")
    assert "piste d&#39;audit fiable" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for path in ("nordwind/it", "other/fr"):
        assert clerk.get(f"/keeping/procedure/{path}").status_code == 404
    stranger = entered(home, app, "other")
    assert stranger.get("/keeping/procedure/nordwind/fr").status_code == 404
