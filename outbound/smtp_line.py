"""One SMTP connection that bounds every wait, keeps a transcript and sends the final dot last."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from time import monotonic

_BLOCK_BYTES = 65_536
_REPLY_BYTES_MAX = 32_768


class SmtpLine(smtplib.SMTP):
    """An SMTP client whose caller can tell "not accepted" from "perhaps accepted".

    Small writes leave at once (TCP_NODELAY): the final dot, a write of its own, would wait for the
    other side's delayed acknowledgement, 40 ms a message.

    The library does EHLO, STARTTLS, AUTH, MAIL and RCPT. Ours are the transcript, deadlines for a
    whole reply instead of a single packet, and `send_body`, after which and only after which the
    message may have been accepted.
    """

    transcript: list[str]
    """What was said, one line each; no credentials, no message."""

    opening_lines: int
    """How many of them come before the first transaction, for whoever keeps them."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        local_hostname: str,
        connect_timeout_seconds: float,
        reply_timeout_seconds: float,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.transcript = []
        self.opening_lines = 0
        self.reply_timeout_seconds = connect_timeout_seconds
        self._tls = tls
        self._unread = b""
        self._hushed = False
        super().__init__(host, port, local_hostname=local_hostname, timeout=connect_timeout_seconds)
        self.note_encryption()
        self.reply_timeout_seconds = reply_timeout_seconds

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = socket.create_connection((host, port), timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _hold_back_unsent(sock)
        if self._tls is None:
            return sock
        try:
            return self._tls.wrap_socket(sock, server_hostname=host)
        except OSError:
            sock.close()
            raise

    def putcmd(self, cmd: str, args: str = "") -> None:
        """Send a command and note it."""
        self._note("C", "(credentials)" if self._hushed else f"{cmd} {args}".strip())
        if self.sock is not None:
            self.sock.settimeout(self.reply_timeout_seconds)
        super().putcmd(cmd, args)

    def getreply(self) -> tuple[int, bytes]:
        """Read one whole reply within `reply_timeout_seconds`.

        Whatever follows the reply was not asked for and is dropped, so nothing said before
        STARTTLS counts after it (RFC 3207 section 4.2).

        Raises:
            smtplib.SMTPServerDisconnected: no reply, or not SMTP; the connection is closed.
        """
        deadline = monotonic() + self.reply_timeout_seconds
        lines: list[bytes] = []
        try:
            while not lines or lines[-1][3:4] == b"-":
                lines.append(self._read_line(deadline))
                self._note("S", lines[-1].decode("ascii", "replace"))
            code = int(lines[-1][:3])
        except (OSError, ValueError) as fault:
            self.close()
            raise smtplib.SMTPServerDisconnected(f"no reply: {fault}") from fault
        self._unread = b""
        return code, b"\n".join(line[4:].strip() for line in lines)

    def log_in(self, username: str, password: str) -> None:
        """Authenticate; the transcript does not show how."""
        self._hushed = True
        try:
            self.login(username, password)
        finally:
            self._hushed = False

    def send_body(
        self,
        message: bytes,
        *,
        block_timeout_seconds: float,
        before_dot: Callable[[], None] = lambda: None,
    ) -> None:
        """Send message and final dot; the dot leaves when all before it has left.

        `before_dot` is called when everything but the dot has been sent.

        Raises:
            smtplib.SMTPServerDisconnected: the dot did not leave, so nothing was accepted.
        """
        stuffed = memoryview((b"\n" + message).replace(b"\n.", b"\n.."))[1:]
        for start in range(0, len(stuffed), _BLOCK_BYTES):
            if self.sock is not None:
                self.sock.settimeout(block_timeout_seconds)
            self.send(stuffed[start : start + _BLOCK_BYTES])
        before_dot()
        self.send(b".\r\n")
        self._note("C", f"({len(message)} bytes of message, then the final dot)")

    def reply_to_body(self, *, timeout_seconds: float) -> tuple[int, bytes]:
        """Read what is said to the final dot, for which servers are allowed to take long.

        Raises:
            smtplib.SMTPServerDisconnected: nothing was said, and the message may be accepted.
        """
        usual, self.reply_timeout_seconds = self.reply_timeout_seconds, timeout_seconds
        try:
            return self.getreply()
        finally:
            self.reply_timeout_seconds = usual

    def note_encryption(self) -> None:
        """Note protocol and cipher, once there is TLS."""
        if isinstance(self.sock, ssl.SSLSocket):
            self.transcript.append(f"-- {self.sock.version()} {(self.sock.cipher() or ('',))[0]}")

    def answers(self) -> bool:
        """Whether the other side still talks to us, with no transaction open."""
        try:
            return self.sock is not None and self.docmd("RSET")[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def hang_up(self) -> None:
        """Say goodbye if there is somebody to say it to, and close."""
        try:
            if self.sock is not None:
                self.putcmd("QUIT")
        except (smtplib.SMTPException, OSError):
            pass
        finally:
            self.close()

    def _read_line(self, deadline: float) -> bytes:
        while b"\n" not in self._unread:
            if self.sock is None or len(self._unread) > _REPLY_BYTES_MAX:
                raise OSError("the line is closed" if self.sock is None else "endless reply")
            self.sock.settimeout(max(deadline - monotonic(), 0.001))
            more = self.sock.recv(4096)
            if not more:
                raise OSError("the other side hung up")
            self._unread += more
        line, _, self._unread = self._unread.partition(b"\n")
        return line.rstrip(b"\r")

    def _note(self, who: str, words: str) -> None:
        self.transcript.append(f"{who}: {words}")


def _hold_back_unsent(sock: socket.socket) -> None:
    """Let a write wait while earlier bytes have not left this machine, where the system can."""
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)
    if option is not None:
        sock.setsockopt(socket.IPPROTO_TCP, option, 1)
