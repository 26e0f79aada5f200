"""The CMYK profile shows inks as PDFium does, by the judgement of LittleCMS."""

import os
from io import BytesIO
from itertools import product

import pytest
from PIL import Image, ImageCms

from formats.pdf.cmyk import GRID, INKS, cmyk_profile, shown_inks
from tests.formats.pdf.small import one_page, pictures

STEPS = [step / (GRID - 1) for step in range(GRID)]
NODES = list(product(STEPS, repeat=4))
MIXED = [(0.1, 0.1, 0.1, 0.1), (0.0, 0.0, 0.0, 0.9), (0.6, 0.3, 0.0, 0.1), (0.0, 0.9, 0.6, 0.0)]


def shown(inks: list[tuple[float, ...]]) -> list[bytes]:
    """Return the colours that PDFium shows, red, green and blue."""
    columns = 50
    squares = (
        b"%f %f %f %f k %d %d 10 10 re f " % (*ink, 10 * (n % columns), 10 * (n // columns))
        for n, ink in enumerate(inks)
    )
    page = pictures(one_page(b"".join(squares)), dpi=72)[0]
    places = (
        (10 * (n % columns) + 5, page.height - 10 * (n // columns) - 5) for n in range(len(inks))
    )
    return [bytes(page.getpixel(place)) for place in places]


def test_inks_are_those_that_pdfium_shows() -> None:
    measured = shown(NODES)
    if os.environ.get("GOLDEN") == "write":
        lines = (measured[n : n + GRID] for n in range(0, len(measured), GRID))
        INKS.write_text("".join(" ".join(c.hex() for c in line) + "\n" for line in lines), "ascii")
    assert list(shown_inks()) == measured


@pytest.mark.parametrize("inks", [*NODES[::13], *MIXED])
def test_profile_gives_the_same_colours(inks: tuple[float, ...]) -> None:
    profile = ImageCms.ImageCmsProfile(BytesIO(cmyk_profile()))
    screen = ImageCms.createProfile("sRGB")
    transform = ImageCms.buildTransform(profile, screen, "CMYK", "RGB")
    painted = Image.new("CMYK", (1, 1), tuple(round(255 * ink) for ink in inks))
    seen = ImageCms.applyTransform(painted, transform)
    assert seen is not None
    (expected,) = shown([inks])
    differences = (abs(a - b) for a, b in zip(seen.tobytes(), expected, strict=True))
    assert max(differences) <= (4 if inks in NODES else 16)
