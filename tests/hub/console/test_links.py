"""Who looks at a document sees whether its link was used, and can withdraw it."""

from lxml import html

from hub.links.fetching import fetched, link_of
from tests.hub.console.town import Person, entered, on_sqlite, served
from tests.hub.houses import Home
from tests.hub.linked import linked, token_in


def text_of(person: Person, path: str) -> str:
    words = "".join(map(str, html.fromstring(person.get(path).text).itertext()))
    return " ".join(words.split())


@on_sqlite
def test_link_is_shown_with_its_use_and_can_be_withdrawn(home: Home) -> None:
    token = token_in(linked(home))
    clerk = entered(home, served(home), "*")
    stranger = entered(home, served(home), "suedwind")
    link = link_of(home.house, token)
    assert link is not None
    page = f"/documents/{link.delivery.partition('-d')[0]}"
    assert "not fetched yet; until 2027-02-18" in text_of(clerk, page)
    fetched(home.house, link)
    shown = text_of(clerk, page)
    assert "fetched 1 time, first 2026-11-20 09:00" in shown
    assert "strong: opened, the document was fetched by the link" in shown
    assert "weak: accepted by the next mail server" in shown
    assert token not in shown
    assert stranger.post(f"/deliveries/{link.delivery}/link").status_code == 404
    assert clerk.post(f"/deliveries/{link.delivery}/link").headers["location"] == page
    shown = text_of(clerk, page)
    assert "withdrawn 2026-11-20 09:00" in shown
    assert "Withdraw</button>" not in clerk.get(page).text
