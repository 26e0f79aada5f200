"""The official artefacts for tests; `python -m tests.oracles.artefacts` fetches what is missing."""

import sys
from pathlib import Path

import pytest

from formats.artefacts import ARTEFACTS
from hub.official.artefacts import Stock, folder_of


def artefact(name: str) -> Path:
    """Return the file of that name; skip the test, and say why, where it is not."""
    path = Stock(folder=folder_of()).find(name)
    if path is None:
        pytest.skip(f"{name} is not here; {_how_to_get(name)}")
    return path


def _how_to_get(name: str) -> str:
    file = ARTEFACTS[name].file
    if file:
        return f"place {file} by `facteur artefacts sync --from-dir DIR`"
    return "run python -m tests.oracles.artefacts"


def fetch() -> None:
    """Fetch each missing package."""
    for line in Stock(folder=folder_of()).fetch():
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    fetch()
