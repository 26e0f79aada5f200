from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.codec import Unreadable
from formats.xml.names import tag
from formats.xml.opening import opening_tag
from formats.xml.parsing import parse
from formats.xml.payload import payload
from formats.xml.places import Places, place_of
from formats.xml.walking import HELD, held, texts_below
from formats.xml.writing import Scribe, attribute, escape
from tests.formats.shared_examples import CORPORA, needs_corpora

UTF_7 = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-+ADw-a/+AD4-'
ENVELOPE = (
    '<s:StandardBusinessDocument xmlns:s="http://www.unece.org/cefact/namespaces/'
    'StandardBusinessDocumentHeader"><s:StandardBusinessDocumentHeader><s:Sender/>'
    "</s:StandardBusinessDocumentHeader>%s</s:StandardBusinessDocument>"
)

REFUSED = {
    "empty": (b"", "IN-XML-1", "line 1, column 1"),
    "no XML": (b"%PDF-1.7", "IN-XML-1", "line 1, column 1"),
    "cut off": (b"<a>\n <b>", "IN-XML-1", "line 2, column 5"),
    "two roots": (b"<a/><b/>", "IN-XML-1", "line 1, column 5"),
    "bytes that are not UTF-8": (b"<a>\xff</a>", "IN-XML-1", "line 1, column 4"),
    "an entity nobody declared": (b"<a>&nbsp;</a>", "IN-XML-1", "line 1, column 10"),
    "too deep": (b"<a>" * 300 + b"</a>" * 300, "IN-XML-3", "line 1, column 771"),
    "UTF-32": ("<a/>".encode("utf-32"), "IN-XML-1", "line 1, column 1"),
    "DOCTYPE": (b"<!DOCTYPE a><a/>", "IN-XML-2", "before the root element"),
    "DOCTYPE behind a comment": (
        b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <a> --><?p?><!DOCTYPE a [<!ENTITY x 'y'>]><a/>",
        "IN-XML-2",
        "before the root element",
    ),
    "DOCTYPE in UTF-16": (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
        "IN-XML-2",
        "before the root element",
    ),
    "DOCTYPE in UTF-16 without mark": (
        "<!DOCTYPE a><a/>".encode("utf-16-be"),
        "IN-XML-2",
        "before the root element",
    ),
    "DOCTYPE in disguise": (UTF_7, "IN-XML-6", "line 1"),
}

OPENINGS = {
    "plain": (b"<a/>", "a"),
    "namespace": (b'<?xml version="1.0"?>\n<!-- <b> -->\n<a xmlns = "urn:x" c="d>e">', "{urn:x}a"),
    "prefix": (b"<p:a xmlns:q='urn:y' xmlns:p='urn:x'>", "{urn:x}a"),
    "byte order mark": (b"\xef\xbb\xbf<a/>", "a"),
    "UTF-16": ('<?xml version="1.0"?><a xmlns="urn:x"/>'.encode("utf-16"), "{urn:x}a"),
    "behind a DOCTYPE": (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a/>", "a"),
    "in an envelope": ((ENVELOPE % "<i:a xmlns:i='urn:x'>").encode(), "{urn:x}a"),
    "envelope cut off": (ENVELOPE.partition("%")[0].encode(), None),
    "tag cut off": (b'<a xmlns="urn:x', None),
    "text": (b"a <b and c", None),
    "inside another file": (b"%PDF-1.3\nstream\n<?xml version='1.0'?><a/>", None),
    "nothing": (b"", None),
}

XML_TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\ufffe\uffff", exclude_categories=["Cc", "Cs"])
    | st.sampled_from("\t\n\r\x85")
)


@pytest.mark.parametrize(("data", "rule", "place"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_named(data: bytes, rule: str, place: str) -> None:
    with pytest.raises(Unreadable) as raised:
        parse(data, what="an example")
    finding = raised.value.finding
    assert (finding.rule, finding.place) == (rule, place)
    assert finding.fix


@needs_corpora
@pytest.mark.parametrize(
    "path", sorted((CORPORA / "xml-attacks").rglob("*.xml")), ids=lambda path: str(path.name)
)
def test_attacks_get_no_further_than_their_doctype(path: Any) -> None:
    data = path.read_bytes()
    if b"<!DOCTYPE" not in data:
        assert parse(data, what="an example") is not None
        return
    with pytest.raises(Unreadable) as raised:
        parse(data, what="an example")
    assert raised.value.finding.rule == "IN-XML-2"


def test_size_is_bounded_before_parsing_and_large_texts_pass() -> None:
    with pytest.raises(Unreadable) as raised:
        parse(b"<a>12345</a>", what="an example", limit_bytes=11)
    assert raised.value.finding.rule == "IN-XML-3"
    assert len(parse(b"<a>" + b"x" * 11_000_000 + b"</a>", what="an example").text or "") > 10**7


@pytest.mark.parametrize(("head", "expected"), OPENINGS.values(), ids=OPENINGS)
def test_opening_tag(head: bytes, expected: str | None) -> None:
    assert opening_tag(head) == expected


@pytest.mark.parametrize(
    "head", [b"<!--", b"<? ", b"<a ", b"<a b='c' ", b"<!DOCTYPE ", b"<<", b"&"]
)
def test_opening_tag_takes_no_time_over_nonsense(head: bytes) -> None:
    assert opening_tag((head * 4096)[:4096]) is None


def test_envelope_is_opened() -> None:
    whole = parse((ENVELOPE % "<a><b/></a>").encode(), what="an example")
    inner = payload(whole, what="an example")
    assert inner.tag == "a"
    assert place_of(inner[0]) == "/a/b (line 1)"
    assert payload(inner, what="an example") is inner
    with pytest.raises(Unreadable) as raised:
        payload(parse((ENVELOPE % "").encode(), what="an example"), what="an example")
    assert raised.value.finding.rule == "IN-XML-5"


def test_elements_are_held_once_and_not_without_end() -> None:
    root = parse(b"<a>" + b"<b/>" * (HELD + 7) + b"</a>", what="an example")
    kept = held(root)
    assert len(kept) == HELD
    assert kept[0] is root
    assert kept[1] is root[0]


def test_without_blanks_only_white_space_between_elements_is_left_out() -> None:
    data = b"<a>\n <b> </b>\t<c>&#32;</c> <d> x <e/> </d>\xc2\xa0 </a>"
    with_blanks = parse(data, what="an example")
    without = parse(data, what="an example", blanks=False)
    assert "".join(map(str, with_blanks.itertext())) == "\n  \t   x  \xa0 "
    assert [(each.tag, each.text, each.tail) for each in without.iter()] == [
        ("a", None, None),
        ("b", " ", None),
        ("c", " ", None),
        ("d", " x ", "\xa0 "),
        ("e", None, " "),
    ]


def test_places_count_what_comes_before() -> None:
    root = parse(b"<a>\n<b>1</b>\n<b>2<c>3</c></b>\n</a>", what="an example")
    assert place_of(root[1][0]) == "/a/b[2]/c (line 3)"
    places = Places({root[0]})
    assert places.of(root[0]) == "/a/b[1] (line 2)"
    assert places.of(root[1][0], "x") == "/a/b[2]/c/@x (line 3)"
    assert dict(texts_below(root, "/a")) == {
        "/a/b (line 2)": "1",
        "/a/b[2] (line 3)": "2",
        "/a/b[2]/c (line 3)": "3",
    }
    assert tag("ram:ID").endswith(":100}ID")


def test_places_are_the_same_in_whatever_order_they_are_asked_for() -> None:
    root = parse(b"<a>%s</a>" % (b"<b><c/><d/><c/></b>" * 150), what="an example")
    wanted = [f"/a/b[{n}]/c" if n > 1 else "/a/b/c" for n in range(1, 151)]
    places = Places()
    for order in (1, -1, 7):
        asked = list(root)[::order]
        assert [places.path(b[0]) for b in asked] == wanted[::order]
        assert [places.path(b[2]) for b in asked] == [f"{path}[2]" for path in wanted[::order]]
        assert [places.path(b) for b in asked] == [path[:-2] for path in wanted[::order]]


@given(text=XML_TEXT, value=XML_TEXT)
@settings(max_examples=200, deadline=None)
def test_any_text_comes_back(text: str, value: str) -> None:
    scribe = Scribe()
    scribe.open("a")
    scribe.leaf("b", text, attribute("c", value))
    scribe.close("a")
    root = parse(scribe.finish(), what="an example")
    assert (root[0].text or "", root[0].get("c")) == (text, value)


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ud800", "\ufffe"])
def test_what_xml_cannot_carry_is_not_written(character: str) -> None:
    with pytest.raises(ValueError, match=f"U\\+{ord(character):04X}"):
        escape(f"a{character}b")


def test_an_element_with_nothing_inside_has_no_blanks_inside() -> None:
    scribe = Scribe()
    scribe.open("a")
    scribe.open("b", attribute("c", "</b"))
    scribe.close("b")
    scribe.close("a")
    assert scribe.finish().decode().partition("\n")[2] == '<a>\n  <b c="&lt;/b"></b>\n</a>\n'


def test_rewinding_takes_back_an_element_and_its_indent() -> None:
    scribe = Scribe()
    scribe.open("a")
    mark = scribe.mark()
    scribe.open("b")
    scribe.leaf("c", "1")
    scribe.rewind(mark)
    scribe.leaf("d", "2")
    scribe.close("a")
    assert scribe.finish().decode().partition("\n")[2] == "<a>\n  <d>2</d>\n</a>\n"
