"""Order, number and presence of segments, and what stands in none of their fields."""

import pytest

from formats.findings import Severity
from formats.idoc.read import read
from tests.formats.guided_samples import SAMPLES

XML = (SAMPLES / "idoc/invoic02-xml/in.xml").read_text("utf-8")
FLAT = (SAMPLES / "idoc/invoic01-flat-trimmed/in.txt").read_bytes().decode("utf-8")
LINES = FLAT.splitlines()
DATE = "<E1EDK03 SEGMENT='1'><IDDAT>099</IDDAT></E1EDK03>"

CASES: dict[str, tuple[str, list[tuple[str, str | None, Severity]]]] = {
    "a date behind the lines": (
        XML.replace("</IDOC>", f"{DATE}{DATE}</IDOC>"),
        [("IN-IDOC-ORDER", "E1EDK03 (segment 61)", Severity.WARNING)],
    ),
    "a price before its order, in all lines": (
        XML.replace(
            '<E1EDP02 SEGMENT="1">',
            "<E1EDP26 SEGMENT='1'><QUALF>099</QUALF></E1EDP26><E1EDP02 SEGMENT='1'>",
        ),
        [("IN-IDOC-ORDER", "E1EDP02 (segment 31)", Severity.WARNING)],
    ),
    "two heads": (
        XML.replace("<E1EDKA1", "<E1EDK01 SEGMENT='1'><ACTION>1</ACTION></E1EDK01><E1EDKA1", 1),
        [("IN-IDOC-HIERARCHY", "E1EDK01 (segment 2)", Severity.FATAL)],
    ),
    "a field twice": (
        XML.replace("<CURCY>EUR", "<CURCY>USD</CURCY><CURCY>EUR"),
        [("IN-IDOC-FIELD", "E1EDK01.CURCY (segment 1)", Severity.FATAL)],
    ),
    "text beside the fields": (
        XML.replace("<CURCY>", "loose<CURCY>"),
        [("IN-IDOC-FIELD", "E1EDK01 (segment 1)", Severity.FATAL)],
    ),
    "one number for two segments": (
        "\n".join([*LINES[:3], LINES[2], *LINES[3:]]),
        [("IN-IDOC-HIERARCHY", "E1EDKA1 (segment 2)", Severity.FATAL)],
    ),
    "all at once": (
        XML.replace("<CURCY>", "loose<CURCY>").replace("</IDOC>", f"{DATE}</IDOC>"),
        [
            ("IN-IDOC-FIELD", "E1EDK01 (segment 1)", Severity.FATAL),
            ("IN-IDOC-ORDER", "E1EDK03 (segment 61)", Severity.WARNING),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_faults_name_their_segment(case: str) -> None:
    text, wanted = CASES[case]
    (reading,) = read(text.encode(), [])
    assert [(each.rule, each.place, each.severity) for each in reading.notices] == wanted
