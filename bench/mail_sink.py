"""A mail server that takes everything as fast as it can, and says at the end what it has taken.

python -m bench.mail_sink

prints its port, serves until its input ends, then prints Message-ID and SHA-256 of each message.
"""

import asyncio
import hashlib
import json
import re
import sys

_MESSAGE_ID = re.compile(rb"(?im)^Message-ID:\s*(\S+)")
_ANSWERS = {
    b"EHLO": b"250-sink.example\r\n250-8BITMIME\r\n250-SIZE 50000000\r\n250 DSN\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}
_END = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """One connection."""

    taken: list[tuple[str, str]] = []  # noqa: RUF012  (what all of them have taken)

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._in_message = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink.example\r\n")

    def data_received(self, data: bytes) -> None:
        start = max(0, len(self._buffer) - len(_END))
        self._buffer += data
        while self._step(start):
            start = 0

    def _step(self, start: int) -> bool:
        mark = _END if self._in_message else b"\r\n"
        end = self._buffer.find(mark, start)
        if end < 0:
            return False
        piece = bytes(self._buffer[: end + 2])
        del self._buffer[: end + len(mark)]
        if self._in_message:
            message = piece.replace(b"\r\n..", b"\r\n.")
            found = _MESSAGE_ID.search(message)
            digest = hashlib.sha256(message).hexdigest()
            self.taken.append((found[1].decode() if found else "", digest))
            self._in_message = False
            self._transport.write(b"250 2.0.0 taken\r\n")
            return True
        word = piece[:4].upper()
        self._in_message = word == b"DATA"
        self._transport.write(_ANSWERS.get(word, b"250 ok\r\n"))
        return True


async def main() -> None:
    """Serve until the input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.close()
    sys.stdout.write(json.dumps(Sink.taken))


if __name__ == "__main__":
    asyncio.run(main())
