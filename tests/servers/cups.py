"""CUPS from Debian's package, with one queue; its printer is a socket that keeps all it gets."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from tests.servers.waiting import wait_for

_CUPSD = "/usr/sbin/cupsd"
_DRIVER = Path("/usr/share/ppd/cupsfilters/Ricoh-PDF_Printer-PDF.ppd")
_FILES = """\
User lp
Group lp
SystemGroup root
ServerRoot {folder}/etc
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
CacheDir {folder}/cache
StateDir {folder}/state
AccessLog {folder}/log/access
ErrorLog {folder}/log/error
PageLog {folder}/log/page
"""
_SERVER = """\
Listen 127.0.0.1:{port}
Browsing Off
WebInterface No
DefaultAuthType None
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
Allow all
</Limit>
</Policy>
"""


@dataclass(frozen=True, kw_only=True)
class Cups:
    """A running server, and what its printer has got on paper.

    Attributes:
        sheets: the bytes of each job that came out.
    """

    port: int
    folder: Path
    sheets: list[bytes] = field(default_factory=list)

    @property
    def uri(self) -> str:
        """The queue."""
        return f"ipp://127.0.0.1:{self.port}/printers/office"

    @property
    def pages(self) -> list[str]:
        """What the page log says: queue, user, job, when, count, title, media, sides."""
        log = self.folder / "log/page"
        return log.read_text().splitlines() if log.exists() else []

    def run(self, command: str, *arguments: str) -> str:
        """Run one of CUPS' own commands against this server."""
        done = subprocess.run(
            [command, "-h", f"127.0.0.1:{self.port}", *arguments],
            check=True,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        return done.stdout


def available() -> bool:
    """Whether it is installed and can be started: it becomes another user by itself."""
    tools = all(map(shutil.which, ("lpadmin", "cancel", "cupsdisable")))
    return tools and Path(_CUPSD).exists() and _DRIVER.exists() and os.geteuid() == 0


@contextmanager
def cups() -> Iterator[Cups]:
    """Run it until the block ends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="cups-")))
        printer = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        server = Cups(port=_free_port(), folder=folder)
        _lay_out(server)
        files = ["-c", f"{folder}/etc/cupsd.conf", "-s", f"{folder}/etc/cups-files.conf"]
        process = stack.enter_context(
            subprocess.Popen([_CUPSD, "-f", *files], stderr=subprocess.DEVNULL)
        )
        stack.callback(process.terminate)
        Thread(target=_print, args=(printer, server.sheets), daemon=True).start()
        wait_for(lambda: _listens(server.port))
        device = f"socket://127.0.0.1:{printer.getsockname()[1]}/?snmp=false"
        server.run("lpadmin", "-p", "office", "-E", "-v", device, "-P", str(_DRIVER))
        yield server


def _lay_out(server: Cups) -> None:
    for part in ("etc", "spool/tmp", "cache", "state", "log"):
        (server.folder / part).mkdir(parents=True)
    for name, text in ("cups-files.conf", _FILES), ("cupsd.conf", _SERVER):
        (server.folder / "etc" / name).write_text(
            text.format(folder=server.folder, port=server.port)
        )
    for path in (server.folder, *server.folder.rglob("*")):
        shutil.chown(path, group="lp")
        path.chmod(0o775 if path.is_dir() else 0o644)


def _print(printer: socket.socket, sheets: list[bytes]) -> None:
    """Take one job after the other until the printer is switched off."""
    while True:
        try:
            line, _ = printer.accept()
        except OSError:
            return
        with line, line.makefile("rb") as stream:
            sheets.append(stream.read())


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
