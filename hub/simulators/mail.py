"""A mail server that takes, refuses, defers and loses messages as its recipients' names ask.

Every accepted message lies in `DIR/maildir/new` as it came, and `DIR/log.jsonl` says what happened
to each attempt. A recipient `refuse-anything@…` is refused, and so on through NAMES; a fault plan
(FAULTS has its words and moments) adds more, matched against the whole address.

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

from hub.simulators.mail_answers import ANSWERS, FAULTS, NAMES, REPORTS
from hub.simulators.plan import FOR_EVER_SECONDS, Fault
from hub.simulators.process import Faults, Log, arguments, begin, serve

_DSN_PARAMETER = re.compile(r"\s(RET|ENVID|NOTIFY|ORCPT)=(\S+)", re.IGNORECASE)
_BUFFER_BYTES = 8_192
_LATE_SECONDS = 5.0


@dataclass(kw_only=True)
class World:
    """What all connections share."""

    folder: Path
    bounces: Path | None
    faults: Faults
    log: Log
    serial: Iterator[int]

    def due(self, word: str, moment: str, address: str) -> Fault | None:
        """Return what the recipient's own name, or the operator's plan, orders for now."""
        name = next((name for name in NAMES if address.startswith(f"{name}-")), "")
        if NAMES.get(name) == (word, moment):
            return Fault(do=word, at=moment)
        return self.faults.due(word, address, at=moment)


class Connection(SMTP):
    """The library's server, with the DSN extension (RFC 3461) and hang-ups."""

    def __init__(self, world: World, **options: Any) -> None:
        super().__init__(Postman(world), hostname="mail.simulator.example", **options)
        self._world = world
        self.dsn: dict[str, str] = {}

    async def _handle_client(self) -> None:
        """Greet, or not: the library's own name for it."""
        if not await self._stops("greeting"):
            await super()._handle_client()

    async def smtp_EHLO(self, arg: str) -> None:
        """Answer as ordered."""
        if not await self._stops("ehlo"):
            await super().smtp_EHLO(arg)

    async def smtp_HELO(self, arg: str) -> None:
        """Answer as ordered."""
        if not await self._stops("ehlo"):
            await super().smtp_HELO(arg)

    async def smtp_STARTTLS(self, arg: str) -> None:
        """Answer as ordered."""
        if not await self._stops("starttls"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:
        """Answer as ordered."""
        if not await self._stops("auth"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        """Take the DSN parameters off, which the library does not know."""
        if not await self._stops("mail"):
            self.dsn = {}
            await super().smtp_MAIL(self._without_dsn(arg))

    async def smtp_RCPT(self, arg: str | None) -> None:
        """Answer as ordered."""
        if not await self._stops("rcpt", _address(arg or "")):
            await super().smtp_RCPT(self._without_dsn(arg))

    async def smtp_DATA(self, arg: str) -> None:
        """Hang up in the middle where that is asked for."""
        address = next(iter(self.envelope.rcpt_tos), "") if self.envelope else ""
        if await self._stops("data", address):
            return
        if self._world.due("cut", "body", address):
            self._world.log.write("cut", at_moment="body", to=[address])
            await self.push("354 go on")
            await self._reader.readline()
            self.hang_up()
        else:
            await super().smtp_DATA(arg)

    async def _stops(self, moment: str, address: str = "") -> bool:
        """Whether an order was carried out at this moment, and nothing else is to be done."""
        for word in ("refuse", "defer", "busy", "hang", "cut"):
            fault = self._world.due(word, moment, address)
            if fault is None:
                continue
            self._world.log.write(word, at_moment=moment, to=[address])
            await self._carry_out(fault)
            return True
        return False

    async def _carry_out(self, fault: Fault) -> None:
        answer = ANSWERS.get((fault.do, fault.at))
        if answer is not None:
            await self.push(answer)
        if fault.do == "hang":
            await asyncio.sleep(fault.seconds(FOR_EVER_SECONDS))
        if answer is None or answer.startswith("421") or fault.at == "greeting":
            self.hang_up()

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
        for word in ("refuse", "defer"):
            if self._world.due(word, "message", address):
                self._world.log.write(word, at_moment="message", to=[address])
                return ANSWERS[word, "message"]
        if self._world.due("cut", "dot", address):
            self._world.log.write("cut", at_moment="dot", to=[address])
            server.hang_up()
            return ""
        self._keep(envelope, server.dsn)
        self._report(envelope, server.dsn)
        await self._answer_late(server, address)
        return "250 2.0.0 kept"

    async def _answer_late(self, server: Connection, address: str) -> None:
        """Wait or hang up, with the message kept, where that is ordered."""
        if self._world.due("cut", "message", address):
            server.hang_up()
        for word, default in (("late", _LATE_SECONDS), ("hang", FOR_EVER_SECONDS)):
            fault = self._world.due(word, "message", address)
            if fault is not None:
                await asyncio.sleep(fault.seconds(default))

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
        if self._world.bounces is None:
            return
        words = [word for word in REPORTS if self._world.due(word, "report", address)]
        made = [report for word in words for report in REPORTS[word]]
        if made and self._world.due("duplicate", "report", address):
            made *= 2
        for report in made:
            message = report(str(envelope.mail_from), address, dsn)
            _drop(self._world.bounces, next(self._world.serial), message)


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
