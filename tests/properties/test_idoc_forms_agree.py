"""A flat file and an XML file of the same segments are read to the same invoice."""

from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from formats.idoc.layout import LAYOUTS
from formats.idoc.read import read
from tests.properties.examples import examples

Fields = dict[str, str]
Item = tuple[str, Fields, list["Item"]]

CONTROL = {"TABNAM": "EDI_DC40", "DOCNUM": "1", "IDOCTYP": "INVOIC02", "MESTYP": "INVOIC"}
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8
) | st.sampled_from(
    ["001", "009", "003", "026", "RE", "RS", "20261120", "00000000", "12.50-", "A1"]
)


def fields(kind: str) -> st.SearchStrategy[Fields]:
    places = LAYOUTS[kind].fields
    return st.fixed_dictionaries(
        {}, optional={name: text(end - start) for name, start, end in places}
    )


def text(width: int) -> st.SearchStrategy[str]:
    return TEXT.map(lambda written: written[:width])


def items(parent: str | None) -> st.SearchStrategy[list[Item]]:
    inner = [
        st.tuples(st.just(kind), fields(kind), items(kind))
        for kind, layout in LAYOUTS.items()
        if layout.parent == parent and kind == layout.type and not kind.startswith("EDI_")
    ]
    return st.lists(st.one_of(inner), max_size=4) if inner else st.just([])


def as_xml(segments: list[Item]) -> bytes:
    def write(kind: str, content: Fields, inner: list[Item]) -> str:
        texts = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in content.items())
        return f'<{kind} SEGMENT="1">{texts}{"".join(write(*each) for each in inner)}</{kind}>'

    body = "".join(write(*each) for each in [("EDI_DC40", CONTROL, []), *segments])
    return f"<INVOIC02><IDOC BEGIN='1'>{body}</IDOC></INVOIC02>".encode()


def as_flat(segments: list[Item], end: str, *, trimmed: bool) -> bytes:
    records = [padded("EDI_DC40", CONTROL)]

    def write(kind: str, content: Fields, inner: list[Item], parent: int) -> None:
        number = len(records)
        name = kind.replace("E1", "E2", 1)
        head = f"{name:30}100{'1':16}{number:06}{parent:06}02"
        records.append(head + padded(kind, content).ljust(1000))
        for each in inner:
            write(*each, number)

    for each in segments:
        write(*each, 0)
    return end.join(record.rstrip(" ") if trimmed else record for record in records).encode()


def padded(kind: str, content: Fields) -> str:
    return "".join(
        content.get(name, "").ljust(stop - start) for name, start, stop in LAYOUTS[kind].fields
    )


@settings(max_examples=examples(15), deadline=None)
@given(items(None), st.sampled_from([("\n", True), ("\r\n", False), ("", False)]))
def test_both_forms_of_an_idoc_are_read_alike(
    segments: list[Item], shape: tuple[str, bool]
) -> None:
    end, trimmed = shape
    assert read(as_flat(segments, end, trimmed=trimmed), []) == read(as_xml(segments), [])
