"""Official XSLT rules for tests, run as `check.official` runs them.

`python -m tests.oracles.saxon` makes an environment for Saxon alone; FACTEUR_SAXON names the Python
of another.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.engine import saxon as engine
from hub.engine.saxon import (
    VERSION,
    BrokenDown,
    NotAvailable,
    NothingJudged,
    environment,
    python_with_saxon,
)


class Saxon:
    """A running child."""

    def __init__(self, child: engine.Saxon) -> None:
        self._child = child

    def fired(self, xslt: Path, document: bytes) -> frozenset[str] | None:
        """Return the ids of all asserts that fire; None if the stylesheet itself breaks down."""
        try:
            return frozenset(fired.rule for fired in self._child.run(xslt, document))
        except NothingJudged:
            return frozenset()
        except BrokenDown:
            return None


@contextmanager
def saxon() -> Iterator[Saxon]:
    """Start the child and end it; skip the test, and say why, where there is no Saxon."""
    try:
        python_with_saxon()
    except NotAvailable:
        pytest.skip("saxonche is not here; run python -m tests.oracles.saxon")
    child = engine.Saxon(timeout_seconds=300)
    try:
        yield Saxon(child)
    finally:
        child.close()


def make() -> None:
    """Make the environment, if there is no Saxon."""
    try:
        python_with_saxon()
    except NotAvailable:
        _make(environment())


def _make(folder: Path) -> None:
    uv = shutil.which("uv")
    assert uv, "uv makes the environment"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    python = folder / "bin/python"
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", str(python), f"saxonche=={VERSION}"],
        check=True,
    )


if __name__ == "__main__":
    make()
