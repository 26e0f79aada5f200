"""The official rules as a second judge in room 4: what is missing is said and never passes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from formats.artefacts import ARTEFACTS
from formats.certificate.form import Certificate, OfficialResult, State, Verdict
from formats.cii.write import write_cii
from formats.facturx.levels import MINIMUM
from formats.findings import Actor, Severity, is_fatal
from formats.model import PostalAddress
from formats.rules.catalogue import RULESETS
from formats.ubl.write import write_ubl
from hub.engine.saxon import NotAvailable, Saxon, python_with_saxon
from hub.official.artefacts import Stock, folder_of
from hub.official.judge import SCHEMAS, STYLESHEETS, Official
from hub.pipeline.receive import Arrival, receive
from hub.store import documents
from hub.store.documents import DocumentRow, DocumentState
from tests.formats.rules.samples import change
from tests.formats.rules.test_facturx import of_level
from tests.hub.houses import Home
from tests.hub.invoices import CLEAN, ubl, wrong_sum

EN = CLEAN.specification
NO_DATE = write_ubl(CLEAN).replace(b"<cbc:IssueDate>2026-11-20</cbc:IssueDate>", b"")


@pytest.fixture(scope="module")
def official() -> Iterator[Official]:
    stock = Stock(folder=folder_of())
    try:
        python_with_saxon()
    except NotAvailable as error:
        pytest.skip(str(error))
    for name in ("ubl-invoice-xsd", "cii-xsd", "en16931-ubl-xslt", "en16931-cii-xslt"):
        if stock.find(name) is None:
            pytest.skip(f"{name} is not here; run facteur artefacts sync")
    made = Official(stock, Saxon(timeout_seconds=60))
    yield made
    made.close()


@pytest.fixture
def bare(tmp_path: Path) -> Official:
    return Official(Stock(folder=tmp_path / "none"), Saxon())


def test_every_rule_set_and_artefact_of_the_tables_is_known() -> None:
    assert {key for _, key in STYLESHEETS} <= RULESETS.keys()
    assert {*SCHEMAS.values(), *STYLESHEETS.values()} <= ARTEFACTS.keys()


@pytest.mark.parametrize(
    ("xml", "syntax", "key"),
    [(write_ubl(CLEAN), "ubl", "en16931"), (write_cii(CLEAN), "cii", "en16931-cii")],
    ids=["ubl", "cii"],
)
def test_what_is_right_passes_schema_and_rules(
    official: Official, xml: bytes, syntax: str, key: str
) -> None:
    said = official.judge(xml, syntax, [key], EN)
    assert [(result.state, result.failed) for result, _ in said] == [(State.JUDGED, ())] * 2
    assert all(findings == () for _, findings in said)
    assert all(result.sha256 and result.provenance for result, _ in said)


def test_what_breaks_a_rule_is_told_in_its_words(official: Official) -> None:
    _, (result, findings) = official.judge(wrong_sum(), "ubl", ["en16931"], EN)
    assert result.failed == ("BR-CO-15",)
    (finding,) = findings
    assert (finding.rule, finding.severity) == ("BR-CO-15", Severity.FATAL)
    assert "BT-112" in finding.message


def test_what_has_no_id_is_a_warning_once(official: Official) -> None:
    """Factur-X marks elements as not used by reports without id; its own examples have some."""
    address = {"buyer.address": PostalAddress(city="a", country="FR")}
    xml = write_cii(change(of_level(MINIMUM), address))
    *_, (result, findings) = official.judge(xml, "cii", ["facturx-minimum"], MINIMUM.specification)
    if result.state is State.NOT_AVAILABLE:
        pytest.skip(result.reason)
    unused = "Element 'ram:PostalTradeAddress' is marked as not used in the given context."
    assert unused in result.failed
    assert [f.rule for f in findings if unused in f.message] == ["facturx-minimum-xslt"]
    assert len(findings) == len(result.failed)
    assert {finding.severity for finding in findings} == {Severity.WARNING}


def test_the_schema_comes_first(official: Official) -> None:
    (schema, faults), (rules, none) = official.judge(NO_DATE, "ubl", ["en16931"], EN)
    assert schema.failed
    assert {(finding.rule, finding.place) for finding in faults} == {("XSD", "/*/cbc:DueDate")}
    assert (rules.state, none) == (State.NOT_RUN, ())


def test_what_is_not_here_is_said_and_is_fatal(bare: Official) -> None:
    (schema, findings), (rules, _) = bare.judge(ubl(), "ubl", ["en16931"], EN)
    assert (schema.state, rules.state) == (State.NOT_AVAILABLE, State.NOT_RUN)
    assert "facteur artefacts sync" in schema.reason
    assert is_fatal(findings)
    assert {finding.actor for finding in findings} == {Actor.OPERATOR}
    told = {*bare.lacking(), *bare.lacking_by_hand()}
    artefacts = {line.partition(":")[0] for line in told if "artefacts sync" in line}
    assert artefacts == {*SCHEMAS.values(), *STYLESHEETS.values()}


def test_a_set_without_official_rules_is_a_visible_warning(official: Official) -> None:
    *_, (result, findings) = official.judge(write_cii(CLEAN), "cii", ["peppol-selfbilling-3"], EN)
    assert (result.state, bool(findings)) == (State.NOT_AVAILABLE, True)
    assert not is_fatal(findings)


def test_a_kept_result_comes_back(official: Official) -> None:
    (result, _), *_ = official.judge(ubl(), "ubl", [], EN)
    assert msgspec.json.decode(msgspec.json.encode(result), type=OfficialResult) == result


def drop(home: Home, data: bytes) -> tuple[DocumentRow, Certificate]:
    arrival = Arrival(data=data, name="a.xml", tenant="nordwind", sender="erp", door="api")
    submission, _ = receive(home.house, arrival)
    home.run()
    with home.house.database.transaction() as connection:
        (row,) = documents.of_submission(connection, submission.id)
    (entry,) = (e for e in home.house.archive.entries(document=row.id) if e.step == "check")
    kept = home.house.archive.get(entry.items[0].sha256)
    return row, msgspec.json.decode(kept, type=Certificate)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_room_4_files_what_the_official_rules_say(home: Home, official: Official) -> None:
    home.house = replace(home.house, official=official)
    row, certificate = drop(home, ubl())
    assert row.state is not DocumentState.PARKED
    (judgement,) = certificate.documents
    names = [(result.artefact, result.state) for result in judgement.official]
    assert names == [
        ("ubl-invoice-xsd", State.JUDGED),
        ("en16931-ubl-xslt", State.JUDGED),
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_room_4_parks_what_could_not_be_judged_officially(home: Home, bare: Official) -> None:
    home.house = replace(home.house, official=bare)
    row, certificate = drop(home, ubl())
    assert row.state is DocumentState.PARKED
    assert [finding.rule for finding in row.findings] == ["IN-OFFICIAL"]
    assert certificate.verdict is Verdict.NOT_JUDGED
    assert certificate.documents[0].official[0].state is State.NOT_AVAILABLE
