"""What is shown of mail for a person: enough to find it, nobody's address, no word of its text."""

from datetime import UTC, datetime

import pytest

from outbound.channel import Stray
from outbound.mail_strays import stray
from outbound.mailboxes.mailbox import Left

HEADS = {
    "a person's": (
        (
            b"From: Anna <anna@kunde.example>\nSubject: =?utf-8?q?R=C3=BCckfrage?=\n"
            b"Date: Fri, 20 Nov 2026 10:00:00 +0100\n\ntext"
        ),
        ("a…@kunde.example", "Rückfrage", datetime(2026, 11, 20, 9, tzinfo=UTC)),
    ),
    "no fields": (b"", ("", "", None)),
    "dates that are none": (b"Date: Fri, 99 Nov 99999 10:00:00 +9999\n", ("", "", None)),
    "a date without zone": (b"Date: Fri, 20 Nov 2026 10:00:00 -0000\n", ("", "", None)),
    "a charset that is none": (b"Subject: =?zip?b?eA==?=\n", ("", "=?zip?b?eA==?=", None)),
    "a line break in it": (b"Subject: =?utf-8?q?a=0Ab?=\n", ("", "a b", None)),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_message_is_shown_masked(name: str) -> None:
    head, (author, subject, sent) = HEADS[name]
    assert stray(Left("here", head)) == Stray(
        place="here", author=author, subject=subject, sent=sent
    )
