"""Files that mean harm, by folder, SFTP and API into a hub that runs: none is lost, none ends it.

Each file comes once by each door, from a sender of its own, as fast as the door takes it; bombs are
left to tests/hub/test_hostile.py, as are traps for what they try to fetch.
"""

import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import asyncssh
import httpx
import pytest

from hub.cli.api_keys import make_key
from hub.config.loading import load
from hub.demo.processes import Processes, answers, facteur, free_ports
from hub.keys import create_log_key
from hub.store import documents, submissions
from hub.store.database import Database
from hub.store.submissions import Submission, SubmissionState
from tests.hub.houses import RULES
from tests.hub.invoices import ubl
from tests.hub.test_hostile import CORPORA, FOUND, PDF_ATTACKS, XML_SHAPES
from tests.servers.openssh import available
from tests.servers.waiting import wait_for

DOORS = ("folder", "sftp", "api")
CHILD_MB = 512
HUB_MB = 400
"""What the hub's own process may use, whatever comes."""
SECONDS_A_FILE = 3
SETTINGS = """
[hub]
data = "data"
listen = "127.0.0.1:{api}"
min_free_mb = 0
max_file_mb = 10
child_memory_mb = {memory}
[polling]
folder_seconds = 0.1
[tenant.nordwind]
name = "Nordwind Werkzeuge GmbH"
[sender.folder]
tenant = "nordwind"
folder = "in"
complete = "rename"
[sender.sftp]
tenant = "nordwind"
sftp_keys = ["{key}"]
[sender.api]
tenant = "nordwind"
[sftp_door]
listen = "127.0.0.1:{sftp}"
[routing]
shipped = false
rules = ["rules.toml"]
{channels}
"""
CHANNEL = """
[channel.{name}]
kind = "sftp"
host = "127.0.0.1"
port = 9
host_key = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
username = "company"
password = "x"
"""

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.skipif(not FOUND, reason=f"no corpus at {CORPORA}: set FACTEUR_CORPORA"),
    pytest.mark.skipif(not available(), reason="OpenSSH is not installed"),
]


@dataclass(frozen=True, kw_only=True)
class Hub:
    """A hub that runs, and how its senders reach it."""

    folder: Path
    database: Database
    pid: int
    url: str
    sftp_port: int
    api_key: str

    def taken(self) -> list[Submission]:
        """Return all that it has taken."""
        with self.database.transaction() as connection:
            return submissions.listed(connection, tenant=None, state=None, limit=10_000)

    def peak_mb(self) -> float:
        """Return the most memory that its own process has had."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    api, sftp = free_ports(2)
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(tmp_path / "key")
    (tmp_path / "key").chmod(0o600)
    settings = tmp_path / "facteur.toml"
    settings.write_text(
        SETTINGS.format(
            api=api,
            sftp=sftp,
            memory=CHILD_MB,
            key=key.export_public_key().decode().strip(),
            channels="".join(CHANNEL.format(name=name) for name in ("post", "second")),
        )
    )
    (tmp_path / "rules.toml").write_text(RULES)
    (tmp_path / "keys").mkdir()
    create_log_key(tmp_path / "keys/archive.key")
    config = load(settings)
    config.data.mkdir()
    with closing(Database(config.database_url)) as database, _served(settings, api) as pid:
        yield Hub(
            folder=tmp_path,
            database=database,
            pid=pid,
            url=f"http://127.0.0.1:{api}",
            sftp_port=sftp,
            api_key=make_key(database, "nordwind", "api"),
        )


@contextmanager
def _served(settings: Path, port: int) -> Iterator[int]:
    with Processes(settings.parent / "logs") as processes:
        process = processes.start("hub", facteur("serve", "--config", str(settings)))
        processes.until("hub", process, lambda: answers(f"http://127.0.0.1:{port}/health"))
        yield process.pid
        assert processes.state("hub") == "it runs"


def hostile() -> dict[str, bytes]:
    """Return each content once, by a plain name."""
    made = {attack: build() for attack, build in PDF_ATTACKS.items() if "bomb" not in attack}
    corpora = {str(path.relative_to(CORPORA)): path.read_bytes() for path in FOUND}
    named = corpora | made | XML_SHAPES
    known = {sha256(data).digest(): (name, data) for name, data in named.items() if data}
    return {
        f"{number:03}-{''.join(c if c.isalnum() else '-' for c in name)}": data
        for number, (name, data) in enumerate(known.values())
    }


def by_folder(hub: Hub, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        part = hub.folder / "in" / f"{name}.part"
        part.write_bytes(data)
        part.rename(part.with_suffix(""))


def by_sftp(hub: Hub, files: Mapping[str, bytes]) -> None:
    source = hub.folder / "source"
    source.mkdir(exist_ok=True)
    for name, data in files.items():
        (source / name).write_bytes(data)
    settings = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")
    wanted = [part for setting in settings for part in ("-o", setting)]
    login = ["-P", str(hub.sftp_port), "-i", str(hub.folder / "key"), "sftp@127.0.0.1"]
    lines = "".join(f"put {source / name}\n" for name in files)
    command = ["sftp", "-b", "-", "-F", "none", *wanted, *login]
    subprocess.run(command, input=lines, text=True, check=True, capture_output=True)


def by_api(hub: Hub, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        headers = {"Authorization": f"Bearer {hub.api_key}", "X-File-Name": name}
        answer = httpx.post(f"{hub.url}/v1/submissions", content=data, headers=headers, timeout=60)
        assert answer.status_code == 202, answer.text


def drop_everywhere(hub: Hub, files: Mapping[str, bytes]) -> None:
    by_folder(hub, files)
    by_sftp(hub, files)
    by_api(hub, files)


def settled(hub: Hub, count: int) -> list[Submission]:
    """Return what was taken once all of it is read or parked; nothing before."""
    found = hub.taken()
    waiting = [each for each in found if each.state is SubmissionState.RECEIVED]
    return found if len(found) >= count and not waiting else []


def has_an_end(hub: Hub, submission: Submission) -> bool:
    """Whether it gave documents, or is parked with a reason and a way to mend it."""
    if submission.state is SubmissionState.READ:
        with hub.database.transaction() as connection:
            return bool(documents.of_submission(connection, submission.id))
    return bool(submission.findings) and all(f.message and f.fix for f in submission.findings)


def test_hostile_files_at_all_doors_have_an_end_and_the_hub_has_none(hub: Hub) -> None:
    files = hostile()
    drop_everywhere(hub, files)
    count = len(files) * len(DOORS)
    found = wait_for(lambda: settled(hub, count), seconds=SECONDS_A_FILE * count)
    assert Counter(each.sender for each in found) == dict.fromkeys(DOORS, len(files))
    assert [each.name for each in found if not has_an_end(hub, each)] == []
    assert "IN-BUG" not in {fault.rule for each in found for fault in each.findings}
    assert {each.name for each in found} == set(files)
    assert hub.peak_mb() < HUB_MB
    drop_everywhere(hub, {"good.xml": ubl(number="R-LAST")})
    wait_for(lambda: len(settled(hub, count + len(DOORS))) == count + len(DOORS), seconds=60)
    good = [each.state for each in hub.taken() if each.name == "good.xml"]
    assert good == [SubmissionState.READ] * len(DOORS)
