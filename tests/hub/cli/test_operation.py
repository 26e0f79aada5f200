import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.config.loading import load
from hub.store import access, recipients
from hub.store.database import Database
from hub.wiring.clock import now
from tests.hub.cli.conftest import Facteur, Hub


def database(folder: Path) -> Database:
    return Database(load(folder / "facteur.toml").database_url)


@pytest.mark.parametrize(
    ("arguments", "tenant"), [((), "*"), (("--tenant", "nordwind"), "nordwind")]
)
def test_a_link_into_the_console_opens_once(
    facteur: Facteur, hub: Hub, tmp_path: Path, arguments: tuple[str, ...], tenant: str
) -> None:
    shown = facteur("login", *arguments)
    link, _, words = shown.out.partition("  ")
    assert (shown.code, words) == (0, "(once, within 24 hours)\n")
    books = database(tmp_path)
    with books.transaction() as connection:
        secret = link.removeprefix("http://127.0.0.1:8480/login/")
        assert access.use_link(connection, secret, now()) == tenant
    books.close()
    assert hub.outboxes["post"].sent == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_an_address_book_is_taken_as_a_spreadsheet_writes_it(
    facteur: Facteur, hub: Hub, tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "book.csv").write_bytes("key;name\n7;Müller\n8;Söhne\n".encode(encoding))
    shown = facteur("address-book", "book.csv", "--tenant", "nordwind")
    assert (shown.code, shown.out) == (0, "2 recipients, 2 of them new or changed\n")
    books = database(tmp_path)
    with books.transaction() as connection:
        found = recipients.listed(connection, "nordwind")
    books.close()
    assert [recipient.name for _, recipient in found] == ["Müller", "Söhne"]
    (entry,) = facteur("archive", "find", "--json").json
    assert entry["fields"] == {"who": "command line", "new": "2", "changed": "0"}
    assert hub.outboxes["post"].sent == []


MISUSE = {
    "unknown company": (("book.csv", "--tenant", "suedwind"), "no [tenant.suedwind] in the sett"),
    "no file": (("none.csv", "--tenant", "nordwind"), "none.csv: No such file or directory"),
    "faulty": (("book.csv", "--tenant", "nordwind"), "row 1: unknown column 'fax'; row 1: column"),
    "login": (("--tenant", "suedwind"), "no [tenant.suedwind] in the settings"),
}


@pytest.mark.parametrize("case", MISUSE)
def test_what_cannot_be_done_is_said_with_exit_2(
    case: str, facteur: Facteur, hub: Hub, tmp_path: Path
) -> None:
    arguments, said = MISUSE[case]
    (tmp_path / "book.csv").write_text("key,fax\n1,2\n")
    shown = facteur("login" if case == "login" else "address-book", *arguments)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err
    assert hub.outboxes["post"].sent == []


@pytest.fixture
def taken() -> Iterator[str]:
    """An address that somebody else listens at."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield f"127.0.0.1:{other.getsockname()[1]}"


def test_a_taken_port_is_named_before_anything_starts(
    facteur: Facteur, hub: Hub, tmp_path: Path, taken: str
) -> None:
    text = (tmp_path / "facteur.toml").read_text()
    (tmp_path / "facteur.toml").write_text(text.replace("[hub]", f'[hub]\nlisten = "{taken}"'))
    shown = facteur("serve")
    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith(f"facteur: hub.listen {taken}: ")
    assert "already in use" in shown.err
    assert not (tmp_path / "data").exists()
    assert hub.outboxes["post"].sent == []


@pytest.mark.scenario
def test_a_taken_port_of_a_door_ends_the_hub(tmp_path: Path, hub: Hub, taken: str) -> None:
    text = (tmp_path / "facteur.toml").read_text()
    own = text.replace("[hub]", '[hub]\nlisten = "127.0.0.1:0"')
    (tmp_path / "facteur.toml").write_text(f'{own}\n[sftp_door]\nlisten = "{taken}"\n')
    program = str(Path(sys.executable).with_name("facteur"))
    ended = subprocess.run(
        [program, "serve"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith(f"facteur: sftp_door.listen {taken}: ")
    assert "Traceback" not in ended.stderr
    assert hub.outboxes["post"].sent == []


@pytest.mark.scenario
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is not installed")
@pytest.mark.parametrize(("command", "code"), [("serve", 2), ("doctor", 1)])
def test_data_that_cannot_be_written_are_named_and_not_a_stack_trace(
    tmp_path: Path, hub: Hub, command: str, code: int
) -> None:
    file = tmp_path / "data/facteur.db"
    file.parent.mkdir()
    file.touch(mode=0o400)
    as_owner = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    program = str(Path(sys.executable).with_name("facteur"))
    ended = subprocess.run(
        [*(as_owner if os.geteuid() == 0 else ()), program, command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == code
    assert f"{file} cannot be written by who runs this; chown or chmod it" in (
        ended.stderr + ended.stdout
    )
    assert "Traceback" not in ended.stderr
    assert hub.outboxes["post"].sent == []
