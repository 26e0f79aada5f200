"""What scenarios share: the children that render."""

from collections.abc import Iterator

import pytest

from hub.engine.pool import Pool


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    made = Pool(1, preload=("hub.pipeline.render",))
    yield made
    made.close()
