"""Embedded files are found wherever they are listed, and written as PDF/A-3 wants them."""

from datetime import date
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from formats.codec import Unreadable
from formats.pdf.embedded import FILES_AT_MOST, EmbeddedFile, attachments, embed
from tests.formats.pdf.small import one_page, stream_of

FILE = EmbeddedFile(
    name="factur-x.xml",
    data=b"<x/>",
    media_type="text/xml",
    description="the invoice",
    relationship="Data",
)


def embedded(file: EmbeddedFile) -> bytes:
    return one_page(change=lambda pdf: embed(pdf, file, created=date(2026, 3, 4)))


def only_associated(pdf: Pdf) -> None:
    spec = Dictionary(
        Type=Name.Filespec, F=String("a.xml"), EF=Dictionary(F=stream_of(pdf, b"<a/>"))
    )
    pdf.Root[Name.AF] = Array([pdf.make_indirect(spec)])


def only_listed(pdf: Pdf) -> None:
    only_associated(pdf)
    pdf.Root[Name.Names] = Dictionary(
        EmbeddedFiles=Dictionary(Names=Array([String("a"), pdf.Root.AF[0]]))
    )
    del pdf.Root[Name.AF]


def broken_entries(pdf: Pdf) -> None:
    """Entries of a wrong type, a specification without a file, one listed twice."""
    only_associated(pdf)
    spec = pdf.Root.AF[0]
    pdf.Root[Name.AF] = Array([spec, 7, Dictionary(), spec, Name.Nonsense])
    pdf.Root[Name.Names] = Dictionary(
        EmbeddedFiles=Dictionary(Names=Array([String("a"), String("b"), String("c"), spec]))
    )


FOUND = {
    "written by us": (embedded(FILE), (FILE,)),
    "without words": (
        embedded(EmbeddedFile(name="x", data=b"")),
        (
            EmbeddedFile(
                name="x",
                data=b"",
                media_type="application/octet-stream",
                description="x",
                relationship="Unspecified",
            ),
        ),
    ),
    "none": (one_page(), ()),
    "only associated": (
        one_page(change=only_associated),
        (EmbeddedFile(name="a.xml", data=b"<a/>", listed=False),),
    ),
    "only listed": (
        one_page(change=only_listed),
        (EmbeddedFile(name="a.xml", data=b"<a/>", associated=False),),
    ),
    "broken entries": (
        one_page(change=broken_entries),
        (EmbeddedFile(name="a.xml", data=b"<a/>"),),
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_files_are_found(case: str) -> None:
    data, expected = FOUND[case]
    assert attachments(data) == expected


def test_too_many_files_are_refused() -> None:
    def attach(pdf: Pdf) -> None:
        for number in range(FILES_AT_MOST + 1):
            pdf.attachments[f"{number}"] = b"x"

    with pytest.raises(Unreadable, match="too many"):
        attachments(one_page(change=attach))


def test_specification_is_that_of_iso_19005_3() -> None:
    with pikepdf.open(BytesIO(embedded(FILE))) as pdf:
        (spec,) = pdf.Root.AF
        assert spec.is_same_object_as(pdf.Root.Names.EmbeddedFiles.Names[1])
        assert spec.EF.F.is_same_object_as(spec.EF.UF)
        assert spec.EF.F.Subtype == Name("/text/xml")
        assert spec.EF.F.Params.Size == 4
        assert str(spec.EF.F.Params.ModDate) == "D:20260304000000Z"
