"""Email through a smart host: one recipient a transaction, and delivery reports read back.

Synchronous on purpose: `smtplib` lets each step of a transaction be driven and bounded alone,
which is what tells "not accepted" from "perhaps accepted" (RFC 1047, RFC 5321 section 4.5.3.2).
"""

import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from typing import Literal

from outbound.channel import (
    Deferred,
    DeliveryState,
    Enclosure,
    Event,
    InDoubt,
    Parcel,
    Receipt,
    Refused,
)
from outbound.mail_events import MailEvents
from outbound.mail_message import compose, recipient, single_line
from outbound.pool import Pool
from outbound.return_path import ReturnPath
from outbound.smtp_line import SmtpLine
from outbound.xtext import to_xtext


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
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
        bounce_domain: domain of the envelope sender, whose mail ends up in `bounce_maildir`; also
            the right side of the Message-ID and our name in EHLO.
        bounce_local_part: what the envelope sender begins with, before `+` and the token.
        bounce_secret: keys the token; who knows it can forge a report.
        bounce_maildir: folder with `new` and `cur` where reports arrive, or None.
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
    bounce_domain: str
    bounce_local_part: str = "bounce"
    bounce_secret: str = field(repr=False)
    bounce_maildir: str | None = None
    connect_timeout_seconds: float = 30
    reply_timeout_seconds: float = 300
    block_timeout_seconds: float = 180
    final_timeout_seconds: float = 600


class Email:
    """Hands messages to a smart host and reads delivery reports from a maildir."""

    announces_commit = True

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._return_path = ReturnPath(
            local_part=settings.bounce_local_part,
            domain=settings.bounce_domain,
            secret=settings.bounce_secret,
        )
        self._reports = MailEvents(self._return_path, maildir=settings.bounce_maildir)
        self._lines = Pool(connect=self._connect, alive=SmtpLine.answers, close=SmtpLine.hang_up)

    @property
    def endpoint(self) -> str:
        """The smart host."""
        return f"smtp://{self._settings.host}:{self._settings.port}"

    def send(self, parcel: Parcel) -> Receipt:
        """Submit the parcel as one message to one recipient.

        Same key, same Message-ID; but no mail server promises to drop the second of two.

        Raises:
            Refused: the address or the message is not acceptable.
            Deferred: not accepted yet, or cut before the final dot.
            InDoubt: the final dot left and no reply came.
        """
        to = recipient(parcel)
        token = self._return_path.token(parcel.key)
        message = compose(
            parcel,
            sender=self._from(parcel),
            reply_to=self._settings.reply_to,
            token=token,
            domain=self._settings.bounce_domain,
        )
        with self._lines.borrow() as line:
            del line.transcript[line.opening_lines :]
            said = self._transact(line, parcel, token, to, message)
            transcript = "\n".join((*line.transcript, f"-- {self._clock().isoformat()}\n"))
        return Receipt(
            state=DeliveryState.HANDED_OVER,
            external_id=self._return_path.message_id(token),
            text=said,
            evidence=(
                Enclosure(name="message.eml", media_type="message/rfc822", data=message),
                Enclosure(name="smtp.txt", media_type="text/plain", data=transcript.encode()),
            ),
        )

    def resolve(self, parcel: Parcel) -> Receipt | None:
        """Email has nobody to ask.

        Raises:
            InDoubt: always.
        """
        raise InDoubt(
            f"{self.endpoint} cannot be asked whether it took message "
            f"{self._return_path.message_id(self._return_path.token(parcel.key))}; its log can"
        )

    def events(self) -> Sequence[Event]:
        """Return the delivery reports that came back; other mail is left for a person."""
        return self._reports.events()

    def acknowledge(self, event: Event) -> None:
        """Put the report away."""
        self._reports.acknowledge(event)

    def close(self) -> None:
        """Hang up."""
        self._lines.close()

    def name_of(self, key: str) -> str:
        """Return the Message-ID of a parcel."""
        return self._return_path.message_id(self._return_path.token(key))

    def _from(self, parcel: Parcel) -> Address:
        name = self._settings.sender_name or parcel.labels.get("seller_name", "")
        return Address(
            display_name=single_line(name, "sender's name"), addr_spec=self._settings.sender
        )

    def _connect(self) -> SmtpLine:
        settings = self._settings
        try:
            line = SmtpLine(
                settings.host,
                settings.port,
                local_hostname=settings.bounce_domain,
                connect_timeout_seconds=settings.connect_timeout_seconds,
                reply_timeout_seconds=settings.reply_timeout_seconds,
                tls=self._tls() if settings.tls == "tls" else None,
            )
        except smtplib.SMTPResponseException as fault:
            raise self._down(f"greeted with {_words(fault.smtp_code, fault.smtp_error)}") from fault
        except OSError as fault:
            raise self._down(f"cannot be reached: {fault}") from fault
        try:
            self._introduce(line)
        except smtplib.SMTPResponseException as fault:
            line.close()
            raise self._down(f"answered {_words(fault.smtp_code, fault.smtp_error)}") from fault
        except (smtplib.SMTPException, OSError) as fault:
            line.close()
            raise self._down(f"did not let us in: {fault}") from fault
        line.opening_lines = len(line.transcript)
        return line

    def _introduce(self, line: SmtpLine) -> None:
        """EHLO, STARTTLS and AUTH as the settings ask.

        Raises:
            smtplib.SMTPException, OSError: one of them failed.
        """
        line.ehlo_or_helo_if_needed()
        if self._settings.tls == "starttls":
            line.starttls(context=self._tls())
            line.note_encryption()
            line.ehlo_or_helo_if_needed()
        if self._settings.username is not None:
            line.log_in(self._settings.username, self._settings.password or "")

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._settings.ca_file is not None:
            context.load_verify_locations(self._settings.ca_file)
        return context

    def _transact(self, line: SmtpLine, parcel: Parcel, token: str, to: str, message: bytes) -> str:
        """MAIL, RCPT, DATA; return what was said to the final dot."""
        sender = self._return_path.address(token)
        reports = line.has_extn("dsn")
        size_max = line.esmtp_features.get("size", "")
        if size_max.isdigit() and 0 < int(size_max) < len(message):
            raise Refused(f"{self.endpoint} takes {size_max} bytes, the message has {len(message)}")
        mail_options = ["RET=HDRS", f"ENVID={_envelope_id(parcel.key, token)}"] if reports else []
        rcpt_options = (
            ["NOTIFY=SUCCESS,FAILURE,DELAY", f"ORCPT=rfc822;{to_xtext(to)}"] if reports else []
        )
        try:
            self._expect("MAIL", *line.mail(sender, mail_options), to)
            self._expect("RCPT", *line.rcpt(to, rcpt_options), to)
            self._expect("DATA", *line.docmd("DATA"), to)
            line.send_body(
                message,
                block_timeout_seconds=self._settings.block_timeout_seconds,
                before_dot=parcel.committing,
            )
        except (smtplib.SMTPServerDisconnected, OSError) as fault:
            line.close()
            raise self._down("hung up before it had the whole message") from fault
        try:
            code, words = line.reply_to_body(timeout_seconds=self._settings.final_timeout_seconds)
        except smtplib.SMTPServerDisconnected as fault:
            raise InDoubt(f"{self.endpoint} has the whole message and did not answer") from fault
        self._expect("the message", code, words, to)
        return _words(code, words)

    def _expect(self, step: str, code: int, words: bytes, to: str) -> None:
        """Go on if the reply is the one that step wants.

        Raises:
            Refused: 5yz to RCPT, DATA or the message, and a message too large (5.3.4).
            Deferred: any other; what is said to MAIL, and 530 anywhere, is about us and not about
                the recipient.
        """
        if code == 354 if step == "DATA" else 200 <= code < 300:
            return
        said = f"answered {step} with {_words(code, words)}".replace(to, "(recipient)")
        about_us = (step == "MAIL" and code != 552 and b"5.3.4" not in words) or code == 530
        if code >= 500 and not about_us:
            raise Refused(f"{self.endpoint} {said}")
        raise Deferred(
            f"{self.endpoint} {said}", endpoint_down=code == 421 or (code >= 500 and about_us)
        )

    def _down(self, what: str) -> Deferred:
        return Deferred(f"{self.endpoint} {what}", endpoint_down=True)


def _envelope_id(key: str, token: str) -> str:
    """ENVID, at most 100 characters (RFC 3461 section 4.4): the key, where it fits."""
    encoded = to_xtext(key)
    return encoded if len(encoded) <= 100 else token


def _words(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(f"{code} {text}".split())[:500]
