from typing import Any

from formats.binding.trail import Trail, clip, put, reach
from formats.model import Invoice, Party
from formats.xml.parsing import parse


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


def test_places_are_put_into_words_when_asked_for() -> None:
    root = parse(b"<r>\n<a x='1'/>\n<a/>\n</r>", what="an example")
    trail = Trail()
    trail.number(root[0])
    trail.took("number", root[0])
    trail.took("number", root[1])
    trail.took("project", (root[1], "x"))
    assert trail.element("number") is root[0]
    assert trail.element("currency") is None
    sources = trail.reading().sources
    assert sources == {"number": "/r/a[1] (line 2)", "project": "/r/a[2]/@x (line 3)"}
    assert len(sources) == 2
    assert "currency" not in sources
