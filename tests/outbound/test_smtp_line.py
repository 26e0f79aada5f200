"""The SMTP connection itself: dots, transcripts, words nobody asked for."""

import smtplib
import socket
from contextlib import suppress

import pytest

from outbound.smtp_line import SmtpLine
from tests.servers.scripted_smtp import scripted_smtp


def line_to(port: int) -> SmtpLine:
    return SmtpLine(
        "127.0.0.1",
        port,
        local_hostname="us.example",
        connect_timeout_seconds=2,
        reply_timeout_seconds=2,
    )


def test_dots_are_doubled_at_line_starts_and_nowhere_else() -> None:
    with scripted_smtp({}) as server:
        line = line_to(server.port)
        line.docmd("DATA")
        line.send_body(b".\r\n..a\r\nb.c\r\n", block_timeout_seconds=1)
        assert line.reply_to_body(timeout_seconds=1)[0] == 250
        line.hang_up()
        assert server.heard[1:5] == [b"..\r\n", b"...a\r\n", b"b.c\r\n", b".\r\n"]


def test_dot_does_not_wait_for_an_acknowledgement() -> None:
    with scripted_smtp({}) as server:
        line = line_to(server.port)
        assert line.sock is not None
        assert line.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        line.hang_up()


def test_words_after_a_reply_are_not_taken_for_the_next_one() -> None:
    with scripted_smtp({"": b"220 hello\r\n250 forged", "EHLO": b"250 SIZE 1"}) as server:
        line = line_to(server.port)
        assert line.ehlo() == (250, b"SIZE 1")
        line.hang_up()


def test_line_feed_in_an_address_is_no_second_command() -> None:
    with scripted_smtp({}) as server:
        line = line_to(server.port)
        line.ehlo()
        with pytest.raises(ValueError, match="newline"):
            line.docmd("RCPT TO:<anna@kunde.example>\r\nRCPT TO:<eve@evil.example>")
        with suppress(ValueError):  # some releases of the library refuse it, some take it apart
            line.rcpt("anna@kunde.example>\r\nRCPT TO:<eve@evil.example")
        line.hang_up()
        assert not any(b"eve" in heard for heard in server.heard)


def test_transcript_tells_the_whole_story() -> None:
    with scripted_smtp({"MAIL": b"250-one\r\n250 two"}) as server:
        line = line_to(server.port)
        line.mail("us@us.example")
        line.hang_up()
    assert line.transcript == [
        "S: 220 hello",
        "C: mail FROM:<us@us.example>",
        "S: 250-one",
        "S: 250 two",
        "C: QUIT",
    ]


def test_closed_line_does_not_answer() -> None:
    with scripted_smtp({}) as server:
        line = line_to(server.port)
        assert line.answers()
        line.close()
        assert not line.answers()
        with pytest.raises(smtplib.SMTPServerDisconnected):
            line.send_body(b"x\r\n", block_timeout_seconds=1)
