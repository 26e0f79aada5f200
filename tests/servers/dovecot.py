"""A Dovecot IMAP server of one's own in a temporary folder, from Debian's package."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers.waiting import wait_for

USER, PASSWORD = "reports", "an-old-door-creaks"

_CONFIG = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
mail_location = maildir:{folder}/mail
{encryption}
disable_plaintext_auth = no
first_valid_uid = 1
auth_failure_delay = 0
imap_capability = {capability}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = {ssl}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail
}}
"""


@dataclass(frozen=True, kw_only=True)
class Dovecot:
    """A running server with one mailbox, whatever name one logs in by.

    Attributes:
        tls_port: encrypted from the start, if there is a certificate.
        mail: the mailbox as a maildir; mail is dropped into its `new`.
    """

    port: int
    tls_port: int
    mail: Path


def available() -> bool:
    """Whether it is installed and may be started."""
    return shutil.which("dovecot", path="/usr/sbin:/usr/bin") is not None and os.geteuid() == 0


@contextmanager
def dovecot(
    certificate: Path | None = None, *, capability: str = "", port: int = 0
) -> Iterator[Dovecot]:
    """Run it until the block ends; `certificate` holds key and chain, `capability` replaces its.

    With `port` 0 it takes a free one.
    """
    with TemporaryDirectory(prefix="dovecot-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for part in ("cur", "new", "tmp"):
            (folder / "mail" / part).mkdir(parents=True)
        for path in (folder / "mail", *(folder / "mail").iterdir()):
            shutil.chown(path, "nobody", "nogroup")
            path.chmod(0o777)
        made = Dovecot(port=port or _free_port(), tls_port=_free_port(), mail=folder / "mail")
        (folder / "dovecot.conf").write_text(_config(folder, made, certificate, capability))
        command = ["/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            try:
                wait_for(lambda: _greets(made.port))
                yield made
            finally:
                process.terminate()


def _config(folder: Path, made: Dovecot, certificate: Path | None, capability: str) -> str:
    encryption = f"ssl = yes\nssl_cert = <{certificate}\nssl_key = <{certificate}"
    return _CONFIG.format(
        folder=folder,
        port=made.port,
        tls_port=made.tls_port,
        encryption=encryption if certificate else "ssl = no",
        ssl="yes" if certificate else "no",
        capability=capability,
        password=PASSWORD,
    )


def _greets(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as line:
        return line.recv(4).startswith(b"* OK")
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
