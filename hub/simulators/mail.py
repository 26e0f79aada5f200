"""A mail server that takes, refuses, defers and loses messages as its recipients' names ask.

Every accepted message lies in `DIR/maildir/new` as it came, and `DIR/log.jsonl` says what happened
to each attempt. A recipient `refuse-anything@…` is refused, and so on through FAULTS; a fault plan
adds more, matched against the whole address.

    python -m hub.simulators.mail --dir /tmp/mail --bounces /tmp/bounces
"""
# ruff: noqa: N802 - smtp_MAIL and its like are the library's names

import asyncio
import hashlib
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from hub.simulators.plan import Known
from hub.simulators.process import Faults, Log, arguments, begin, serve

FAULTS: Known = {
    "refuse": {"": "550 to RCPT"},
    "reject": {"": "554 to the message"},
    "defer": {"": "451 to RCPT"},
    "busy": {"": "421 to RCPT, and hangs up"},
    "cut": {"": "hangs up in the middle of the message"},
    "doubt": {"": "takes the message and hangs up instead of saying so"},
    "slow": {"": "takes the message and needs five seconds to say so"},
    "bounce": {"": "takes the message and sends a failure report"},
    "relayed": {"": "takes the message and reports that it was relayed"},
    "delivered": {"": "takes the message and reports that it was delivered"},
}
"""What a plan may order, matched against the recipient; or a recipient's own name, `refuse-x@…`."""

_REPORTS = {
    "bounce": ("failed", "5.1.1", "smtp; 550 5.1.1 no such mailbox"),
    "relayed": ("relayed", "2.0.0", "smtp; 250 2.0.0 queued"),
    "delivered": ("delivered", "2.0.0", "x-simulator; delivered to maildir"),
}
_ANSWERS_TO_RCPT = {
    "refuse": "550 5.1.1 no such mailbox",
    "defer": "451 4.7.1 come back later",
    "busy": "421 4.3.2 closing for today",
}
_DSN_PARAMETER = re.compile(r"\s(RET|ENVID|NOTIFY|ORCPT)=(\S+)", re.IGNORECASE)
_BUFFER_BYTES = 8_192


@dataclass(kw_only=True)
class World:
    """What all connections share."""

    folder: Path
    bounces: Path | None
    faults: Faults
    log: Log
    serial: Iterator[int]

    def misbehaves(self, recipe: str, address: str) -> bool:
        """Whether the recipient's name or the operator's faults ask for it."""
        return address.startswith(f"{recipe}-") or self.faults.strikes(recipe, address)


class Connection(SMTP):
    """The library's server, with the DSN extension (RFC 3461) and hang-ups."""

    def __init__(self, world: World, **options: Any) -> None:
        super().__init__(Postman(world), hostname="mail.simulator.example", **options)
        self._world = world
        self.dsn: dict[str, str] = {}

    async def smtp_MAIL(self, arg: str | None) -> None:
        """Take the DSN parameters off, which the library does not know."""
        self.dsn = {}
        await super().smtp_MAIL(self._without_dsn(arg))

    async def smtp_RCPT(self, arg: str | None) -> None:
        """Answer as the recipient's name asks."""
        address = _address(arg or "")
        for recipe, answer in _ANSWERS_TO_RCPT.items():
            if self._world.misbehaves(recipe, address):
                self._world.log.write(recipe, to=[address])
                await self.push(answer)
                if recipe == "busy":
                    self.hang_up()
                return
        await super().smtp_RCPT(self._without_dsn(arg))

    async def smtp_DATA(self, arg: str) -> None:
        """Hang up in the middle where that is asked for."""
        recipients = self.envelope.rcpt_tos if self.envelope else []
        if any(self._world.misbehaves("cut", to) for to in recipients):
            self._world.log.write("cut", to=recipients)
            await self.push("354 go on")
            await self._reader.readline()
            self.hang_up()
        else:
            await super().smtp_DATA(arg)

    def hang_up(self) -> None:
        """Close at once, without a word."""
        if self.transport is not None:
            self.transport.abort()  # type: ignore[attr-defined]

    def _without_dsn(self, arg: str | None) -> str | None:
        if arg is None:
            return None
        self.dsn |= {name.lower(): value for name, value in _DSN_PARAMETER.findall(arg)}
        return _DSN_PARAMETER.sub("", arg)


class Postman:
    """Keeps what is accepted and sends reports; the library calls it."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        """Offer DSN besides what the library offers."""
        session.host_name = name
        return [*lines[:-1], "250-DSN", lines[-1]]

    async def handle_DATA(self, server: Connection, _session: Session, envelope: Envelope) -> str:
        """Keep the message, or not, and return what is said to the final dot."""
        [address, *_] = envelope.rcpt_tos
        if self._world.misbehaves("reject", address):
            self._world.log.write("reject", to=envelope.rcpt_tos)
            return "554 5.6.0 not what we take"
        self._keep(envelope, server.dsn)
        self._report(envelope, server.dsn)
        if self._world.misbehaves("doubt", address):
            server.hang_up()
        if self._world.misbehaves("slow", address):
            await asyncio.sleep(5)
        return "250 2.0.0 kept"

    def _keep(self, envelope: Envelope, dsn: dict[str, str]) -> None:
        content = envelope.original_content or b""
        name = _drop(self._world.folder / "maildir", next(self._world.serial), content)
        found = re.search(rb"(?im)^Message-ID:\s*(\S+)", content)
        self._world.log.write(
            "accepted",
            mail_from=envelope.mail_from,
            to=envelope.rcpt_tos,
            message_id=found[1].decode("ascii", "replace") if found else None,
            file=name,
            sha256=hashlib.sha256(content).hexdigest(),
            **dsn,
        )

    def _report(self, envelope: Envelope, dsn: dict[str, str]) -> None:
        [address, *_] = envelope.rcpt_tos
        for recipe, verdict in _REPORTS.items():
            if self._world.bounces and self._world.misbehaves(recipe, address):
                report = _report_message(str(envelope.mail_from), address, dsn, verdict)
                _drop(self._world.bounces, next(self._world.serial), report)


def _report_message(
    sender: str, recipient: str, dsn: dict[str, str], verdict: tuple[str, str, str]
) -> bytes:
    """A delivery report as RFC 3464 section 2 wants it."""
    action, status, words = verdict
    lines = [
        f"Delivered-To: {sender}",
        "From: Mail Delivery System <mailer-daemon@mail.simulator.example>",
        f"To: {sender}",
        f"Subject: Delivery report: {action}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="report"',
        "",
        "--report",
        "Content-Type: text/plain",
        "",
        f"Your message to {recipient}: {action}",
        "--report",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.simulator.example",
        *([f"Original-Envelope-Id: {dsn['envid']}"] if "envid" in dsn else []),
        "",
        f"Final-Recipient: rfc822; {recipient}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: {words}",
        "",
        "--report--",
        "",
    ]
    return "\r\n".join(lines).encode()


def _drop(maildir: Path, serial: int, content: bytes) -> str:
    """Put a file into a maildir the way a mail server does: complete or not there."""
    for name in ("tmp", "new", "cur"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
    name = f"{serial:010d}.mail.simulator.example"
    (maildir / "tmp" / name).write_bytes(content)
    (maildir / "tmp" / name).rename(maildir / "new" / name)
    return name


def _address(argument: str) -> str:
    found = re.search(r"<([^>]*)>", argument)
    return found[1] if found else ""


def _authenticator(username: str, password: str) -> Callable[..., AuthResult]:
    wanted = LoginPassword(username.encode(), password.encode())

    def check(*arguments: Any) -> AuthResult:
        """The library gives server, session, envelope, mechanism and what was presented."""
        return AuthResult(success=arguments[-1] == wanted, handled=False)

    return check


async def _run(options: Any) -> None:
    world = World(
        folder=options.dir,
        bounces=options.bounces,
        faults=Faults(options.faults, FAULTS),
        log=Log(options.dir),
        serial=count(1),
    )
    how: dict[str, Any] = {"enable_SMTPUTF8": False}
    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate)
        how |= {} if options.implicit_tls else {"tls_context": context}
    if options.user:
        name, _, password = options.user.partition(":")
        how |= {"authenticator": _authenticator(name, password), "auth_require_tls": False}
    listener = socket.create_server(("127.0.0.1", options.port))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(world, **how),
        sock=listener,
        ssl=context if options.implicit_tls else None,
    )
    begin(listener.getsockname()[1], die_with_parent=options.die_with_parent)
    await server.serve_forever()


def main() -> None:
    """Read the options and serve."""
    parser = arguments("A mail server for tests and demonstrations.")
    parser.add_argument("--bounces", type=Path, help="maildir that delivery reports go to")
    parser.add_argument("--certificate", type=Path, help="PEM with key and chain, offers STARTTLS")
    parser.add_argument("--implicit-tls", action="store_true", help="encrypted from the start")
    parser.add_argument("--user", help="NAME:PASSWORD, accepts AUTH")
    serve(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
