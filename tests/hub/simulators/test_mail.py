"""The mail server of demo and tests, judged by a client that is not ours."""

import asyncio
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from tests.servers.simulators import simulator

MESSAGE = EmailMessage()
MESSAGE["From"] = "a@sender.example"
MESSAGE["To"] = "b@kunde.example"
MESSAGE["Subject"] = "R-1"
MESSAGE.set_content("Text")


@pytest.mark.parametrize(
    ("to", "code"), [("b@kunde.example", 250), ("refuse-b@kunde.example", 550)]
)
def test_it_answers_an_independent_client_and_keeps_what_it_took(
    tmp_path: Path, to: str, code: int
) -> None:
    with simulator("mail", tmp_path) as peer:
        assert asyncio.run(_send(peer.port, to)) == code
        kept = [path.read_bytes() for path in (tmp_path / "maildir" / "new").glob("*")]
    assert len(kept) == (1 if code == 250 else 0)
    assert all(b"Subject: R-1" in message for message in kept)


async def _send(port: int, to: str) -> int:
    try:
        await aiosmtplib.send(
            MESSAGE, hostname="127.0.0.1", port=port, recipients=[to], start_tls=False
        )
    except aiosmtplib.SMTPRecipientsRefused as refused:
        return refused.recipients[0].code
    return 250
