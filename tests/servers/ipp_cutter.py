"""Stands between a client and CUPS, and cuts the line of who prints: in the file, or after it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

_FILE = b"%PDF"


@contextmanager
def cutter(port: int, *, in_file: bool) -> Iterator[int]:
    """Return a port that leads to `port`; `in_file`: the server gets no more than its beginning."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        Thread(target=_serve, args=(door, port), kwargs={"in_file": in_file}, daemon=True).start()
        yield door.getsockname()[1]


def _serve(door: socket.socket, port: int, *, in_file: bool) -> None:
    """Serve one client after the other until the door is shut."""
    while True:
        try:
            client, _ = door.accept()
        except OSError:
            return
        with client, socket.create_connection(("127.0.0.1", port)) as server, suppress(OSError):
            _pass_on(client, server, in_file=in_file)


def _pass_on(client: socket.socket, server: socket.socket, *, in_file: bool) -> None:
    """Pass requests and answers on in turns; the answer to a file is waited for, and lost."""
    printing = Event()
    answers = Thread(target=_answers, args=(client, server, printing), daemon=True)
    answers.start()
    while data := client.recv(65536):
        before, mark, rest = data.partition(_FILE)
        if mark:
            printing.set()
        if mark and in_file:
            server.sendall(before + mark)
            server.shutdown(socket.SHUT_RDWR)
            client.shutdown(socket.SHUT_RDWR)
            break
        server.sendall(before + mark + rest)
    answers.join()


def _answers(client: socket.socket, server: socket.socket, printing: Event) -> None:
    with suppress(OSError):
        while data := server.recv(65536):
            if printing.is_set():
                client.shutdown(socket.SHUT_RDWR)
                return
            client.sendall(data)
