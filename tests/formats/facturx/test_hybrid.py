"""The rules FX-… accept the good hybrids of others and name what is wrong with the bad ones."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from msgspec.structs import replace
from pikepdf import Dictionary, Name, Pdf

from formats.certificate.plausible import implausible
from formats.codec import Material, Unreadable
from formats.facturx.fx_rules import RULES
from formats.facturx.page import PageText, compared
from formats.facturx.read import READER
from formats.facturx.write import WRITERS
from formats.findings import Severity
from formats.model import Invoice, Party, Totals
from formats.pdf.xmp import packet
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from tests.formats.letter.cases import CASES, CREATED, load, printed
from tests.formats.pdf.small import CORPORA, one_page

EN16931 = next(writer for writer in WRITERS if writer.name == "facturx-en16931")

FOLDER = CORPORA / "zugferd-facturx-pdf"
HERE = pytest.mark.skipif(not FOLDER.exists(), reason="corpora/zugferd-facturx-pdf is not here")
NAMED = {  # case of facturx-cas-limites: the rule that says what its manifest says
    "CALC-001": "BR-CO-15",
    "CALC-005": "BR-S-08",
    "CALC-006": "BR-E-10",
    "DATA-001": "IN-VALUE",
    "DATA-002": "IN-VALUE",
    "DATA-004": "BR-05",
    "DATA-005": "IN-VALUE",
    "DATA-006": "BR-27",
    "PDF-001": "FX-MISSING",
    "PDF-002": "FX-NAME",
    "PDF-003": "FX-UNRELATED",
    "PDF-004": "FX-RELATIONSHIP",
    "PDF-006": "FX-PROFILE",
    "PDF-008": "FX-AF",
    "PRF-001": "FX-CONTENT",
    "RBT-002": "IN-XML-1",
    "XML-004": "BR-01",
    "MustangRE-20171118_506_ZUGFeRD1and2": "FX-XML",
    "ZUGFeRD_2_fully_compliant_complete": "FX-PAGE-VAT",
}
NOT_NAMED = {
    "DATA-003": "a rule of the French extension (BR-FR-CO-07), which is a rule set of its own",
    "IDENT-002": "the check digits of a French VAT number: no standard's rule, says the manifest",
    "Avoir_FR_type380_BASIC": "a negative invoice, which EN 16931 allows; page and XML agree",
    "Avoir_FR_type380_MINIMUM": "the same",
    "MustangGnuaccountingBeispielRE-20171118_506": "the corpus gives no reason; page and XML agree",
    "MustangGnuaccountingBeispielRE-20190610_507a": "the same",
}


def rules_of(path: Path) -> set[str]:
    try:
        (reading,) = READER.read(path.read_bytes(), ())
    except Unreadable as fault:
        return {fault.finding.rule}
    judged = check(reading.document, RULESETS["en16931-cii"])
    likely = implausible(reading.document, reading.sources)
    return {finding.rule for finding in (*reading.notices, *judged, *likely)}


def expected() -> Iterator[tuple[Path, bool]]:
    """Yield each hybrid of the corpus that somebody has judged, and whether it is good."""
    with (FOLDER / "EXPECTED.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            path = FOLDER / row["file"]
            if path.suffix == ".pdf" and row["expected"] and "ZUGFeRDv1" not in path.parts:
                yield path, row["expected"] in {"acceptation", "valid"}


@HERE
def test_good_hybrids_have_no_finding_and_bad_ones_the_right_one() -> None:
    good = [path for path, is_good in expected() if is_good]
    bad = [path for path, is_good in expected() if not is_good]
    found = {path: rules_of(path) for path in (*good, *bad)}
    assert [path for path in good if found[path] & RULES.keys()] == []
    names = {path: path.stem if "fail" in path.parts else path.parent.name for path in bad}
    named = {names[path] for path in bad if NAMED.get(names[path]) in found[path]}
    print(f"{len(good)} of {len(good)} good hybrids accepted, {len(named)} of {len(bad)} bad named")  # noqa: T201
    assert {*names.values()} - named == NOT_NAMED.keys()


ROWS = """Beispiel GmbH, Musterweg 1, 00001 Musterstadt
Käufer SARL
Rechnung Nr. RE-2026/17
Datum 5. März 2026, fällig am 04.04.2026
Artikel 2 Stk 617,28 1.234,56
Summe netto 1.234,56 €
MwSt 19 % 234,57
Gesamtbetrag 1.469,13 EUR
Anzahlung 100,00
Zahlbetrag 1.369,13
USt-IdNr. DE 123 456 789"""
INVOICE = Invoice(
    number="RE-2026/17",
    issue_date=date(2026, 3, 5),
    due_date=date(2026, 4, 4),
    currency="EUR",
    seller=Party(name="Beispiel GmbH", vat_identifier="DE123456789"),
    buyer=Party(name="Käufer SARL", vat_identifier="FR40303265045"),
    totals=Totals(
        without_vat=Decimal("1234.56"),
        vat=Decimal("234.57"),
        with_vat=Decimal("1469.13"),
        due=Decimal("1369.13"),
    ),
)
FATAL, WARNING = Severity.FATAL, Severity.WARNING
SAME = (  # what is replaced on the page, and by what: another way to print the same
    ("1.469,13 EUR", "€ 1 469,13"),
    ("1.469,13 EUR", "EUR 1,469.13"),
    ("1.469,13 EUR", "1\u2019469.13 EUR"),
    ("1.469,13 EUR", "-1469,13 EUR"),
    ("5. März 2026", "2026-03-05"),
    ("5. März 2026", "05/03/26"),
    ("5. März 2026", "March 5th, 2026"),
    ("5. März 2026", "5 mars 2026"),
    ("5. März 2026", "5 de marzo de 2026"),
    ("Nr. RE-2026/17", "RE 2026 17"),
    ("fällig am 04.04.2026", "please pay by 4 Apr IBAN DE89 3704\n2026. Thank you"),
    ("Beispiel GmbH", "BEISPIEL  gmbh"),
    ("Käufer SARL", "SARL  Kaeufer, FR 40 303 265 045"),
    ("Beispiel GmbH", "(logo)"),
    ("1.234,56 €", "1.234,56"),
)
OTHER: tuple[
    tuple[str, str, dict[str, Severity]], ...
] = (  # what is replaced, by what, and what is then said
    ("RE-2026/17", "RE-2026/18", {"FX-PAGE-NUMBER": FATAL}),
    ("Nr. RE-2026/17", "", {"FX-PAGE-NUMBER": WARNING}),
    ("Nr. RE-2026/17", "vom 05.03.2026", {"FX-PAGE-NUMBER": WARNING}),
    ("5. März 2026", "6. März 2026", {"FX-PAGE-DATE": WARNING}),
    ("04.04.2026", "30 Tage netto", {"FX-PAGE-DUE-DATE": WARNING}),
    ("Gesamtbetrag 1.469,13", "Gesamtbetrag 1.496,13", {"FX-PAGE-TOTAL": FATAL}),
    ("Gesamtbetrag 1.469,13", "siehe unten", {"FX-PAGE-TOTAL": WARNING}),
    ("Zahlbetrag 1.369,13", "Zahlbetrag 1.469,14", {"FX-PAGE-DUE": FATAL}),
    ("MwSt 19 % 234,57", "MwSt 19 % 243,57", {"FX-PAGE-VAT": FATAL}),
    ("Summe netto 1.234,56 €", "Summe netto 1.234,65 €", {}),  # the line still shows it
    ("1.234,56", "1.234,65", {"FX-PAGE-NET": FATAL}),
    ("Käufer SARL", "Somebody Else", {"FX-PAGE-BUYER": WARNING}),
    ("Käufer SARL", "Other, FR12345678901", {"FX-PAGE-BUYER": FATAL}),
    ("Käufer SARL", "Käufer, DE89 3704 0044 0532 0130 00", {"FX-PAGE-BUYER": WARNING}),
)


def said(text: str, invoice: Invoice = INVOICE) -> dict[str, Severity]:
    return {
        each.rule: each.severity for each in compared(PageText(tuple(text.split("\n"))), invoice)
    }


@pytest.mark.parametrize(("old", "new"), SAME)
def test_same_value_in_another_form_is_found(old: str, new: str) -> None:
    assert ROWS.count(old)
    assert said(ROWS.replace(old, new)) == {}


@pytest.mark.parametrize(("old", "new", "rules"), OTHER)
def test_another_value_is_fatal_and_none_is_a_warning(
    old: str, new: str, rules: dict[str, Severity]
) -> None:
    assert ROWS.count(old)
    assert said(ROWS.replace(old, new)) == rules


def test_currency_is_another_only_where_its_own_is_nowhere() -> None:
    without = ROWS.replace(" EUR", "").replace(" €", "")
    assert said(without) == {}
    assert said(without.replace("Zahlbetrag", "Zahlbetrag CHF")) == {"FX-PAGE-CURRENCY": FATAL}
    assert said(ROWS.replace("Zahlbetrag", "Zahlbetrag CHF")) == {}


@pytest.mark.parametrize("rows", ["", "\x01\x02 \x05", "Anlage zur Rechnung ohne jede Zahl darauf"])
def test_a_page_without_an_invoice_s_text_is_not_compared(rows: str) -> None:
    assert said(rows) == {"FX-PAGE": WARNING}


def test_each_rule_has_a_sentence_and_a_place_in_the_documentation() -> None:
    from formats.facturx import hybrid  # noqa: PLC0415

    text = (hybrid.__doc__ or "").replace(" -", " FX-PAGE-")
    assert [rule for rule in RULES if rule not in text] == []


def written(old: str, new: str) -> bytes:
    """Return a Factur-X of ours whose XMP then says something else."""
    case = next(case for case in CASES if case.name == "invoice-de")
    document = load(case.sample)
    data = EN16931.write(document, Material(source_pdf=printed(case), created=CREATED))
    with Pdf.open(BytesIO(data)) as pdf:
        text = packet(pdf)
        assert old.encode() in text
        pdf.Root[Name.Metadata].write(text.replace(old.encode(), new.encode()))
        out = BytesIO()
        pdf.save(out, fix_metadata_version=False)
    return out.getvalue()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("<fx:ConformanceLevel>EN 16931", "<fx:ConformanceLevel>BASIC", "FX-PROFILE"),
        ("<fx:DocumentFileName>factur-x", "<fx:DocumentFileName>invoice", "FX-XMP-NAME"),
        ("<fx:DocumentType>INVOICE", "<fx:DocumentType>ORDER", "FX-XMP-TYPE"),
        ("<fx:Version>1.0", "<fx:Version>9", "FX-XMP-VERSION"),
        ("pdfaid:part>3", "pdfaid:part>1", "FX-PDFA"),
        ("urn:factur-x:pdfa", "urn:other:pdfa", "FX-XMP"),
    ],
)
def test_metadata_that_disagree_are_named(old: str, new: str, rule: str) -> None:
    (reading,) = READER.read(written(old, new), ())
    assert [finding.rule for finding in reading.notices] == [rule]


def test_page_and_xml_of_two_invoices_stop_the_document() -> None:
    case = next(case for case in CASES if case.name == "invoice-de")
    document = load(case.sample)
    assert isinstance(document, Invoice)
    assert document.totals is not None
    other = replace(document, number="RE-9", totals=replace(document.totals, due=Decimal("1.11")))
    data = EN16931.write(other, Material(source_pdf=printed(case), created=CREATED))
    (reading,) = READER.read(data, ())
    found = {finding.rule: finding for finding in reading.notices}
    assert found.keys() == {"FX-PAGE-NUMBER", "FX-PAGE-DUE"}
    assert found["FX-PAGE-NUMBER"].severity is FATAL
    assert "RE-2026-0417" in found["FX-PAGE-NUMBER"].message


def test_a_scan_is_not_compared_and_a_second_invoice_with_another_total_is_fatal() -> None:
    case = next(case for case in CASES if case.name == "invoice-de")
    document = load(case.sample)
    data = EN16931.write(document, Material(source_pdf=one_page(b""), created=CREATED))
    (reading,) = READER.read(data, ())
    assert [(each.rule, each.severity) for each in reading.notices] == [("FX-PAGE", WARNING)]
    with Pdf.open(BytesIO(data)) as pdf:
        spec = pdf.Root[Name.AF][0]
        xml = spec[Name.EF][Name.UF].read_bytes().replace(b"RE-2026-0417", b"RE-2026-0418")
        second = pdf.make_indirect(
            Dictionary(Type=Name.Filespec, F="xrechnung.xml", EF=Dictionary(F=pdf.make_stream(xml)))
        )
        pdf.Root[Name.AF].append(second)
        out = BytesIO()
        pdf.save(out)
    (reading,) = READER.read(out.getvalue(), ())
    assert ("FX-XML", FATAL) in [(each.rule, each.severity) for each in reading.notices]
