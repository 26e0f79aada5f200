"""The LMTP door: 250 only for what is durably kept, and nothing for anybody else."""

import asyncio
import logging
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from hub.config.loading import load
from hub.doors.lmtp import Box, LmtpDoor, boxes_of
from outbound.mail_events import MailEvents
from outbound.mailboxes.maildir import Maildir
from outbound.return_path import ReturnPath
from tests.servers import postfix
from tests.servers.simulators import simulator
from tests.servers.waiting import wait_for

PATH = ReturnPath(local_part="bounce", domain=postfix.BOUNCE_DOMAIN, secret="key")
OURS = PATH.address(PATH.token("4711.0"))
BOUNCE = (
    b"From: MAILER-DAEMON@mx.example\r\nTo: somebody@else.example\r\n"
    b"Subject: failure notice\r\n\r\n550 5.1.1 user unknown\r\n"
)


@contextmanager
def door(maildir: Path, listen: str = "127.0.0.1:0") -> Iterator[int]:
    """Open it until the block ends; gives the port."""
    loop, serial = asyncio.new_event_loop(), count()
    boxes = {postfix.BOUNCE_DOMAIN: [Box(local_part="bounce", maildir=maildir)]}
    made = LmtpDoor(listen, boxes, new_id=lambda: f"{next(serial):08d}")
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(made.start(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(made.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_what_is_taken_is_kept_with_whom_it_was_for(tmp_path: Path) -> None:
    with door(tmp_path / "box") as port, smtplib.LMTP("127.0.0.1", port) as line:
        line.sendmail("", [OURS], BOUNCE)
        [letter] = Maildir(tmp_path / "box").waiting()
    head = f"Return-Path: <>\r\nDelivered-To: {OURS}\r\n".encode()
    assert letter.data == head + BOUNCE
    [event] = MailEvents(PATH, [Maildir(tmp_path / "box")]).events()
    assert event.external_id == PATH.message_id(PATH.token("4711.0"))


def test_no_address_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.INFO),
        door(tmp_path / "box") as port,
        smtplib.LMTP("127.0.0.1", port) as line,
    ):
        line.sendmail("someone@kunde.example", [OURS], BOUNCE)
    assert list(Maildir(tmp_path / "box").waiting())
    assert "kunde.example" not in caplog.text
    assert OURS not in caplog.text


STRANGERS = (
    "bounce@other.example",
    f"sales@{postfix.BOUNCE_DOMAIN}",
    f"bouncer@{postfix.BOUNCE_DOMAIN}",
    "bounce",
)


@pytest.mark.parametrize("address", STRANGERS)
def test_what_is_for_nobody_here_is_refused(tmp_path: Path, address: str) -> None:
    with (
        door(tmp_path) as port,
        smtplib.LMTP("127.0.0.1", port) as line,
        pytest.raises(smtplib.SMTPRecipientsRefused),
    ):
        line.sendmail("", [address], BOUNCE)
    assert list(tmp_path.iterdir()) == []


def test_each_recipient_has_an_answer_and_a_letter(tmp_path: Path) -> None:
    addresses = [PATH.address(PATH.token(key)) for key in ("1.0", "2.0")]
    with door(tmp_path) as port, smtplib.LMTP("127.0.0.1", port) as line:
        line.ehlo()
        line.mail("")
        for address in addresses:
            line.rcpt(address)
        assert line.data(BOUNCE)[0] == 250
        assert line.getreply()[0] == 250
    assert len(list(Maildir(tmp_path).waiting())) == 2


def test_what_cannot_be_kept_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "box").write_text("no folder")
    with (
        door(tmp_path / "box") as port,
        smtplib.LMTP("127.0.0.1", port) as line,
        pytest.raises(smtplib.SMTPDataError, match=r"4\.3\.0"),
    ):
        line.sendmail("", [OURS], BOUNCE)


def test_domains_and_maildirs_are_those_of_the_channels(tmp_path: Path) -> None:
    settings = tmp_path / "facteur.toml"
    settings.write_text(
        '[channel.mail]\nkind = "email"\nbounce_domain = "B.Example"\nbounce_maildir = "box"\n'
        '[channel.asked]\nkind = "email"\nbounce_domain = "imap.example"\n'
        '[channel.other]\nkind = "email"\nbounce_domain = "b.example"\nbounce_maildir = "two"\n'
        'bounce_local_part = "back"\n'
    )
    folder = tmp_path.resolve()
    box = Box(local_part="bounce", maildir=folder / "box")
    other = Box(local_part="back", maildir=folder / "two")
    assert boxes_of(load(settings)) == {"b.example": [box, other]}


@pytest.mark.scenario
def test_real_postfix_hands_its_reports_over(tmp_path: Path) -> None:
    if not postfix.available():
        pytest.skip("Postfix is not installed or we are not root (Debian package postfix)")
    with door(tmp_path / "box") as port, simulator("mail", tmp_path / "mx") as mx:
        hops = f"{postfix.BOUNCE_DOMAIN}=lmtp:[127.0.0.1]:{port}, mx.example=smtp:[127.0.0.1]:"
        settings = {"transport_maps": f"inline:{{ {hops}{mx.port} }}"}
        with postfix.postfix({}, settings) as host, smtplib.SMTP("127.0.0.1", host.port) as line:
            line.sendmail(OURS, ["refuse-me@mx.example"], b"Subject: R-1\r\n\r\nText\r\n")
            events = MailEvents(PATH, [Maildir(tmp_path / "box")])
            [event] = wait_for(events.events)
    assert event.external_id == PATH.message_id(PATH.token("4711.0"))
    assert "5.1.1" in event.reason
