"""Small PDFs made for one purpose."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

CORPORA = Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora"))
TEXT = b"BT /F1 12 Tf 72 700 Td (Invoice 17) Tj ET "


def font(name: str, subtype: str = "Type1", **more: Any) -> Dictionary:
    return Dictionary(
        Type=Name.Font, Subtype=Name(f"/{subtype}"), BaseFont=Name(f"/{name}"), **more
    )


def one_page(
    content: bytes = TEXT,
    *,
    resources: dict[str, Object] | None = None,
    change: Callable[[Pdf], None] | None = None,
    **how: Any,
) -> bytes:
    """Return a PDF of one page; `resources` beside the font F1 (Helvetica)."""
    pdf = Pdf.new()
    page = pdf.add_blank_page(page_size=(595, 842)).obj
    page[Name.Contents] = pdf.make_stream(content)
    held = Dictionary(Font=Dictionary(F1=pdf.make_indirect(font("Helvetica"))))
    for key, value in (resources or {}).items():
        held[f"/{key}"] = value
    page[Name.Resources] = held
    if change:
        change(pdf)
    out = BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def without_pages() -> bytes:
    out = BytesIO()
    Pdf.new().save(out)
    return out.getvalue()


def with_fonts(**fonts: Dictionary) -> dict[str, Object]:
    return {"Font": Dictionary({f"/{name}": held for name, held in fonts.items()})}


def signature_form(pdf: Pdf) -> None:
    pdf.Root[Name.AcroForm] = Dictionary(SigFlags=3, Fields=Array())


def dangerous(pdf: Pdf) -> None:
    """Script on opening, a form, an attachment, a link, a slide show, private data."""
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf.Root[Name.OpenAction] = script
    pdf.Root[Name.AcroForm] = Dictionary(Fields=Array(), XFA=String("x"))
    pdf.Root[Name.PieceInfo] = Dictionary()
    pdf.Root[Name.PageMode] = Name.UseAttachments
    pdf.attachments["evil.exe"] = b"MZ"
    page = pdf.pages[0].obj
    page[Name.AA] = Dictionary(O=script)
    page[Name.Trans] = Dictionary(S=Name.Wipe)
    link = Dictionary(S=Name.URI, URI=String("https://shop.example"))
    page[Name.Annots] = Array(
        [
            pdf.make_indirect(
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Link,
                    Rect=Array([0, 0, 9, 9]),
                    Border=Array([0, 0, 0]),
                    A=link,
                )
            )
        ]
    )


def attached_bomb(size_bytes: int) -> bytes:
    """Return a PDF with a file that is small on disk and large in memory."""

    def attach(pdf: Pdf) -> None:
        pdf.attachments["factur-x.xml"] = b" " * size_bytes

    return one_page(change=attach, compress_streams=True)


def indirect_fonts(pdf: Pdf) -> None:
    fonts = pdf.pages[0].obj.Resources.Font
    for name in list(fonts.keys()):
        fonts[name] = pdf.make_indirect(fonts[name])


def stream_of(pdf: Pdf, data: bytes, **keys: Any) -> Stream:
    stream = pdf.make_stream(data)
    for key, value in keys.items():
        stream[f"/{key}"] = value
    return stream


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())


def pictures(data: bytes, *, dpi: int = 36) -> list[Any]:
    """Return each page as a grey Pillow image."""
    document = pypdfium2.PdfDocument(data)
    found = [page.render(scale=dpi / 72).to_pil() for page in document]
    document.close()
    return found
