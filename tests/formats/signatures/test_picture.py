"""A visible seal stands on the last page, in its corner alone, and the PDF stays a PDF/A-3."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
from pikepdf import Dictionary, Name, pdfa
from PIL import ImageChops

from formats.signatures.pades import sign_b_b, sign_b_t, visibly
from formats.signatures.picture import picture_of
from formats.signatures.signer import KeySigner
from formats.signatures.trust import Trust
from formats.signatures.verify import verify
from tests.formats.pdf.small import text_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SignerOf = Callable[..., KeySigner]


def pages(count: int, width: int = 595) -> bytes:
    with pikepdf.new() as pdf:
        for _ in range(count):
            pdf.add_blank_page(page_size=(width, 842))
        pdfa.prepare(pdf, "3b")
        out = BytesIO()
        pdf.save(out, min_version="1.7")
    return out.getvalue()


def shown(data: bytes) -> list[Any]:
    """Return each page as a picture, with its form fields."""
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    found = [page.render().to_pil().convert("L") for page in document]
    document.close()
    return found


@pytest.mark.parametrize(("count", "width"), [(1, 595), (3, 595), (1, 842)])
def test_picture_is_in_the_corner_of_the_last_page(
    signer_of: SignerOf, count: int, width: int
) -> None:
    data = pages(count, width)
    signer = signer_of("ec")
    signed = visibly(sign_b_b)(data, signer, NOON)
    assert signed.startswith(data)
    assert verify(signed, Trust(trusted=signer.chain), at=NOON).good
    *before, last = shown(signed)
    assert all(picture.getextrema() == (255, 255) for picture in before)
    box = ImageChops.invert(last).getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert (width - 205 < left < width - 190, width - 20 < right < width - 10) == (True, True)
    assert (842 - 45 < top < 842 - 30, 842 - 15 < bottom < 842 - 5) == (True, True)
    assert visibly(sign_b_b)(data, signer_of("rsa"), NOON) == visibly(sign_b_b)(
        data, signer_of("rsa"), NOON
    )


def test_picture_says_who_and_when(signer_of: SignerOf) -> None:
    drawn = picture_of(signer_of("ec").chain, NOON).data
    assert text_of(drawn) == "Muster & Söhne AG 2026-11-22 12:00 UTC · Muster & Söhne AG"


@pytest.mark.parametrize("key", ["rsa", "ec"])
def test_what_is_drawn_is_as_pdf_a_wants_it(signer_of: SignerOf, key: str) -> None:
    signed = visibly(sign_b_t)(pages(1), signer_of(key, lambda _: b"\x30\x00"), NOON)
    with pikepdf.open(BytesIO(signed)) as pdf:
        page = pdf.pages[0]
        (widget,) = page.Annots
        assert int(widget.F) & 0b100  # printed, ISO 19005-3, 6.3.2
        assert list(widget.AP.keys()) == ["/N"]  # and nothing else, 6.3.3
        page.Resources = Dictionary(XObject=Dictionary(Seal=widget.AP.N))
        page.contents_add(b"/Seal Do")
        for name in (Name.AcroForm, Name.Extensions):
            del pdf.Root[name]
        del page.Annots
        assert pdfa.check(pdf, "3b").findings == []
