"""What holds for every page: who may see it, who may press its buttons, and how it is sent."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from fastapi.routing import APIRoute

from archive.erasing import STAYING
from archive.law.cases import case_of, over
from hub.console import (
    archived,
    deliveries,
    documents,
    excerpts,
    login,
    overview,
    parked,
    recipients,
    runs,
    submissions,
    suppressed,
)
from hub.console.visitor import COOKIE
from tests.hub.console.town import HOSTILE, Person, Town, drop
from tests.hub.houses import Home
from tests.hub.invoices import ubl, wrong_sum

MODULES = (
    archived,
    deliveries,
    documents,
    excerpts,
    login,
    overview,
    parked,
    recipients,
    runs,
    submissions,
    suppressed,
)
ROUTES = sorted(
    (method, route.path)
    for module in MODULES
    for route in module.router.routes
    if isinstance(route, APIRoute)
    for method in route.methods or ()
    if not route.path.startswith("/login")
)
LISTS = (
    *("/", "/documents", "/worklist", "/parked", "/deliveries", "/recipients"),
    *("/suppressed", "/wishes", "/runs", "/archive", "/keeping"),
)


def pages(town: Town) -> Iterator[str]:
    """Yield the address of every page of the busy house."""
    yield from (*LISTS, "/recipient/new", "/recipient?tenant=nordwind&key=H1")
    yield f"/submissions/{town.garbage}"
    for document in town.documents.values():
        yield f"/documents/{document}"
        yield f"/submissions/{document.removesuffix('-1')}"
        for entry in town.home.house.archive.entries(document=document):
            yield f"/archive/{entry.id}"


def filled_in(town: Town, path: str) -> str:
    """Return a route's address about things of the first company."""
    document = town.documents["handed_over"]
    entry = town.home.house.archive.entries(document=document)[-1]
    names = {
        "document": document,
        "subject": document,
        "submission": town.garbage,
        "delivery": f"{document}-d0",
        "job": "post-20261120-00001",
        "entry": entry.id,
        "sha256": entry.items[0].sha256,
    }
    query = "?tenant=nordwind&key=K1" if path == "/recipient" else ""
    return path.format_map(names) + query


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_session_every_address_leads_to_the_log_in(
    town: Town, method: str, path: str
) -> None:
    nobody = Person(town.app)
    nobody.cookies.set(COOKIE, "guessed", domain="console.example")
    answer = nobody.ask(method, filled_in(town, path))
    assert (answer.status_code, answer.headers.get("location")) == (303, "/login")


@pytest.mark.parametrize("path", [path for method, path in ROUTES if method == "POST"])
@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_a_form_without_the_session_s_token_does_nothing(town: Town, path: str, token: str) -> None:
    for person in (town.clerk, town.stranger):
        answer = person.ask("POST", filled_in(town, path), data={"token": token, "arrived": "yes"})
        assert answer.status_code == 403
        assert "not from this session" in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        (m, p)
        for m, p in ROUTES
        if "{" in p or p == "/recipient" or (m, p) == ("POST", "/recipients")
    ],
)
def test_what_belongs_to_another_company_is_not_there(town: Town, method: str, path: str) -> None:
    fields = {"tenant": "nordwind", "key": "K1", "arrived": "yes"}
    address = filled_in(town, path)
    ask = town.stranger.get if method == "GET" else lambda at: town.stranger.post(at, **fields)
    assert ask(address).status_code == 404
    if method == "GET":
        assert town.clerk.get(address).status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_lists_show_a_company_its_own(town: Town, path: str) -> None:
    own = town.stranger.get(path).text
    assert "R-1" not in own
    assert "K1" not in own
    if path in ("/", "/documents", "/deliveries", "/archive"):
        assert "S-1" in own
        assert "R-7" in town.clerk.get(path).text


def test_nothing_that_strangers_wrote_is_taken_for_markup(town: Town) -> None:
    seen = 0
    for path in pages(town):
        answer = town.clerk.get(path)
        assert answer.status_code == 200, path
        assert "<script" not in answer.text, path
        own = ('<img src="/documents/', '<img src="/submissions/')
        assert answer.text.count("<img") == sum(map(answer.text.count, own)), path
        seen += "&lt;script&gt;alert(" in answer.text
    assert seen > 10
    assert HOSTILE not in town.clerk.get(f"/documents?q={HOSTILE}&state={HOSTILE}").text


def test_every_answer_forbids_what_a_page_of_ours_never_does(town: Town) -> None:
    for path in ("/", "/login", "/nothing", "/static/console.css", "/static/../app.py"):
        headers = town.clerk.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    assert town.clerk.get("/").headers["cache-control"] == "no-store"


def test_pages_bring_nothing_from_elsewhere_and_no_script(town: Town) -> None:
    for path in pages(town):
        text = town.clerk.get(path).text
        assert not re.findall(r'(?:src|href|action)="(?!/|#)', text), path
        assert " style=" not in text
    assert town.clerk.get("/static/console.css").headers["content-type"].startswith("text/css")
    assert "url(" not in town.clerk.get("/static/console.css").text


def test_every_link_and_anchor_leads_somewhere(town: Town) -> None:
    """Taken from the pages themselves, each address once."""
    links: set[str] = set()
    for path in pages(town):
        text = town.clerk.get(path).text
        links |= {
            link.replace("&amp;", "&") for link in re.findall(r'(?:src|href)="(/[^"]*)"', text)
        }
        anchors = set(re.findall(r'href="#([^"]+)"', text))
        assert anchors <= set(re.findall(r'id="([^"]+)"', text)), path
        ids = re.findall(r' id="([^"]+)"', text)
        assert len(ids) == len(set(ids)), path
    bad = {each for each in links if town.clerk.get(each.split("#")[0]).status_code != 200}
    assert bad == set()


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nothing", 404, "There is no such page"),
        ("/documents/s-1", 404, "another company"),
        ("/documents?page=0", 422, "page"),
        ("/archive/zz", 404, "There is no such page"),
        (f"/archive/{'0' * 64}", 404, "Nothing of this name is kept"),
        ("/recipient?tenant=nordwind&key=nobody", 404, "There is no such page"),
        ("/static/console.py", 404, "There is no such page"),
    ],
)
def test_errors_are_pages_that_can_be_read(town: Town, path: str, status: int, words: str) -> None:
    answer = town.clerk.get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert '<a href="/documents">' in answer.text.replace(' aria-current="page"', "")


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/documents"])
def test_the_api_keeps_its_own_errors(town: Town, path: str) -> None:
    answer = town.clerk.get(path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert town.clerk.get("/health").json() == {"status": "ok"}


def test_both_databases_fill_the_lists(home: Home, clerk: Person) -> None:
    for path in LISTS:
        assert 'class="empty"' in clerk.get(path).text or path == "/recipients"
    drop(home, ubl())
    drop(home, wrong_sum("R-2"))
    drop(home, b"garbage")
    words = {path: clerk.get(path).text for path in LISTS}
    assert all("R-1" in words[path] for path in ("/", "/documents", "/deliveries", "/archive"))
    assert "BR-CO-15" in words["/parked"]
    assert "IN-FORMAT" in words["/parked"]
    assert "R-2" in clerk.get("/documents?q=r-2&state=parked").text
    assert "R-2" not in clerk.get("/documents?q=r-2&state=delivered").text
    assert "R-1" not in clerk.get("/documents?page=2").text
    assert "R-1" in clerk.get("/deliveries?state=handed_over&channel=post").text
    assert "R-1" not in clerk.get("/deliveries?channel=second").text


def test_all_that_is_filed_of_traffic_goes_when_its_time_is_over(town: Town) -> None:
    house = town.home.house
    archive = house.archive
    reached = set()
    for tenant in house.config.tenants:
        for submission in over(archive, tenant, date(2050, 1, 1)):
            case = case_of(archive, tenant, submission)
            own = (entry for entries in case.documents.values() for entry in entries)
            reached |= {entry.id for entry in (*case.shared, *own)}
    filed = [entry for entry in archive.entries() if entry.kind not in STAYING]
    assert len(filed) > 50
    assert [(e.kind, e.step, e.subject) for e in filed if e.id not in reached] == []
