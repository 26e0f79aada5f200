import hashlib
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace as change

from archive.entry import Entry
from formats import canonical, guide
from formats.certificate.form import Certificate, Verdict
from formats.certificate.judge import Terms, judge_file
from formats.findings import Actor, Finding, Severity
from formats.model import ClaimItem, Party, Statement
from formats.rules.en16931 import EN16931
from formats.syntax.structure import RULES
from formats.syntax.ubl import UBL
from hub.config.checking import CheckSection
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import resubmit
from hub.store import documents
from hub.store.documents import DocumentRow, DocumentState
from tests.hub.houses import Home
from tests.hub.invoices import ubl, wrong_sum

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

XRECHNUNG = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
SAMPLES = Path(__file__).parents[2] / "samples"


def drop(home: Home, data: bytes, name: str = "a") -> list[DocumentRow]:
    arrival = Arrival(data=data, name=name, tenant="nordwind", sender="erp", door="api")
    submission, _ = receive(home.house, arrival)
    home.run()
    with home.house.database.transaction() as connection:
        return documents.of_submission(connection, submission.id)


def sum_fault(row: DocumentRow) -> Finding:
    return next(finding for finding in row.findings if finding.rule == "BR-CO-15")


def test_a_finding_names_the_place_in_the_senders_own_file(home: Home) -> None:
    (row,) = drop(home, wrong_sum())
    finding = sum_fault(row)
    assert row.state is DocumentState.PARKED
    assert finding.path == "totals.with_vat"
    assert finding.place == "/Invoice/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount (line 64)"
    assert (finding.term, finding.value) == ("BT-112", "120.00")
    resubmit(home.house, row.id, who="test")
    home.run()
    (again,) = drop(home, wrong_sum())
    assert (again.round, sum_fault(again)) == (1, finding)


def test_each_document_of_a_file_has_its_own_places(home: Home) -> None:
    folder = SAMPLES / "csv/invoice-a-row"
    text = (folder / "in.csv").read_text(encoding="utf-8")
    toml = (folder / "guide.toml").read_text(encoding="utf-8")
    home.house = replace(home.house, guides={"erp": [guide.parse("guide", toml)]})
    wrong = text.replace("1 476.00", "1 477.00").replace("98.40", "99.40")
    rows = drop(home, wrong.encode(), "in.csv")
    assert [sum_fault(row).place for row in rows] == ["row 2, column Total", "row 3, column Total"]


def test_what_is_wrong_in_what_we_added_is_for_us_to_mend(home: Home) -> None:
    """The company's own endpoint is without a scheme."""
    tenants = home.house.config.tenants
    wrong = {"nordwind": change(tenants["nordwind"], endpoint="04011000-1234512345-06")}
    home.house = replace(home.house, config=change(home.house.config, tenants=wrong))
    (row,) = drop(home, ubl())
    assert {finding.rule for finding in row.findings} == {"BR-CL-25"}
    said = {(finding.term, finding.place, finding.actor) for finding in row.findings}
    assert said == {("BT-34", "[tenant.nordwind]", Actor.OPERATOR)}


def test_what_could_not_be_read_is_parked_with_all_that_is_wrong_with_the_rest(home: Home) -> None:
    """A rate in words, an unknown unit: what the reader says and what the rules say, at once."""
    text = (SAMPLES / "idoc/two-in-one-xml/in.xml").read_text(encoding="utf-8")
    faulty = re.sub("<MSATZ>[^<]*", "<MSATZ>nineteen", re.sub("<MENEE>[^<]*", "<MENEE>ZX", text))
    terms = Terms(at=home.clock(), day=home.clock().date(), by="test")
    told = judge_file(faulty.encode(), "in.xml", terms).documents
    rows = drop(home, faulty.encode(), "in.xml")
    assert [row.state for row in rows] == [DocumentState.PARKED] * 2
    for row, judgement in zip(rows, told, strict=True):
        rules = {finding.rule for finding in row.findings}
        assert {"IN-IDOC-VALUE", "IN-IDOC-CODE", "BR-CO-17"} <= rules
        assert "BR-23" not in rules, "the unit is there"
        added = {"BR-01"}
        assert rules >= {finding.rule for finding in judgement.findings} - added
        assert certificate_of(home, row).documents[0].findings == row.findings
    assert (home.post.sent, home.second.sent) == ([], [])


def certificate_of(home: Home, row: DocumentRow) -> Certificate:
    (certificate,) = certificates_of(home, row)
    return certificate


def certificates_of(home: Home, row: DocumentRow) -> list[Certificate]:
    entries = home.house.archive.entries(document=row.id)
    return [_certificate_in(home, entry) for entry in entries if entry.step == "check"]


def _certificate_in(home: Home, entry: Entry) -> Certificate:
    (item,) = entry.items
    assert (item.role, item.name) == ("certificate", "certificate.json")
    return msgspec.json.decode(home.house.archive.get(item.sha256), type=Certificate)


def test_all_faults_are_filed_at_once(home: Home) -> None:
    data = wrong_sum().replace(b">2026-11-20<", b"><").replace(b">C62<", b"><")
    (row,) = drop(home, data)
    certificate = certificate_of(home, row)
    (judgement,) = certificate.documents
    rules = {finding.rule for finding in judgement.findings}
    assert (certificate.verdict, judgement.verdict) == (Verdict.REJECTED, Verdict.REJECTED)
    assert judgement.findings == row.findings
    assert rules >= {"BR-CO-15", "BR-03"}


def test_a_certificate_is_filed_that_names_the_file_the_document_and_every_rule(
    home: Home,
) -> None:
    (row,) = drop(home, ubl(), "r-1.xml")
    certificate = certificate_of(home, row)
    assert certificate.verdict is Verdict.ACCEPTED
    assert (certificate.file, certificate.reader) == ("r-1.xml", "ubl")
    assert certificate.sha256 == hashlib.sha256(ubl()).hexdigest()
    assert certificate.day == home.house.clock().date()
    (judgement,) = certificate.documents
    assert judgement.completed_sha256 == row.enriched_sha256
    assert [result.key for result in judgement.sets] == ["en16931", UBL.key, "ubl-elements"]
    told = [
        rule
        for result in judgement.sets
        for rule in (*result.passed, *result.failed, *result.not_applicable, *result.unjudged)
    ]
    asked = {rule.id for rule in (*EN16931, *UBL)} | EN16931.all_unjudged().keys() | {*RULES}
    assert sorted(told) == sorted(asked), "each once, BR-CL-03 too"


def test_what_only_the_file_shows_parks_with_all_the_rest(home: Home) -> None:
    reference = b"<cac:ProjectReference><cbc:ID>P</cbc:ID></cac:ProjectReference>"
    seller = b"<cac:AccountingSupplierParty"
    twice = wrong_sum().replace(seller, 2 * reference + seller)
    (row,) = drop(home, twice.replace(b"<cbc:IssueDate>", b'<cbc:IssueDate format="x">'))
    said = {finding.rule: (finding.severity, finding.place) for finding in row.findings}
    assert row.state is DocumentState.PARKED
    assert said.keys() >= {"BR-CO-15", "UBL-SR-39", "UBL-DT-12"}
    assert {f.term for f in row.findings if f.rule == "UBL-DT-12"} == {"BT-2"}
    assert said["UBL-SR-39"][0] is Severity.FATAL
    assert (said["UBL-SR-39"][1] or "").startswith("/Invoice/cac:ProjectReference[2]/cbc:ID (line ")
    assert said["UBL-DT-12"][0] is Severity.WARNING


def test_what_claims_a_specification_is_held_to_it(home: Home) -> None:
    (row,) = drop(home, ubl(specification=XRECHNUNG))
    assert row.state is DocumentState.PARKED
    assert "BR-DE-15" in {finding.rule for finding in row.findings}
    keys = [result.key for result in certificate_of(home, row).documents[0].sets]
    assert keys == ["en16931", "xrechnung-3.0", UBL.key, "ubl-elements"]


def test_an_unknown_specification_parks_unless_the_operator_answers_for_it(home: Home) -> None:
    unknown = "urn:cen.eu:en16931:2017#compliant#urn:example:own"
    (row,) = drop(home, ubl(specification=unknown))
    assert row.state is DocumentState.PARKED
    (finding,) = row.findings
    assert (finding.rule, finding.value) == ("IN-SPECIFICATION", unknown)
    assert finding.severity is Severity.FATAL
    home.house = replace(
        home.house,
        config=change(home.house.config, check=CheckSection(specifications=(unknown,))),
    )
    resubmit(home.house, row.id, who="test")
    home.run()
    (row,) = drop(home, ubl(specification=unknown))
    assert row.state is not DocumentState.PARKED
    assert row.findings == (change(finding, severity=Severity.WARNING),)
    assert [each.verdict for each in certificates_of(home, row)] == [Verdict.NOT_JUDGED] * 2


@pytest.mark.parametrize(("balance", "rule"), [("100.00", "IN-NOROAD"), ("99.00", "CL-05")])
def test_what_a_run_made_is_judged_by_its_own_rules(home: Home, balance: str, rule: str) -> None:
    """The right one gets as far as the rules, which have no road for a statement."""
    day = date(2026, 11, 20)
    item = ClaimItem(number="R-1", issue_date=day, amount=Decimal(100), open=Decimal(100))
    statement = Statement(
        number="KA-1",
        issue_date=day,
        currency="EUR",
        seller=Party(name="Nordwind"),
        buyer=Party(name="Buyer"),
        customer="K1",
        items=(item,),
        balance=Decimal(balance),
    )
    (row,) = drop(home, canonical.encode(statement))
    assert [finding.rule for finding in row.findings] == [rule]
