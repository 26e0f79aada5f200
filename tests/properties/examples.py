"""How many examples a law gets that costs more than most: few, and forty times in a search."""

import os

SEARCH = "search"
"""What FACTEUR_EXAMPLES says in `make properties`."""


def examples(few: int) -> int:
    """Return so many, or forty times as many in a search."""
    return 40 * few if os.environ.get("FACTEUR_EXAMPLES") == SEARCH else few
