"""ERPs that drop files and do not rest until each is acknowledged, as real senders do."""

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import paramiko
from paramiko.sftp import CMD_CLOSE

from bench.crash.papers import Paper
from bench.crash.settings import Site

_PAUSE_SECONDS = 0.05
logging.getLogger("paramiko").setLevel(logging.CRITICAL)  # it tells of each hub that dies


class NotTaken(Exception):
    """No acknowledgement: the same file is dropped again."""


class Senders:
    """One thread a door; each drops one file after another and repeats what is not acknowledged.

    Attributes:
        acknowledged: what the hub has said it has.
        repeats: how often a file had to be dropped again.
        last_fault: why, the last time.
        refusals: how often the API has answered with which code instead of taking a file.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._waiting: dict[str, deque[Paper]] = {
            "api": deque(),
            "folder": deque(),
            "sftp": deque(),
        }
        self._stopping = threading.Event()
        self.acknowledged: list[Paper] = []
        self.repeats = 0
        self.last_fault = ""
        self.refusals: Counter[str] = Counter()
        ways: dict[str, Callable[[Paper], None]] = {
            "api": self._post,
            "folder": self._drop,
            "sftp": self._upload,
        }
        self._threads = [
            threading.Thread(target=self._work, args=(door, way), daemon=True)
            for door, way in ways.items()
        ]
        for thread in self._threads:
            thread.start()

    def drop(self, paper: Paper) -> None:
        """Give a file to the sender of its door."""
        self._waiting[paper.door].append(paper)

    @property
    def idle(self) -> bool:
        """Whether all files are acknowledged."""
        return not any(self._waiting.values())

    def stop(self) -> None:
        """Drop nothing more."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _work(self, door: str, way: Callable[[Paper], None]) -> None:
        waiting = self._waiting[door]
        while not self._stopping.is_set():
            if not waiting:
                time.sleep(_PAUSE_SECONDS)
                continue
            try:
                way(waiting[0])
            except (NotTaken, httpx.HTTPError, OSError, EOFError, paramiko.SSHException) as fault:
                self.repeats += 1
                self.last_fault = f"{door}: {type(fault).__name__}: {fault}"
                time.sleep(_PAUSE_SECONDS)
            else:
                self.acknowledged.append(waiting.popleft())

    def _post(self, paper: Paper) -> None:
        """Every other file has an Idempotency-Key."""
        headers = {"Authorization": f"Bearer {self._site.api_key}", "X-File-Name": paper.name}
        if len(self.acknowledged) % 2:
            headers["Idempotency-Key"] = paper.name
        address = f"http://127.0.0.1:{self._site.api_port}/v1/submissions"
        answer = httpx.post(address, content=paper.data, headers=headers, timeout=30)
        if answer.status_code not in {200, 202}:
            self.refusals[str(answer.status_code)] += 1
            raise NotTaken(f"{answer.status_code} {answer.text}")

    def _drop(self, paper: Paper) -> None:
        """Write and rename; the file is acknowledged when it lies in `processed`."""
        folder = self._site.folder / "in"
        part, final = folder / f"{paper.name}.part", folder / paper.name
        if not (folder / "processed").exists():
            raise NotTaken("the hub has never run")
        part.write_bytes(paper.data)
        part.rename(final)
        while not self._stopping.is_set() and not (folder / "processed" / paper.name).exists():
            time.sleep(_PAUSE_SECONDS)

    def _upload(self, paper: Paper) -> None:
        """Every other file is uploaded under its name, the others as a part first."""
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # noqa: S507
        key = paramiko.Ed25519Key.from_private_key_file(str(self._site.sender_key))
        with client:
            client.connect(
                "127.0.0.1",
                self._site.sftp_port,
                "erp",
                pkey=key,
                timeout=10,
                banner_timeout=10,
                auth_timeout=10,
                look_for_keys=False,
                allow_agent=False,
            )
            files = client.open_sftp()
            channel = files.get_channel()
            assert channel is not None
            channel.settimeout(30)
            self._put(files, paper)

    def _put(self, files: Any, paper: Paper) -> None:
        as_part = len(self.acknowledged) % 2 == 1
        name = f"{paper.name}.part" if as_part else paper.name
        file = files.open(name, "wb")
        file.write(paper.data)
        files._request(CMD_CLOSE, file.handle)  # noqa: SLF001  (its `close` hides a refusal)
        file._closed = True  # noqa: SLF001
        if as_part:
            with suppress(FileNotFoundError):
                files.remove(paper.name)
            files.rename(name, paper.name)
