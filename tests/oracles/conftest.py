"""All tests here are oracles; `pytest -m oracle tests/oracles` runs them."""

from pathlib import Path

import pytest

from tests.oracles.verdicts import Verdicts


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("oracle")


@pytest.fixture
def verdict(request: pytest.FixtureRequest) -> Verdicts:
    return Verdicts(request.node.user_properties)
