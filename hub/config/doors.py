"""Where others come to the house: uploads, mail that comes back, recipients, auditors."""

from typing import Annotated, Literal

import msgspec

from hub.config.section import Address, AddressOrNone, Pause, Section, Size


class SftpDoor(Section, frozen=True, kw_only=True):
    """`[sftp_door]`: the SFTP server that senders upload to; absent means none.

    Attributes:
        idle_seconds: after which a connection that asks for nothing is closed.
        login_tries: failed logins of one address within a minute, after which it has to wait.
    """

    listen: AddressOrNone = ""
    host_key: str = "keys/sftp_host.key"
    idle_seconds: Pause = 900
    login_tries: Size = 10


class LmtpDoor(Section, frozen=True, kw_only=True):
    """`[lmtp_door]`: where a mail server hands over what comes back on messages (RFC 2033).

    It takes mail to the `bounce_domain` of each channel that has a `bounce_maildir`, and puts it
    there. It asks nobody who he is: let only the mail server reach it.
    """

    listen: AddressOrNone = ""


class LinksSection(Section, frozen=True, kw_only=True):
    """`[links]`: documents that recipients fetch instead of getting them in an email.

    Attributes:
        url: how recipients reach the hub, like https://post.company.example; empty: there are no
            links, and everything goes along. Only what is below /l/ and, for
            self-service, /s/ need be reachable.
        valid_days: how long a link holds.
        ask: what a recipient must know besides the link, where his address book has it.
        key: file with what tokens are made by; it is written at first use. Who has it, and the
            database, can make every link.
        tries_a_minute: requests from one address, after which it has to wait.
    """

    url: Annotated[
        str,
        msgspec.Meta(pattern=r"^(https?://[^/\s]+)?$", description="like https://post.example"),
    ] = ""
    valid_days: Size = 90
    ask: Literal["", "post_code", "customer"] = ""
    key: str = "keys/links.key"
    tries_a_minute: Size = 60


class AuditorSection(Section, frozen=True, kw_only=True):
    """`[auditor]`: the pages for auditors, a process of their own (`facteur auditor serve`).

    Attributes:
        listen: their address and port; nothing else answers there.
        public_url: how auditors reach them, for the line that `facteur auditor invite` prints.
        session_hours: after which an auditor types his code again.
    """

    listen: Address = "127.0.0.1:8481"
    public_url: str = "http://127.0.0.1:8481"
    session_hours: Pause = 8
