"""Law: segments that are written with any service characters are cut to what they were."""

from hypothesis import given
from hypothesis import strategies as st

from formats.edifact.syntax import Marks, cut, split

SIGNS = st.permutations(":+.?*'|~^;!#").map(lambda signs: signs[:6])
TEXTS = st.text(st.characters(codec="latin-1", min_codepoint=32), max_size=8) | st.text(
    st.sampled_from("?'+:*A "), max_size=6
)
SEGMENTS = st.lists(
    st.tuples(
        st.sampled_from(["BGM", "FTX", "NAD", "MOA"]),
        st.lists(st.lists(TEXTS, min_size=1, max_size=4), max_size=5),
    ),
    min_size=1,
    max_size=6,
)


def written(segments: list[tuple[str, list[list[str]]]], signs: list[str]) -> bytes:
    component, element, decimal, release, repetition, end = signs
    special = str.maketrans({sign: release + sign for sign in (component, element, release, end)})
    lines = [
        element.join([tag, *(component.join(t.translate(special) for t in e) for e in elements)])
        for tag, elements in segments
    ]
    advice = f"UNA{component}{element}{decimal}{release}{repetition}{end}"
    return (advice + "".join(line + end for line in lines)).encode("latin-1")


@given(segments=SEGMENTS, signs=SIGNS)
def test_edifact_segments_round_trip(
    segments: list[tuple[str, list[list[str]]]], signs: list[str]
) -> None:
    component, element, _, release, _, end = signs
    marks = Marks(component=component, element=element, release=release, terminator=end)
    found = [split(piece.text, marks, str) for piece in cut(written(segments, signs))]
    assert found == [[[tag], *elements] for tag, elements in segments]
