"""Law: an IDoc file and a file of definitions, however spoilt, are read or refused with a finding.

The samples of IDocs are spoilt with all others; here guides change how they are read as well.
"""

from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import canonical
from formats.codec import Unreadable
from formats.guide import parse
from formats.idoc.definitions import table_of
from formats.idoc.layout import rows
from formats.idoc.read import read
from formats.model import Invoice
from tests.formats.guided_samples import SAMPLES
from tests.formats.idoc.test_definitions import REPORT, XSD
from tests.properties.examples import examples

GUIDES = [
    'encoding = "cp932"\npositions = "bytes"',
    'encoding = "utf-8"\npositions = "bytes"\ndecimal = ","',
    'encoding = "4103"',
    'encoding = "cp500"\naccounting_currency = "by rate"\n[inner_currencies]\nEUR = 0',
    'over = "idoc-invoic-fi"\n[conditions]\nrounding = ["PR00"]\npaid = ["RB00"]',
    'over = "idoc-self-billing"\n[partners]\ntax_representative = ["RE"]',
]
FILES = sorted(SAMPLES.joinpath("idoc").glob("*/in.txt"))
PAIRS = list(zip(FILES, cycle(GUIDES), strict=False))
AWKWARD = st.sampled_from(
    (
        *(b"", b"\0", b"\n", b"\x85", b"\xe6\x9d", b"EDI_DC40", b"EDI_DS40", b"999999", b"-", b" "),
        *(b"BEGIN_GROUP 1\n", b"END_SEGMENT\n", b"NAME", b"BYTE_FIRST 1\n", b"LOOPMIN x\n"),
        *(b'type="INVOIC02.Z1LOT"', b"<xsd:element name='E1EDK01'>", b"/>", b"\t"),
    )
) | st.binary(max_size=4)
SPLICES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 90), AWKWARD), min_size=1, max_size=6)


def spoilt(data: bytes, splices: list[tuple[float, int, bytes]]) -> bytes:
    for at, cut, put in splices:
        start = int(at * len(data))
        data = data[:start] + put + data[start + cut :]
    return data


@pytest.mark.parametrize(
    ("path", "toml"), [(path, toml) for path, toml in PAIRS], ids=lambda part: str(part)[-60:]
)
@settings(max_examples=examples(6), deadline=2000)
@given(SPLICES)
def test_spoilt_files_are_read_or_refused(
    path: Path, toml: str, splices: list[tuple[float, int, bytes]]
) -> None:
    guide = parse("mine", f'format = "idoc"\n{toml}')
    try:
        readings = read(spoilt(path.read_bytes(), splices), [guide])
    except Unreadable:
        return
    for reading in readings:
        assert isinstance(reading.document, Invoice)
        assert canonical.decode(canonical.encode(reading.document)) == reading.document


@pytest.mark.parametrize("text", [REPORT, XSD], ids=["report", "schema"])
@settings(max_examples=examples(50), deadline=2000)
@given(SPLICES)
def test_spoilt_definitions_are_used_or_refused(
    text: str, splices: list[tuple[float, int, bytes]]
) -> None:
    try:
        table = table_of(spoilt(text.encode(), splices), "own")
    except Unreadable:
        return
    for layout in rows("own", table).values():
        assert layout.fields
        assert layout.most is None or layout.most >= 0
