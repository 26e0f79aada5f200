"""What the rules on files add to a judgement, and to which."""

from datetime import date

import pytest
from msgspec.structs import replace

from formats.catalogue import WRITERS
from formats.certificate.file_rules import outcome_of, with_file_rules
from formats.certificate.form import SetResult, State, Verdict
from formats.certificate.judge import judge_document, syntax_of
from formats.codec import Material
from formats.model import Invoice
from tests.hub.invoices import CLEAN, ubl

DAY = date(2026, 11, 22)
CII = WRITERS["cii"].write(CLEAN, Material())
FAULTY = CII.replace(b"<ram:TypeCode>380", b'<ram:TypeCode name="x">380')
EXTENDED = "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended"


def judged(data: bytes, reader: str, document: Invoice = CLEAN) -> tuple[Verdict, list[SetResult]]:
    judgement = judge_document(document, syntax_of(reader), DAY)
    said = with_file_rules(judgement, reader, outcome_of(data, reader))
    return said.verdict, [each for each in said.sets if each.key.endswith("-syntax")]


@pytest.mark.parametrize(("data", "reader"), [(ubl(), "ubl"), (CII, "cii")])
def test_every_rule_on_files_is_accounted_for(data: bytes, reader: str) -> None:
    verdict, (result,) = judged(data, reader)
    assert (verdict, result.state, result.failed) == (Verdict.ACCEPTED, State.JUDGED, ())
    assert len(result.passed) + len(result.not_applicable) == {"ubl": 757, "cii": 584}[reader]
    assert "BR-CL-03" in result.passed + result.not_applicable


def test_a_fatal_fault_of_the_file_rejects() -> None:
    verdict, (result,) = judged(FAULTY, "cii")
    assert (verdict, result.failed) == (Verdict.REJECTED, ("CII-DT-008",))


def test_the_core_no_longer_lists_as_unjudged_what_is_judged_on_the_file() -> None:
    core = judge_document(CLEAN, "ubl", DAY)
    said = with_file_rules(core, "ubl", outcome_of(ubl(), "ubl"))
    assert "BR-CL-03" in core.sets[0].unjudged
    assert "BR-CL-03" not in said.sets[0].unjudged


def test_of_a_hybrid_the_invoice_inside_is_judged() -> None:
    hybrid = WRITERS["facturx-en16931"].write(CLEAN, Material())
    verdict, (result,) = judged(hybrid, "facturx")
    assert (verdict, result.key, result.failed) == (Verdict.ACCEPTED, "en16931-cii-syntax", ())


@pytest.mark.parametrize("reader", ["idoc", "csv"])
def test_what_is_no_such_file_is_judged_as_before(reader: str) -> None:
    assert outcome_of(CII, reader) is None
    assert judged(CII, reader)[1] == []


def test_of_what_extends_the_core_it_is_said_why_they_have_not_judged() -> None:
    extended = replace(CLEAN, specification=EXTENDED)
    _, (result,) = judged(FAULTY, "cii", extended)
    assert result.state is State.NOT_RUN
    assert "EXTENDED" in result.reason
