"""An SFTP session whose requests are answered where they arrive, not a turn of the loop later.

The library leads what arrives through a stream to a task that waits for it, and puts each packet
into words for a log that nobody keeps: the loop turns twice for each answer, and a client that
sends one file after the other waits for both. Protocol and answers stay the library's.
"""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any, Final

import asyncssh
from asyncssh.packet import SSHPacket
from asyncssh.sftp import MAX_SFTP_PACKET_LEN, SFTPServerHandler

_VERSION: Final = 3
_LENGTH_BYTES: Final = 4
_REQUEST_BYTES_MAX: Final = _LENGTH_BYTES + MAX_SFTP_PACKET_LEN

Channel = asyncssh.SSHServerChannel[bytes]
Waited = asyncio.Future[Any] | None
"""What a coroutine waits for: a thread, or with None for a request."""


class Session(asyncssh.SSHServerSession[bytes]):
    """What a client may start: SFTP, and nothing else.

    Args:
        root_of: returns what the client sees, once it has asked for SFTP.
    """

    def __init__(self, root_of: Callable[[Channel], asyncssh.SFTPServer]) -> None:
        self._root_of = root_of

    def connection_made(self, chan: Channel) -> None:
        """Take the channel."""
        self._channel = chan
        self._requests = _Requests(chan)
        hush(chan)

    def subsystem_requested(self, subsystem: str) -> bool:
        """Whether it is SFTP."""
        return subsystem == "sftp"

    def session_started(self) -> None:
        """Begin to answer."""
        root = self._root_of(self._channel)
        self._requests.answer(_Answers(root, self, self._channel, self._requests).run())

    def data_received(self, data: bytes, datatype: int | None) -> None:  # noqa: ARG002
        """Answer what is whole now."""
        self._requests.add(data)

    def eof_received(self) -> bool:
        """Close what the client has left open."""
        self._requests.end()
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Close what the client has left open."""
        self._requests.end()


class _Requests:
    """The requests of a client, and the coroutine that answers them as soon as one is whole.

    While that waits for a thread, nothing more is read.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._data = bytearray()
        self._has_ended = False
        self._is_awaited = False
        self._answering: Coroutine[Waited, None, None]

    def answer(self, answering: Coroutine[Waited, None, None]) -> None:
        """Have a coroutine answer, that calls `next` for each request."""
        self._answering = answering
        self._go_on()

    def add(self, data: bytes) -> None:
        """Take what has arrived."""
        self._data += data
        if self._is_awaited and self._is_whole():
            self._go_on()

    def end(self) -> None:
        """Take note that nothing more will come."""
        self._has_ended = True
        if self._is_awaited:
            self._go_on()

    async def next(self) -> bytes:
        """Return the next request.

        Raises:
            EOFError: there is none.
            SFTPBadMessage: it is too long.
        """
        while not self._is_whole():
            if self._has_ended:
                raise EOFError
            self._is_awaited = True
            await _more()
        end = self._end()
        if end > _REQUEST_BYTES_MAX:
            raise asyncssh.SFTPBadMessage("the request is too long")
        request = bytes(self._data[_LENGTH_BYTES:end])
        del self._data[:end]
        return request

    def _is_whole(self) -> bool:
        """Whether the next request is here; one that is too long is not waited for."""
        end = self._end()
        return end <= len(self._data) or end > _REQUEST_BYTES_MAX

    def _end(self) -> int:
        """Return where the next request ends, as far as that can be seen."""
        if len(self._data) < _LENGTH_BYTES:
            return _LENGTH_BYTES
        return _LENGTH_BYTES + int.from_bytes(self._data[:_LENGTH_BYTES], "big")

    def _go_on(self) -> None:
        self._is_awaited = False
        try:
            waited = self._answering.send(None)
        except StopIteration:
            return
        if waited is not None:
            self._channel.pause_reading()
            waited.add_done_callback(self._resume)

    def _resume(self, _waited: asyncio.Future[Any]) -> None:
        self._channel.resume_reading()
        self._go_on()


@coroutine
def _more() -> Generator[None, None, None]:
    yield


class _Silent:
    """Takes what the library says about each packet."""

    def debug1(self, *_words: object, **_more: object) -> None:
        """Say nothing."""

    info = debug1


_SILENT: Final = _Silent()


class _Answers(SFTPServerHandler):
    """The library's answers; requests come from `_Requests`, and nothing is said about them."""

    def __init__(
        self, root: asyncssh.SFTPServer, session: Any, channel: Channel, requests: _Requests
    ) -> None:
        ends = asyncssh.SSHReader(session, channel), asyncssh.SSHWriter(session, channel)
        super().__init__(root, *ends, _VERSION)
        self._channel = channel
        self._requests = requests
        hush(self)

    @property
    def logger(self) -> Any:
        return _SILENT

    async def recv_packet(self) -> SSHPacket:
        return SSHPacket(await self._requests.next())

    def send_packet(self, pkttype: int, pktid: int | None, *args: bytes) -> None:  # noqa: ARG002
        if not self._channel.is_closing():
            body = bytes([pkttype]) + b"".join(args)
            self._channel.write(len(body).to_bytes(_LENGTH_BYTES, "big") + body)


def hush(talker: Any) -> None:
    """Let a connection, a channel or a handler put no packet into words."""
    talker.log_received_packet = talker.log_sent_packet = _say_nothing


def _say_nothing(*_packet: object, **_more: object) -> None:
    pass
