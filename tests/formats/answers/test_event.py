"""Events of webhooks: what happened to what, and all that is known of it."""

import json

import pytest

from formats.answers.event import write
from formats.answers.notice import Notice
from tests.formats.answers.notices import COVER, DELIVERED, PARKED, UNREAD


@pytest.mark.parametrize(
    ("notice", "kind"),
    [(DELIVERED, "document.delivered"), (PARKED, "document.parked"), (UNREAD, "file.parked")],
    ids=["delivered", "parked", "unread"],
)
def test_an_event_says_what_happened(notice: Notice, kind: str) -> None:
    event = json.loads(write([notice], COVER))
    assert (event["type"], event["timestamp"]) == (kind, "2026-11-20T09:30:05Z")
    assert event["data"]["id"] == notice.id
    assert [each["rule"] for each in event["data"].get("findings", [])] == [
        finding.rule for finding in notice.findings
    ]
