"""Rows by themselves: a small table, what it makes of a text, and what it writes back."""

from decimal import Decimal

import pytest

from formats.binding.conditions import says, unless
from formats.binding.kinds import DECIMAL
from formats.binding.lists import Many
from formats.binding.rows import (
    Amount,
    Fixed,
    Ignored,
    Leaf,
    Nest,
    OfDocument,
    Row,
    Where,
    read_only,
)
from formats.binding.trail import Trail
from formats.model import Identifier, Invoice, Party
from formats.xml.names import NAMESPACES
from tests.formats.binding.small_tables import read, written

TABLES: dict[str, tuple[Row, ...]] = {
    "fixed": (Leaf("cbc:Name", "number"), Fixed("cac:Code/cbc:ID", "VAT", also=("1",))),
    "by code": (
        Nest("cac:A", Leaf("cbc:Name", "number"), Fixed("cbc:ID", "7"), when=says("cbc:ID", "7")),
        Nest("cac:A", Leaf("cbc:Name", "project"), when=unless(says("cbc:ID", "7"))),
    ),
    "by attribute": (
        Leaf("cbc:ID", "number", fixed=' schemeID="VA"', when=says("@schemeID", "VA")),
    ),
    "once": (Nest("cac:A", Leaf("cbc:Name", "number"), Leaf("cbc:ID", "project")),),
    "again": (Nest("cac:A", Leaf("cbc:Name", "number"), Leaf("cbc:ID", "project"), again=True),),
    "read only": (Leaf("cbc:Name", "number"), read_only(Leaf("cbc:ID", "number"))),
    "absent": (Nest("cac:A", Leaf("cbc:ID", "number", absent="NA"), Leaf("cbc:Name", "project")),),
    "beside": (Leaf("cbc:Name", "payee.name"), Leaf("cbc:ID", "payee.trading_name", beside="name")),
    "number": (Leaf("cbc:Amount", "totals.due", DECIMAL),),
    "amount": (Amount("cbc:Amount", "totals.due"),),
    "vat total": (Amount("cbc:Amount", "totals.due", one_of_many=True),),
    "list": (
        Many("seller.identifiers", Nest("cac:A", Leaf("cbc:ID", "value")), needs="value"),
        Nest("cac:B", opens="seller.address"),
        Ignored("cbc:Name"),
    ),
}

CASES = [
    # table, what is in the element, fields read, places left
    ("fixed", "<cbc:Name> a </cbc:Name>", {"number": "a"}, []),
    ("fixed", "<cac:Code><cbc:ID>vat</cbc:ID></cac:Code>", {}, []),
    ("fixed", "<cac:Code><cbc:ID>1</cbc:ID></cac:Code>", {}, []),
    ("fixed", "<cac:Code><cbc:ID>GST</cbc:ID></cac:Code>", {}, ["/r/cac:Code/cbc:ID (line 1)"]),
    ("fixed", "<cac:Code><cbc:Name>x</cbc:Name></cac:Code>", {}, ["/r/cac:Code/cbc:Name (line 1)"]),
    ("fixed", "<cbc:Name>a</cbc:Name><cbc:Name>a</cbc:Name>", {"number": "a"}, []),
    (
        "fixed",
        "<cbc:Name>a</cbc:Name><cbc:Name>b</cbc:Name>",
        {"number": "a"},
        ["/r/cbc:Name[2] (line 1)"],
    ),
    ("fixed", "<cbc:Name/><cbc:Name> </cbc:Name>", {}, []),
    ("fixed", "<a>1<b>2</b></a>", {}, ["/r/a (line 1)", "/r/a/b (line 1)"]),
    ("by code", "<cac:A><cbc:Name>a</cbc:Name><cbc:ID>7</cbc:ID></cac:A>", {"number": "a"}, []),
    ("by code", "<cac:A><cbc:Name>a</cbc:Name></cac:A>", {"project": "a"}, []),
    ("by attribute", '<cbc:ID schemeID="va">a</cbc:ID>', {"number": "a"}, []),
    ("by attribute", "<cbc:ID>a</cbc:ID>", {}, ["/r/cbc:ID (line 1)"]),
    (
        "once",
        "<cac:A><cbc:Name>a</cbc:Name></cac:A><cac:A><cbc:ID>b</cbc:ID></cac:A>",
        {"number": "a"},
        ["/r/cac:A[2]/cbc:ID (line 1)"],
    ),
    (
        "again",
        "<cac:A><cbc:Name>a</cbc:Name></cac:A><cac:A><cbc:ID>b</cbc:ID></cac:A>",
        {"number": "a", "project": "b"},
        [],
    ),
    ("read only", "<cbc:ID>a</cbc:ID>", {"number": "a"}, []),
    ("absent", "<cac:A><cbc:ID>NA</cbc:ID></cac:A>", {}, []),
    ("beside", "<cbc:ID>a</cbc:ID>", {}, ["/r/cbc:ID (line 1)"]),
    (
        "beside",
        "<cbc:Name>a</cbc:Name><cbc:ID>b</cbc:ID>",
        {"payee": {"name": "a", "trading_name": "b"}},
        [],
    ),
    ("amount", '<cbc:Amount currencyID="EUR">1</cbc:Amount>', {"totals": {"due": Decimal(1)}}, []),
    ("amount", "<cbc:Amount>1</cbc:Amount>", {"totals": {"due": Decimal(1)}}, []),
    (
        "list",
        "<cac:A/><cac:A><cbc:ID>1</cbc:ID></cac:A>",
        {"seller": {"identifiers": [{"value": "1"}]}},
        [],
    ),
    ("list", "<cac:B/><cbc:Name>x</cbc:Name>", {"seller": {"address": {}}}, []),
]

WRITTEN = [
    ("fixed", Invoice(number="a"), ["cbc:Name a", "cac:Code", "cbc:ID VAT"]),
    ("by code", Invoice(number="a"), ["cac:A", "cbc:Name a", "cbc:ID 7"]),
    ("by code", Invoice(project="a"), ["cac:A", "cbc:Name a"]),
    ("by attribute", Invoice(number="a"), ["cbc:ID a"]),
    ("read only", Invoice(number="a"), ["cbc:Name a"]),
    ("absent", Invoice(project="a"), ["cac:A", "cbc:ID NA", "cbc:Name a"]),
    ("absent", Invoice(), []),
    ("list", Invoice(seller=Party(identifiers=(Identifier(value="1"),))), ["cac:A", "cbc:ID 1"]),
    ("list", Invoice(seller=Party()), []),
]


@pytest.mark.parametrize(("table", "inside", "fields", "left"), CASES)
def test_read(table: str, inside: str, fields: dict[str, object], left: list[str]) -> None:
    trail = read(TABLES[table], inside, currency="EUR")
    assert trail.document == fields
    assert list(trail.reading().unmapped) == left


@pytest.mark.parametrize(("table", "invoice", "elements"), WRITTEN)
def test_write(table: str, invoice: Invoice, elements: list[str]) -> None:
    assert written(TABLES[table], invoice) == elements


@pytest.mark.parametrize(
    ("table", "inside", "rule"),
    [
        ("number", "<cbc:Amount>1,5</cbc:Amount>", "IN-VALUE"),
        ("amount", "<cbc:Amount>one</cbc:Amount>", "IN-VALUE"),
        ("vat total", '<cbc:Amount currencyID="USD">1</cbc:Amount>', "IN-CURRENCY"),
    ],
)
def test_what_cannot_be_understood_is_no_value_but_a_finding(
    table: str, inside: str, rule: str
) -> None:
    trail = read(TABLES[table], inside, currency="EUR")
    assert trail.document == {}
    is_found(trail, rule)


def test_an_amount_in_another_currency_is_a_value_and_a_finding() -> None:
    trail = read(TABLES["amount"], '<cbc:Amount currencyID="USD">1</cbc:Amount>', currency="EUR")
    assert trail.document == {"totals": {"due": Decimal(1)}}
    is_found(trail, "IN-CURRENCY")


def is_found(trail: Trail, rule: str) -> None:
    (notice,) = trail.reading().notices
    assert (notice.rule, notice.term, notice.path) == (rule, "BT-115", "totals.due")
    assert notice.place == "/r/cbc:Amount (line 1)"
    assert notice.value
    assert notice.fix


def test_signatures_are_passed_by() -> None:
    signature = f'<Signature xmlns="{NAMESPACES["ds"]}"><Value>x</Value></Signature>'
    assert read((), f"<a>{signature}</a>").reading().unmapped == {}


def test_long_texts_are_cut_where_they_are_listed() -> None:
    (text,) = read((), f"<a>{'x' * 5000}</a>").reading().unmapped.values()
    assert len(text) < 1100


def test_of_very_many_texts_the_first_are_listed_and_the_others_counted() -> None:
    unmapped = read((), "<a>1</a>" * 10_007).reading().unmapped
    assert len(unmapped) == 10_001
    assert unmapped["further places"] == "7"


def test_a_field_of_the_document_is_read_from_any_item_and_written_in_the_first() -> None:
    items = Many("notes", Nest("cac:A", OfDocument("cbc:ID", "number"), Leaf("cbc:Name", "text")))
    trail = read((items,), "<cac:A/><cac:A><cbc:ID>1</cbc:ID></cac:A>")
    assert trail.document == {"notes": [{}, {}], "number": "1"}
    assert trail.reading().sources["number"] == "/r/cac:A[2]/cbc:ID (line 1)"


def test_a_condition_on_the_model_holds_for_writing_only() -> None:
    row = Where(lambda invoice: invoice.currency == "EUR", Leaf("cbc:ID", "number"))
    assert read((row,), "<cbc:ID>1</cbc:ID>").document == {"number": "1"}
    assert written((row,), Invoice(number="1", currency="EUR")) == ["cbc:ID 1"]
    assert written((row,), Invoice(number="1")) == []
