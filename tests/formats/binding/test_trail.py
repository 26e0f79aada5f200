from typing import Any

from formats.binding.trail import clip, put, reach
from formats.model import Invoice, Party


def test_values_by_path() -> None:
    values: dict[str, Any] = {}
    assert put(values, ("a", "b"), 1)
    assert put(values, ("a", "b"), 1)
    assert not put(values, ("a", "b"), 2)
    assert values == {"a": {"b": 1}}
    assert reach(Invoice(seller=Party(name="x")), ("seller", "name")) == "x"
    assert reach(Invoice(), ("seller", "address", "city")) is None


def test_only_long_texts_are_cut() -> None:
    assert clip("x" * 1000) == "x" * 1000
    assert clip("x" * 1001) == "x" * 1000 + "…"
