"""Email through a smart host: one recipient a transaction, and delivery reports read back.

Synchronous on purpose: `smtplib` lets each step of a transaction be driven and bounded alone,
which is what tells "not accepted" from "perhaps accepted" (RFC 1047, RFC 5321 section 4.5.3.2).
"""

import smtplib
import ssl
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from email.headerregistry import Address

from cryptography import x509

from outbound.channel import (
    AddressVerdict,
    Deferred,
    DeliveryState,
    Destination,
    Enclosure,
    Event,
    InDoubt,
    Parcel,
    Receipt,
    Refused,
    Stray,
)
from outbound.mail_address import envelope_address, single_line
from outbound.mail_dkim import DkimKey, dkim_signed
from outbound.mail_encryption import certificate_of, faults_of
from outbound.mail_events import MailEvents
from outbound.mail_message import compose, sealed
from outbound.mail_reports.verdict import is_dead
from outbound.mail_settings import Settings
from outbound.pool import Pool
from outbound.return_path import ReturnPath
from outbound.smtp_line import SmtpLine
from outbound.smtp_trouble import domain_of, trouble_of
from outbound.xtext import to_xtext

__all__ = ["Email", "Settings"]


_CERTIFICATE = "the recipient's S/MIME certificate (address book, smime_certificate) cannot be used"
_RENEW = "ask him for a new one, or clear the field to send unencrypted"


class Email:
    """Hands messages to a smart host and reads delivery reports from a maildir."""

    announces_commit = True

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._dkim = settings.dkim_keys
        self._smime = settings.smime
        self._return_path = settings.return_path
        self._reports = MailEvents(self._return_path, settings.mailboxes)
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
        to = envelope_address(parcel.destination.email)
        token = self._return_path.token(parcel.key)
        plain = self._composed(parcel, token)
        message = self._sealed(plain, parcel.destination)
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
                *self._unreadable(plain, parcel.destination),
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

    @property
    def return_path(self) -> ReturnPath:
        """The envelope senders, which reports come back to."""
        return self._return_path

    @property
    def mailboxes(self) -> tuple[tuple[str, ...], ...]:
        """Where the mailboxes are that reports come to."""
        return self._reports.places

    def read_for(
        self, others: Sequence[ReturnPath], *, left: Collection[tuple[str, ...]] = ()
    ) -> None:
        """Take what comes back to other channels, too, whose mail may end up in a mailbox here.

        Those mailboxes that are `left` are read by one of the others.
        """
        self._reports.read_for(others, left=left)

    def acknowledge(self, event: Event) -> None:
        """Put the report away."""
        self._reports.acknowledge(event)

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._reports.close()

    @property
    def notes(self) -> Sequence[str]:
        """Nothing: what is to be mended shows when the server is spoken to."""
        return ()

    def examine(self) -> str:
        """Look into the mailboxes that reports come to, if there are any.

        Raises:
            Deferred: one cannot be reached now.
        """
        if not self._settings.mailboxes:
            return (
                f"{self.endpoint} answers; nothing that comes back is read: "
                "set bounce_maildir or bounce_imap_host"
            )
        left = self._reports.left_for_a_person()
        waiting = f"; {left} messages that came back wait for a person to read them" if left else ""
        return f"{self.endpoint} answers{waiting}"

    def strays(self, *, here: bool = False) -> Sequence[Stray]:
        """Return the messages that came back and are for a person to read."""
        return self._reports.strays(here=here)

    def address_of(self, destination: Destination) -> str:
        """Return the recipient's address, as it is compared."""
        return (destination.email or "").strip().lower()

    def endpoint_of(self, destination: Destination) -> str:
        """Return the recipient's domain, which stands beyond the smart host."""
        return domain_of(destination.email)

    def name_of(self, key: str) -> str:
        """Return the Message-ID of a parcel."""
        return self._return_path.message_id(self._return_path.token(key))

    @property
    def sender_domain(self) -> str:
        """The domain in From."""
        return self._settings.sender_domain

    @property
    def dkim_keys(self) -> tuple[DkimKey, ...]:
        """The keys that sign each message."""
        return self._dkim

    @property
    def attachment_bytes_max(self) -> int:
        """What goes along at most, as it is sent."""
        return int(self._settings.attach_mb_max * 1_000_000)

    def _composed(self, parcel: Parcel, token: str) -> bytes:
        settings = self._settings
        return compose(
            parcel,
            sender=self._from(parcel),
            reply_to=settings.reply_to,
            token=token,
            domain=settings.bounce_domain,
            receipt_to=self._return_path.address(token) if settings.read_receipts else None,
            smime=self._smime,
        )

    def _sealed(self, plain: bytes, to: Destination) -> bytes:
        """Encrypt what is for a recipient with a certificate, and sign by DKIM last."""
        at, message = self._clock(), plain
        if to.smime_certificate is not None:
            certificate = _fit(to.smime_certificate, email=to.email or "", at=at)
            message = sealed(plain, certificate, self._settings.smime_cipher)
        return dkim_signed(message, self._dkim, at=at)

    def _unreadable(self, plain: bytes, to: Destination) -> tuple[Enclosure, ...]:
        """Return what an encrypted message says: of what was sent nobody here could tell."""
        if to.smime_certificate is None:
            return ()
        return (Enclosure(name="plain.eml", media_type="message/rfc822", data=plain),)

    def _from(self, parcel: Parcel) -> Address:
        name = self._settings.sender_name or parcel.labels.get("seller_name", "")
        local = self._settings.sender.rpartition("@")[0]
        return Address(
            display_name=single_line(name, "sender's name"),
            addr_spec=f"{local}@{self._settings.sender_domain}",
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
        rcpt_options = ["NOTIFY=SUCCESS,FAILURE,DELAY"] if reports else []
        if to.isascii():
            rcpt_options += [f"ORCPT=rfc822;{to_xtext(to)}"] if reports else []
        else:
            mail_options += [self._beyond_ascii(line)]
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
            raise InDoubt(
                f"{self.endpoint} has the whole message {self._return_path.message_id(token)} "
                "and did not answer; its log can tell"
            ) from fault
        self._expect("the message", code, words, to)
        return _words(code, words)

    def _beyond_ascii(self, line: SmtpLine) -> str:
        if not line.has_extn("smtputf8"):
            raise Refused(
                f"{self.endpoint} takes no address beyond ASCII (it lacks SMTPUTF8, RFC 6531): "
                "give the recipient an address in ASCII, or another channel"
            )
        return "SMTPUTF8"

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
            dead = step == "RCPT" and is_dead(f"{code} {words.decode('ascii', 'replace')}")
            raise Refused(f"{self.endpoint} {said}", address=AddressVerdict.DEAD if dead else None)
        trouble = trouble_of(step, code, words)
        raise Deferred(
            f"{self.endpoint} {said}",
            endpoint_down=trouble.endpoint_down or (code >= 500 and about_us),
            slow_down=trouble.slow_down,
            beyond=trouble.beyond,
        )

    def _down(self, what: str) -> Deferred:
        return Deferred(f"{self.endpoint} {what}", endpoint_down=True)


def _fit(text: str, *, email: str, at: datetime) -> x509.Certificate:
    """Return a recipient's certificate.

    Raises:
        Refused: nothing can be encrypted to it now; nothing goes unencrypted instead.
    """
    try:
        certificate = certificate_of(text)
        faults = faults_of(certificate, email=email, at=at)
    except ValueError as error:
        raise Refused(f"{_CERTIFICATE}: {error}; {_RENEW}") from error
    if faults:
        raise Refused(f"{_CERTIFICATE}: {'; '.join(faults)}; {_RENEW}")
    return certificate


def _envelope_id(key: str, token: str) -> str:
    """ENVID, at most 100 characters (RFC 3461 section 4.4): the key, where it fits."""
    encoded = to_xtext(key)
    return encoded if len(encoded) <= 100 else token


def _words(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(f"{code} {text}".split())[:500]
