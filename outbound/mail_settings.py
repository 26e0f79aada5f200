"""What the channel for email must be told."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from outbound.mail_address import a_labels
from outbound.mail_dkim import DkimKey, dkim_key
from outbound.mail_envelope import Cipher
from outbound.mail_events import ReturnSettings
from outbound.mail_smime import Smime, smime_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(ReturnSettings):
    """A smart host, and whom the messages come from.

    Attributes:
        host, port: the smart host; 587 is submission (RFC 6409), 465 with `tls`.
        tls: `starttls` upgrades after EHLO, `tls` starts encrypted, `none` is for loopback. Both
            verify the certificate; a server that cannot encrypt is not used.
        ca_file: PEM file of further authorities to trust, or None for the system's.
        username, password: for AUTH; None where the host knows us by our address.
        sender: address in From.
        sender_name: name in From; empty takes the seller's name from the parcel.
        reply_to: address for people's answers, where it is not the sender.
        read_receipts: whether mail programs are asked to report that a message was shown (RFC
            8098); few do, and what they report is a hint.
        attach_mb_max: the largest attachments that go along, in MB as they are sent; larger ones
            stay behind a link, where the hub has links.
        dkim_domain: who vouches for a message; empty for the sender's domain.
        dkim_selector, dkim_key: of a key, RSA or Ed25519, whose public half lies in the DNS
            (`facteur mail dkim-record`); None where the smart host signs.
        dkim_second_selector, dkim_second_key: of another that signs, too: Ed25519 beside RSA.
        smime_certificate_file: PEM of the certificate that messages are signed with and of those
            above it, or None.
        smime_key: its key.
        smime_cipher: of what is encrypted, for recipients whose certificate the address book has:
            `aes256-cbc`, which all mail programs read, or `aes256-gcm`, which newer ones do.
        connect_timeout_seconds: to connect and to be greeted.
        reply_timeout_seconds: for a reply to a command.
        block_timeout_seconds: for the other side to take 64 KiB of the message.
        final_timeout_seconds: for the reply to the final dot; too short makes doubt.
    """

    host: str
    port: int = 587
    tls: Literal["none", "starttls", "tls"] = "starttls"
    ca_file: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    sender: str
    sender_name: str = ""
    reply_to: str | None = None
    read_receipts: bool = False
    attach_mb_max: float = 5
    dkim_domain: str = ""
    dkim_selector: str = ""
    dkim_key: str | None = field(default=None, repr=False)
    dkim_second_selector: str = ""
    dkim_second_key: str | None = field(default=None, repr=False)
    smime_certificate_file: str | None = None
    smime_key: str | None = field(default=None, repr=False)
    smime_cipher: Cipher = "aes256-cbc"
    connect_timeout_seconds: float = 30
    reply_timeout_seconds: float = 300
    block_timeout_seconds: float = 180
    final_timeout_seconds: float = 600

    def __post_init__(self) -> None:
        """Find at once what cannot be used.

        Raises:
            ValueError: it says which setting.
        """
        if "@" not in self.sender:
            raise ValueError("sender must be an email address")
        _ = self.sender_domain, self.dkim_keys, self.smime

    @property
    def sender_domain(self) -> str:
        """The domain in From, in A-labels."""
        return _domain("sender", self.sender.rpartition("@")[2])

    @property
    def dkim_keys(self) -> tuple[DkimKey, ...]:
        """The keys that sign.

        Raises:
            ValueError: one of them cannot.
        """
        domain = _domain("dkim_domain", self.dkim_domain) or self.sender_domain
        named = (
            ("dkim", self.dkim_selector, self.dkim_key),
            ("dkim_second", self.dkim_second_selector, self.dkim_second_key),
        )
        return tuple(
            _dkim_key(setting, pem, domain=domain, selector=selector)
            for setting, selector, pem in named
            if selector or pem
        )

    @property
    def smime(self) -> Smime | None:
        """What messages are signed with.

        Raises:
            ValueError: certificate and key are not there, or do not belong together.
        """
        if self.smime_certificate_file is None and self.smime_key is None:
            return None
        if self.smime_certificate_file is None or self.smime_key is None:
            raise ValueError("smime_certificate_file and smime_key_file are needed both")
        try:
            certificates = Path(self.smime_certificate_file).read_bytes()
        except OSError as error:
            raise ValueError(f"smime_certificate_file: {error.strerror}") from error
        return smime_of(certificates, self.smime_key)


def _domain(setting: str, domain: str) -> str:
    try:
        return a_labels(domain)
    except UnicodeError as error:
        raise ValueError(f"{setting}: no domain: {error}") from error


def _dkim_key(setting: str, pem: str | None, *, domain: str, selector: str) -> DkimKey:
    if not pem or not selector:
        raise ValueError(f"{setting}_selector and {setting}_key_file are needed both")
    try:
        return dkim_key(pem, domain=domain, selector=selector)
    except ValueError as error:
        raise ValueError(f"{setting}_key_file: {error}") from error
