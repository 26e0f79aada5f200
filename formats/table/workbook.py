"""A workbook (.xlsx, ECMA-376 part 1, SpreadsheetML) without its rows: sheets, texts, styles.

Either namespace is taken, the transitional and the strict one: elements go by their local names.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from lxml import etree

from formats.codec import Unreadable
from formats.table import faults
from formats.table.archive_file import member
from formats.xml.names import Element
from formats.xml.parsing import parse

PARTS_AT_MOST_BYTES: Final = 20_000_000
TEXTS_AT_MOST: Final = 4_000_000
WORKBOOK: Final = "xl/workbook.xml"
_WHAT: Final = "an Excel workbook"
_NOT_SHOWN: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
"""Of a number format: quoted texts, escapes, colours and conditions, widths and fillings."""
_DATES: Final = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
_PERCENTS: Final = frozenset({9, 10})
"""Formats that have no code in the file: ECMA-376 part 1, 18.8.30."""


class Shown(Enum):
    """What a number is shown as."""

    NUMBER = "a number"
    DATE = "a date"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a cell shows its number; `digits`: at least so many, with leading zeros."""

    shown: Shown = Shown.NUMBER
    digits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet, and where its rows are."""

    name: str
    hidden: bool
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """A workbook without its rows.

    Attributes:
        sheets: in order; without charts.
        texts: that cells share.
        styles: by number.
        since_1904: dates count from 1904, not 1900.
    """

    sheets: tuple[Sheet, ...]
    texts: tuple[str, ...]
    styles: tuple[Style, ...]
    since_1904: bool


def is_workbook(names: tuple[str, ...]) -> bool:
    """Whether a ZIP with these files is a workbook, of whatever kind."""
    return "[Content_Types].xml" in names or any(name.startswith("xl/") for name in names)


def workbook(archive: zipfile.ZipFile) -> Workbook:
    """Return what the workbook in an opened archive says of its sheets.

    Raises:
        Unreadable: IN-XLSX, IN-XLSX-KIND or IN-XML-…: it is none, or broken.
    """
    names = set(archive.namelist())
    if WORKBOOK not in names:
        raise no_workbook()
    root = _part(archive, WORKBOOK)
    targets = _targets(archive, names)
    return Workbook(
        sheets=tuple(_sheets(root, targets, names)),
        texts=tuple(_texts(archive, targets.get("sharedStrings", ""), names)),
        styles=tuple(_styles(archive, targets.get("styles", ""), names)),
        since_1904=any(each.get("date1904") in {"1", "true"} for each in _all(root, "workbookPr")),
    )


def no_workbook() -> Unreadable:
    """Return the error: an Office file of another kind."""
    return faults.not_a_table(
        "IN-XLSX-KIND",
        "this Office file is no Excel workbook with XML inside (.xlsx)",
        "save it as .xlsx (Excel workbook), and send that",
    )


def streamed(archive: zipfile.ZipFile, path: str, name: str) -> Iterator[Element]:
    """Yield each element of that local name in a part, and forget it afterwards.

    Raises:
        Unreadable: IN-XLSX, the part is no XML, or has a DOCTYPE.
    """
    with member(archive, path) as stream:
        if b"<!DOCTYPE" in stream.read(4096).replace(b"\0", b""):
            raise broken(path, "it has a DOCTYPE")
        stream.seek(0)
        events = etree.iterparse(
            stream,
            tag=f"{{*}}{name}",
            resolve_entities=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for _, element in events:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            raise broken(path, str(error)) from error


def broken(path: str, why: str) -> Unreadable:
    """Return the error: a part of the workbook cannot be read."""
    return faults.not_a_table(
        "IN-XLSX",
        f"this workbook cannot be read: {why}",
        "open it in a spreadsheet program, save it anew, and send that",
        path,
    )


def text_of(element: Element) -> str:
    """Return the text of a shared or inline string; of rich text all runs, without readings."""
    said = []
    for child in element:
        kind = child.tag.rpartition("}")[2]
        if kind == "t":
            said.append(child.text or "")
        elif kind == "r":
            said += [part.text or "" for part in _all(child, "t")]
    return "".join(said)


def style_of(code: str) -> Style:
    """Return how a number format shows numbers.

    >>> style_of("dd.mm.yyyy").shown, style_of("0.0%").shown, style_of('00000').digits
    (<Shown.DATE: 'a date'>, <Shown.PERCENT: 'percent'>, 5)
    >>> style_of('#,##0.00 "Tage"').shown
    <Shown.NUMBER: 'a number'>
    """
    bare = _NOT_SHOWN.sub("", code.partition(";")[0]).lower()
    if "%" in bare:
        return Style(shown=Shown.PERCENT)
    if "y" in bare or "d" in bare:
        return Style(shown=Shown.DATE)
    return Style(digits=len(bare) if bare and set(bare) == {"0"} else 0)


def _part(archive: zipfile.ZipFile, path: str) -> Element:
    with member(archive, path) as stream:
        data = stream.read(PARTS_AT_MOST_BYTES + 1)
    return parse(data, what=_WHAT, limit_bytes=PARTS_AT_MOST_BYTES)


def _all(element: Element, name: str) -> Iterator[Element]:
    return element.iterfind(f".//{{*}}{name}")


def _targets(archive: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    """Return the paths of parts by their relation's id, and those of texts and styles by kind."""
    path = "xl/_rels/workbook.xml.rels"
    found: dict[str, str] = {}
    for each in _all(_part(archive, path), "Relationship") if path in names else ():
        target = posixpath.normpath(posixpath.join("/xl", each.get("Target", ""))).lstrip("/")
        found[each.get("Id", "")] = target
        found.setdefault(each.get("Type", "").rpartition("/")[2], target)
    return found


def _sheets(root: Element, targets: dict[str, str], names: set[str]) -> Iterator[Sheet]:
    for each in _all(root, "sheet"):
        ids = [value for key, value in each.items() if str(key).endswith("}id")]
        path = targets.get(str(ids[0]), "") if ids else ""
        if path in names and "chartsheets" not in path:
            hidden = each.get("state", "visible") != "visible"
            yield Sheet(name=each.get("name", ""), hidden=hidden, path=path)


def _texts(archive: zipfile.ZipFile, path: str, names: set[str]) -> Iterator[str]:
    if path in names:
        for number, element in enumerate(streamed(archive, path, "si")):
            if number >= TEXTS_AT_MOST:
                raise broken(path, f"it has more than {TEXTS_AT_MOST} texts")
            yield text_of(element)


def _styles(archive: zipfile.ZipFile, path: str, names: set[str]) -> Iterator[Style]:
    if path not in names:
        return
    root = _part(archive, path)
    codes = {each.get("numFmtId"): each.get("formatCode", "") for each in _all(root, "numFmt")}
    for cell in root.iterfind("{*}cellXfs/{*}xf"):
        number = cell.get("numFmtId", "0")
        if number in codes:
            yield style_of(codes[number])
        elif number.isdigit() and int(number) in _DATES:
            yield Style(shown=Shown.DATE)
        else:
            percent = number.isdigit() and int(number) in _PERCENTS
            yield Style(shown=Shown.PERCENT if percent else Shown.NUMBER)
