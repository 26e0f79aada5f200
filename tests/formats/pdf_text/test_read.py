"""Invoices come out as they stand on the page, or not at all."""

import json
import os
import re
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pikepdf
import pytest

from formats.codec import Confidence, Guide, Unreadable
from formats.findings import Severity
from formats.guide import parse, shipped
from formats.model import Invoice
from formats.pdf_text.read import READER, read
from tests.formats.pdf_text.drawing import Text, drawn

SAMPLES = Path("tests/samples/pdf_text")
LAYOUTS = Path(__file__).parent / "layouts"
CORPORA = Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora"))
REAL = CORPORA / "pdf-invoices/invoice2data/tests/compare"

SIMPLE = """
format = "pdf_text"
anchors = ['^Muster AG']
split = '^Invoice'
[fields]
number = '^Invoice (\\S+)'
"totals.with_vat" = '^Total'
due_date = { label = 'Due', optional = true }
[tables.lines]
start = '^Items'
end = '^Total'
row = '^(.+) ([\\d.]+)$'
columns = ["item.name", "net"]
"""
GOOD: list[Text] = [
    (20, 10, "Muster AG"),
    (20, 20, "Invoice R-1"),
    (20, 30, "Items"),
    (20, 40, "Nuts"),
    (80, 40, "2.50"),
    (20, 50, "Bolts"),
    (80, 50, "3.00"),
    (20, 60, "Total"),
    (80, 60, "5.50"),
]


def guide(toml: str = SIMPLE) -> Guide:
    return parse("simple", toml)


def changed(old: str, new: str) -> list[Text]:
    assert any(text == old for _, _, text in GOOD)
    return [(across, down, new if text == old else text) for across, down, text in GOOD]


@pytest.mark.parametrize("case", sorted(path.name for path in SAMPLES.iterdir()))
def test_samples_read_as_expected(case: str) -> None:
    folder = SAMPLES / case
    layout = folder / "layout.toml"
    chosen = parse("layout", layout.read_text()) if layout.exists() else shipped("pdf-example")
    readings = read((folder / "in.pdf").read_bytes(), [chosen])
    found = [
        {"document": each.document, "unmapped": each.unmapped, "notices": each.notices}
        for each in readings
    ]
    assert json.loads(msgspec.json.encode(found)) == json.loads(
        (folder / "readings.json").read_bytes()
    )


def test_every_value_knows_its_place() -> None:
    (reading,) = read((SAMPLES / "example/in.pdf").read_bytes(), [shipped("pdf-example")])
    assert reading.sources["lines[1].quantity"] == "page 1, 116.5/125.3 mm"
    assert reading.sources["purchase_order"] == "page 1, 20.3/93.0 mm"
    assert reading.sources["currency"] == "layout pdf-example"
    assert reading.sources["totals.due"] == reading.sources["totals.with_vat"]


def real() -> list[str]:
    return sorted(path.stem for path in LAYOUTS.iterdir())


@pytest.mark.skipif(not REAL.exists(), reason="shared corpora are not here")
@pytest.mark.parametrize("name", real())
def test_real_invoices_read_as_their_publisher_says(name: str) -> None:
    layouts = [parse(path.stem, path.read_text()) for path in sorted(LAYOUTS.iterdir())]
    (reading,) = read((REAL / f"{name}.pdf").read_bytes(), layouts)
    assert reading.notices == ()
    invoice = reading.document
    assert isinstance(invoice, Invoice)
    assert invoice.totals is not None
    (expected,) = json.loads((REAL / f"{name}.json").read_bytes(), parse_float=Decimal)
    assert invoice.number == expected["invoice_number"]
    assert str(invoice.issue_date) == expected["date"]
    assert invoice.currency == expected["currency"]
    assert invoice.totals.with_vat == expected["amount"]
    assert invoice.totals.without_vat == expected["amount_untaxed"]
    if "date_due" in expected:
        assert str(invoice.due_date) == expected["date_due"]
    if "amount_tax" in expected:
        assert invoice.totals.vat == expected["amount_tax"]
    assert [_net(line) for line in expected.get("lines", []) if _is_item(line)] == (
        [line.net for line in invoice.lines] if "lines" in expected else []
    )


def _is_item(line: dict[str, Any]) -> bool:
    return "sectionheader" not in line and "line_note" not in line


def _net(line: dict[str, Any]) -> Decimal:
    return Decimal(
        next(line[word] for word in ("price_subtotal", "price", "price_unit") if word in line)
    )


def locked() -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(drawn(GOOD))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


UNREADABLE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "no PDF": (lambda: b"%PDF-1.4 broken", "IN-PDF-BROKEN", "no PDF that can be opened"),
    "locked": (locked, "IN-PDF-LOCKED", "with a password only"),
    "scanned": (lambda: drawn([], []), "IN-PDF-SCAN", "has no text"),
    "other sender": (
        lambda: drawn(changed("Muster AG", "Probe AG")),
        "IN-PDF-LAYOUT",
        r"layout `simple` wants `\^Muster AG`",
    ),
    "nothing begins": (
        lambda: drawn(GOOD[:1], GOOD[2:]),
        "IN-PDF-SPLIT",
        "no page begins an invoice",
    ),
    "nothing found": (
        lambda: drawn([(20, 10, "Muster AG"), (20, 20, "Invoice")]),
        "IN-PDF-FIELD",
        "number is not found.*; totals.with_vat is not found.*; no lines are found",
    ),
}

DOUBTFUL: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "no number": (
        lambda: drawn(changed("Invoice R-1", "Invoice")),
        "IN-PDF-FIELD",
        r"number is not found: no row with `\^Invoice \(\\S\+\)`",
    ),
    "two totals": (
        lambda: drawn([*GOOD, (20, 70, "Total 6.50")]),
        "IN-PDF-AMBIGUOUS",
        r"totals.with_vat may be `5.50` \(page 1, 80.1/60.0 mm\), `6.50` \(page 1, ",
    ),
    "no amount": (
        lambda: drawn(changed("3.00", "3,00")),
        "IN-PDF-ROW",
        r"a row in the table of lines is not understood: it is not as .*page 1, 20.2/50.0 mm",
    ),
    "no amount at all": (
        lambda: drawn(changed("5.50", "five")),
        "IN-PDF-VALUE",
        r"totals.with_vat: `five` is not a number as in 1234.56",
    ),
    "no lines": (lambda: drawn(changed("Items", "Things")), "IN-PDF-LINES", "no lines are found"),
    "does not add up": (
        lambda: drawn(changed("3.00", "3.01")),
        "IN-PDF-SUM",
        "totals.with_vat is 5.50, but net and VAT together is 5.51",
    ),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_it_stops_and_says_why(case: str) -> None:
    data, rule, words = UNREADABLE[case]
    with pytest.raises(Unreadable, match=words) as caught:
        read(data(), [guide()])
    assert caught.value.finding.rule == rule
    assert caught.value.finding.fix


@pytest.mark.parametrize("case", DOUBTFUL)
def test_doubt_is_named_and_what_was_found_is_shown(case: str) -> None:
    data, rule, words = DOUBTFUL[case]
    (reading,) = read(data(), [guide()])
    fault = reading.notices[0]
    assert (fault.rule, fault.severity) == (rule, Severity.FATAL)
    assert re.search(words, f"{fault.message} {fault.place}")
    assert fault.fix
    assert reading.marks
    assert reading.confidence.get(fault.path or "", Confidence.DOUBTFUL) is Confidence.DOUBTFUL


def test_without_a_layout_it_says_what_to_give() -> None:
    with pytest.raises(Unreadable, match="the sender has none") as caught:
        read(drawn(GOOD), [Guide(name="a", format="csv", table={})])
    assert "facteur layout draft" in str(caught.value.finding.fix)


def test_all_faults_are_named_at_once() -> None:
    page = changed("3.00", "3,00")
    page.remove((20, 20, "Invoice R-1"))
    whole = guide(SIMPLE.replace("split = '^Invoice'", ""))
    (reading,) = read(drawn(page), [whole])
    assert [fault.rule for fault in reading.notices] == ["IN-PDF-FIELD", "IN-PDF-ROW"]


def test_each_value_has_its_box_and_says_how_sure_it_is() -> None:
    page = [*GOOD, (20, 70, "Total 5.50")]
    (reading,) = read(drawn(page), [guide(SIMPLE + '[constants]\ncurrency = "EUR"\n')])
    assert reading.confidence == {
        "number": Confidence.READ,
        "totals.with_vat": Confidence.PROVEN,
        "lines[0].item.name": Confidence.READ,
        "lines[0].net": Confidence.PROVEN,
        "lines[1].item.name": Confidence.READ,
        "lines[1].net": Confidence.PROVEN,
        "currency": Confidence.GIVEN,
    }
    assert set(reading.marks) == set(reading.confidence) - {"currency"}
    left, upper, right, lower = reading.marks["lines[1].net"].box
    assert 80_000 <= left < right <= 88_000
    assert 45_000 <= upper < 50_000 < lower <= 52_000


def test_the_first_layout_that_fits_is_taken() -> None:
    other = parse("other", SIMPLE.replace("^Muster AG", "^Probe AG"))
    (reading,) = read(drawn(GOOD), [other, guide()])
    assert reading.document.number == "R-1"


def test_faulty_invoice_in_a_spool_does_not_stop_the_others() -> None:
    other = [(x, y, text.replace("R-1", "R-2")) for x, y, text in changed("3.00", "3.01")]
    good, bad = read(drawn(GOOD, [], other), [guide()])
    assert (good.pages, bad.pages) == ((1, 2), (3,))
    assert [(each.rule, each.place) for each in good.notices] == [("IN-PDF-SCAN", "page 2")]
    assert [(each.rule, each.place) for each in bad.notices] == [
        ("IN-PDF-SUM", "page 3, 80.1/60.0 mm")
    ]


def test_reader_claims_what_is_a_pdf() -> None:
    assert READER.claims(drawn(GOOD)[:4096], "")
    assert not READER.claims(b"<xml/>", "x.pdf")
