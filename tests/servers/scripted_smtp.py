"""An SMTP server that says exactly what a table tells it to, one connection at a time."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

HANG_UP = b"(hang up)"
STALL = b"(stall)"
DRIP = b"(drip)"
ENDLESS = b"(endless)"
_USUAL = {"": b"220 hello", "EHLO": b"250-me\r\n250 DSN", "DATA": b"354 go on", "QUIT": b"221 bye"}


class ScriptedSmtp:
    """Answers by step: "" is the greeting, "." what is said to the message."""

    def __init__(self, script: Mapping[str, bytes]) -> None:
        self._script = {**_USUAL, **script}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stop = threading.Event()
        self._spoken_to: socket.socket | None = None
        self.port: int = self._listener.getsockname()[1]
        self.heard: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, and wait for the end."""
        self._stop.set()
        with suppress(OSError):
            if self._spoken_to is not None:
                self._spoken_to.shutdown(socket.SHUT_RDWR)
        with socket.socket() as knock:
            knock.connect_ex(("127.0.0.1", self.port))
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            connection, _ = self._listener.accept()
            self._spoken_to = connection
            with connection, connection.makefile("rb") as lines:
                try:
                    self._talk(connection, lines)
                except OSError:
                    continue

    def _talk(self, connection: socket.socket, lines: Iterator[bytes]) -> None:
        goes_on, in_message = self._say(connection, ""), False
        while goes_on and not self._stop.is_set() and (line := next(lines, b"")):
            self.heard.append(line)
            if in_message and line != b".\r\n":
                continue
            step = "." if in_message else line.split()[0].decode().upper()
            goes_on = self._say(connection, step)
            in_message = step == "DATA" and self._script["DATA"].startswith(b"354")

    def _say(self, connection: socket.socket, step: str) -> bool:
        reply = self._script.get(step, b"250 ok")
        if reply == HANG_UP:
            return False
        if reply == STALL:
            self._stop.wait(5)
        elif reply == DRIP:
            self._drip(connection)
        elif reply == ENDLESS:
            while not self._stop.is_set():
                connection.sendall(b"x" * 4096)
        else:
            connection.sendall(reply + b"\r\n")
        return True

    def _drip(self, connection: socket.socket) -> None:
        """A byte now and then, each in time, the reply never."""
        end = time.monotonic() + 5
        while not self._stop.is_set() and time.monotonic() < end:
            connection.sendall(b"2")
            self._stop.wait(0.05)


@contextmanager
def scripted_smtp(script: Mapping[str, bytes]) -> Iterator[ScriptedSmtp]:
    """Serve the script until the block ends."""
    server = ScriptedSmtp(script)
    try:
        yield server
    finally:
        server.close()
