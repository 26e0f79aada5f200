"""Law: a spoilt table is read and drafted for, or refused with a finding, in bounded time.

The parts of a workbook are spoilt before they are packed: a ZIP file's own sums hide all else.
"""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.codec import Unreadable
from formats.findings import Finding
from formats.table.read import read
from formats.table_draft.proof import draft
from tests.formats.guided_samples import SAMPLES, guides_of
from tests.properties.spoiling import SPLICES, SPOILT, Splice, spoilt

FILES = sorted(path for kind in ("csv", "table") for path in SAMPLES.glob(f"{kind}/*/in.*"))
BOOK = SAMPLES / "table" / "workbook" / "in.xlsx"
with zipfile.ZipFile(BOOK) as _book:
    PARTS = {name: _book.read(name) for name in _book.namelist()}


def refusal(attempt: Callable[[], object]) -> Finding | None:
    try:
        attempt()
    except Unreadable as refused:
        return refused.finding
    return None


def understood(data: bytes, folder: Path) -> None:
    for attempt in (lambda: read(data, guides_of(folder)), lambda: draft(data, "in")):
        refused = refusal(attempt)
        assert refused is None or (refused.message and refused.fix)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parts[-2])
@given(splices=SPLICES)
@SPOILT
def test_spoilt_tables_are_understood_or_refused(file: Path, splices: list[Splice]) -> None:
    understood(spoilt(file.read_bytes(), splices), file.parent)


@pytest.mark.parametrize("part", [name for name in PARTS if name.startswith("xl/")])
@given(splices=SPLICES, missing=st.booleans())
@SPOILT
def test_spoilt_parts_of_a_workbook_are_understood_or_refused(
    part: str,
    splices: list[Splice],
    missing: bool,  # noqa: FBT001
) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in PARTS.items():
            if name != part:
                archive.writestr(name, data)
            elif not missing:
                archive.writestr(name, spoilt(data, splices))
    understood(buffer.getvalue(), BOOK.parent)
