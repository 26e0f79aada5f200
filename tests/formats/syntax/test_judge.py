"""What only counts, and what an outcome says; and that the tables are those that are published."""

import runpy
from pathlib import Path
from time import process_time

import pytest

from formats.codec import Unreadable
from formats.findings import Finding, Severity
from formats.syntax import cii as cii_rules
from formats.syntax import ubl as ubl_rules
from formats.syntax.judge import judge, ruleset_of
from formats.xml.names import Element
from formats.xml.parsing import parse
from formats.xml.payload import payload
from tests.formats.syntax.files import cii, credit_note, invoice, nested
from tests.oracles.artefacts import artefact

ROOT = Path(__file__).parents[3]
DEAL = "rsm:SupplyChainTradeTransaction"
LINE = f"{DEAL}/ram:IncludedSupplyChainTradeLineItem"
TOTALS = (
    f"{DEAL}/ram:ApplicableHeaderTradeSettlement"
    "/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
)
END = f"{DEAL}/ram:ApplicableHeaderTradeSettlement"
ISSUED = nested(
    "rsm:ExchangedDocument",
    nested("ram:TypeCode", "380")
    + nested("ram:IssueDateTime/udt:DateTimeString", "20260131", 'format="102"'),
)
CATEGORY = nested(
    "cac:Item/cac:ClassifiedTaxCategory",
    nested("cbc:ID", "B") + nested("cac:TaxScheme/cbc:ID", "VAT"),
)

FAULTS = {
    "unused": (
        invoice(nested("ext:UBLExtensions")),
        Finding(
            rule="UBL-CR-001",
            severity=Severity.WARNING,
            message="ext:UBLExtensions in Invoice is not part of the core invoice",
            place="/Invoice/ext:UBLExtensions (line 1)",
            fix="leave out ext:UBLExtensions",
        ),
    ),
    "unused in lines, said once": (
        credit_note(3 * nested("cac:CreditNoteLine", CATEGORY + nested("cbc:UUID"))),
        Finding(
            rule="UBL-CR-515",
            severity=Severity.WARNING,
            message="cac:CreditNoteLine/cbc:UUID in CreditNote is not part of the core invoice;"
            " it stands there 3 times",
            place="/CreditNote/cac:CreditNoteLine/cbc:UUID (line 1)",
            fix="leave out cac:CreditNoteLine/cbc:UUID",
        ),
    ),
    "one too many": (
        invoice(2 * nested("cac:ProjectReference/cbc:ID", "P")),
        Finding(
            rule="UBL-SR-39",
            term="BT-11",
            message="cac:ProjectReference/cbc:ID may stand once in Invoice, but stands there twice",
            place="/Invoice/cac:ProjectReference[2]/cbc:ID (line 1)",
            fix="keep 1 of cac:ProjectReference/cbc:ID",
        ),
    ),
    "missing": (
        cii(ISSUED + nested(f"{END}/ram:SpecifiedTradeSettlementPaymentMeans")),
        Finding(
            rule="BR-49",
            term="BT-81",
            message="ram:TypeCode must stand in ram:SpecifiedTradeSettlementPaymentMeans, but is"
            " missing",
            place=f"/rsm:CrossIndustryInvoice/{END}/ram:SpecifiedTradeSettlementPaymentMeans"
            " (line 1)",
            fix="give ram:TypeCode",
        ),
    ),
    "an attribute anywhere": (
        invoice(nested("cbc:Note", "x", 'languageID="de"')),
        Finding(
            rule="UBL-DT-19",
            severity=Severity.WARNING,
            message="the attribute languageID of cbc:Note in Invoice is not part of the core"
            " invoice",
            place="/Invoice/cbc:Note/@languageID (line 1)",
            value="de",
            fix="leave out the attribute languageID of cbc:Note",
        ),
    ),
    "an attribute that must be there": (
        invoice(nested("cbc:EmbeddedDocumentBinaryObject", "AA==", 'mimeCode="text/csv"')),
        Finding(
            rule="UBL-DT-07",
            message="the attribute filename must stand in cbc:EmbeddedDocumentBinaryObject, but is"
            " missing",
            place="/Invoice/cbc:EmbeddedDocumentBinaryObject (line 1)",
            fix="give the attribute filename",
        ),
    ),
    "a second total": (
        cii(ISSUED + nested(TOTALS, 2 * "<ram:GrandTotalAmount>1</ram:GrandTotalAmount>")),
        Finding(
            rule="CII-SR-482",
            term="BT-112",
            message="ram:GrandTotalAmount may stand once in"
            " ram:SpecifiedTradeSettlementHeaderMonetarySummation, but stands there twice",
            place=f"/rsm:CrossIndustryInvoice/{TOTALS}/ram:GrandTotalAmount[2] (line 1)",
            fix="keep 1 of ram:GrandTotalAmount",
        ),
    ),
    "fatal, though it is only unused": (
        cii(ISSUED + nested(f"{END}/ram:BillingSpecifiedPeriod/ram:Name")),
        Finding(
            rule="CII-DT-077",
            message="ram:Name in ram:BillingSpecifiedPeriod is not part of the core invoice",
            place=f"/rsm:CrossIndustryInvoice/{END}/ram:BillingSpecifiedPeriod/ram:Name (line 1)",
            fix="leave out ram:Name",
        ),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_its_place_and_what_to_do(name: str) -> None:
    file, expected = FAULTS[name]
    outcome = judge(file)
    assert outcome.findings == (expected,)
    assert outcome.failed == (expected.rule,)


@pytest.mark.parametrize(
    ("file", "rules"),
    [
        (invoice(""), ubl_rules.UBL),
        (credit_note("<cac:PayeeParty/><cbc:Note format='x'/>"), ubl_rules.UBL),
        (cii(nested(LINE)), cii_rules.CII),
    ],
)
def test_every_rule_is_in_exactly_one_list(file: Element, rules: object) -> None:
    found = ruleset_of(file)
    outcome = judge(file)
    assert found is rules
    assert found is not None
    listed = [*outcome.passed, *outcome.failed, *outcome.not_applicable]
    assert sorted(listed) == sorted(rule.id for rule in found)
    assert (outcome.rules, outcome.version, dict(outcome.unjudged)) == (found.key, "1.3.16", {})
    assert outcome.not_applicable


def test_a_file_of_another_kind_is_no_pass() -> None:
    with pytest.raises(Unreadable) as raised:
        judge(parse(b"<Order/>", what="an invoice"))
    assert raised.value.finding.rule == "IN-XML-4"


def test_the_payload_of_an_envelope_is_judged_as_if_it_stood_alone() -> None:
    inside = nested("cac:PaymentMeans/cbc:PaymentDueDate", "2026-01-31")
    note = credit_note(inside)
    envelope = parse(
        b'<StandardBusinessDocument xmlns="http://www.unece.org/cefact/namespaces/'
        b'StandardBusinessDocumentHeader"/>',
        what="an envelope",
    )
    alone = judge(note)
    envelope.append(note)
    assert judge(payload(envelope, what="a credit note")) == alone


@pytest.mark.parametrize(
    ("syntax", "official"), [("ubl", "en16931-ubl-xslt"), ("cii", "en16931-cii-xslt")]
)
def test_the_tables_are_what_the_script_makes_of_the_official_artefact(
    syntax: str, official: str
) -> None:
    script = runpy.run_path(str(ROOT / "tools/syntax_rules.py"))
    table = (ROOT / f"formats/syntax/{syntax}.toml").read_text("utf-8")
    assert script["main"](syntax, artefact(official)) == table


def test_how_many_rules_there_are() -> None:
    def families(rules: object) -> dict[str, int]:
        assert isinstance(rules, type(ubl_rules.UBL))
        found: dict[str, int] = {}
        for rule in rules:
            family = rule.id.rpartition("-")[0]
            found[family] = found.get(family, 0) + 1
        return found

    assert families(ubl_rules.UBL) == {
        "UBL-SR": 54,
        "UBL-DT": 24,
        "UBL-CR": 678,
        "BR-CL": 10,
        "BR-CO": 4,
        "BR-DEC": 2,
        "BR-O": 5,
        **dict.fromkeys(("BR-AE", "BR-AF", "BR-AG", "BR-E", "BR-G", "BR-IC", "BR-S", "BR-Z"), 1),
        "BR": 3,
    }
    assert families(cii_rules.CII) == {
        "CII-SR": 482,
        "CII-DT": 101,
        "BR-CL": 10,
        "BR-CO": 5,
        "BR-DEC": 2,
        "BR": 10,
    }


MANY = 10_000
HOSTILE = {
    "names that stand in no table": invoice(
        "".join(f"<x{n}Amount>1.234</x{n}Amount>" for n in range(MANY))
    ),
    "payees named as one of many sellers": invoice(
        nested(
            "cac:AccountingSupplierParty/cac:Party",
            MANY * nested("cac:PartyLegalEntity/cbc:RegistrationName", "a"),
        )
        + MANY * nested("cac:PayeeParty/cac:PartyName/cbc:Name", "a")
    ),
    "one reference with many types": invoice(
        nested(
            "cac:AdditionalDocumentReference",
            MANY * '<cbc:ID schemeID="x"/><cbc:DocumentTypeCode>1</cbc:DocumentTypeCode>',
        )
    ),
    "lines that each break a rule": invoice(
        MANY * nested("cac:InvoiceLine", 2 * nested("cbc:Note"))
    ),
    "quantities without any billed": cii(
        MANY
        * nested(f"{LINE}/ram:SpecifiedLineTradeDelivery/ram:PackageQuantity", "", 'unitCode="x"')
    ),
    "an item with many identifiers": cii(
        nested(
            f"{LINE}/ram:SpecifiedTradeProduct", MANY * "<ram:GlobalID/><ram:OriginTradeCountry/>"
        )
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_file_and_no_faster(name: str) -> None:
    started = process_time()
    assert judge(HOSTILE[name]).failed
    assert process_time() - started < 5, "with the square of 10,000 it would be minutes"
