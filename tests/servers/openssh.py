"""An OpenSSH server of one's own that offers SFTP, from Debian's package."""

import getpass
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers.waiting import wait_for

_SSHD = "/usr/sbin/sshd"
_CONFIG = """\
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/client_key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp {subsystem}
"""
INTERNAL = "internal-sftp -d {folder}/files"
"""The subsystem that sshd has inside."""
THROUGH_CUTTER = (
    f"{sys.executable} {Path(__file__).with_name('sftp_cutter.py')} {{folder}}/plan.json "
    f"/usr/lib/openssh/sftp-server -d {{folder}}/files"
)
"""The same as a program of its own, with something between that fails on order."""


@dataclass(frozen=True, kw_only=True)
class OpenSsh:
    """A running server, the key that may log in, and the folder one lands in."""

    port: int
    folder: Path
    user: str
    private_key: str
    host_key: str

    @property
    def plan(self) -> Path:
        """What is to fail next, where the server runs through the cutter."""
        return self.folder / "plan.json"

    @property
    def files(self) -> Path:
        """What a client sees first."""
        return self.folder / "files"


def available() -> bool:
    """Whether it is installed and can be started."""
    return Path(_SSHD).exists() and shutil.which("ssh-keygen") is not None


@contextmanager
def openssh(subsystem: str = INTERNAL, *, key_type: str = "ed25519") -> Iterator[OpenSsh]:
    """Run it until the block ends; `key_type` is that of its host key."""
    with TemporaryDirectory(prefix="sshd-") as name:
        folder = Path(name)
        (folder / "files").mkdir()
        for key, kind in ("host_key", key_type), ("client_key", "ed25519"):
            _keygen("-t", kind, "-N", "", "-f", str(folder / key))
        port = _free_port()
        subsystem = subsystem.format(folder=folder)
        (folder / "sshd_config").write_text(
            _CONFIG.format(folder=folder, port=port, subsystem=subsystem)
        )
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        command = [_SSHD, "-D", "-e", "-f", str(folder / "sshd_config")]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                wait_for(lambda: _listens(port))
                yield OpenSsh(
                    port=port,
                    folder=folder,
                    user=getpass.getuser(),
                    private_key=(folder / "client_key").read_text(),
                    host_key=_keygen("-l", "-f", str(folder / "host_key.pub")).split()[1],
                )
            finally:
                process.terminate()


def _keygen(*arguments: str) -> str:
    result = subprocess.run(
        ["ssh-keygen", "-q", *arguments], check=True, capture_output=True, text=True
    )
    return result.stdout


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
