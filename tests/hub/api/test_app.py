"""What the API says to good and bad requests; every error is a problem (RFC 9457)."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa
from fastapi.openapi.models import OpenAPI

from archive.entry import Query
from hub.api.app import create
from hub.engine.pool import Pool
from hub.store import submissions
from hub.store.database import Database
from tests.hub.api.asking import asker, bearer
from tests.hub.houses import Home, opened_house
from tests.hub.invoices import ubl, wrong_sum

LIMIT = 1 << 20


def is_problem(answer: httpx.Response, status: int, words: str = "") -> bool:
    """Whether it is a problem document that says so."""
    body = answer.json()
    return (
        answer.headers["content-type"] == "application/problem+json"
        and set(body) == {"type", "title", "status", "detail"}
        and answer.status_code == body["status"] == status
        and bool(body["title"])
        and words in body["detail"]
    )


@pytest.mark.parametrize(
    "request_of",
    [
        {"content": ubl(), "headers": {"X-File-Name": "a.xml"}},
        {"files": {"file": ("a.xml", ubl(), "application/xml")}},
        {"files": {"file": ("a.xml", ubl())}, "data": {"note": "other fields are not minded"}},
    ],
    ids=["raw", "form", "form with more"],
)
def test_a_file_is_taken_once_however_it_is_posted(home: Home, request_of: dict[str, Any]) -> None:
    ask = asker(home)
    first = ask("POST", "submissions", **request_of)
    assert (first.status_code, first.json()["state"], first.json()["name"]) == (
        202,
        "received",
        "a.xml",
    )
    home.run()
    again = ask("POST", "submissions", content=ubl())
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    (document,) = again.json()["documents"]
    assert document["state"] == "handed_over"
    assert ask("GET", f"documents/{document['id']}").json()["number"] == "R-1"
    assert [found["id"] for found in ask("GET", "documents?q=R-1").json()] == [document["id"]]


@pytest.mark.parametrize(
    "key", [None, "", "fct_", "fct_nobody_s", "fct_nordwind-read_wrong", "x" * 9000]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "submissions"),
        ("GET", "submissions/s1"),
        ("GET", "documents"),
        ("PUT", "recipients"),
        ("POST", "resubmissions/s1"),
        ("GET", "archive/entries"),
    ],
)
def test_without_a_good_key_nothing_opens(
    home: Home, key: str | None, method: str, path: str
) -> None:
    asker(home, scopes=["read"])
    answer = bearer(home, key)(method, path)
    assert is_problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "submissions", "submit"),
        ("POST", "resubmissions/s1", "submit"),
        ("GET", "worklist", "read"),
        ("POST", "worklist/retries", "submit"),
        ("POST", "cancellations/s1-1", "submit"),
        ("POST", "statements/s1-1-d0", "manage"),
        ("GET", "submissions", "read"),
        ("GET", "documents", "read"),
        ("GET", "archive/entries", "read"),
        ("PUT", "recipients", "manage"),
    ],
)
def test_a_key_opens_what_its_scopes_say(home: Home, method: str, path: str, scope: str) -> None:
    others = [each for each in ("submit", "read", "manage") if each != scope]
    assert is_problem(asker(home, scopes=others)(method, path), 403, scope)
    assert asker(home, scopes=[scope])(method, path).status_code != 403


def test_what_belongs_to_another_tenant_does_not_exist(home: Home) -> None:
    every = ("submit", "read", "manage")
    own, other = asker(home, "nordwind", every), asker(home, "other", every)
    submission = own("POST", "submissions", content=wrong_sum()).json()["id"]
    home.run()
    (document,) = own("GET", f"submissions/{submission}").json()["documents"]
    (entry, *_) = own("GET", "archive/entries?number=R-1").json()
    paths = [
        ("GET", f"submissions/{submission}"),
        ("GET", f"documents/{document['id']}"),
        ("POST", f"submissions?replaces={document['id']}"),
        ("GET", f"archive/entries/{entry['id']}/proof"),
        ("GET", f"archive/entries/{entry['id']}/items/{entry['items'][0]['sha256']}"),
    ]
    for method, path in paths:
        more = {"content": ubl()} if method == "POST" else {}
        assert is_problem(other(method, path, **more), 404), path
        assert own(method, path, **more).status_code < 300, path
    assert is_problem(other("POST", f"resubmissions/{document['id']}"), 404)
    for path in ("submissions", "documents", "archive/entries"):
        assert other("GET", path).json() == [], path


def test_a_list_names_its_next_page_until_there_is_none(home: Home) -> None:
    ask = asker(home)
    dropped: list[str] = []
    for number in range(5):
        home.clock.forward(seconds=1)
        answer = ask("POST", "submissions", content=ubl(number=f"R-{number}"))
        dropped.insert(0, answer.json()["id"])
    home.run()
    for path, ids in (
        ("submissions", dropped),
        ("documents", [f"{each}-1" for each in dropped]),
        ("documents?q=r-&state=handed_over", [f"{each}-1" for each in dropped]),
    ):
        pages = []
        following = f"/v1/{path}{'&' if '?' in path else '?'}limit=2"
        while following:
            page = ask("GET", following.removeprefix("/v1/"))
            pages.append([found["id"] for found in page.json()])
            following = page.links.get("next", {}).get("url", "")
        assert pages == [ids[:2], ids[2:4], ids[4:]], path
        assert is_problem(ask("GET", f"{path.split('?')[0]}?after=unknown"), 422, "after")
    foreign = asker(home, "other")("GET", f"documents?after={dropped[0]}-1")
    assert is_problem(foreign, 422, "after")


def test_an_address_book_is_taken_and_its_change_is_filed(home: Home) -> None:
    ask = asker(home, scopes=["manage"])
    told = [ask("PUT", "recipients", content="key,name\nK7,Söhne\n").json() for _ in range(2)]
    assert [each["changed"] for each in told] == [1, 0]
    assert told[0] == {"recipients": 1, "changed": 1, "kept_as_chosen": []}
    (entry,) = home.house.archive.find(Query(step="address-book"))
    assert entry.fields == {"who": "api key nordwind-manage", "new": "1", "changed": "0"}


def test_an_idempotency_key_stands_for_one_file(home: Home) -> None:
    ask, keyed = asker(home), {"Idempotency-Key": "run-1/1"}
    first = ask("POST", "submissions", content=b"<a/>", headers=keyed)
    again = ask("POST", "submissions", content=b"<a/>", headers=keyed)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["id"] == again.json()["id"]
    other = ask("POST", "submissions", content=b"<b/>", headers=keyed)
    assert is_problem(other, 409, "run-1/1")
    elsewhere = asker(home, "other")("POST", "submissions", content=b"<b/>", headers=keyed)
    assert elsewhere.status_code == 202
    too_long = ask("POST", "submissions", content=b"<c/>", headers={"Idempotency-Key": "x" * 256})
    assert is_problem(too_long, 422)


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * 65_536


@pytest.mark.parametrize(
    ("request_of", "status", "words"),
    [
        ({"content": b""}, 422, "empty"),
        ({"files": {"file": ("a.xml", b"")}}, 422, "empty"),
        ({"files": {"other": ("a.xml", b"<a/>")}}, 422, "`file`"),
        ({"data": {"file": "<a/>"}, "files": {"x": ("y", b"")}}, 422, "`file`"),
        ({"content": b"x" * (LIMIT + 1)}, 413, "max_file_mb"),
        ({"content": endless()}, 413, "max_file_mb"),
        ({"files": {"file": ("a.xml", b"x" * (LIMIT + 1))}}, 413, "max_file_mb"),
        ({"files": {"file": ("a.xml", b"x" * (9 * LIMIT))}}, 413, "max_file_mb"),
        (
            {"content": b"--b\r\nnonsense", "headers": {"Content-Type": "multipart/form-data"}},
            400,
            "",
        ),
        (
            {
                "content": b"no boundary in here",
                "headers": {"Content-Type": "multipart/form-data; boundary=b"},
            },
            400,
            "",
        ),
        ({"files": [("file", (f"{n}.xml", b"<a/>")) for n in range(3)]}, 400, ""),
    ],
    ids=[
        "empty",
        "empty in a form",
        "form without the field",
        "form with a text of that name",
        "oversize",
        "endless",
        "oversize in a form",
        "far too large a form",
        "form without a boundary",
        "form that is none",
        "several files",
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(
    home: Home, request_of: dict[str, Any], status: int, words: str
) -> None:
    answer = asker(home)("POST", "submissions", **request_of)
    assert is_problem(answer, status, words), answer.text
    with home.house.database.transaction() as connection:
        assert submissions.listed(connection, tenant=None, state=None, limit=9) == []


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Rechnung Süß.xml".encode(), "Rechnung Süß.xml"),
        (b"../../etc/passwd", "../../etc/passwd"),
        (b"\xe2\x80\xaelmx.a", "_lmx.a"),
        (b"\xff\xfe", "ÿþ"),
        (b"", "upload"),
    ],
)
def test_a_name_is_a_label_only(home: Home, name: bytes, label: str) -> None:
    headers = [(b"X-File-Name", name)]
    answer = asker(home)("POST", "submissions", content=b"<a/>", headers=headers)
    assert (answer.status_code, answer.json()["name"]) == (202, label)


def test_only_what_is_parked_can_be_replaced(home: Home) -> None:
    ask = asker(home)
    submission = ask("POST", "submissions", content=ubl()).json()["id"]
    home.run()
    (document,) = ask("GET", f"submissions/{submission}").json()["documents"]
    for subject in (submission, document["id"]):
        answer = ask("POST", f"submissions?replaces={subject}", content=ubl(number="R-2"))
        assert is_problem(answer, 409, "parked")
    assert ask("GET", f"documents/{document['id']}").json()["state"] == "handed_over"
    assert is_problem(ask("POST", f"resubmissions/{document['id']}"), 409, "not a parked")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing", 404),
        ("GET", "submissions/%00", 404),
        ("GET", "documents/..%2F..%2Fetc", 404),
        ("DELETE", "submissions", 405),
        ("GET", "documents?limit=100000", 422),
        ("GET", "archive/entries?issued_from=yesterday", 422),
        ("GET", "archive/entries/none/proof", 404),
        ("PUT", "recipients", 422),
    ],
)
def test_what_is_not_understood_is_a_problem(
    home: Home, method: str, path: str, status: int
) -> None:
    ask = asker(home, scopes=["submit", "read", "manage"])
    answer = ask(method, path, **({"content": b"\xff"} if method == "PUT" else {}))
    assert is_problem(answer, status), answer.text


def test_what_no_database_can_hold_is_not_there(
    tmp_path: Path, pool: Pool, postgres_database: Database
) -> None:
    """PostgreSQL refuses the question, SQLite finds nothing."""
    with opened_house(tmp_path, postgres_database, pool) as home:
        ask = asker(home, "nul")
        for path in ("submissions/%00", "documents/%00", "documents?q=%00"):
            answer = ask("GET", path)
            assert is_problem(answer, 422), answer.text


@pytest.mark.parametrize(
    ("fault", "status"),
    [("the database is locked", 503), ("a bug of ours", 500)],
)
def test_a_failure_says_nothing_about_the_inside(home: Home, fault: str, status: int) -> None:
    ask = asker(home)

    def fail() -> str:
        if status == 500:
            raise ZeroDivisionError(fault)
        raise sa.exc.OperationalError("COMMIT", {}, sqlite3.OperationalError(fault))

    home.house = replace(home.house, new_id=fail)
    answer = ask("POST", "submissions", content=ubl())
    assert is_problem(answer, status), answer.text
    assert fault not in answer.text
    assert ("retry-after" in answer.headers) == (status == 503)


def test_a_hub_without_room_asks_to_come_again(home: Home) -> None:
    config = home.house.config
    full = msgspec.structs.replace(config.hub, min_free_mb=1 << 40)
    home.house = replace(home.house, config=msgspec.structs.replace(config, hub=full))
    answer = asker(home)("POST", "submissions", content=ubl())
    assert is_problem(answer, 503, "min_free_mb")
    assert answer.headers["retry-after"]


def test_the_description_of_the_api_is_valid_and_complete(home: Home) -> None:
    app = create(home.house)
    described = OpenAPI.model_validate(app.openapi())
    assert described.openapi.startswith("3.1")
    operations = [
        (path, method, operation)
        for path, item in app.openapi()["paths"].items()
        for method, operation in item.items()
    ]
    assert len({operation["operationId"] for _, _, operation in operations}) == len(operations)
    for path, method, operation in operations:
        assert operation["summary"], path
        assert operation["security"] == [{"API key": []}], path
        problems = {"401", "403", "422"} & operation["responses"].keys()
        assert problems == {"401", "403", "422"}, path
        for code in problems:
            (kind,) = operation["responses"][code]["content"]
            assert kind == "application/problem+json", (path, code)
        if method in {"post", "put"} and "resubmissions" not in path:
            assert operation["requestBody"]["content"], path


def test_health_says_whether_the_database_answers(home: Home) -> None:
    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app=create(home.house))
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            return await client.get("/health")

    assert asyncio.run(call()).json() == {"status": "ok"}
