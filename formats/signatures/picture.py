"""The visible part of a seal: who signed and when, in the lower right corner of the last page.

Drawn by WeasyPrint and put in as it is: pyHanko's own text stamps write wrong widths for fonts of
2048 units an em, which PDF/A forbids and the eye sees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from html import escape
from importlib import import_module
from io import BytesIO

from cryptography import x509
from cryptography.x509.oid import NameOID
from pikepdf import Name
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.cms_embedder import SigAppearanceSetup
from pyhanko.stamp import StaticStampStyle

from formats.pdf.source import opened

WIDTH_MM, HEIGHT_MM = 64, 9
RIGHT_MM, BOTTOM_MM = 6, 4
"""From the edges of the page: below the footer of a letter."""

SHEET = """
<style>
 @page {{ size: {width}mm {height}mm; margin: 0 }}
 body {{ margin: 0; font: 5.5pt/7pt "Liberation Sans", sans-serif; color: #333 }}
 div {{ box-sizing: border-box; width: {width}mm; height: {height}mm; padding: 0.8mm 1.5mm;
       border: 0.2mm solid #888; overflow: hidden }}
 p {{ margin: 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }}
</style>
<div>{lines}</div>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is seen of a seal, as a PDF of one page."""

    data: bytes
    signed_at: datetime

    def setup(self) -> SigAppearanceSetup:
        """Return what pyHanko puts on the page."""
        fill = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID)
        style = StaticStampStyle(
            background=_Drawn(self.data), background_layout=fill, border_width=0
        )
        return SigAppearanceSetup(style=style, timestamp=self.signed_at, name=None)


def picture_of(chain: Sequence[bytes], signed_at: datetime) -> Picture:
    """Return the picture for a signer's certificates and a claimed time, to the minute, in UTC."""
    own = x509.load_der_x509_certificate(chain[0])
    moment = signed_at.astimezone(UTC)
    who = f"{moment:%Y-%m-%d %H:%M} UTC · {_short(own.issuer)}"
    return Picture(data=_drawn((_short(own.subject), who)), signed_at=signed_at)


def _short(name: x509.Name) -> str:
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for each in name.get_attributes_for_oid(oid):
            return str(each.value)
    return name.rfc4514_string()


@lru_cache(maxsize=64)
def _drawn(lines: tuple[str, ...]) -> bytes:
    weasyprint = import_module("weasyprint")  # half a second, once a process
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=())

    filled = "".join(f"<p>{escape(line)}</p>" for line in lines)
    sheet = SHEET.format(width=WIDTH_MM, height=HEIGHT_MM, lines=filled)
    drawn = weasyprint.HTML(string=sheet, url_fetcher=fetcher).write_pdf()
    return _without_empties(bytes(drawn))


def _without_empties(data: bytes) -> bytes:
    """Remove the empty resources that the PDF/A validator takes for patterns and shadings."""
    with opened(data) as pdf:
        held = pdf.pages[0].obj[Name.Resources]
        for key in (Name.Pattern, Name.Shading, Name.XObject):
            if key in held and not held[key].keys():
                del held[key]
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def field_of(name: str, pdf: IncrementalPdfFileWriter) -> SigFieldSpec:
    """Return where the picture stands: on the last page, as far from its edges as it is set."""
    page = pdf.find_page_for_modification(-1)[0].get_object()  # type: ignore[no-untyped-call]
    box = page.get("/CropBox") or page.get("/MediaBox") or page["/Parent"]["/MediaBox"]
    right, bottom = round(box[2]), round(box[1])
    edges = (
        right - _points(RIGHT_MM + WIDTH_MM),
        bottom + _points(BOTTOM_MM),
        right - _points(RIGHT_MM),
        bottom + _points(BOTTOM_MM + HEIGHT_MM),
    )
    return SigFieldSpec(name, on_page=-1, box=edges)


def _points(millimetres: int) -> int:
    return millimetres * 72 * 10 // 254


class _Drawn(PdfContent):
    """A page of another PDF, as a form."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        super().__init__()

    def render(self) -> bytes:
        """Import the page and return the operator that draws it."""
        held = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self.data)))
        self.resources.xobject["/Seal"] = held
        left, bottom, right, top = held.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Seal Do"
