"""Official XSLT rules, run by Saxon in a child process with an environment of its own.

`python -m tests.oracles.saxon` makes that environment; FACTEUR_SAXON names the Python of another.
Saxon dies in threads and after forks, so it never comes into the process of the tests.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

VERSION = "13.1.1"
CHILD = Path(__file__).with_name("saxon_child.py")


def _python() -> Path:
    given = os.environ.get("FACTEUR_SAXON")
    cache = Path.home() / f".cache/facteur/saxonche-{VERSION}/bin/python"
    return Path(given) if given else cache


class Saxon:
    """A running child."""

    def __init__(self, requests: IO[str], answers: IO[str]) -> None:
        self._requests = requests
        self._answers = answers

    def fired(self, xslt: Path, document: bytes) -> frozenset[str] | None:
        """Return the ids of all asserts that fire; None if the stylesheet itself breaks down."""
        asked = {"xslt": str(xslt), "xml": document.decode("utf-8")}
        self._requests.write(json.dumps(asked) + "\n")
        self._requests.flush()
        answer = json.loads(self._answers.readline())
        return None if answer is None else frozenset(rule for rule, _ in answer)


@contextmanager
def saxon() -> Iterator[Saxon]:
    """Start the child and end it; skip the test, and say why, where its environment is not."""
    python = _python()
    if not python.exists():
        pytest.skip("saxonche is not here; run python -m tests.oracles.saxon")
    with subprocess.Popen(
        [str(python), str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        yield Saxon(child.stdin, child.stdout)
        child.stdin.close()


def make() -> None:
    """Make the environment, if it is not there."""
    python = _python()
    if python.exists():
        return
    uv = shutil.which("uv")
    assert uv, "uv makes the environment"
    subprocess.run(
        [uv, "venv", "--quiet", "--python", sys.executable, str(python.parents[1])], check=True
    )
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", str(python), f"saxonche=={VERSION}"],
        check=True,
    )


if __name__ == "__main__":
    make()
