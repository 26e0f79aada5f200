"""How the suite is collected, what it draws as examples, and when it searches for garbage.

Examples are the same ones each time, so that a gate says the same twice. `make properties` draws
new ones, and more of them; what it finds becomes an `@example`.
"""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from hub.engine.garbage import collect_seldom

settings.register_profile("gate", derandomize=True, database=None, max_examples=20)
settings.register_profile("search", max_examples=1000)
settings.load_profile(os.environ.get("FACTEUR_EXAMPLES", "gate"))
collect_seldom()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path,
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for examples in docstrings only where there is one: else each module is searched."""
    found = yield
    if file_path.suffix != ".py" or b">>> " in file_path.read_bytes():
        return found
    return [each for each in found if type(each) is pytest.Module]


def pytest_collection_finish() -> None:
    """Leave what was collected in peace: it stays to the end."""
    collect_seldom()
