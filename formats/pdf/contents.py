"""What the pages, forms and appearances of a PDF draw, as raw content and as fonts."""

import re
from collections.abc import Iterator

from pikepdf import Array, ContentScope, Dictionary, Name, Object, Pdf, PdfError, Stream

CHOICE_OF_FONT = re.compile(rb"/([^\s()<>\[\]{}/%]+)\s+-?[\d.]+\s+Tf\b")


def resources_of(pdf: Pdf) -> Iterator[Dictionary]:
    """Yield each resource dictionary that something is drawn with."""
    return (scope.resources for scope in pdf.content_scopes() if scope.resources is not None)


def content_of(scope: ContentScope) -> bytes:
    """Return the unpacked content; what cannot be unpacked is left to the PDF/A check."""
    held = scope.content
    if not isinstance(held, Stream):
        held = held.get(Name.Contents, Array())
    parts = list(held) if isinstance(held, Array) else [held]
    return b"\n".join(_bytes(part) for part in parts)


def fonts_of(pdf: Pdf) -> Iterator[tuple[Dictionary, str, Dictionary]]:
    """Yield the dictionary of fonts, the name in it and the font."""
    for resources in resources_of(pdf):
        fonts = resources.get(Name.Font)
        if isinstance(fonts, Dictionary):
            for name, font in list(fonts.items()):
                if isinstance(font, Dictionary):
                    yield fonts, name, font


def chosen_fonts(pdf: Pdf) -> frozenset[tuple[int, int]]:
    """Return the object numbers of the fonts that some content chooses."""
    chosen = set()
    for scope in pdf.content_scopes():
        fonts = scope.resources.get(Name.Font) if scope.resources is not None else None
        if isinstance(fonts, Dictionary):
            for match in CHOICE_OF_FONT.finditer(content_of(scope)):
                font = fonts.get("/" + match[1].decode("latin-1"))
                if isinstance(font, Dictionary):
                    chosen.add(font.objgen)
    return frozenset(chosen)


def _bytes(part: Object) -> bytes:
    try:
        return part.read_bytes() if isinstance(part, Stream) else b""
    except PdfError:
        return b""
