import socket
from pathlib import Path

from tests.servers.simulators import simulator
from tests.servers.waiting import wait_for

HEAD = (
    "POST /api/outbound/submit/a::1:1/b::2:2/c::d/e::f/DE?sbdhInstanceID=cut-1 HTTP/1.1\r\n"
    "Host: ap\r\nX-Token: open-sesame\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
)


def test_a_document_that_was_cut_on_its_way_is_not_taken(tmp_path: Path) -> None:
    with simulator("access_point", tmp_path) as peer:
        for body, length in ((b"<Invoi", 100), (b"<Invoice/>", 10)):
            with socket.create_connection(("127.0.0.1", peer.port)) as line:
                line.sendall(HEAD.format(length=length).encode() + body)
                line.shutdown(socket.SHUT_WR)
                while line.recv(4096):
                    pass
        wait_for(lambda: peer.log("submitted"))
        (document,) = (tmp_path / "documents").glob("*.xml")
        assert document.read_bytes() == b"<Invoice/>"
        assert [row["duplicate"] for row in peer.log("submitted")] == [False]
