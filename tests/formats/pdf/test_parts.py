"""Each part is its own pages, whole, without what only others use, and always the same bytes."""

from io import BytesIO

import pikepdf
import pypdf
import pytest

from formats.codec import Unreadable
from formats.pdf.parts import parts


def spool(count: int, *, password: str | None = None) -> bytes:
    """Return a PDF whose pages share one dictionary of resources, each with its picture."""
    pdf = pikepdf.new()
    pictures = pikepdf.Dictionary()
    for number in range(1, count + 1):
        noise = bytes((number * 7 + index * index) % 251 for index in range(3_000))
        picture = pdf.make_stream(noise)
        picture.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image})
        picture.update({"/Width": 50, "/Height": 20, "/BitsPerComponent": 8})
        picture.ColorSpace = pikepdf.Name.DeviceRGB
        pictures[f"/P{number}"] = picture
    shared = pdf.make_indirect(pikepdf.Dictionary(XObject=pictures))
    for number in range(1, count + 1):
        page = pdf.add_blank_page()
        page.Resources = shared
        page.Contents = pdf.make_stream(f"% {number}\n/P{number} Do".encode())
    out = BytesIO()
    lock = None if password is None else pikepdf.Encryption(owner="o", user=password)
    pdf.save(out, encryption=lock)
    return out.getvalue()


@pytest.mark.parametrize("password", [None, ""])
def test_parts_are_what_was_asked_for(password: str | None) -> None:
    data = spool(5, password=password)
    wanted = [[1, 2], [4], [5, 3]]
    made = parts(data, wanted)
    assert made == parts(data, wanted)
    for part, numbers in zip(made, wanted, strict=True):
        reader = pypdf.PdfReader(BytesIO(part))
        assert not reader.is_encrypted
        contents = [page.get_contents() for page in reader.pages]
        assert [int(each.get_data()[2:3]) for each in contents if each is not None] == numbers
        assert len(part) < 3_000 * len(numbers) + 2_000


@pytest.mark.parametrize(
    ("data", "pages"), [(spool(1), [[2]]), (b"%PDF-1.7", [[1]]), (spool(1, password="u"), [[1]])]
)
def test_what_is_not_there_is_refused(data: bytes, pages: list[list[int]]) -> None:
    with pytest.raises(Unreadable):
        parts(data, pages)
