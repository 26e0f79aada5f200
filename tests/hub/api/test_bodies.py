"""What is stated of a posted file, in whatever way, and what lay in it."""

import base64
import random
from collections.abc import AsyncIterator
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from hub.pipeline.contents import HELD_BYTES_MAX
from hub.store import submissions
from tests.hub.api.asking import asker
from tests.hub.houses import Home, raised
from tests.hub.invoices import ubl
from tests.hub.packing import zipped

HASH = sha256(ubl()).hexdigest()
DIGEST = base64.b64encode(sha256(ubl()).digest()).decode()
FORM: dict[str, Any] = {"files": {"file": ("a.xml", ubl())}}
RAW: dict[str, Any] = {"content": ubl()}


@pytest.mark.parametrize(
    ("path", "request_of"),
    [
        (f"?count=1&total.EUR=119.00&sha256={HASH}&size={len(ubl())}", RAW),
        ("?count=1&total.EUR=119", RAW | {"headers": {"Content-Digest": f"sha-256=:{DIGEST}:"}}),
        ("", FORM | {"data": {"count": "1", "total.EUR": "119.00", "sha256": HASH}}),
        ("", FORM | {"data": {"statement": '{"count": 1, "total.EUR": "119.00"}'}}),
        ("?count=1", FORM | {"data": {"statement": '{"total.EUR": "119"}'}}),
    ],
    ids=["address", "digest", "fields", "statement", "address and statement"],
)
def test_what_is_stated_of_a_file_is_held_against_it(
    home: Home, path: str, request_of: dict[str, Any]
) -> None:
    ask = asker(home)
    answer = ask("POST", f"submissions{path}", **request_of)
    assert (answer.status_code, answer.json()["stated"][0]["verdict"]) == (202, "open")
    home.run()
    found = ask("GET", answer.headers["location"].removeprefix("/v1/")).json()
    (told,) = found["stated"]
    assert (told["count"], Decimal(told["sums"]["EUR"]), told["verdict"]) == (
        1,
        Decimal(119),
        "agrees",
    )


@pytest.mark.parametrize(
    ("path", "request_of", "words"),
    [
        (f"?sha256={'0' * 64}", RAW, f"its SHA-256 is {HASH}"),
        ("?size=1", FORM, "1 bytes are stated"),
        ("?count=some", RAW, "a whole number is wanted"),
        ("?count=1&count=2", RAW, "stated twice"),
        ("", RAW | {"headers": {"Content-Digest": "sha-256=:n:"}}, "base64"),
        ("", FORM | {"data": {"statement": '{"total.EUR": 119.0}'}}, "JSON object"),
        ("", FORM | {"data": {"statement": "[]"}}, "JSON object"),
        ("", FORM | {"data": {"statement": '{"operator": "1"}'}}, "unknown 'operator'"),
        ("", FORM | {"data": {"statement": '{"sum": "1"}'}}, "sum: known words"),
        ("", FORM | {"data": {"total": "119.00"}}, "total: known words"),
        ("", FORM | {"data": {"documents": "2"}}, "documents: known words"),
        ("?Total.EUR=119.00", RAW, "Total.EUR: known words"),
    ],
)
def test_what_contradicts_its_statement_is_refused(
    home: Home, path: str, request_of: dict[str, Any], words: str
) -> None:
    answer = asker(home)("POST", f"submissions{path}", **request_of)
    assert (answer.status_code, words in answer.json()["detail"]) == (422, True), answer.text
    with home.house.database.transaction() as connection:
        assert submissions.listed(connection, tenant=None, state=None, limit=9) == []


def test_a_body_leaves_nothing_on_the_disk_but_what_is_kept(home: Home) -> None:
    ask = asker(home)
    before = {path for path in home.house.config.data.iterdir() if path.name != "archive"}
    for request_of in (RAW, FORM, {"content": bytes(2 << 20)}):
        ask("POST", "submissions", **request_of)
    after = {path for path in home.house.config.data.iterdir() if path.name != "archive"}
    assert after == before


LARGE = random.Random(1).randbytes(HELD_BYTES_MAX + 1)  # noqa: S311  (the same in every run)


@pytest.mark.parametrize(
    "request_of",
    [{"content": LARGE}, {"files": {"file": ("a", LARGE)}}],
    ids=["body", "form"],
)
def test_a_large_body_is_kept_and_fetched_to_the_byte(
    home: Home, request_of: dict[str, Any]
) -> None:
    home.house = raised(home.house, max_file_mb=64)
    ask = asker(home)
    digest = sha256(LARGE).hexdigest()
    answers = [ask("POST", f"submissions?sha256={digest}", **request_of) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 200]
    (entry,) = ask("GET", "archive/entries").json()
    fetched = ask("GET", f"archive/entries/{entry['id']}/items/{digest}")
    assert (fetched.content == LARGE, fetched.headers["content-length"]) == (True, str(len(LARGE)))
    assert sorted(path.name for path in home.house.config.data.iterdir()) == ["archive"]


@pytest.mark.parametrize(
    ("more", "status"),
    [({"max_file_mb": 8}, 413), ({"max_file_mb": 64, "min_free_mb": 1 << 40}, 503)],
    ids=["too large", "no room"],
)
def test_what_cannot_be_taken_is_refused_before_it_is_sent(
    home: Home, more: dict[str, int], status: int
) -> None:
    asked: list[bool] = []

    async def body() -> AsyncIterator[bytes]:
        asked.append(True)
        yield LARGE

    home.house = raised(home.house, **more)
    headers = {"Content-Length": str(len(LARGE))}
    answer = asker(home)("POST", "submissions", content=body(), headers=headers)
    assert (answer.status_code, asked) == (status, [])


def test_what_lay_in_a_zip_file_is_named(home: Home) -> None:
    ask = asker(home)
    data = zipped(("a.xml", ubl()), ("b.xml", b"noise"))
    packed = ask("POST", "submissions", content=data).json()["id"]
    home.run()
    inside = ask("GET", f"submissions/{packed}").json()["inside"]
    assert [(one["name"], one["fate"]) for one in inside] == [
        ("a.xml", "taken"),
        ("b.xml", "taken"),
    ]
    states = [ask("GET", f"submissions/{one['submission']}").json()["state"] for one in inside]
    assert states == ["read", "parked"]
