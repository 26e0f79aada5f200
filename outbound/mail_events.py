"""Messages that came back, as events of the parcels they are about."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from outbound.channel import AddressVerdict, DeliveryState, Enclosure, Event, Stray
from outbound.mail_reports.message import ADDRESS
from outbound.mail_reports.reading import read_report
from outbound.mail_reports.report import Kind, Reason, Report
from outbound.mail_strays import stray
from outbound.mailboxes.imap import ImapMailbox, ImapSettings
from outbound.mailboxes.mailbox import Letter, Mailbox
from outbound.mailboxes.maildir import Maildir
from outbound.return_path import ReturnPath

_STATES: Mapping[Kind, DeliveryState] = {
    Kind.HARD: DeliveryState.REJECTED,
    Kind.SOFT: DeliveryState.REJECTED,
    Kind.DELAYED: DeliveryState.HANDED_OVER,
    Kind.RELAYED: DeliveryState.HANDED_OVER,
    Kind.DELIVERED: DeliveryState.DELIVERED,
    Kind.COMPLAINT: DeliveryState.DELIVERED,
    Kind.AUTO_REPLY: DeliveryState.HANDED_OVER,
    Kind.READ_RECEIPT: DeliveryState.DELIVERED,
}
"""What each kind means for the parcel; a challenge and what is unknown are for a person."""

_PROOFS = frozenset({Kind.HARD, Kind.SOFT, Kind.RELAYED, Kind.DELIVERED})
"""Kinds that prove something once they are final; the others hint."""

_STILL_THERE = DeliveryState.HANDED_OVER
"""Where a parcel is whose server has not given up."""

_AT_ONCE_BYTES = 67_108_864


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnSettings:
    """Where reports come back to, and where they are read.

    Attributes:
        bounce_domain: domain of the envelope sender, whose mail ends up in `bounce_maildir` or on
            `bounce_imap_host`; also the right side of the Message-ID and our name in EHLO.
        bounce_local_part: what the envelope sender begins with, before `+` and the token.
        bounce_secret: keys the token; who knows it can forge a report.
        bounce_maildir: folder with `new` and `cur` where reports arrive, or None; also where
            `[lmtp_door]` puts them.
        bounce_imap_host, bounce_imap_port: of an IMAP server that is asked for them, or None.
        bounce_imap_tls: `tls` starts encrypted, `starttls` upgrades first, `none` is for loopback.
        bounce_imap_ca_file: PEM file of further authorities to trust, or None for the system's.
        bounce_imap_username, bounce_imap_password: for LOGIN.
        bounce_imap_folder: where they arrive; this hub alone may empty it.
        bounce_imap_processed: folder that they are moved to once they are taken.
        bounce_imap_person: folder that all other mail is moved to, for a person.
        bounce_imap_timeout_seconds: for each answer.
    """

    bounce_domain: str
    bounce_local_part: str = "bounce"
    bounce_secret: str = field(repr=False)
    bounce_maildir: str | None = None
    bounce_imap_host: str | None = None
    bounce_imap_port: int = 993
    bounce_imap_tls: Literal["none", "starttls", "tls"] = "tls"
    bounce_imap_ca_file: str | None = None
    bounce_imap_username: str = ""
    bounce_imap_password: str = field(default="", repr=False)
    bounce_imap_folder: str = "INBOX"
    bounce_imap_processed: str = "Processed"
    bounce_imap_person: str = "For a person"
    bounce_imap_timeout_seconds: float = 60

    @property
    def return_path(self) -> ReturnPath:
        """The envelope senders."""
        return ReturnPath(
            local_part=self.bounce_local_part,
            domain=self.bounce_domain,
            secret=self.bounce_secret,
        )

    @property
    def mailboxes(self) -> tuple[Mailbox, ...]:
        """Where reports are read; nothing is connected yet."""
        found: list[Mailbox] = []
        if self.bounce_maildir is not None:
            found.append(Maildir(Path(self.bounce_maildir)))
        if self.bounce_imap_host is not None:
            found.append(ImapMailbox(self._imap(self.bounce_imap_host)))
        return tuple(found)

    def _imap(self, host: str) -> ImapSettings:
        return ImapSettings(
            host=host,
            port=self.bounce_imap_port,
            tls=self.bounce_imap_tls,
            ca_file=self.bounce_imap_ca_file,
            username=self.bounce_imap_username,
            password=self.bounce_imap_password,
            folder=self.bounce_imap_folder,
            processed=self.bounce_imap_processed,
            person=self.bounce_imap_person,
            timeout_seconds=self.bounce_imap_timeout_seconds,
        )


class MailEvents:
    """Reads the mailboxes that the return path leads to."""

    def __init__(self, return_path: ReturnPath, mailboxes: Sequence[Mailbox]) -> None:
        self._return_paths: tuple[ReturnPath, ...] = (return_path,)
        self._mailboxes = mailboxes
        self._read = mailboxes

    @property
    def places(self) -> tuple[tuple[str, ...], ...]:
        """Where the mailboxes are."""
        return tuple(mailbox.place for mailbox in self._mailboxes)

    def read_for(
        self, others: Sequence[ReturnPath], *, left: Collection[tuple[str, ...]] = ()
    ) -> None:
        """Know what comes back to other channels, too, whose mail may end up in a mailbox here.

        The mailboxes at the places `left` are read by one of those.
        """
        self._return_paths = (self._return_paths[0], *others)
        self._read = [mailbox for mailbox in self._mailboxes if mailbox.place not in left]

    def events(self) -> Sequence[Event]:
        """Return the reports not put away yet; other mail is moved to where a person looks.

        Raises:
            Deferred: a mailbox cannot be reached now.
        """
        return [event for mailbox in self._read for event in self._events(mailbox)]

    def acknowledge(self, event: Event) -> None:
        """Put the report away as taken."""
        for mailbox in self._read:
            mailbox.put_away(event.source, taken=True)

    def left_for_a_person(self) -> int:
        """Return how many messages wait for somebody to read them.

        Raises:
            Deferred: a mailbox cannot be reached now.
        """
        return sum(mailbox.left_for_a_person() for mailbox in self._mailboxes)

    def strays(self, *, here: bool = False) -> list[Stray]:
        """Return the oldest of them; with `here`, only what lies on this machine.

        Raises:
            Deferred: a mailbox cannot be reached now.
        """
        asked = [mailbox for mailbox in self._mailboxes if mailbox.is_here or not here]
        return [stray(left) for mailbox in asked for left in mailbox.left()]

    def close(self) -> None:
        """Let connections go."""
        for mailbox in self._mailboxes:
            mailbox.close()

    def _events(self, mailbox: Mailbox) -> list[Event]:
        """Return as many as fit in memory; the others come the next time."""
        found, size = [], 0
        for letter in mailbox.waiting():
            event = self._event(letter)
            if event is None:
                mailbox.put_away(letter.source, taken=False)
                continue
            found.append(event)
            size += len(letter.data)
            if size > _AT_ONCE_BYTES:
                break
        return found

    def _event(self, letter: Letter) -> Event | None:
        """Return what a letter reports of one of our parcels: the address it came to says which."""
        report = read_report(letter.data)
        named = self._named(report)
        if named is None or report.kind not in _STATES:
            return None
        message_id, key = named
        proves = report.is_final and report.kind in _PROOFS
        gives_up = report.kind in {Kind.HARD, Kind.SOFT} and proves
        state = _STATES[report.kind]
        return Event(
            parcel_key=key,
            external_id=message_id,
            state=state if gives_up or state != DeliveryState.REJECTED else _STILL_THERE,
            reason=_reason(report),
            strong=proves,
            address=_of_the_address(report),
            evidence=(Enclosure(name="report.eml", media_type="message/rfc822", data=letter.data),),
            source=letter.source,
        )

    def _named(self, report: Report) -> tuple[str, str | None] | None:
        """Return the Message-ID that a report is about, and the key if one of our secrets fits."""
        tokens = [(path, path.token_of(report.addressed_to)) for path in self._return_paths]
        found = [(path, token) for path, token in tokens if token is not None]
        if not found:
            return None
        key = report.envelope_id
        fitting = [each for each in found if key is not None and each[0].stands_for(each[1], key)]
        path, token = (fitting or found)[0]
        return path.message_id(token), key if fitting else None


def _reason(report: Report) -> str:
    """Return what the peer says, without addresses; our word for it comes first where there is one.

    The report itself, which is kept, has them.
    """
    words = ADDRESS.sub("(address)", report.words)
    if report.kind in {Kind.COMPLAINT, Kind.AUTO_REPLY, Kind.READ_RECEIPT}:
        return f"{report.kind}: {words}"
    return f"{report.reason}: {words}" if report.reason else words


def _of_the_address(report: Report) -> AddressVerdict | None:
    """Return what follows for the next parcel to the same address."""
    if report.kind is Kind.COMPLAINT:
        return AddressVerdict.COMPLAINT if report.is_final else None
    if report.kind is Kind.HARD and report.is_final:
        return AddressVerdict.DEAD
    soft = report.kind is Kind.SOFT and report.reason not in {Reason.SIZE, Reason.CONTENT}
    return AddressVerdict.TROUBLE if soft else None
