"""Letters drawn line by line: what is found wrong with each, where, and what mends it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest
import weasyprint  # type: ignore[import-untyped]

from outbound.print_mail.faults import Fault
from outbound.print_mail.preflight import Fitted, Unfit, fit, fit_covered
from outbound.print_mail.stationery import ClearZone, Stationery
from outbound.print_mail.zones import WINDOWS
from tests.outbound.rigs import pdf

LINES = ("Bäckerei Süßmund GmbH", "Ofenweg 3", "12345 Musterstadt")
PLAIN = Stationery()


FONT = "font:10pt/4.4mm 'DejaVu Sans'}"


def drawn(*boxes: str, lines: Sequence[str] = LINES, at: tuple[float, float] = (25, 66)) -> bytes:
    """Return a letter: the address at (left, top) mm, and boxes given as CSS and text."""
    left, top = at
    address = "".join(
        f'<div style="left:{left}mm;top:{top + 5 * n}mm">{line}</div>'
        for n, line in enumerate(lines)
    )
    more = "".join(
        f'<div style="{css}">{text}</div>' for css, _, text in (box.partition("|") for box in boxes)
    )
    style = "@page{size:A4;margin:0} div{position:absolute;white-space:nowrap;" + FONT
    html = f"<style>{style}</style>{address}{more}"
    return bytes(weasyprint.HTML(string=html).write_pdf())


def judged(data: bytes, stationery: Stationery = PLAIN, lines: Sequence[str] = LINES) -> list[str]:
    found = fit(data, lines, stationery)
    return [] if isinstance(found, Fitted) else [said(fault) for fault in found.faults]


def said(fault: Fault) -> str:
    return f"{fault.rule} {fault.page}"


BODY = "left:25mm;top:110mm|Sehr geehrte Damen und Herren,"
RETURN = "left:25mm;top:56mm;font-size:6pt|Nordlicht Handel GmbH · Weg 1 · 20457 Hamburg"
FAULTS: dict[str, tuple[tuple[str, ...], dict[str, Any], list[str]]] = {
    "nothing": ((BODY,), {}, []),
    "the return line above the address": ((BODY, RETURN), {}, []),
    "text beside the window on the same line": (("left:120mm;top:66mm|Rechnung 4711",), {}, []),
    "text in the window": (("left:25mm;top:82mm|Kundennummer 7",), {}, ["PM-WINDOW-OTHER 1"]),
    "a line through the window": (
        ("left:30mm;top:84mm;width:40mm;border-top:0.2mm solid #888|",),
        {},
        ["PM-WINDOW-OTHER 1"],
    ),
    "white in the window": (("left:30mm;top:84mm;width:40mm;height:2mm;background:#fff|",), {}, []),
    "at the left edge": (("left:1mm;top:150mm|x",), {}, ["PM-EDGE 1"]),
    "at two edges": (
        ("left:1mm;top:150mm|x", "left:100mm;top:293mm|x"),
        {},
        ["PM-EDGE 1", "PM-EDGE 1"],
    ),
    "in the sheet mark": (("left:8mm;top:112mm|x",), {}, ["PM-MARK 1"]),
    "beside the sheet mark": (("left:18mm;top:112mm|x",), {}, []),
    "in the franking zone": (("left:150mm;top:20mm|x",), {}, ["PM-CLEAR 1"]),
}
FRANKED = replace(
    PLAIN,
    clear=(ClearZone(name="franking", left_mm=136, top_mm=5, width_mm=74, height_mm=40),),
    shift_max_mm=0,
)


@pytest.mark.parametrize("case", FAULTS)
def test_what_stands_where_nothing_may(case: str) -> None:
    boxes, changes, faults = FAULTS[case]
    assert judged(drawn(*boxes), replace(FRANKED, **changes)) == faults


WORDS = ("Kunde 0000 GmbH aus Übersee", "Æ g Ä . Weg 17", "10115 Berlin")


def test_words_of_all_heights_stand_in_one_line() -> None:
    assert judged(drawn(BODY, lines=WORDS), FRANKED, WORDS) == []


CAPITALS = tuple(line.upper().replace(" ", "&ensp;") for line in LINES)
ADDRESSES: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "the address": (LINES, []),
    "in capitals and with wide blanks": (CAPITALS, []),
    "another street": ((LINES[0], "Ofenweg 4", LINES[2]), ["PM-WINDOW 1", "PM-WINDOW-OTHER 1"]),
    "a line too few": (LINES[:2], ["PM-WINDOW 1"]),
    "a line too many": ((*LINES, "ITALIEN"), ["PM-WINDOW-OTHER 1"]),
    "in another order": ((LINES[1], LINES[0], LINES[2]), ["PM-WINDOW 1"]),
    "none": ((), ["PM-WINDOW 1"]),
}


@pytest.mark.parametrize("case", ADDRESSES)
def test_the_window_shows_the_address_of_the_manifest_line_by_line(case: str) -> None:
    lines, faults = ADDRESSES[case]
    assert judged(drawn(BODY, lines=lines), FRANKED) == faults


def test_every_fault_is_told_at_once_with_its_place_and_fix() -> None:
    letter = drawn("left:8mm;top:112mm|x", "left:25mm;top:82mm|Kundennummer 7", lines=LINES[:2])
    found = fit(letter, LINES, PLAIN)
    assert isinstance(found, Unfit)
    assert [said(fault) for fault in found.faults] == [
        "PM-WINDOW 1",
        "PM-WINDOW-OTHER 1",
        "PM-MARK 1",
    ]
    assert not found.coverable
    mark = found.faults[-1]
    assert mark.box is not None
    left, top, right, bottom = mark.box
    assert 8 <= left < right <= 11
    assert 112 <= top < bottom <= 117
    assert mark.place == f"page 1, box {left:g} mm, {top:g} mm, {right:g} mm, {bottom:g} mm"
    assert all(fault.fix and fault.message for fault in found.faults)
    assert mark.fix.endswith("or agree on another place (`mark` of the stationery)")


SHIFTS: dict[tuple[float, float], bool] = {  # where the address stands: is it moved, by 8 mm
    (25, 59): True,
    (14, 66): True,
    (30, 83): True,
    (17, 58): True,
    (25, 52): False,
    (10, 66): False,
    (60, 140): False,
}


@pytest.mark.parametrize("at", SHIFTS)
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_page_is_moved_by_a_little_so_that_the_address_shows(
    at: tuple[float, float], rotation: int
) -> None:
    letter = turned(drawn(BODY, at=at), rotation)
    found = fit(letter, LINES, PLAIN)
    assert isinstance(found, Fitted) == SHIFTS[at]
    if isinstance(found, Fitted):
        assert found.data is not None
        assert len(found.repairs) == 1
        assert fit(found.data, LINES, PLAIN) == Fitted(pages=1)


def turned(data: bytes, rotation: int) -> bytes:
    """Return a page that is stored turned and shown upright."""
    with pikepdf.open(BytesIO(data)) as letter, pikepdf.Pdf.new() as out:
        size = (595.276, 841.89) if rotation % 180 == 0 else (841.89, 595.276)
        page = out.add_blank_page(page_size=size)
        width, height = 595.276, 841.89
        matrix = {
            0: (1, 0, 0, 1, 0, 0),
            90: (0, 1, -1, 0, height, 0),
            180: (-1, 0, 0, -1, width, height),
            270: (0, -1, 1, 0, 0, width),
        }[rotation]
        form = out.copy_foreign(letter.pages[0].as_form_xobject())
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
        page.contents_add(f"q {' '.join(map(str, matrix))} cm /F Do Q".encode())
        page.rotate(rotation, relative=False)
        return saved(out)


def saved(document: pikepdf.Pdf, **how: Any) -> bytes:
    buffer = BytesIO()
    document.save(buffer, **how)
    return buffer.getvalue()


def test_nothing_is_moved_off_the_paper() -> None:
    wide = drawn("left:199mm;top:150mm|x", at=(17, 66))
    assert judged(wide, replace(PLAIN, edge_mm=0)) == []
    assert judged(drawn("left:207mm;top:150mm|x", at=(12.2, 66)), replace(PLAIN, edge_mm=0)) != []


@pytest.mark.parametrize("duplex", [True, False])
def test_an_address_sheet_shows_what_the_letter_does_not(*, duplex: bool) -> None:
    stationery = replace(PLAIN, duplex=duplex)
    letter = drawn(BODY, at=(60, 140))
    found = fit(letter, LINES, stationery)
    assert isinstance(found, Unfit)
    assert found.coverable
    behind = fit_covered(letter, drawn(), LINES, stationery)
    assert isinstance(behind, Fitted)
    assert behind.pages == (3 if duplex else 2)
    assert behind.data is not None
    assert judged(behind.data, stationery) == []
    wrong = fit_covered(letter, drawn(lines=LINES[:1]), LINES, stationery)
    assert isinstance(wrong, Unfit)


def with_font_outside(data: bytes) -> bytes:
    with pikepdf.open(BytesIO(data)) as document:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        inner = document.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        inner.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F9=font))
        document.pages[0].add_resource(inner, pikepdf.Name.XObject)
        return saved(document)


def with_stamp(data: bytes) -> bytes:
    with pikepdf.open(BytesIO(data)) as document:
        look = document.make_stream(
            b"0 0 100 20 re f",
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, 100, 20],
        )
        stamp = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Stamp,
            F=4,
            Rect=[100, 620, 200, 640],
            AP=pikepdf.Dictionary(N=look),
        )
        document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(stamp)])
        return saved(document)


FILES: dict[str, tuple[Callable[[], bytes], list[str]]] = {
    "a font outside": (lambda: with_font_outside(drawn(BODY)), ["PM-FONT 1"]),
    "locked for all": (
        lambda: locked(pikepdf.Encryption(owner="o", user="u")),
        ["PM-LOCKED 0"],
    ),
    "locked for changes": (
        lambda: locked(pikepdf.Encryption(owner="o", user="")),
        ["PM-LOCKED 0"],
    ),
    "US Letter": (lambda: pdf(size=(612, 792)), ["PM-SIZE 1"]),
    "no PDF": (lambda: b"<xml/>", ["PM-BROKEN 0"]),
    "no page": (lambda: pdf(0), ["PM-BROKEN 0"]),
    "empty page": (pdf, ["PM-WINDOW 1"]),
    "a stamp in the window": (lambda: with_stamp(drawn(BODY)), ["PM-WINDOW-OTHER 1"]),
}


def locked(how: pikepdf.Encryption) -> bytes:
    with pikepdf.open(BytesIO(drawn(BODY))) as document:
        return saved(document, encryption=how)


@pytest.mark.parametrize("case", FILES)
def test_files_that_cannot_be_printed_as_they_are(case: str) -> None:
    made, faults = FILES[case]
    assert judged(made(), FRANKED) == faults


@pytest.mark.parametrize("window", WINDOWS)
def test_an_address_fits_each_window_and_no_other_that_it_does_not_meet(window: str) -> None:
    box = WINDOWS[window].address
    letter = drawn(at=(box.left + 2, box.top + 2))
    assert judged(letter, replace(FRANKED, window=window)) == []
    away = drawn(at=(box.left + 2, box.bottom + 20))
    assert judged(away, replace(FRANKED, window=window)) == ["PM-WINDOW 1"]


def test_without_preflight_pages_are_only_counted() -> None:
    assert fit(pdf(3), LINES, replace(PLAIN, preflight=False)) == Fitted(pages=3)
    found = fit(b"", LINES, replace(PLAIN, preflight=False))
    assert isinstance(found, Unfit)
