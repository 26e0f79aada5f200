import re

import pytest

from formats.model import Identifier, Invoice, Line
from formats.model.group import Group
from formats.model.paths import Draft, UnknownPath, paths, term

WRONG: dict[tuple[str, type[Group]], str] = {
    ("sellr.name", Invoice): "Invoice has no field `sellr`; did you mean `seller`?",
    ("seller.zzz", Invoice): "Party has no field `zzz`; it has name, trading_name",
    ("seller", Invoice): "`seller` is not one value; name a field in it: `seller.name`",
    ("lines", Invoice): "name a field in it: `lines[0].id`",
    ("lines.net", Invoice): "`lines` is many; write `lines[0]`, or `lines[]` for a new one",
    ("seller[0].name", Invoice): "`seller` is not many; write `seller` without `[0]`",
    ("number.x", Invoice): "`number` is one value and has no fields",
    ("lines[-1].net", Invoice): "`lines[-1]` is not a field name",
    ("Number", Invoice): "Invoice has no field `Number`; did you mean `number`?",
    ("supporting_documents[0].attachment.data", Invoice): "none can be filled from text",
    ("seller.identifiers[key=1].value", Invoice): "Identifier has no field `key`",
    ("lines[0].net", Line): "Line has no field `lines`",
    ("", Invoice): "Invoice has no field ``",
}


@pytest.mark.parametrize(("path", "root"), WRONG)
def test_a_wrong_path_says_what_may_have_been_meant(path: str, root: type[Group]) -> None:
    with pytest.raises(UnknownPath, match=re.escape(WRONG[path, root])):
        term(path, root)


def test_all_listed_paths_are_paths() -> None:
    assert all(term(path).path == path for path in paths())


def test_items_are_made_in_the_order_of_their_values() -> None:
    draft = Draft()
    for path in ("notes[7].text", "notes[].text", "notes[7].subject_code", "notes[].text"):
        draft.put(term(path), path, "")
    invoice, _ = draft.build(Invoice)
    assert [(note.text, note.subject_code) for note in invoice.notes] == [
        ("notes[7].text", "notes[7].subject_code"),
        ("notes[].text", None),
        ("notes[].text", None),
    ]
    assert [draft.has_items(term(f"notes[{place}].text")) for place in (7, 0)] == [True, False]


def test_an_identifier_without_value_is_left_out_and_told() -> None:
    draft = Draft()
    draft.put(term("seller.electronic_address.scheme"), "0204", "here")
    draft.put(term("buyer.electronic_address[scheme=0088].value"), "4000001", "there")
    draft.put(term("lines[0].item.classifications[0].scheme"), "HS", "here")
    draft.put(term("lines[0].id"), "1", "there")
    invoice, incomplete = draft.build(Invoice)
    assert incomplete == (
        "seller.electronic_address.value",
        "lines[0].item.classifications[0].code",
    )
    assert invoice.buyer is not None
    assert invoice.buyer.electronic_address == Identifier(value="4000001", scheme="0088")
    assert draft.sources == {"buyer.electronic_address.value": "there", "lines[0].id": "there"}
