"""What comes back on a message is an event of its parcel, as strong as it proves something."""

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from outbound.channel import AddressVerdict, DeliveryState, ExaminedChannel, Refused
from outbound.mail_events import MailEvents
from outbound.mailboxes.maildir import Maildir, deliver
from outbound.return_path import ReturnPath
from tests.outbound.rigs import Rig, parcel
from tests.outbound.test_email import LARGE
from tests.servers import postfix
from tests.servers.scripted_smtp import scripted_smtp
from tests.servers.simulators import Peer
from tests.servers.waiting import wait_for

REPORTS = {
    "bounce-r": (
        DeliveryState.REJECTED,
        "no such address: failed 5.1.1 smtp; 550 5.1.1 no such mailbox",
    ),
    "relayed-r": (DeliveryState.HANDED_OVER, "relayed 2.0.0 smtp; 250 2.0.0 queued"),
    "delivered-r": (DeliveryState.DELIVERED, "delivered 2.0.0 x-simulator; delivered to maildir"),
}


@pytest.mark.parametrize("key", REPORTS)
def test_report_comes_back_as_an_event_of_its_parcel(email_rig: Rig, key: str) -> None:
    channel = email_rig.channel()
    receipt = channel.send(parcel(key))
    [event] = [event for event in channel.events() if event.parcel_key == key]
    assert (event.state, event.reason) == REPORTS[key]
    assert event.external_id == receipt.external_id
    assert event.strong
    for _ in range(2):
        channel.acknowledge(event)
        assert event.source not in [other.source for other in channel.events()]


def mail_to(address: str, *, envelope_id: str | None = None, report: bool = True) -> bytes:
    lines = [
        "From: anna@kunde.example",
        f"To: {address}",
        "Subject: about your message",
        "Auto-Submitted: auto-replied",
    ]
    lines += ["MIME-Version: 1.0", "Content-Type: multipart/report; boundary=b", "", "--b"]
    lines += ["Content-Type: message/delivery-status" if report else "Content-Type: text/plain"]
    lines += ["", "Reporting-MTA: dns; mx.kunde.example"]
    lines += [f"Original-Envelope-Id: {envelope_id}"] if envelope_id else []
    lines += ["", "Action: failed", "Status: 5.0.0", "", "--b--", ""]
    return "\r\n".join(lines).encode()


def test_only_reports_to_our_addresses_are_events(email_rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    channel = email_rig.channel(bounce_maildir=str(tmp_path))
    message_id = channel.send(parcel("known")).external_id
    ours = f"bounce+{message_id.strip('<>').upper()}"
    stranger = f"bounce+{'a' * 32}@post.nordlicht.example"
    arrivals = {
        "1-named": mail_to(ours, envelope_id="known"),
        "2-unnamed": mail_to(ours),
        "3-other-key": mail_to(ours, envelope_id="another"),
        "4-stranger": mail_to(stranger, envelope_id="known"),
        "5-auto-reply": mail_to(ours, report=False),
        "6-no-token": mail_to("bounce@post.nordlicht.example"),
    }
    for name, data in arrivals.items():
        (tmp_path / "new" / name).write_bytes(data)
    events = {event.source: event for event in channel.events()}
    assert {name: event.parcel_key for name, event in events.items()} == {
        "1-named": "known",
        "2-unnamed": None,
        "3-other-key": None,
        "4-stranger": None,
        "5-auto-reply": None,
    }
    assert {name for name, event in events.items() if event.external_id == message_id} == {
        "1-named",
        "2-unnamed",
        "3-other-key",
        "5-auto-reply",
    }
    assert {name for name, event in events.items() if not event.strong} == {"5-auto-reply"}
    assert isinstance(channel, ExaminedChannel)
    assert "; 1 messages that came back wait" in channel.examine()
    left_for_a_person = {file.name for file in (tmp_path / "cur").iterdir()}
    assert left_for_a_person == {"6-no-token:2,"}


@pytest.mark.scenario
def test_real_postfix_reports_what_became_of_each(email_rig: Rig, mail: Peer) -> None:
    if not postfix.available():
        pytest.skip("Postfix is not installed or we are not root (Debian package postfix)")
    with (
        scripted_smtp({"EHLO": b"250 old.example"}) as old_server,
        postfix.postfix({"kunde.example": mail.port, "old.example": old_server.port}) as host,
    ):
        channel = email_rig.channel(port=host.port, username=None, bounce_maildir=str(host.bounces))
        for key, domain in (
            ("refuse-p", "kunde.example"),
            ("reject-p", "kunde.example"),
            ("old-p", "old.example"),
            ("house-p", "haus.example"),
        ):
            made = parcel(key, LARGE)
            to = replace(made.destination, email=f"{key}@{domain}")
            channel.send(replace(made, destination=to))
        found = wait_for(lambda: events if len(events := channel.events()) == 4 else ())
    assert {event.parcel_key: event.state for event in found} == {
        "refuse-p": DeliveryState.REJECTED,
        "reject-p": DeliveryState.REJECTED,
        "old-p": DeliveryState.HANDED_OVER,
        "house-p": DeliveryState.DELIVERED,
    }


PATH = ReturnPath(local_part="bounce", domain="post.nordlicht.example", secret="key")
STANDING = {
    "550 5.1.1 no such user": (DeliveryState.REJECTED, True, AddressVerdict.DEAD),
    "552 5.2.2 <anna@kunde.example>: mailbox full": (
        DeliveryState.REJECTED,
        True,
        AddressVerdict.TROUBLE,
    ),
    "552 5.3.4 message too large": (DeliveryState.REJECTED, True, None),
    "Your message has been delayed": (DeliveryState.HANDED_OVER, False, None),
}


@pytest.mark.parametrize("words", STANDING)
def test_what_follows_for_the_parcel_and_for_its_address(words: str, tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"] = "MAILER-DAEMON@mx.kunde.example"
    message["To"] = PATH.address(PATH.token("4711"))
    message["Subject"] = "failure notice"
    message.set_content(words)
    deliver(tmp_path, "1", message.as_bytes())
    [event] = MailEvents(PATH, [Maildir(tmp_path)]).events()
    assert (event.state, event.strong, event.address) == STANDING[words]
    assert event.external_id == PATH.message_id(PATH.token("4711"))
    assert "anna@" not in event.reason


OTHERS = {
    "another secret": replace(PATH, secret="other"),
    "another domain": replace(PATH, domain="post.suedwind.example", secret="other"),
    "another local part": replace(PATH, local_part="back"),
}


@pytest.mark.parametrize("of", OTHERS)
@pytest.mark.parametrize("named", [True, False])
def test_one_mailbox_of_two_channels_is_read_for_both(
    of: str, tmp_path: Path, *, named: bool
) -> None:
    other = OTHERS[of]
    address = other.address(other.token("4711"))
    deliver(tmp_path, "1", mail_to(address, envelope_id="4711" if named else None))
    reader = MailEvents(PATH, [Maildir(tmp_path)])
    reader.read_for([other])
    [event] = reader.events()
    assert event.parcel_key == ("4711" if named else None)
    assert event.external_id == other.message_id(other.token("4711"))


REFUSALS = {
    b"550 5.1.1 no such user": AddressVerdict.DEAD,
    b"550 user unknown": AddressVerdict.DEAD,
    b"550 5.7.1 on a blocklist": None,
    b"552 5.2.2 mailbox full": None,
}


@pytest.mark.parametrize("reply", REFUSALS)
def test_what_a_server_says_at_once_of_an_address(email_rig: Rig, reply: bytes) -> None:
    with scripted_smtp({"RCPT": reply}) as server:
        channel = email_rig.channel(port=server.port, username=None)
        with pytest.raises(Refused) as caught:
            channel.send(parcel("at-once"))
    assert caught.value.address is REFUSALS[reply]
