"""The same tables for people: an XLSX workbook in which every cell is text, so none is a formula.

ECMA-376 part 1: a package of the few parts that a workbook needs, with inline strings.
"""

import itertools
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO
from xml.sax.saxutils import escape, quoteattr

ROWS_MAX = 1_048_576
CELL_MAX = 32_767
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DATE = (1980, 1, 1, 0, 0, 0)
# Section 22.9.2.19 (ST_Xstring): what XML cannot hold, and what would be read as such an escape.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b\x0c\r\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)"
)

Row = Sequence[str]


def write_workbook(file: IO[bytes], tables: Iterable[tuple[str, Iterable[Row]]]) -> None:
    """Write a workbook with a sheet for each table, named; a longer table has several.

    Args:
        file: to write to.
        tables: names of up to 25 characters, and rows, of which the first is the header.
    """
    names: list[str] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, rows in _sheets(tables):
            names.append(name)
            path = f"xl/worksheets/sheet{len(names)}.xml"
            with book.open(_member(path), "w", force_zip64=True) as sheet:
                for piece in _sheet(rows):
                    sheet.write(piece.encode())
        for path, text in _parts(names):
            book.writestr(_member(path), _HEAD + text)


def _sheets(tables: Iterable[tuple[str, Iterable[Row]]]) -> Iterator[tuple[str, Iterator[Row]]]:
    """Part tables that are longer than a sheet; each part has the header."""
    for name, rows in tables:
        left = iter(rows)
        header = next(left)
        for number in itertools.count(1):
            first = list(itertools.islice(left, 1))
            if not first and number > 1:
                break
            part = itertools.chain([header], first, itertools.islice(left, ROWS_MAX - 2))
            yield (name if number == 1 else f"{name} {number}"), part


def _sheet(rows: Iterable[Row]) -> Iterator[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    yield "</sheetView></sheetViews><sheetData>"
    for number, row in enumerate(rows, 1):
        cells = "".join(map(_cell, row))
        yield f'<row r="{number}">{cells}</row>'
    yield "</sheetData></worksheet>"


def _cell(text: str) -> str:
    """Write a cell; what is longer than a cell may be is cut off, and says so."""
    if len(text) > CELL_MAX:
        text = text[: CELL_MAX - 2] + " …"
    return f'<c t="inlineStr" s="1"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'


def _escaped(text: str) -> str:
    return escape(_UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text))


def _parts(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the parts that hold the sheets together."""
    sheets = [(n, f"worksheets/sheet{n}.xml", name) for n, name in enumerate(names, 1)]
    parts = [("xl/workbook.xml", "sheet.main"), ("xl/styles.xml", "styles")]
    parts += [(f"xl/{path}", "worksheet") for _, path, _ in sheets]
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="/{path}" ContentType="{_TYPE}.{kind}+xml"/>'
            for path, kind in parts
        )
        + "</Types>",
    )
    yield "_rels/.rels", _relations([("rId1", "officeDocument", "xl/workbook.xml")])
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations(
            [(f"rId{n}", "worksheet", path) for n, path, _ in sheets]
            + [("rIdStyles", "styles", "styles.xml")]
        ),
    )
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(
            f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, _, name in sheets
        )
        + "</sheets></workbook>",
    )
    yield "xl/styles.xml", _STYLES


def _relations(relations: Iterable[tuple[str, str, str]]) -> str:
    found = (
        f'<Relationship Id="{id_}" Type="{_OFFICE}/{kind}" Target="{path}"/>'
        for id_, kind, path in relations
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(found)}</Relationships>'


# Format 49 is text (section 18.8.30), so what is typed over a cell stays text, too.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf xfId="0"/><xf numFmtId="49" xfId="0" applyNumberFormat="1" '
    'quotePrefix="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" '
    'builtinId="0"/></cellStyles></styleSheet>'
)


def _member(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
