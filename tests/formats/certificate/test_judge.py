"""What a certificate says, of good files, of bad ones and of those that are none."""

import dataclasses
import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from formats import guide
from formats.catalogue import WRITERS
from formats.certificate.form import Certificate, SetResult, State, Verdict, verdict_of
from formats.certificate.judge import Terms, changes, judge_document, judge_file
from formats.cii.write import write_cii
from formats.codec import Material
from formats.findings import is_fatal
from formats.model import Identifier, Statement
from formats.rules.catalogue import RULESETS
from formats.ubl.write import write_ubl
from tests.formats.bad_inputs import MIXED, UNREADABLE
from tests.formats.rules.peppol_samples import BASES
from tests.formats.rules.samples import change
from tests.formats.rules.test_fr_extended import GROUPED
from tests.hub.invoices import CLEAN, ubl, wrong_sum

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = AT.date()
TERMS = Terms(at=AT, day=DAY, by="facteur 1")
CSV = Path(__file__).parents[2] / "samples/csv/invoice-a-row"
PEPPOL = BASES["belgian"]
UNKNOWN = "urn:cen.eu:en16931:2017#compliant#urn:example:own:1.0"
CII = WRITERS["cii"].write(CLEAN, Material())
CSV_GUIDE = guide.parse("guide", (CSV / "guide.toml").read_text("utf-8"))


def terms(keys: tuple[str, ...]) -> Terms:
    return Terms(at=AT, day=DAY, by="facteur 1", keys=keys)


def every_rule(result: SetResult) -> list[str]:
    return [*result.passed, *result.failed, *result.not_applicable, *result.unjudged]


def test_a_certificate_says_what_was_judged_when_and_by_what() -> None:
    data = ubl()
    said = judge_file(data, "r-1.xml", TERMS)
    assert said.verdict is Verdict.ACCEPTED
    assert (said.sha256, said.size_bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (said.file, said.reader, said.at, said.by) == ("r-1.xml", "ubl", AT, "facteur 1")
    (document,) = said.documents
    assert (document.number, document.kind, document.findings) == ("R-1", "invoice", ())
    assert document.specification == CLEAN.specification
    assert document.completed_sha256 is None


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("cbc:DueDate>", "cbc:DueDay>", "XSD-NAME"),
        ("<cbc:DueDate>2026-12-20</cbc:DueDate>", "", ""),
        (
            "<cbc:Name>Hammer</cbc:Name>",
            "<cbc:Name>Hammer</cbc:Name><cbc:Description/>",
            "XSD-ORDER",
        ),
    ],
)
def test_what_its_schema_refuses_is_rejected(old: str, new: str, rule: str) -> None:
    (document,) = judge_file(ubl().replace(old.encode(), new.encode()), "a.xml", TERMS).documents
    assert [finding.rule for finding in document.findings] == ([rule] if rule else [])
    assert document.verdict is (Verdict.REJECTED if rule else Verdict.ACCEPTED)


def test_lines_within_lines_are_accepted_where_an_extension_has_them() -> None:
    for name, keys in (
        ("facturx-extended", ["facturx-extended", "cii-elements"]),
        ("fr-ctc-facturx", ["facturx-extended", "fr-ctc-cii", "cii-elements"]),
    ):
        mode = {"fr-ctc-facturx": "S1"}.get(name)
        grouped = replace(GROUPED, supporting_documents=(), business_process=mode)
        (document,) = judge_file(WRITERS[name].write(grouped, Material()), name, TERMS).documents
        assert [each.key for each in document.sets if each.state is State.JUDGED] == keys
        broken = {rule for each in document.sets for rule in each.failed}
        assert not {rule for rule in broken if not rule.startswith("BR-FR-")}
    plain = judge_file(WRITERS["fr-ctc-cii"].write(GROUPED, Material()), "a", TERMS).documents[0]
    assert {"BR-22", "BR-CO-10"} <= {finding.rule for finding in plain.findings}


def test_an_invoice_in_a_pdf_is_judged_by_the_level_that_it_is_in() -> None:
    data = WRITERS["facturx-en16931"].write(CLEAN, Material())
    (document,) = judge_file(data, "a.pdf", TERMS).documents
    assert document.verdict is Verdict.ACCEPTED
    assert {"en16931-cii", "facturx-en16931"} <= {each.key for each in document.sets}


@pytest.mark.parametrize(
    ("data", "keys"),
    [(ubl(), ()), (wrong_sum(), ()), (CII, ()), (ubl(), ("en16931", "xrechnung-3.0"))],
    ids=["ubl", "faulty", "cii", "two sets"],
)
def test_no_rule_is_skipped_in_silence(data: bytes, keys: tuple[str, ...]) -> None:
    (document,) = judge_file(data, "a", terms(keys)).documents
    for result in document.sets:
        rules = every_rule(result)
        assert len(rules) == len(set(rules))
        assert result.version
        assert result.source
        assert all(result.unjudged.values())
    told = {rule for result in document.sets for rule in every_rule(result)}
    key = keys[-1] if keys else ("en16931-cii" if data == CII else "en16931")
    assert told >= {rule.id for rule in RULESETS[key]} | RULESETS[key].all_unjudged().keys()


@pytest.mark.parametrize(
    ("key", "state", "failed"),
    [
        ("en16931", State.JUDGED, ("UBL-CR-002",)),
        ("xrechnung-3.0", State.JUDGED, ("UBL-CR-002",)),
        ("fr-ctc", State.NOT_RUN, ()),
    ],
)
def test_whoever_asks_for_sets_gets_their_rules_on_files_or_is_told_why_not(
    key: str, state: State, failed: tuple[str, ...]
) -> None:
    version = b"<cbc:UBLVersionID>2.2</cbc:UBLVersionID><cbc:CustomizationID>"
    data = ubl().replace(b"<cbc:CustomizationID>", version)
    (document,) = judge_file(data, "a", terms((key,))).documents
    (on_file,) = [each for each in document.sets if each.key == "en16931-ubl-syntax"]
    assert (on_file.state, on_file.failed) == (state, failed)
    assert bool(on_file.reason) is (state is State.NOT_RUN)


def test_a_finding_has_term_value_fix_and_the_place_in_the_file() -> None:
    said = judge_file(wrong_sum(), "a", TERMS)
    assert said.verdict is Verdict.REJECTED
    (document,) = said.documents
    (finding,) = document.findings
    assert (finding.rule, finding.term, finding.value) == ("BR-CO-15", "BT-112", "120.00")
    assert finding.place == "/Invoice/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount (line 64)"
    assert finding.fix
    assert [result.failed for result in document.sets if result.failed] == [("BR-CO-15",)]


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_never_accepted(case: str) -> None:
    data, rule = UNREADABLE[case]
    said = judge_file(data, "a", TERMS)
    assert (said.verdict, said.reader, said.documents) == (Verdict.NOT_JUDGED, None, ())
    assert [finding.rule for finding in said.findings] == [rule]
    assert said.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("case", MIXED)
def test_what_mixes_vocabularies_is_rejected(case: str) -> None:
    said = judge_file(MIXED[case], "a", TERMS)
    assert said.verdict is Verdict.REJECTED
    assert "IN-XML-7" in {finding.rule for finding in said.documents[0].findings}


def test_each_document_of_a_file_has_its_own_judgement() -> None:
    text = (CSV / "in.csv").read_text("utf-8").replace("98.40", "99.40")
    guided = Terms(at=AT, day=DAY, by="facteur 1", guides=(CSV_GUIDE,))
    said = judge_file(text.encode(), "in.csv", guided)
    assert len(said.documents) > 1
    wrong = {
        document.number: [f.place for f in document.findings if f.rule == "BR-CO-15"]
        for document in said.documents
    }
    assert [places for places in wrong.values() if places] == [["row 3, column Total"]]


def test_what_was_completed_says_so_and_with_what() -> None:
    completing = Terms(
        at=AT,
        day=DAY,
        by="facteur 1",
        complete=lambda reader, _document: (replace(CLEAN, number="R-2"), (f"{reader} gave it",)),
    )
    (document,) = judge_file(ubl(number=None), "a", completing).documents
    assert (document.number, document.remarks) == ("R-2", ("ubl gave it",))
    assert document.completed_sha256


def test_an_unknown_specification_is_named_and_so_is_what_judged_instead() -> None:
    said = judge_file(ubl(specification=UNKNOWN), "a", TERMS)
    (finding,) = said.documents[0].findings
    assert (finding.rule, finding.severity, finding.value) == (
        "IN-SPECIFICATION",
        "fatal",
        UNKNOWN,
    )
    assert "en16931" in finding.message
    assert said.verdict is Verdict.NOT_JUDGED
    assert said.documents[0].sets[1].state is State.NOT_AVAILABLE


def test_peppol_in_cii_is_never_accepted_and_may_be_rejected() -> None:
    for buyer_reference, verdict in (("04011", Verdict.NOT_JUDGED), (None, Verdict.REJECTED)):
        invoice = replace(PEPPOL, buyer_reference=buyer_reference, purchase_order=None)
        (document,) = judge_file(write_cii(invoice), "a", TERMS).documents
        states = {each.key: each.state for each in document.sets}
        assert (document.verdict, states["peppol-bis-3"]) == (verdict, State.JUDGED)
        assert states["peppol-bis-3-cii"] is State.NOT_AVAILABLE
        assert states["peppol-bis-3.0.22"] is State.NOT_VALID


def test_what_breaks_on_the_day_when_a_release_of_peppol_takes_force() -> None:
    address = Identifier(value="1234567", scheme="0106")  # seven digits; a KVK number has eight
    data = write_ubl(change(PEPPOL, {"buyer.identifiers": (address,)}))
    today, then = (
        judge_file(data, "a", dataclasses.replace(TERMS, day=day))
        for day in (date(2027, 2, 23), date(2027, 2, 24))
    )
    assert (today.verdict, then.verdict) == (Verdict.ACCEPTED, Verdict.REJECTED)
    changed = changes(today, then)
    assert changed.sets_added == ("peppol-bis-3.0.22 3.0.22",)
    assert changed.sets_dropped == ("peppol-bis-3 3.0.21",)
    assert changed.broken == ("PEPPOL-COMMON-R054",), "it only warned before"
    assert changes(then, today).mended == changed.broken
    of_fatal = {finding.rule for finding in then.documents[0].findings if is_fatal([finding])}
    assert of_fatal == {"PEPPOL-COMMON-R054"}


def test_what_is_no_invoice_is_judged_by_its_own_rules() -> None:
    statement = Statement(
        number="KA-1",
        issue_date=DAY,
        currency="EUR",
        seller=CLEAN.seller or pytest.fail("no seller"),
        buyer=CLEAN.buyer or pytest.fail("no buyer"),
        customer="K1",
        items=(),
        balance=Decimal(1),
    )
    said = judge_document(statement, "ubl", DAY)
    assert (said.kind, said.specification) == ("statement", None)
    assert [result.key for result in said.sets] == ["claims"]
    assert said.verdict is Verdict.REJECTED


def test_a_rule_on_any_element_names_the_term_that_was_read_there() -> None:
    data = ubl().replace(b">119.00</cbc:PayableAmount>", b">119.000</cbc:PayableAmount>")
    (document,) = judge_file(data, "a.xml", TERMS).documents
    (found,) = [finding for finding in document.findings if finding.rule == "UBL-DT-01"]
    assert (found.term, found.path) == ("BT-115", "totals.due")


@pytest.mark.parametrize(
    ("data", "gone", "place"),
    [
        (ubl(), b"<cbc:ID>R-1</cbc:ID>", "/Invoice (line 2)"),
        (CII, b"<ram:ID>R-1</ram:ID>", "/rsm:CrossIndustryInvoice (line 2)"),
    ],
)
def test_what_stands_nowhere_is_missing_in_the_document(
    data: bytes, gone: bytes, place: str
) -> None:
    (document,) = judge_file(data.replace(gone, b""), "a.xml", TERMS).documents
    assert {f.place for f in document.findings if f.rule == "BR-02"} == {place}


def test_a_set_that_is_for_other_documents_accepts_nothing() -> None:
    said = judge_file(ubl(), "a.xml", terms(("claims",)))
    (result, *_) = said.documents[0].sets
    assert (result.key, result.state) == ("claims", State.NOT_AVAILABLE)
    assert "such a document" in result.reason
    assert said.verdict is Verdict.NOT_JUDGED


def test_the_json_form_comes_back_as_it_was() -> None:
    said = judge_file(wrong_sum(), "a", TERMS)
    encoded = msgspec.json.encode(said)
    assert msgspec.json.decode(encoded, type=Certificate) == said
    top = ("form", "verdict", "at", "day", "by", "file", "sha256", "size_bytes", "reader")
    assert tuple(msgspec.json.decode(encoded))[: len(top)] == top


def test_what_breaks_from_one_day_to_another_is_told() -> None:
    earlier = judge_file(ubl(), "a", terms(("en16931",)))
    later = judge_file(ubl(), "a", terms(("en16931", "xrechnung-3.0")))
    told = changes(earlier, later)
    assert (told.since, told.sets_added) == (DAY, ("xrechnung-3.0 3.0.2",))
    assert "BR-DE-15" in told.broken
    assert (told.sets_dropped, told.mended) == ((), ())
    back = changes(later, earlier)
    assert (back.sets_dropped, back.mended) == (told.sets_added, told.broken)


def test_a_judgement_without_any_rules_is_none() -> None:
    result = SetResult(key="x", state=State.NOT_AVAILABLE, reason="not here")
    assert verdict_of((), (result,)) is Verdict.NOT_JUDGED
    assert verdict_of((), ()) is Verdict.NOT_JUDGED


def test_what_only_the_file_shows_is_judged_too() -> None:
    """A line has one and only one classified tax category: UBL-SR-48."""
    data = ubl()
    tag = b"</cac:ClassifiedTaxCategory>"
    start, end = data.index(b"<cac:ClassifiedTaxCategory>"), data.index(tag) + len(tag)
    (document,) = judge_file(data[:end] + data[start:], "a", TERMS).documents
    assert document.verdict is Verdict.REJECTED
    assert "UBL-SR-48" in {finding.rule for finding in document.findings}
    assert "en16931-ubl-syntax" in {result.key for result in document.sets}


def test_what_the_reader_left_is_said() -> None:
    twice = ubl().replace(b"<cbc:IssueDate>", b"<cbc:ID>R-2</cbc:ID><cbc:IssueDate>")
    (document,) = judge_file(twice, "a", TERMS).documents
    (remark,) = document.remarks
    assert remark.startswith("1 value of the file has no place in the model")
    assert remark.endswith(": /Invoice/cbc:ID[2] (line 5)")
