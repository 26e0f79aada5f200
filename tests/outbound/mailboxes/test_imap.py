"""A real IMAP server: nothing is taken twice, nothing is lost, and nothing is said in the clear."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from outbound.channel import Deferred
from outbound.mailboxes import imap
from outbound.mailboxes.imap import ImapMailbox, ImapSettings
from tests.servers import dovecot
from tests.servers.certificates import self_signed
from tests.servers.dovecot import PASSWORD, USER, Dovecot

Opens = Callable[[ImapSettings], ImapMailbox]

pytestmark = pytest.mark.scenario
DEFAULT, NO_MOVE, NO_UIDPLUS = "", "IMAP4rev1 UIDPLUS", "IMAP4rev1"


def _needed() -> None:
    if not dovecot.available():
        pytest.skip("Dovecot is not installed or we are not root (Debian package dovecot-imapd)")


@pytest.fixture(
    scope="module", params=[DEFAULT, NO_MOVE, NO_UIDPLUS], ids=["MOVE", "UIDPLUS", "plain"]
)
def running(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    _needed()
    with dovecot.dovecot(capability=request.param) as server:
        yield server


@pytest.fixture
def server(running: Dovecot) -> Dovecot:
    """The server with its mailbox empty."""
    for file in running.mail.rglob("*"):
        if file.is_file():
            file.unlink()
    return running


@pytest.fixture
def opened() -> Iterator[Opens]:
    """Opens mailboxes, and closes them when the test is over."""
    with ExitStack() as stack:
        yield lambda settings: stack.enter_context(closing(ImapMailbox(settings)))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "both.pem")


@pytest.fixture(scope="module")
def encrypted(certificate: Path) -> Iterator[Dovecot]:
    _needed()
    with dovecot.dovecot(certificate) as running:
        yield running


def _settings(server: Dovecot, **changes: Any) -> ImapSettings:
    settings: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": server.port,
        "tls": "none",
        "username": USER,
        "password": PASSWORD,
        "folder": "INBOX",
        "processed": "Taken in",
        "person": 'For a "person"',
        "timeout_seconds": 5,
    }
    return ImapSettings(**(settings | changes))


def _drop(server: Dovecot, *names: str) -> None:
    for name in names:
        (server.mail / "new" / name).write_bytes(b"Subject: %s\r\n\r\n" % name.encode())


def _seen(box: ImapMailbox) -> list[str]:
    return [letter.data.decode().split()[1] for letter in box.waiting()]


def _in(server: Dovecot, folder: str) -> int:
    """Count what lies in a folder, by the server's own files, and is not marked as deleted."""
    files = (server.mail / folder).glob("[cn][ue][rw]/*")
    return sum("T" not in file.name.partition(":2,")[2] for file in files)


def test_each_message_is_seen_until_it_is_put_away(server: Dovecot, opened: Opens) -> None:
    first, second = (opened(_settings(server)) for _ in range(2))
    _drop(server, "1", "2", "3")
    letters = {letter.data.split()[1]: letter.source for letter in first.waiting()}
    for _ in range(2):
        first.put_away(letters[b"1"], taken=True)
    first.put_away(letters[b"2"], taken=False)
    assert _seen(first) == _seen(second) == ["3"]
    assert (_in(server, "."), _in(server, ".Taken in")) == (1, 1)
    assert first.left_for_a_person() == 1
    [left] = first.left()
    assert left.place.startswith("imap://127.0.0.1/")
    assert b"Subject: 2" in left.head
    _drop(server, "4")
    assert _seen(first) == ["3", "4"]
    first.put_away(letters[b"3"], taken=True)
    for _ in range(2):
        first.close()


def test_message_is_the_same_for_whoever_died_or_finds_a_new_folder(
    server: Dovecot, opened: Opens
) -> None:
    _drop(server, "1")
    [before] = opened(_settings(server)).waiting()
    for file in server.mail.glob("dovecot*"):
        file.unlink()
    survivor = opened(_settings(server))
    [after] = survivor.waiting()
    assert before == after
    survivor.put_away(after.source, taken=True)
    assert _in(server, ".Taken in") == 1


def test_copies_of_a_report_are_put_away_together(server: Dovecot, opened: Opens) -> None:
    _drop(server, "1")
    (server.mail / "new" / "copy").write_bytes((server.mail / "new" / "1").read_bytes())
    box = opened(_settings(server))
    one, other = box.waiting()
    assert one == other
    box.put_away(one.source, taken=True)
    assert (list(box.waiting()), _in(server, ".Taken in")) == ([], 2)


def test_larger_than_any_report_is_for_a_person(
    server: Dovecot, monkeypatch: pytest.MonkeyPatch, opened: Opens
) -> None:
    _drop(server, "1")
    monkeypatch.setattr(imap, "LETTER_BYTES_MAX", 5)
    box = opened(_settings(server))
    assert list(box.waiting()) == []
    assert box.left_for_a_person() == 1


def test_a_server_that_goes_and_comes_back_loses_nothing(opened: Opens) -> None:
    _needed()
    with dovecot.dovecot() as server:
        box = opened(_settings(server))
        _drop(server, "1")
        [letter] = box.waiting()
    box.put_away(letter.source, taken=True)
    with pytest.raises(Deferred, match=r"imap://127\.0\.0\.1") as caught:
        list(box.waiting())
    assert caught.value.endpoint_down
    with dovecot.dovecot(port=server.port) as anew:
        _drop(anew, "2")
        assert _seen(box) == ["2"]
    with dovecot.dovecot(port=server.port) as anew:
        _drop(anew, "3")
        assert _seen(box) == ["3"]


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_encrypts_to_a_server_it_trusts_and_to_no_other(
    encrypted: Dovecot, certificate: Path, tls: str, opened: Opens
) -> None:
    port = encrypted.tls_port if tls == "tls" else encrypted.port
    trusted = opened(_settings(encrypted, port=port, tls=tls, ca_file=str(certificate)))
    assert list(trusted.waiting()) == []
    trusted.close()
    with pytest.raises(Deferred, match="CERTIFICATE_VERIFY_FAILED"):
        list(opened(_settings(encrypted, port=port, tls=tls)).waiting())


REFUSED: dict[str, dict[str, Any]] = {
    "cannot encrypt": {"tls": "starttls"},
    "no such folder": {"folder": "Nowhere"},
    "wrong password": {"password": "guessed-it-wrong"},
    "no name that IMAP has": {"folder": "Einwürfe"},
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_goes_wrong_is_said_and_says_no_password(
    server: Dovecot, opened: Opens, case: str
) -> None:
    settings = _settings(server, **REFUSED[case])
    with pytest.raises(Deferred, match="imap://") as caught:
        list(opened(settings).waiting())
    assert settings.password not in str(caught.value)
