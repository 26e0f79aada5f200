import pytest

from formats.codec import Unreadable
from formats.findings import Actor
from formats.guide import parse, shipped


@pytest.mark.parametrize(
    ("toml", "message"),
    [("rows = ", "Invalid value"), ("rows = 1", "the line format ="), ("format = 1", "format =")],
)
def test_a_guide_that_is_none_is_refused(toml: str, message: str) -> None:
    with pytest.raises(Unreadable, match=message) as caught:
        parse("mine", toml)
    finding = caught.value.finding
    assert (finding.rule, finding.place, finding.actor) == (
        "IN-GUIDE",
        "guide mine",
        Actor.OPERATOR,
    )


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("idoc-invoic-sd", "idoc"),
        ("idoc-invoic-fi", "idoc"),
        ("idoc-self-billing", "idoc"),
        ("csv-example", "csv"),
        ("table-parts-example", "csv"),
    ],
)
def test_guides_are_shipped(name: str, form: str) -> None:
    guide = shipped(name)
    assert (guide.name, guide.format) == (name, form)
    assert "format" not in guide.table
