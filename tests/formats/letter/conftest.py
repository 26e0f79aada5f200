import os
from collections.abc import Callable

import pytest

from tests.formats.letter.cases import SAMPLES


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare with the expectation on disk; `GOLDEN=write` rewrites it, then read the diff."""

    def compare(name: str, text: str) -> None:
        path = SAMPLES / "pages" / f"{name}.txt"
        if os.environ.get("GOLDEN") == "write":
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8")

    return compare
