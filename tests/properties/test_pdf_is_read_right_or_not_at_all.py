"""Whatever a page says: what is read is what was written, and a changed digit is not read."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from formats.findings import is_fatal
from formats.guide import parse
from formats.model import Invoice
from formats.pdf_text.read import read
from tests.formats.pdf_text.drawing import Text, drawn
from tests.properties.examples import examples

LAYOUT = parse(
    "law",
    """
    format = "pdf_text"
    anchors = ['^Muster AG']
    [text]
    decimal = ","
    thousands = "."
    [fields]
    number = '^Rechnung (.+)$'
    "totals.without_vat" = '^Netto'
    "vat_breakdown[0].rate" = '^USt (\\S+) %'
    "vat_breakdown[0].tax" = '^USt .* (\\S+)$'
    "totals.with_vat" = '^Brutto'
    [same]
    "vat_breakdown[0].taxable" = "totals.without_vat"
    [tables.lines]
    start = '^Pos'
    end = '^Netto'
    bottom = 280
    columns = { "id" = [18, 28], "item.name" = [28, 130], "net" = [130, 200] }
    """,
)
CENT = Decimal("0.01")
amounts = st.integers(min_value=-9_999_999, max_value=9_999_999).map(lambda cents: cents * CENT)
names = st.text("ABCdefgh ß€ä(\\)-.", min_size=1, max_size=20).map(lambda text: f"x{text}x")
rows = st.lists(st.tuples(names, amounts), min_size=1, max_size=60)


def written(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def pages(lines: list[tuple[str, Decimal]]) -> list[list[Text]]:
    net = sum((amount for _, amount in lines), Decimal(0))
    tax = (net * Decimal("0.19")).quantize(CENT)
    foot = [("Netto", net), ("USt 19 %", tax), ("Brutto", net + tax)]
    made: list[list[Text]] = []
    for number, (name, amount) in enumerate(lines):
        if number % 25 == 0:
            made.append([(20, 15, "Muster AG"), (20, 25, "Rechnung 4711"), (20, 35, "Pos Text")])
        down = 45 + number % 25 * 8
        made[-1] += [(20, down, str(number + 1)), (30, down, name), (150, down, written(amount))]
    for number, (label, amount) in enumerate(foot):
        made[-1] += [(20, 255 + number * 8, label), (150, 255 + number * 8, written(amount))]
    return made


@settings(max_examples=examples(10), deadline=None)
@given(lines=rows)
def test_what_was_written_is_read(lines: list[tuple[str, Decimal]]) -> None:
    (reading,) = read(drawn(*pages(lines)), [LAYOUT])
    assert isinstance(reading.document, Invoice)
    assert [(line.item and line.item.name, line.net) for line in reading.document.lines] == [
        (" ".join(name.split()), amount) for name, amount in lines
    ]


@settings(max_examples=examples(15), deadline=None)
@given(lines=rows, data=st.data())
def test_a_changed_digit_is_not_read(lines: list[tuple[str, Decimal]], data: st.DataObject) -> None:
    made = pages(lines)
    page = data.draw(st.sampled_from(made))
    place = data.draw(st.sampled_from([n for n, text in enumerate(page) if text[0] == 150]))
    across, down, text = page[place]
    digit = data.draw(st.sampled_from([n for n, sign in enumerate(text) if sign.isdigit()]))
    other = data.draw(st.sampled_from([sign for sign in "0123456789" if sign != text[digit]]))
    page[place] = (across, down, text[:digit] + other + text[digit + 1 :])
    (reading,) = read(drawn(*made), [LAYOUT])
    assert is_fatal(reading.notices)
    assert {fault.path for fault in reading.notices} & {"totals.without_vat", "totals.with_vat"}
