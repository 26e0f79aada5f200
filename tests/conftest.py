"""How the suite draws its examples: the same ones each time, so that a gate says the same twice.

`make properties` draws new ones, and more of them; what it finds becomes an `@example`.
"""

import os

from hypothesis import settings

settings.register_profile("gate", derandomize=True, database=None, max_examples=20)
settings.register_profile("search", max_examples=1000)
settings.load_profile(os.environ.get("FACTEUR_EXAMPLES", "gate"))
