"""Two channels, one mailbox: one reads it for both, and doctor says which."""

from pathlib import Path

import pytest

from hub.cli.mailing import mailboxes
from hub.cli.output import Noted
from hub.config.loading import load
from hub.wiring.building import channels_of
from hub.wiring.mailboxes import read_by_another
from outbound.channel import Deferred
from outbound.mailboxes.maildir import deliver
from tests.outbound.test_mail_events import mail_to

MAIL = """
[channel.{name}]
kind = "email"
host = "127.0.0.1"
sender = "post@{name}.example"
bounce_domain = "{name}.example"
bounce_secret = "{name}"
"""
IMAP = 'bounce_imap_host = "{host}"\nbounce_imap_username = "{user}"\nbounce_imap_port = {port}\n'
ONE = IMAP.format(host="imap.example", user="bounce", port=993)
PLACES = {
    "one maildir": ('bounce_maildir = "box"\n', 'bounce_maildir = "./box"\n', True),
    "two maildirs": ('bounce_maildir = "box"\n', 'bounce_maildir = "two"\n', False),
    "one account": (ONE, IMAP.format(host="IMAP.example", user="bounce", port=143), True),
    "two accounts": (ONE, IMAP.format(host="imap.example", user="back", port=993), False),
    "two folders": (ONE, ONE + 'bounce_imap_folder = "Other"\n', False),
    "one of two": ('bounce_maildir = "box"\n', 'bounce_maildir = "box"\n' + ONE, False),
    "none": ("", "", False),
}


@pytest.mark.parametrize("case", PLACES)
def test_a_mailbox_of_two_is_read_by_the_first_and_doctor_says_so(
    case: str, tmp_path: Path
) -> None:
    first, second, shared = PLACES[case]
    settings = tmp_path / "facteur.toml"
    settings.write_text(MAIL.format(name="one") + first + MAIL.format(name="two") + second)
    config = load(settings)
    assert read_by_another(config) == ({"two": "one"} if shared else {})
    if not shared:
        assert mailboxes(config) == "none is read for two channels"
        return
    with pytest.raises(Noted, match="one reads what comes back to two, too"):
        mailboxes(config)


def test_channels_that_are_made_together_know_each_others_secrets(tmp_path: Path) -> None:
    settings = tmp_path / "facteur.toml"
    box = 'bounce_maildir = "box"\n'
    settings.write_text(MAIL.format(name="one") + box + MAIL.format(name="two") + box)
    channels = channels_of(load(settings), ["one", "two"])
    message_id = channels["two"].name_of("4711")  # type: ignore[attr-defined]
    deliver(tmp_path / "box", "1", mail_to(f"bounce+{message_id.strip('<>')}", envelope_id="4711"))
    [event] = channels["one"].events()
    assert event.parcel_key == "4711"


def test_beside_one_of_its_own_a_channel_leaves_a_shared_mailbox_to_the_first(
    tmp_path: Path,
) -> None:
    """Both emptied it, each in the other's way."""
    settings, new = tmp_path / "facteur.toml", tmp_path / "box" / "new"
    box, own = 'bounce_maildir = "box"\n', IMAP.format(host="127.0.0.1", user="back", port=9)
    settings.write_text(MAIL.format(name="one") + box + MAIL.format(name="two") + box + own)
    one, two = channels_of(load(settings), ["one", "two"]).values()
    deliver(tmp_path / "box", "1", b"Subject: lunch?\r\n\r\n...\r\n")
    with pytest.raises(Deferred, match=r"127\.0\.0\.1"):
        two.events()
    assert len(list(new.iterdir())) == 1
    assert (one.events(), list(new.iterdir())) == ([], [])
