"""Channels for email whose reports end up in one mailbox: the first of them reads it for all."""

from collections.abc import Iterator, Mapping
from typing import Any

from hub.config.config import Config
from outbound.channel import Channel
from outbound.email import Email
from outbound.mailboxes.imap import imap_place
from outbound.mailboxes.maildir import maildir_place


def share(channels: Mapping[str, Channel]) -> None:
    """Let each channel for email know what comes back to the others: it may read their mail.

    Each mailbox is read by the first channel that has it, and left alone by the others.
    """
    mails = [channel for channel in channels.values() if isinstance(channel, Email)]
    read: set[tuple[str, ...]] = set()
    for mail in mails:
        others = [other.return_path for other in mails if other is not mail]
        mail.read_for(others, left=frozenset(read))
        read.update(mail.mailboxes)


def read_by_another(config: Config) -> dict[str, str]:
    """Return the channels of which earlier ones read every mailbox, each with the first of them."""
    readers: dict[tuple[str, ...], str] = {}
    found = {}
    for name, table in config.channels.items():
        places = list(_places(config, table))
        first = [readers.setdefault(place, name) for place in places]
        if first and name not in first:
            found[name] = first[0]
    return found


def _places(config: Config, table: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield where a channel reads what comes back, before it is made."""
    if table["kind"] != "email":
        return
    if maildir := table.get("bounce_maildir"):
        yield maildir_place(config.path(str(maildir)))
    if host := table.get("bounce_imap_host"):
        folder = str(table.get("bounce_imap_folder", "INBOX"))
        yield imap_place(str(host), str(table.get("bounce_imap_username", "")), folder)
