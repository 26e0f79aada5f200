"""A hub as `facteur serve` runs it, in an empty folder, that can be sent to, asked and killed."""

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx

from bench.large.memory import resident_mb
from hub.demo.processes import answers, free_ports

_COMMAND = str(Path(sys.executable).with_name("facteur"))
_GUIDE = Path("hub/demo/samples/guides/nordwind-csv.toml")
_PIECE_BYTES = 1 << 20
_PATIENCE_SECONDS = 1800
_LOOK_SECONDS = 0.2


class Failed(Exception):
    """The hub did not do what it was asked."""


def founded(folder: Path, *, max_file_mb: int) -> "Hub":
    """Let `facteur init` write a hub's settings, and raise its limit."""
    folder.mkdir()
    made = subprocess.run(
        [_COMMAND, "init", "--json", "--config", str(folder / "facteur.toml")],
        check=True,
        capture_output=True,
    )
    key = str(json.loads(made.stdout)["api_key"])
    settings = folder / "facteur.toml"
    (port,) = free_ports(1)
    text = settings.read_text("utf-8").replace("127.0.0.1:8480", f"127.0.0.1:{port}")
    text = text.replace("[hub]\n", f"[hub]\nmax_file_mb = {max_file_mb}\n")
    guide = f'guides = ["{_GUIDE.resolve()}"]'
    text = text.replace('complete = "stable"', f'{guide}\ncomplete = "rename"')
    settings.write_text(text, "utf-8")
    return Hub(folder, f"http://127.0.0.1:{port}", key)


class Hub:
    """One hub.

    Attributes:
        idle_mb: what it had in memory before anything came.
    """

    def __init__(self, folder: Path, url: str, key: str) -> None:
        self.idle_mb = 0
        self._folder = folder
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}"}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self._folder / "hub.log").open("ab") as log:
            self._process = subprocess.Popen(
                [_COMMAND, "serve", "--config", str(self._folder / "facteur.toml")],
                stdout=log,
                stderr=log,
            )
        self._wait(lambda: answers(f"{self._url}/health"), "it did not start")
        time.sleep(1)
        self.idle_mb = resident_mb(self.pid)

    def stop(self) -> None:
        """Ask it to end."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(120)

    def kill(self) -> None:
        """End it by `kill -9`."""
        assert self._process is not None
        os.kill(self.pid, signal.SIGKILL)
        self._process.wait()

    def send(self, path: Path, way: str) -> str:
        """Send a file; returns its submission as soon as that is answered for."""
        if way == "folder":
            return self._dropped(path)
        with path.open("rb") as file, httpx.Client(timeout=600, trust_env=False) as client:
            body = {"content": _pieces(path)} if way == "body" else {"files": {"file": file}}
            name = {"X-File-Name": path.name}
            answer = client.post(
                f"{self._url}/v1/submissions", headers=self._headers | name, **body
            )
        if answer.status_code not in {200, 202}:
            raise Failed(f"{answer.status_code}: {answer.text}")
        return str(answer.json()["id"])

    def send_and_kill(self, path: Path, part: float) -> None:
        """Kill it when a part of a file has gone out to it."""

        def pieces() -> Iterator[bytes]:
            size_bytes, gone = path.stat().st_size, 0
            for piece in _pieces(path):
                yield piece
                gone += len(piece)
                if gone >= part * size_bytes:
                    self.kill()

        try:
            httpx.post(
                f"{self._url}/v1/submissions",
                content=pieces(),
                headers=self._headers | {"Content-Length": str(path.stat().st_size)},
                timeout=600,
                trust_env=False,
            )
        except httpx.TransportError:
            return
        raise Failed("it answered although it was killed")

    def settled(self, submission: str, members: int) -> str:
        """Wait until a file is read or parked; returns what became of it."""
        asked = "SELECT state, findings FROM submissions WHERE id = ?"
        self._wait(
            lambda: self._rows(asked, submission)[0][0] != "received", f"{submission} is not read"
        )
        ((state, findings),) = self._rows(asked, submission)
        rules = [finding["rule"] for finding in json.loads(findings)]
        if members:
            return f"{state}, {self._members(submission)} files"
        return ", ".join([state, *rules])

    def wait_for_members(self, count: int) -> None:
        """Wait until so many files have come out of a packed one."""
        counted = "SELECT count(*) FROM drops WHERE parent IS NOT NULL"
        self._wait(lambda: int(self._rows(counted)[0][0]) >= count, "nothing comes out of it")

    def submissions(self) -> list[str]:
        """Return the files that did not lie in others."""
        return [row[0] for row in self._rows("SELECT id FROM submissions WHERE door <> 'zip'")]

    def leftovers(self) -> list[str]:
        """Return what lies in its data that is nobody's."""
        found = (path for path in (self._folder / "data").iterdir() if path.is_file())
        names = (path.name for path in found if path.suffix != ".lock")
        return sorted(name for name in names if not name.startswith("facteur.db"))

    def fetched(self, submission: str) -> str:
        """Fetch a file from the archive; returns its SHA-256."""
        asked = "SELECT entry FROM events WHERE submission = ? AND room = 'receive' AND entry > ''"
        ((sha256,),) = self._rows("SELECT sha256 FROM submissions WHERE id = ?", submission)
        entry = self._rows(asked, submission)[0][0]
        hashed = hashlib.sha256()
        url = f"{self._url}/v1/archive/entries/{entry}/items/{sha256}"
        with httpx.stream(
            "GET", url, headers=self._headers, timeout=600, trust_env=False
        ) as answer:
            answer.raise_for_status()
            for piece in answer.iter_bytes(_PIECE_BYTES):
                hashed.update(piece)
        return hashed.hexdigest()

    def _dropped(self, path: Path) -> str:
        """Put a file into the folder of the sender and wait until it is put away."""
        folder = self._folder / "in" / "erp"
        os.link(path, folder / f"{path.name}.part")
        (folder / f"{path.name}.part").rename(folder / path.name)
        self._wait((folder / "processed" / path.name).exists, "it is not taken")
        (submission,) = self.submissions()
        return submission

    def _members(self, submission: str) -> int:
        taken = "SELECT count(*) FROM drops WHERE parent = ? AND fate = 'taken'"
        return int(self._rows(taken, submission)[0][0])

    def _rows(self, query: str, *values: str) -> list[tuple[str, ...]]:
        path = self._folder / "data" / "facteur.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=60)) as database:
            return database.execute(query, values).fetchall()

    def _wait(self, is_so: Callable[[], bool], complaint: str) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not is_so():
            if time.monotonic() > deadline:
                raise Failed(complaint)
            time.sleep(_LOOK_SECONDS)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece
