"""Fonts of a PDF that lie outside of it: a printer would take others for them."""

from collections.abc import Iterator

import pikepdf

_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_DEPTH_MAX = 8


def fonts_outside(pdf: pikepdf.Pdf) -> dict[str, int]:
    """Return the names of fonts that are not embedded, and the page on which each is first."""
    found: dict[str, int] = {}
    looked_at: set[tuple[int, int]] = set()
    for number, page in enumerate(pdf.pages, 1):
        for font in _fonts(page.resources, looked_at, _DEPTH_MAX):
            if not _is_inside(font):
                name = str(font.get("/BaseFont", "without a name")).removeprefix("/")
                found.setdefault(name, number)
    return found


def _fonts(
    resources: pikepdf.Object, looked_at: set[tuple[int, int]], depth: int
) -> Iterator[pikepdf.Object]:
    """Yield the fonts of a page and of the drawings in it."""
    for font in _values(resources, "/Font"):
        if isinstance(font, pikepdf.Dictionary) and _is_new(font, looked_at):
            yield font
    for group in ("/XObject", "/Pattern"):
        for drawing in _values(resources, group):
            inner = drawing.get("/Resources") if isinstance(drawing, pikepdf.Stream) else None
            is_dictionary = isinstance(inner, pikepdf.Dictionary)
            if depth and inner is not None and is_dictionary and _is_new(drawing, looked_at):
                yield from _fonts(inner, looked_at, depth - 1)


def _values(resources: pikepdf.Object, group: str) -> list[pikepdf.Object]:
    held = resources.get(group)
    return [each for _, each in held.items()] if isinstance(held, pikepdf.Dictionary) else []


def _is_new(held: pikepdf.Object, looked_at: set[tuple[int, int]]) -> bool:
    if not held.is_indirect:
        return True
    is_new = held.objgen not in looked_at
    looked_at.add(held.objgen)
    return is_new


def _is_inside(font: pikepdf.Object) -> bool:
    if str(font.get("/Subtype")) == "/Type3":
        return True
    children = font.get("/DescendantFonts")
    if isinstance(children, pikepdf.Array):
        return all(isinstance(one, pikepdf.Dictionary) and _is_inside(one) for one in children)
    descriptor = font.get("/FontDescriptor")
    if not isinstance(descriptor, pikepdf.Dictionary):
        return False
    return any(isinstance(descriptor.get(name), pikepdf.Stream) for name in _FILES)
