from decimal import Decimal

import msgspec
import pytest

from formats import canonical
from formats.codec import Material, Unreadable
from formats.model import Invoice, Totals

FAULTS = {
    "nothing": (b"", "IN-JSON-1", None),
    "no JSON": (b"\xff", "IN-JSON-1", None),
    "a text that is not UTF-8": (b'{"kind":"invoice","number":"R\xfc1"}', "IN-JSON-1", None),
    "very deep": (b'{"x":' + b"[" * 100_000, "IN-JSON-1", None),
    "cut off": (b'{"kind":"invoice","number":"4', "IN-JSON-1", None),
    "no object": (b"[]", "IN-JSON-2", None),
    "no kind": (b'{"number":"1"}', "IN-JSON-2", None),
    "unknown kind": (b'{"kind":"order"}', "IN-JSON-2", "kind"),
    "unknown field": (b'{"kind":"invoice","nunber":"1"}', "IN-JSON-2", "nunber"),
    "unknown field inside": (
        b'{"kind":"invoice","lines":[{},{"price":{"nett":"1"}}]}',
        "IN-JSON-2",
        "lines[1].price.nett",
    ),
    "wrong type": (b'{"kind":"invoice","lines":[{"net":"x"}]}', "IN-JSON-2", "lines[0].net"),
    "missing field": (b'{"kind":"invoice","payee":{"identifiers":[{}]}}', "IN-JSON-2", None),
    "no number": (b'{"kind":"invoice","totals":{"due":"NaN"}}', "IN-JSON-3", "totals.due"),
    "endless": (b'{"kind":"invoice","totals":{"due":"1E+9999"}}', "IN-JSON-3", "totals.due"),
    "tiny": (b'{"kind":"invoice","lines":[{"net":"1E-99"}]}', "IN-JSON-3", "lines[0].net"),
}

HEADS = {
    "ours": (b'{"kind":"invoice","number":"1"}', True),
    "by hand": (b'\xef\xbb\xbf {\n  "number": "1",\n  "kind" : "reminder"', True),
    "another kind": (b'{"kind":"order"}', False),
    "a list": (b'[{"kind":"invoice"}]', False),
    "text": (b'"kind":"invoice"', False),
    "nothing": (b"", False),
}


@pytest.mark.parametrize(("data", "rule", "path"), FAULTS.values(), ids=FAULTS)
def test_a_fault_names_its_path(data: bytes, rule: str, path: str | None) -> None:
    with pytest.raises(Unreadable) as raised:
        canonical.READER.read(data, ())
    finding = raised.value.finding
    assert finding.rule == rule
    assert path is None or finding.path == path
    assert finding.fix


@pytest.mark.parametrize(("head", "ours"), HEADS.values(), ids=HEADS)
def test_claims(head: bytes, ours: bool) -> None:  # noqa: FBT001 (a column of the table)
    assert canonical.READER.claims(head, "a.json") is ours


def test_written_json_is_stable_and_plain() -> None:
    invoice = Invoice(totals=Totals(due=Decimal("10.50")), number="ü")
    data = canonical.WRITER.write(invoice, Material())
    assert data == '{"kind":"invoice","number":"ü","totals":{"due":"10.50"}}'.encode()
    (reading,) = canonical.READER.read(b"\xef\xbb\xbf" + msgspec.json.format(data), ())
    assert reading.document == invoice
