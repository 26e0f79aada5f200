"""Line numbers stand whole in their column, or in the details of their line."""

import pypdfium2  # type: ignore[import-untyped]
import pytest
from msgspec.structs import replace

from formats.codec import Material
from formats.letter.numbering import WIDEST_MM, numbering
from formats.model import Invoice
from tests.formats.letter.cases import BY_NAME, CREATED, load

UUID = "e3b0c442-98fc-1c14-9afb-f4c8996fb924"
COLUMNS = [  # numbers; width of the column, its type, what stands elsewhere
    ((), 12, "plain", ()),
    (("10", "100020"), 12, "plain", ()),
    (("1000030",), 13, "small", ()),
    (("LIGNE-0001",), 20, "small", ()),
    (("1", "4500018910-00010"), 27, "small", ()),
    (("1", UUID), 12, "small", (UUID,)),
    (("4500018910-00010", UUID, "X" * 14), 27, "small", (UUID, "X" * 14)),
]


@pytest.mark.parametrize(("numbers", "width_mm", "type_", "elsewhere"), COLUMNS)
def test_the_column_is_as_wide_as_what_fits_at_all(
    numbers: tuple[str, ...], width_mm: int, type_: str, elsewhere: tuple[str, ...]
) -> None:
    column = numbering(numbers)
    assert (column.width_mm, column.small) == (width_mm, type_ == "small")
    assert tuple(number for number in numbers if not column.holds(number)) == elsewhere
    assert column.width_mm <= WIDEST_MM


def test_every_number_is_printed_in_one_piece() -> None:
    numbers = ("WWWW-WWWW-1", "4500018910-00010", UUID)
    invoice = load("invoice")
    assert isinstance(invoice, Invoice)
    lines = tuple(
        replace(line, id=number) for line, number in zip(invoice.lines, numbers, strict=True)
    )
    data = BY_NAME["letter-din5008"].write(replace(invoice, lines=lines), Material(created=CREATED))
    text = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range()
    assert set(numbers[:2]) <= set(text.split())
    assert UUID.replace("-", "") in "".join(filter(str.isalnum, text))
