from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace as change

from formats.certificate.form import Certificate, OfficialResult, State
from formats.certificate.judge import Terms, changes, judge_file
from formats.certificate.text import lines
from tests.hub.invoices import ubl, wrong_sum

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TERMS = Terms(at=AT, day=AT.date(), by="facteur 1", keys=("en16931", "xrechnung-3.0"))
SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:example:a-rather-long-name-of-its-own:1.0"


def certificates() -> dict[str, Certificate]:
    faulty = judge_file(wrong_sum(), "wrong.xml", TERMS)
    later = judge_file(ubl(), "r.xml", replace(TERMS, day=date(2027, 1, 1)))
    document = faulty.documents[0]
    missing = OfficialResult(artefact="x-xslt", state=State.NOT_AVAILABLE, reason="not fetched")
    return {
        "faulty": faulty,
        "unreadable": judge_file(b"no", "no.txt", TERMS),
        "later": change(later, changes=changes(faulty, later)),
        "official": change(faulty, documents=(change(document, official=(missing,)),)),
        "unknown": judge_file(ubl(specification=SPECIFICATION), "u.xml", replace(TERMS, keys=())),
    }


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", ["faulty", "unreadable", "later", "official", "unknown"])
def test_no_line_is_wider_than_the_terminal_unless_a_word_is(name: str, width: int) -> None:
    shown = lines(certificates()[name], width)
    for line in shown:
        assert len(line) <= width or len(line.split()) <= 2, line
        assert line == line.rstrip()


SAID = {
    "faulty": (
        "wrong.xml: REJECTED",
        "SHA-256",
        "facteur 1",
        "BR-CO-15 (BT-112)",
        "TaxInclusiveAmount (line 64)",
        "value          120.00",
        "not judged",
    ),
    "unreadable": ("no.txt: COULD NOT BE JUDGED", "IN-FORMAT", "nothing that is known here"),
    "later": ("for the day    2027-01-01", "From 2026-11-22 to 2027-01-01", "is right then"),
    "official": ("x-xslt: not available: not fetched",),
    "unknown": (SPECIFICATION, "fatal IN-SPECIFICATION (BT-24)", "u.xml: COULD NOT BE JUDGED"),
}


@pytest.mark.parametrize("name", SAID)
def test_what_matters_is_said(name: str) -> None:
    shown = "\n".join(lines(certificates()[name], 120))
    assert [words for words in SAID[name] if words not in shown] == []
