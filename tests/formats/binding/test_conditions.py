import pytest

from formats.binding.conditions import attribute_at, has, says, text_at, unless
from formats.binding.trail import Trail
from formats.xml.names import tag
from formats.xml.parsing import parse
from tests.formats.binding.small_tables import PREFIXES

INSIDE = '<cac:A><cbc:ID scheme="VA"> x </cbc:ID></cac:A><cac:A/>'
ROOT = parse(f'<r{PREFIXES} code="A ">{INSIDE}</r>'.encode(), what="an example")


@pytest.mark.parametrize(
    ("path", "codes", "met"),
    [
        ("cac:A/cbc:ID", ("X",), True),
        ("cac:A/cbc:ID", ("Y", "X"), True),
        ("cac:A/cbc:ID", ("Y",), False),
        ("cac:A/cbc:ID/@scheme", ("VA",), True),
        ("@code", ("A",), True),
        ("cac:B/cbc:ID", ("X",), False),
        ("cac:B/cbc:ID", ("",), True),
    ],
)
def test_conditions(path: str, codes: tuple[str, ...], met: bool) -> None:  # noqa: FBT001
    assert says(path, *codes)(ROOT, Trail()) is met
    assert unless(says(path, *codes))(ROOT, Trail()) is not met


def test_whether_there_is_a_child() -> None:
    assert has("cac:A")(ROOT, Trail())
    assert not has("cbc:ID")(ROOT, Trail()), "a grandchild"


def test_what_is_not_there_is_an_empty_text() -> None:
    assert text_at(ROOT, [tag("cac:A"), tag("cbc:ID")]) == "x"
    assert text_at(ROOT, [tag("cac:B")]) == ""
    assert attribute_at(ROOT, [], "code") == "A"
    assert attribute_at(ROOT, [tag("cac:B")], "code") == ""
