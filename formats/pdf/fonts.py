"""Embedding the fonts that a PDF only names: the base 14 and their usual replacements.

Liberation has the same widths as Arial, Times New Roman and Courier New (and so as Helvetica, Times
and Courier), so the page does not move. Other fonts are left alone; the PDF/A check names them.
"""

from functools import cache
from hashlib import md5
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools import agl  # type: ignore[import-untyped]
from fontTools.encodings.MacRoman import MacRoman  # type: ignore[import-untyped]
from fontTools.encodings.StandardEncoding import StandardEncoding  # type: ignore[import-untyped]
from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from formats.findings import Actor
from formats.pdf.contents import chosen_fonts, fonts_of
from formats.pdf.source import unreadable

FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path("/opt/homebrew/share/fonts"),
)
FAMILIES = {
    "helvetica": "Sans",
    "arial": "Sans",
    "arialmt": "Sans",
    "times": "Serif",
    "timesroman": "Serif",
    "timesnewroman": "Serif",
    "timesnewromanps": "Serif",
    "timesnewromanpsmt": "Serif",
    "courier": "Mono",
    "couriernew": "Mono",
    "couriernewps": "Mono",
    "couriernewpsmt": "Mono",
}
STYLES = {  # (bold, italic)
    (False, False): "Regular",
    (True, False): "Bold",
    (False, True): "Italic",
    (True, True): "BoldItalic",
}
FLAGS = {"Sans": 1 << 5, "Serif": 1 << 5 | 1 << 1, "Mono": 1 << 5 | 1}  # ISO 32000-1, table 123
ITALIC = 1 << 6
SIMPLE = frozenset({Name.Type1, Name.TrueType, Name.MMType1})
FIRST_CODE = 32
LAYOUT_TABLES = ["GSUB", "GPOS", "GDEF", "FFTM", "kern", "DSIG"]  # a PDF places each glyph itself
WIN_ANSI = tuple(
    agl.UV2AGL.get(ord(bytes((code,)).decode("cp1252", "replace")), ".notdef")
    for code in range(256)
)


def embed_missing(pdf: Pdf) -> tuple[str, ...]:
    """Embed a substitute for each simple font that is only named; return the names without one.

    A font without a substitute that nothing is written in is taken off its list instead.
    """
    left: dict[str, None] = {}
    embedded: dict[tuple[str, frozenset[int]], Dictionary] = {}
    chosen = chosen_fonts(pdf)
    for fonts, key, font in fonts_of(pdf):
        name = _base_name(font)
        if _is_embedded(font):
            continue
        if (face := face_of(name)) and font.get(Name.Subtype) in SIMPLE:
            _substitute(pdf, font, face, embedded)
        elif font.is_indirect and font.objgen not in chosen:
            del fonts[key]
        else:
            left[name] = None
    return tuple(left)


def word_font(pdf: Pdf, face: str, word: str) -> tuple[Dictionary, float]:
    """Return a font with the letters of a word in Windows Latin, and the word's width in ems.

    Raises:
        Unreadable: IN-PDF-FONT, the face is not installed here.
    """
    characters = {word.encode("cp1252", "replace")[at]: ord(sign) for at, sign in enumerate(word)}
    program, widths = _subset(face, frozenset(characters.values()))
    first, last = min(characters), max(characters)
    known = {code: widths.get(character, 0) for code, character in characters.items()}
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.TrueType,
        FirstChar=first,
        LastChar=last,
        Widths=Array([known.get(code, 0) for code in range(first, last + 1)]),
        FontDescriptor=_descriptor(pdf, face, program),
        Encoding=Name.WinAnsiEncoding,
    )
    font[Name.BaseFont] = font[Name.FontDescriptor][Name.FontName]
    return pdf.make_indirect(font), sum(widths.get(ord(sign), 0) for sign in word) / 1000


def face_of(name: str) -> str | None:
    """Return the Liberation face that stands in for a font name, or None.

    >>> face_of("Helvetica-BoldOblique"), face_of("TimesNewRomanPS-BoldMT"), face_of("ABCDEF+Arial")
    ('Sans-BoldItalic', 'Serif-Bold', 'Sans-Regular')
    >>> face_of("ZapfDingbats") is None
    True
    """
    plain = name.rpartition("+")[2].replace(" ", "").lower()
    family, _, style = plain.replace(",", "-").partition("-")
    bold, italic = "bold" in style, "italic" in style or "oblique" in style
    rest = style
    for word in ("bold", "italic", "oblique", "roman", "regular", "mt", "-", ","):
        rest = rest.replace(word, "")
    if rest or family not in FAMILIES:
        return None
    return f"{FAMILIES[family]}-{STYLES[bold, italic]}"


def _is_embedded(font: Dictionary) -> bool:
    if font.get(Name.Subtype) in {Name.Type3, Name.Type0}:
        return font.get(Name.Subtype) == Name.Type3 or all(
            isinstance(child, Dictionary) and _is_embedded(child)
            for child in _items(font.get(Name.DescendantFonts))
        )
    descriptor = font.get(Name.FontDescriptor)
    programs = (Name.FontFile, Name.FontFile2, Name.FontFile3)
    return isinstance(descriptor, Dictionary) and any(key in descriptor for key in programs)


def _items(value: object) -> list[Any]:
    return list(value) if isinstance(value, Array) else []


def _base_name(font: Dictionary) -> str:
    name = font.get(Name.BaseFont)
    return str(name).removeprefix("/") if isinstance(name, Name) else "(nameless)"


def _substitute(
    pdf: Pdf, font: Dictionary, face: str, embedded: dict[tuple[str, frozenset[int]], Dictionary]
) -> None:
    names = _glyph_names(font)
    wanted = frozenset(filter(None, map(_character, names)))
    program, widths = _subset(face, wanted)
    key = (face, wanted)
    if key not in embedded:
        embedded[key] = _descriptor(pdf, face, program)
    descriptor = embedded[key]
    font[Name.Subtype] = Name.TrueType
    font[Name.BaseFont] = descriptor[Name.FontName]
    font[Name.FirstChar] = FIRST_CODE
    font[Name.LastChar] = 255
    used = names[FIRST_CODE:]
    font[Name.Widths] = Array([widths.get(_character(name) or 0, 0) for name in used])
    font[Name.FontDescriptor] = descriptor
    font[Name.Encoding] = _encoding(names)


def _glyph_names(font: Dictionary) -> list[str]:
    """Return the glyph name of each code (ISO 32000-1, 9.6.6)."""
    encoding = font.get(Name.Encoding)
    base: Object | None = encoding
    if isinstance(encoding, Dictionary):
        base = encoding.get(Name.BaseEncoding)
    names = list(_base_encoding(font, base))
    code = 0
    for item in _items(encoding.get(Name.Differences) if isinstance(encoding, Dictionary) else ()):
        if isinstance(item, int):
            code = item
        elif 0 <= code < 256:
            names[code] = str(item).removeprefix("/")
            code += 1
    return names


def _base_encoding(font: Dictionary, base: Object | None) -> tuple[str, ...]:
    if base == Name.WinAnsiEncoding:
        return WIN_ANSI
    if base == Name.MacRomanEncoding:
        return tuple(MacRoman)
    is_type1 = font.get(Name.Subtype) != Name.TrueType
    return tuple(StandardEncoding) if is_type1 or base == Name.StandardEncoding else WIN_ANSI


def _encoding(names: list[str]) -> Object:
    differences: list[Object | int] = []
    for code, (name, usual) in enumerate(zip(names, WIN_ANSI, strict=True)):
        if name != usual and _character(name):
            differences += [code, Name(f"/{name}")]
    if not differences:
        return Name.WinAnsiEncoding
    return Dictionary(
        Type=Name.Encoding, BaseEncoding=Name.WinAnsiEncoding, Differences=Array(differences)
    )


def _character(name: str) -> int | None:
    text = agl.toUnicode(name) if name != ".notdef" else ""
    return ord(text) if len(text) == 1 else None


@cache
def _path(face: str) -> Path:
    for folder in FONT_FOLDERS:
        for path in sorted(folder.rglob(f"Liberation{face}.ttf")):
            return path
    raise unreadable(
        "FONT",
        f"the font Liberation {face} is not installed here",
        "install the package fonts-liberation",
        actor=Actor.OPERATOR,
    )


@cache
def _subset(face: str, wanted: frozenset[int]) -> tuple[bytes, dict[int, int]]:
    """Return the font with the wanted characters, and their widths in thousandths."""
    options = Options(drop_tables=LAYOUT_TABLES, hinting=False, notdef_outline=True)
    font = TTFont(_path(face), recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    scale = 1000 / font["head"].unitsPerEm
    widths = {
        code: round(font["hmtx"][glyph][0] * scale) for code, glyph in font.getBestCmap().items()
    }
    written = BytesIO()
    font.save(written)
    return written.getvalue(), widths


def _descriptor(pdf: Pdf, face: str, program: bytes) -> Dictionary:
    font = TTFont(BytesIO(program), lazy=True)
    scale = 1000 / font["head"].unitsPerEm
    head, lines, os2, post = font["head"], font["hhea"], font["OS/2"], font["post"]
    box = (head.xMin, head.yMin, head.xMax, head.yMax)
    family, _, style = face.partition("-")
    stream = Stream(pdf, program)
    stream[Name.Length1] = len(program)
    return pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name(f"/{_tag(program)}+Liberation{face}"),
            Flags=FLAGS[family] | (ITALIC if "Italic" in style else 0),
            FontBBox=Array([round(edge * scale) for edge in box]),
            ItalicAngle=round(post.italicAngle),
            Ascent=round(lines.ascent * scale),
            Descent=round(lines.descent * scale),
            CapHeight=round(getattr(os2, "sCapHeight", lines.ascent) * scale),
            StemV=120 if "Bold" in style else 80,
            FontFile2=stream,
        )
    )


def _tag(program: bytes) -> str:
    """Return six capitals that stand for the subset (ISO 32000-1, 9.6.4)."""
    digest = md5(program, usedforsecurity=False).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])
