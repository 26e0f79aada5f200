"""When a process searches its memory for garbage: seldom, and not among what it has loaded."""

import gc
from typing import Final

YOUNG: Final = 50_000
"""New objects before they are searched; Python's own 700 is a fifth of the time of a large file."""


def collect_seldom() -> None:
    """Search only what comes from now on, and less often; called when all is imported."""
    gc.set_threshold(YOUNG)
    gc.freeze()
