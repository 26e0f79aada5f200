"""The command `sim`: a peer on loopback to try the hub against, with faults on order."""

import errno
import json
import secrets
import socket
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from hub.cli.output import Misused, answer
from hub.cli.peers import PEERS, Peer
from hub.simulators.plan import listed

_LOOK_SECONDS = 0.2
_KEYS = {"@HOST_KEY@": "host_key", "@NEXT_HOST_KEY@": "next_host_key"}
_PLAN = """
A plan (--faults PLAN.toml) is a file of such entries; unknown words are named with their line:

  [[fault]]
  do = "cut"          # what
  at = "..."          # at which moment; without it, the first below
  match = "*"         # @MATCHED@; without it, all
  times = 1           # how often; without it, always
  skip = 0            # how many go well before
  after_seconds = 5   # how long it waits before

It can do, of its own and of the words that all know (refuse, defer, hang, cut, duplicate, late):
"""


def sim(options: Namespace) -> int:
    """Run a peer until Ctrl-C, and say what comes to it."""
    if options.asked or options.name is None:
        lines = [options.usage(), *_faults(options.name)]
        (sys.stdout if options.asked else sys.stderr).write("\n".join(lines) + "\n")
        return 0 if options.asked else 2
    peer = PEERS[options.name]
    folder: Path = (options.dir or Path("sim") / options.name).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    port = peer.port if options.port is None else options.port
    _require_free(port)
    words = _words(peer, folder, port, options)
    with subprocess.Popen(  # noqa: S603  (our own module, with words of ours)
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline().split()
        if said[:1] != ["listening"]:
            return process.wait() or 1
        _introduce(options, peer, folder, int(said[1].rpartition(":")[2]))
        return _follow(process, folder / "log.jsonl")


def _faults(name: str | None) -> Iterator[str]:
    """Yield the words and moments that a plan for this peer may name."""
    if name is None:
        yield "\nfacteur sim email --help lists what a plan may order of it; so with the others."
        return
    yield _PLAN.replace("@MATCHED@", PEERS[name].matched)
    yield from listed(import_module(f"hub.simulators.{PEERS[name].module}").FAULTS)


def _words(peer: Peer, folder: Path, port: int, options: Namespace) -> list[str]:
    """Return the command line of the simulator, which ends with us."""
    secret = _secret(folder)
    own = [word.replace("@DIR@", str(folder)).replace("@SECRET@", secret) for word in peer.options]
    words = [sys.executable, "-m", f"hub.simulators.{peer.module}", "--dir", str(folder)]
    words += ["--port", str(port), "--die-with-parent", *own]
    if options.faults is not None:
        words += ["--faults", options.faults]
    if options.next_key:
        if "@HOST_KEY@" not in peer.settings:
            raise Misused(f"a {peer.stands_for} shows no host key; leave --next-key out")
        words += ["--next-key"]
    return words


def _secret(folder: Path) -> str:
    """Return the password or token of this peer, made at its first start."""
    file = folder / "secret"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24) + "\n", encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()


def _require_free(port: int) -> None:
    if not 0 <= port <= 65535:
        raise Misused(f"--port {port}: give 0 to 65535")
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise Misused(f"port {port} is taken; give another with --port") from error


def _introduce(options: Namespace, peer: Peer, folder: Path, port: int) -> None:
    """Say where it is, and what the hub must be told of it."""
    settings = peer.settings.replace("@DIR@", str(folder)).replace("@PORT@", str(port))
    for word, name in _KEYS.items():
        if word in settings:
            key = (folder / f"{name}.fingerprint").read_text(encoding="ascii").strip()
            settings = settings.replace(word, key)
    facts = {"port": port, "dir": str(folder), "settings": settings}
    lines = [
        f"The {peer.stands_for} listens on 127.0.0.1:{port}; what it gets lies in {folder}.",
        "What it does is said here, and in log.jsonl there. Ctrl-C ends it. For facteur.toml:",
        "",
        settings,
    ]
    answer(options, facts, lines)
    sys.stdout.flush()


def _follow(process: "subprocess.Popen[str]", log: Path) -> int:
    """Print what the peer writes down, until it ends."""
    read = log.stat().st_size if log.exists() else 0
    while process.poll() is None:
        time.sleep(_LOOK_SECONDS)
        if not log.exists():
            continue
        with log.open("rb") as file:
            file.seek(read)
            *lines, rest = file.read().split(b"\n")
            read = file.tell() - len(rest)
        for line in lines:
            sys.stdout.write(f"{_told(line)}\n")
        sys.stdout.flush()
    return process.returncode


def _told(line: bytes) -> str:
    """Return an event of the log for people.

    >>> _told(b'{"at": "2026-11-04T12:00:00.1+00:00", "event": "arrived", "path": "a.pdf"}')
    '12:00:00 arrived  path=a.pdf'
    """
    facts = json.loads(line)
    at, event = facts.pop("at"), facts.pop("event")
    return f"{at[11:19]} {event}  " + " ".join(f"{name}={value}" for name, value in facts.items())
