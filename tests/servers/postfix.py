"""A Postfix smart host of one's own in a temporary folder, from Debian's package."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

BOUNCE_DOMAIN = "post.nordlicht.example"

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
myhostname = smarthost.example
mydestination =
local_recipient_maps =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
recipient_delimiter = +
maximal_queue_lifetime = 1s
bounce_queue_lifetime = 1s
transport_maps = inline:{{ {domain}=virtual:{hops} }}
virtual_mailbox_domains = {domain}, haus.example
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ @{domain}=bounces/, @haus.example=haus/ }}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 1000
"""

_SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
"""


@dataclass(frozen=True, kw_only=True)
class Postfix:
    """A running smart host, which delivers haus.example itself."""

    port: int
    folder: Path

    @property
    def bounces(self) -> Path:
        """The maildir of the bounce domain."""
        return self.folder / "mail" / "bounces"


def available() -> bool:
    """Whether it is installed and may be started."""
    return shutil.which("postfix", path="/usr/sbin:/usr/bin") is not None and os.geteuid() == 0


@contextmanager
def postfix(
    next_hops: Mapping[str, int], settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Postfix]:
    """Run it until the block ends; `next_hops` says to which port which domain's mail goes.

    `settings` are added to main.cf, where the last one of a name counts.
    """
    hops = "".join(f", {domain}=smtp:[127.0.0.1]:{hop}" for domain, hop in next_hops.items())
    with TemporaryDirectory(prefix="postfix-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        owners = {"etc": "root", "queue": "root", "data": "postfix", "mail": "nobody"}
        for part, owner in owners.items():
            (folder / part).mkdir()
            shutil.chown(folder / part, owner)
        port = _free_port()
        facts = {"folder": folder, "port": port, "hops": hops, "domain": BOUNCE_DOMAIN}
        more = "".join(f"{name} = {value}\n" for name, value in settings.items())
        (folder / "etc" / "main.cf").write_text(_MAIN.format(**facts) + more)
        (folder / "etc" / "master.cf").write_text(_SERVICES.format(**facts))
        _run(folder, "start")
        try:
            yield Postfix(port=port, folder=folder)
        finally:
            _run(folder, "stop")


def _run(folder: Path, command: str) -> None:
    result = subprocess.run(
        ["/usr/sbin/postfix", "-c", str(folder / "etc"), command],
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
