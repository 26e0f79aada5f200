"""The simulators as processes: started, asked what they got, stopped."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A running simulator."""

    port: int
    folder: Path

    def log(self, event: str) -> list[dict[str, Any]]:
        """Return what it wrote down about one kind of event."""
        file = self.folder / "log.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [row for row in map(json.loads, lines) if row["event"] == event]


@contextmanager
def simulator(
    name: str, folder: Path, *options: str, faults: list[dict[str, Any]] | None = None
) -> Iterator[Peer]:
    """Run `hub.simulators.<name>` until the block ends."""
    command = [sys.executable, "-m", f"hub.simulators.{name}", "--dir", str(folder)]
    command += ["--faults", json.dumps(faults or []), "--die-with-parent", *options]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        try:
            assert words[:1] == ["listening"], f"{name} did not start"
            yield Peer(port=int(words[1].rpartition(":")[2]), folder=folder)
        finally:
            process.kill()
