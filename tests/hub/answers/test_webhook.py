"""Webhooks: signed, told again until they are taken, and an endpoint that is down left in peace."""

import base64
import hashlib
import hmac
from collections.abc import Iterator

import httpx
import pytest

from hub.answers.receivers import Receiver
from hub.answers.webhook import WAITS_SECONDS, tell_by_webhook
from hub.store import work
from tests.hub.answers.desk import SECRET, Endpoint, drop, endpoint, kept, note, receivers, webhook
from tests.hub.houses import Home
from tests.hub.invoices import ubl


@pytest.fixture
def there() -> Iterator[Endpoint]:
    with endpoint() as opened:
        yield opened


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=5) as client:
        yield client


@pytest.fixture
def erp(home: Home, there: Endpoint) -> Receiver:
    """Two documents have gone out and wait to be told of."""
    known = receivers(home, webhook("erp", there.url))
    for number in ("R-1", "R-2"):
        drop(home, ubl(number=number), f"{number}.xml")
    home.run()
    with home.house.database.transaction() as connection:
        assert work.count(connection) == 0
    note(home, known)
    return known["erp"]


def test_each_notice_is_a_signed_request(
    home: Home, there: Endpoint, http: httpx.Client, erp: Receiver
) -> None:
    assert tell_by_webhook(home.house, erp, http) == 2
    assert there.types == ["document.handed_over"] * 2
    assert [each.state for each in kept(home)] == ["told", "told"]
    for headers, body in there.asked:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        digest = hmac.new(SECRET, signed, hashlib.sha256).digest()
        assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
        assert headers["webhook-timestamp"] == str(int(home.clock.now.timestamp()))
    assert [headers["webhook-id"] for headers, _ in there.asked] == [k.id for k in kept(home)]
    assert tell_by_webhook(home.house, erp, http) == 0


@pytest.mark.parametrize(
    ("answer", "asked", "reason"),
    [
        ((503, {}), 1, "503"),
        ((429, {"retry-after": "600"}), 1, "429"),
        ((0, {}), 1, "RemoteProtocolError"),
        ((400, {}), 2, "400"),
        ((302, {"location": "http://127.0.0.1:1/"}), 2, "302"),
    ],
)
def test_what_was_not_taken_is_told_again_with_the_same_id(
    home: Home,
    there: Endpoint,
    http: httpx.Client,
    erp: Receiver,
    *,
    answer: tuple[int, dict[str, str]],
    asked: int,
    reason: str,
) -> None:
    there.answers = [answer]
    tell_by_webhook(home.house, erp, http)
    assert len(there.asked) == asked
    first, *_ = kept(home)
    assert (first.state, first.attempts) == ("waiting", 1)
    assert first.reason.startswith(reason)
    home.clock.forward(seconds=600)
    tell_by_webhook(home.house, erp, http)
    ids = [headers["webhook-id"] for headers, _ in there.asked]
    assert ids.count(first.id) == 2
    assert {each.state for each in kept(home)} == {"told"}


def test_an_endpoint_says_when_to_come_again(
    home: Home, there: Endpoint, http: httpx.Client, erp: Receiver
) -> None:
    there.answers = [(503, {"retry-after": "120"})]
    tell_by_webhook(home.house, erp, http)
    assert (kept(home)[0].due_at - home.clock.now).total_seconds() == 120


def test_after_the_last_attempt_the_operator_has_it(
    home: Home, there: Endpoint, http: httpx.Client, erp: Receiver
) -> None:
    there.answers.extend([(400, {})] * 2 * (len(WAITS_SECONDS) + 1))
    for seconds in (0, *WAITS_SECONDS):
        home.clock.forward(seconds=seconds)
        tell_by_webhook(home.house, erp, http)
    assert [each.state for each in kept(home)] == ["failed", "failed"]
    home.clock.forward(days=30)
    assert tell_by_webhook(home.house, erp, http) == 0


def test_one_that_is_gone_is_not_asked_again(
    home: Home, there: Endpoint, http: httpx.Client, erp: Receiver
) -> None:
    there.answers = [(410, {})]
    tell_by_webhook(home.house, erp, http)
    assert [each.state for each in kept(home)] == ["failed", "waiting"]


def test_what_was_said_is_kept(
    home: Home, there: Endpoint, http: httpx.Client, erp: Receiver
) -> None:
    tell_by_webhook(home.house, erp, http)
    for headers, body in there.asked:
        key = f"{headers['webhook-id']}/answer"
        entry = home.house.archive.kept("nordwind", [key])[key]
        assert home.house.archive.get(entry.items[0].sha256) == body
