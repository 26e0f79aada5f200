"""Names that stand for a Liberation face, and names that do not."""

import pytest

from formats.pdf.fonts import face_of

FACES = {
    "Helvetica": "Sans-Regular",
    "Helvetica-Bold": "Sans-Bold",
    "Arial": "Sans-Regular",
    "ArialMT": "Sans-Regular",
    "Arial-BoldMT": "Sans-Bold",
    "Arial,BoldItalic": "Sans-BoldItalic",
    "Arial Bold": None,
    "ArialNarrow": None,
    "Arial-Black": None,
    "Times-Roman": "Serif-Regular",
    "TimesNewRomanPSMT": "Serif-Regular",
    "TimesNewRoman,Italic": "Serif-Italic",
    "TimesNewRomanPS-BoldItalicMT": "Serif-BoldItalic",
    "Courier": "Mono-Regular",
    "CourierNewPS-BoldMT": "Mono-Bold",
    "Courier-Oblique": "Mono-Italic",
    "Symbol": None,
    "ZapfDingbats": None,
    "Verdana": None,
    "": None,
}


@pytest.mark.parametrize("name", FACES)
def test_face(name: str) -> None:
    assert face_of(name) == FACES[name]
