"""Stands between sshd and its real sftp-server, sees each request, and fails one of them.

    Subsystem sftp python sftp_cutter.py PLAN.json /usr/lib/openssh/sftp-server

PLAN.json, which is gone once it has struck: `request` (a type of draft-ietf-secsh-filexfer-02),
`about` (what its bytes must hold), `nth`, `when` ("before" the server has it, or "after": it is
done, and the answer is lost), `do` ("cut", "hang", or "fail" with the status `code`).
"""

import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

STATUS = 101
HANG_SECONDS = 30


class Cutter:
    def __init__(self, plan: Path, command: list[str]) -> None:
        self._file = plan
        self._plan: dict[str, Any] = json.loads(plan.read_text()) if plan.exists() else {}
        self._left = self._plan.get("nth", 1)
        self._lost: bytes | None = None
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        threading.Thread(target=self._answers, args=(self._server.stdout,), daemon=True).start()
        while packet := read(sys.stdin.buffer):
            if not self._is_meant(packet):
                write(self._server.stdin, packet)
            elif self._plan["when"] == "before":
                self._strike(packet[1:5])
            else:
                self._lost = packet[1:5]
                write(self._server.stdin, packet)
        self._server.stdin.close()
        self._server.wait()

    def _answers(self, source: IO[bytes]) -> None:
        while packet := read(source):
            if packet[1:5] == self._lost and packet[0] != 2:
                self._strike(packet[1:5])
            else:
                write(sys.stdout.buffer, packet)

    def _is_meant(self, packet: bytes) -> bool:
        plan = self._plan
        if not plan or packet[0] != plan["request"] or plan.get("about", "").encode() not in packet:
            return False
        self._left -= 1
        return bool(self._left == 0)

    def _strike(self, request: bytes) -> None:
        self._file.unlink()
        if self._plan["do"] == "fail":
            words = b"ordered"
            status = struct.pack(">I", self._plan["code"]) + struct.pack(">I", len(words)) + words
            write(sys.stdout.buffer, bytes([STATUS]) + request + status + struct.pack(">I", 0))
        elif self._plan["do"] == "hang":
            time.sleep(HANG_SECONDS)
        else:
            os.kill(os.getppid(), signal.SIGKILL)
            os._exit(1)


def read(source: IO[bytes]) -> bytes:
    """Return one packet without its length, empty at the end."""
    head = source.read(4)
    return source.read(struct.unpack(">I", head)[0]) if len(head) == 4 else b""


def write(target: IO[bytes], packet: bytes) -> None:
    target.write(struct.pack(">I", len(packet)) + packet)
    target.flush()


if __name__ == "__main__":
    Cutter(Path(sys.argv[1]), sys.argv[2:]).run()
