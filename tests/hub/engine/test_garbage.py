import gc
from collections.abc import Iterator

import pytest

from hub.engine.garbage import YOUNG, collect_seldom
from hub.engine.pool import Pool


@pytest.fixture
def restored() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("restored")
def test_what_is_loaded_is_searched_no_more_and_new_objects_seldom() -> None:
    others = gc.get_threshold()[1:]
    collect_seldom()
    assert gc.get_threshold() == (YOUNG, *others)
    assert gc.get_freeze_count() > 10_000


def test_children_of_a_pool_collect_seldom() -> None:
    pool = Pool(1)
    try:
        assert pool.submit(gc.get_threshold).result()[0] == YOUNG
    finally:
        pool.close()
