"""What the rules on files add to a judgement, and to which."""

from datetime import date

import pytest
from msgspec.structs import replace

from formats.catalogue import WRITERS, read
from formats.certificate.file_rules import judged_by, outcomes_in, outcomes_of, with_file_rules
from formats.certificate.form import SetResult, State, Verdict
from formats.certificate.judge import judge_document, syntax_of
from formats.codec import Material
from formats.model import Identifier, Invoice, SupportingDocument
from formats.rules.de_extensions import CIUS, EXTENSION
from tests.formats.rules.peppol_samples import BASES as PEPPOL
from tests.formats.rules.test_de_xrechnung import BASES as GERMAN
from tests.formats.rules.test_fr_ctc import FR as FRENCH
from tests.formats.rules.test_peppol_bis import SELF_BILLED
from tests.formats.rules.test_ro_cius import BASES as ROMANIAN
from tests.hub.invoices import CLEAN, ubl

DAY = date(2026, 11, 22)
CII = WRITERS["cii"].write(CLEAN, Material())
FAULTY = CII.replace(b"<ram:TypeCode>380", b'<ram:TypeCode name="x">380')
EXTENDED = "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended"


def judged(data: bytes, reader: str, document: Invoice = CLEAN) -> tuple[Verdict, list[SetResult]]:
    judgement = judge_document(document, syntax_of(reader), DAY)
    said = with_file_rules(judgement, reader, outcomes_of(data, reader, judged_by(judgement)))
    return said.verdict, [each for each in said.sets if each.key.endswith("-syntax")]


@pytest.mark.parametrize(("data", "reader"), [(ubl(), "ubl"), (CII, "cii")])
def test_every_rule_on_files_is_accounted_for(data: bytes, reader: str) -> None:
    verdict, (result,) = judged(data, reader)
    assert (verdict, result.state, result.failed) == (Verdict.ACCEPTED, State.JUDGED, ())
    assert len(result.passed) + len(result.not_applicable) == {"ubl": 788, "cii": 610}[reader]
    assert "BR-CL-03" in result.passed + result.not_applicable


def test_a_fatal_fault_of_the_file_rejects() -> None:
    verdict, (result,) = judged(FAULTY, "cii")
    assert (verdict, result.failed) == (Verdict.REJECTED, ("CII-DT-008",))


@pytest.mark.parametrize("name", ["ubl", "cii", "facturx-en16931"])
def test_what_was_parsed_once_is_judged_as_the_file_is(name: str) -> None:
    data = WRITERS[name].write(CLEAN, Material())
    reader, (reading,) = read(data, "")
    said = outcomes_in(reading.root, reading.xml, frozenset())
    assert said == outcomes_of(data, reader.name, frozenset())
    assert said[0].passed


@pytest.mark.parametrize("amount", ["PayableAmount", "Amount"])
def test_white_space_counts_in_an_amount_that_has_elements_inside(amount: str) -> None:
    """Official rules see `1.50` and a line break: more than two digits behind the point."""
    inside = f"<cbc:{amount} currencyID='EUR'>%s<cbc:ID>1.50</cbc:ID>%s</cbc:{amount}>"
    extension = (
        "<ext:UBLExtensions xmlns:ext='urn:oasis:names:specification:ubl:schema:xsd:"
        "CommonExtensionComponents-2'><ext:UBLExtension><ext:ExtensionContent>%s"
        "</ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>"
    )
    before, mark, behind = ubl().decode().partition("<cbc:CustomizationID>")
    for blanks, failed in (("", False), ("\n  ", True)):
        spoilt = inside % (blanks, blanks)
        if amount == "Amount":
            spoilt = extension % spoilt
        said = outcomes_of(f"{before}{spoilt}{mark}{behind}".encode(), "ubl", frozenset())
        assert ("UBL-DT-01" in said[0].failed) is failed


def test_the_core_no_longer_lists_as_unjudged_what_is_judged_on_the_file() -> None:
    core = judge_document(CLEAN, "ubl", DAY)
    said = with_file_rules(core, "ubl", outcomes_of(ubl(), "ubl", judged_by(core)))
    assert "BR-CL-03" in core.sets[0].unjudged
    assert "BR-CL-03" not in said.sets[0].unjudged


CLAIMS = {
    "cius-ro": (replace(ROMANIAN["plain"], supporting_documents=()), "ubl"),
    "fr-ctc": (replace(FRENCH, supporting_documents=()), "ubl"),
    "fr-ctc-cii": (FRENCH, "cii"),
    "xrechnung-3.0": (GERMAN["transfer"], "ubl"),
    "xrechnung-3.0-cii": (GERMAN["transfer"], "cii"),
    "peppol-bis-3": (PEPPOL["belgian"], "ubl"),
    "peppol-selfbilling-3": (SELF_BILLED, "ubl"),
}


RELEASE_22 = {f"{key}.0.22": CLAIMS[key] for key in ("peppol-bis-3", "peppol-selfbilling-3")}


@pytest.mark.parametrize("key", [*CLAIMS, *RELEASE_22])
def test_of_what_a_file_claims_to_obey_nothing_is_left_unjudged(key: str) -> None:
    invoice, reader = (CLAIMS | RELEASE_22)[key]
    data = WRITERS[reader].write(invoice, Material())
    on_model = judge_document(invoice, reader, date(2027, 2, 24) if key in RELEASE_22 else DAY)
    said = with_file_rules(on_model, reader, outcomes_of(data, reader, judged_by(on_model)))
    (before,) = [each for each in on_model.sets if each.key == key]
    (after,) = [each for each in said.sets if each.key == key]
    assert before.unjudged
    assert dict(after.unjudged) == {}
    listed = [
        rule for each in said.sets for rule in (*each.passed, *each.failed, *each.not_applicable)
    ]
    assert sorted(listed) == sorted(set(listed)), "each rule once"
    assert said.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("key", [key for key in CLAIMS if "ro" not in key and "fr" not in key])
def test_an_empty_element_rejects_what_may_have_none(key: str) -> None:
    invoice, reader = CLAIMS[key]
    data = WRITERS[reader].write(invoice, Material())
    name = b"cbc:AccountingCost" if reader == "ubl" else b"ram:Name"
    before = b"<cac:AccountingSupplierParty>" if reader == "ubl" else b"</ram:SellerTradeParty>"
    assert data.count(before) == 1
    spoilt = data.replace(before, b"<" + name + b"/>" + before)
    on_model = judge_document(invoice, reader, DAY)
    said = with_file_rules(on_model, reader, outcomes_of(spoilt, reader, judged_by(on_model)))
    (result,) = [each for each in said.sets if each.key == key]
    assert (said.verdict, result.failed) == (Verdict.REJECTED, ("PEPPOL-EN16931-R008",))


def test_what_file_and_model_show_is_told_once_and_with_its_field() -> None:
    sheet = SupportingDocument(reference="sheet", location="sheet.pdf")
    invoice = replace(GERMAN["transfer"], supporting_documents=(sheet,))
    data = WRITERS["ubl"].write(invoice, Material())
    on_model = judge_document(invoice, "ubl", DAY)
    said = with_file_rules(on_model, "ubl", outcomes_of(data, "ubl", judged_by(on_model)))
    (found,) = [finding for finding in said.findings if finding.rule == "BR-TMP-2"]
    assert found.path == "supporting_documents[0].location"
    empty = data.replace(b"<cbc:URI>sheet.pdf</cbc:URI>", b"")
    without = replace(invoice, supporting_documents=(replace(sheet, location=None),))
    on_model = judge_document(without, "ubl", DAY)
    assert "BR-TMP-2" not in {finding.rule for finding in on_model.findings}
    said = with_file_rules(on_model, "ubl", outcomes_of(empty, "ubl", judged_by(on_model)))
    assert "BR-TMP-2" in {finding.rule for finding in said.findings}


def test_a_core_rule_that_a_specification_replaces_does_not_come_back_from_the_file() -> None:
    seller = GERMAN["transfer"].seller
    assert seller is not None
    named = replace(seller, identifiers=(Identifier(value="1", scheme="XR01"),))
    for specification, fails in ((EXTENSION, False), (CIUS, True)):
        invoice = replace(GERMAN["transfer"], seller=named, specification=specification)
        data = WRITERS["cii"].write(invoice, Material())
        on_model = judge_document(invoice, "cii", DAY)
        said = with_file_rules(on_model, "cii", outcomes_of(data, "cii", judged_by(on_model)))
        found = {finding.rule for finding in said.findings}
        assert bool(found & {"BR-CL-10", "BR-CL-11"}) is fails


def test_of_a_hybrid_the_invoice_inside_is_judged() -> None:
    hybrid = WRITERS["facturx-en16931"].write(CLEAN, Material())
    verdict, (result,) = judged(hybrid, "facturx")
    assert (verdict, result.key, result.failed) == (Verdict.ACCEPTED, "en16931-cii-syntax", ())


@pytest.mark.parametrize("reader", ["idoc", "table"])
def test_what_is_no_such_file_is_judged_as_before(reader: str) -> None:
    assert outcomes_of(CII, reader, frozenset()) == ()
    assert judged(CII, reader)[1] == []


def test_of_what_extends_the_core_it_is_said_why_they_have_not_judged() -> None:
    extended = replace(CLEAN, specification=EXTENDED)
    _, (result,) = judged(FAULTY, "cii", extended)
    assert result.state is State.NOT_RUN
    assert "EXTENDED" in result.reason
