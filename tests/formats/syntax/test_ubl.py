"""Each rule that needs a function: what breaks it, what is right, and where the finding points."""

import pytest

from formats.syntax.judge import judge
from formats.syntax.ubl import OWN
from formats.syntax.ubl_vat import VAT_OWN
from tests.formats.syntax.files import credit_note, invoice, nested

SUPPORTING = "cac:AdditionalDocumentReference"
SELLER = "cac:AccountingSupplierParty/cac:Party"
BUYER = "cac:AccountingCustomerParty/cac:Party"
LINE_PRICE = "cac:InvoiceLine/cac:Price"
OBJECT = "<cbc:DocumentTypeCode>130</cbc:DocumentTypeCode>"
NAMED = nested(f"{SELLER}/cac:PartyLegalEntity/cbc:RegistrationName", "Seller GmbH")


def scheme(kind: str, number: str) -> str:
    return nested(
        "cac:PartyTaxScheme",
        f"<cbc:CompanyID>{number}</cbc:CompanyID>" + nested("cac:TaxScheme/cbc:ID", kind),
    )


def payee(name: str, more: str = "") -> str:
    return NAMED + nested("cac:PayeeParty", more + nested("cac:PartyName/cbc:Name", name))


def identified(identifier: str, of_scheme: str = "0088") -> str:
    return nested("cac:PartyIdentification/cbc:ID", identifier, f'schemeID="{of_scheme}"')


def indicated(said: str) -> str:
    return nested("cbc:ChargeIndicator", said)


def code(path: str, broken: str, right: str, before: str = "") -> tuple[str, str, str, str | None]:
    holder, _, last = path.rpartition("/")
    files = [before + nested(last, each) for each in (broken, right)]
    if holder:
        files = [nested(holder, each) for each in files]
    return files[0], files[1], f"/Invoice/{path}", broken


SUBTOTAL = "cac:TaxTotal/cac:TaxSubtotal"
REASON = "cac:AllowanceCharge/cbc:AllowanceChargeReasonCode"
TRANSFER = nested("cbc:PaymentMeansCode", "30")
REGISTERED = nested("cac:PartyLegalEntity/cbc:CompanyID", "HRB 1")

# rule: (broken, right, place of the finding, its value)
ROWS: dict[str, tuple[str, str, str, str | None]] = {
    "UBL-SR-43": (
        nested(f"{SUPPORTING}/cbc:ID", "sheet", 'schemeID="ABT"'),
        nested(SUPPORTING, nested("cbc:ID", "meter", 'schemeID="ABT"') + OBJECT),
        f"/Invoice/{SUPPORTING}",
        None,
    ),
    "UBL-DT-01": (
        nested(f"{LINE_PRICE}/cbc:BaseAmount", "1.234"),
        nested(LINE_PRICE, "<cbc:BaseAmount>1.234</cbc:BaseAmount><cac:AllowanceCharge/>"),
        f"/Invoice/{LINE_PRICE}/cbc:BaseAmount",
        "1.234",
    ),
    "UBL-SR-53": (
        nested(f"{SELLER}/cac:PartyTaxScheme/cac:TaxScheme/cbc:ID", "VAT"),
        nested(SELLER, scheme("VAT", "DE1")),
        f"/Invoice/{SELLER}/cac:PartyTaxScheme",
        None,
    ),
    "UBL-CR-002": (
        nested("cbc:UBLVersionID", "2.2"),
        nested("cbc:UBLVersionID", "2.1"),
        "/Invoice/cbc:UBLVersionID",
        "2.2",
    ),
    "UBL-CR-412": (
        nested("cac:PaymentMeans/cbc:PaymentDueDate", "2026-01-31"),
        nested("cbc:DueDate", "2026-01-31"),
        "/Invoice/cac:PaymentMeans/cbc:PaymentDueDate",
        "2026-01-31",
    ),
    "UBL-CR-665": (
        nested(f"{SUPPORTING}/cbc:ID", "sheet", 'schemeID="ABT"'),
        nested(SUPPORTING, nested("cbc:ID", "meter", 'schemeID="ABT"') + OBJECT),
        f"/Invoice/{SUPPORTING}/cbc:ID/@schemeID",
        "ABT",
    ),
    "UBL-CR-666": (
        nested(SUPPORTING, OBJECT + "<cac:Attachment/>"),
        nested(SUPPORTING, "<cac:Attachment/>"),
        f"/Invoice/{SUPPORTING}/cac:Attachment",
        None,
    ),
    "UBL-CR-673": (
        nested(SUPPORTING, OBJECT + nested("cbc:DocumentDescription", "a meter")),
        nested(SUPPORTING, nested("cbc:DocumentDescription", "a sheet")),
        f"/Invoice/{SUPPORTING}/cbc:DocumentDescription",
        "a meter",
    ),
    "UBL-DT-18": (
        nested("cbc:Note", "x", 'name="y"'),
        nested("cac:PaymentMeans/cbc:PaymentMeansCode", "30", 'name="transfer"'),
        "/Invoice/cbc:Note/@name",
        "y",
    ),
    "UBL-SR-04": (
        2 * nested(SUPPORTING, "<cbc:ID>meter</cbc:ID>" + OBJECT),
        nested(SUPPORTING, "<cbc:ID>meter</cbc:ID>" + OBJECT) + nested(f"{SUPPORTING}/cbc:ID"),
        f"/Invoice/{SUPPORTING}[2]/cbc:ID",
        "meter",
    ),
    "UBL-SR-12": (
        nested(SELLER, scheme("VAT", "DE1") + scheme("vat", "DE2")),
        nested(SELLER, scheme("VAT", "DE1") + scheme("FC", "2")),
        f"/Invoice/{SELLER}/cac:PartyTaxScheme[2]/cbc:CompanyID",
        "DE2",
    ),
    "UBL-SR-13": (
        nested(SELLER, scheme("FC", "1") + scheme("TAX", "2")),
        nested(SELLER, scheme("VAT", "DE1") + scheme("FC", "2")),
        f"/Invoice/{SELLER}/cac:PartyTaxScheme[2]/cbc:CompanyID",
        "2",
    ),
    "UBL-SR-18": (
        nested(BUYER, scheme("VAT", "DE1") + scheme("VAT", "DE2")),
        nested(BUYER, scheme("VAT", "DE1") + scheme("FC", "2") + scheme("FC", "3")),
        f"/Invoice/{BUYER}/cac:PartyTaxScheme[2]/cbc:CompanyID",
        "DE2",
    ),
    "UBL-SR-29": (
        nested(SELLER, identified("DE98", "SEPA") + identified("DE99", "sepa")),
        nested(SELLER, identified("DE98", "SEPA") + identified("1")),
        f"/Invoice/{SELLER}/cac:PartyIdentification[2]/cbc:ID",
        "DE99",
    ),
    "UBL-SR-44": (
        nested("cac:PaymentMeans/cbc:PaymentID", "A")
        + nested("cac:PaymentMeans/cbc:PaymentID", "B"),
        2 * nested("cac:PaymentMeans/cbc:PaymentID", "A"),
        "/Invoice/cac:PaymentMeans[2]/cbc:PaymentID",
        "B",
    ),
    "UBL-SR-47": (
        nested("cac:PaymentMeans/cbc:PaymentMeansCode", "30")
        + nested("cac:PaymentMeans/cbc:PaymentMeansCode", "58"),
        2 * nested("cac:PaymentMeans/cbc:PaymentMeansCode", "30"),
        "/Invoice/cac:PaymentMeans[2]/cbc:PaymentMeansCode",
        "58",
    ),
    "UBL-SR-19": (payee("Seller GmbH"), payee("Factor SE"), "/Invoice/cac:PayeeParty", None),
    "UBL-SR-20": (
        payee("Factor SE", identified("1") + identified("2")),
        payee("Factor SE", identified("1") + identified("DE98", "SEPA")),
        "/Invoice/cac:PayeeParty",
        None,
    ),
    "UBL-SR-21": (
        payee("Factor SE", 2 * REGISTERED),
        payee("Factor SE", REGISTERED),
        "/Invoice/cac:PayeeParty",
        None,
    ),
    "BR-61": (
        nested("cac:PaymentMeans", TRANSFER + nested("cac:PayeeFinancialAccount")),
        nested("cac:PaymentMeans", TRANSFER + nested("cac:PayeeFinancialAccount/cbc:ID", "1"))
        + nested("cac:PaymentMeans/cbc:PaymentMeansCode", "59"),
        "/Invoice/cac:PaymentMeans",
        None,
    ),
    "BR-CL-01": (
        nested("cbc:InvoiceTypeCode", "261"),
        nested("cbc:InvoiceTypeCode", " 380 ") + nested("cbc:CreditNoteTypeCode", "261"),
        "/Invoice/cbc:InvoiceTypeCode",
        "261",
    ),
    "BR-CO-09": (
        nested(SELLER, scheme("VAT", "DE1") + scheme("vat", "123")),
        nested(SELLER, scheme("VAT", "XI1") + scheme("FC", "1")),
        f"/Invoice/{SELLER}/cac:PartyTaxScheme[2]",
        None,
    ),
    "BR-CO-26": (
        nested(SELLER, identified("DE98", "SEPA") + scheme("GST", "1")),
        nested(SELLER, scheme("vat", "DE1")),
        "/Invoice/cac:AccountingSupplierParty",
        None,
    ),
    "BR-CL-04": code("cbc:DocumentCurrencyCode", "EURO", "EUR"),
    "BR-CL-14": code(f"{BUYER}/cac:PostalAddress/cac:Country/cbc:IdentificationCode", "D", "XI"),
    "BR-CL-15": code("cac:Item/cac:OriginCountry/cbc:IdentificationCode", "GR1", "GR"),
    "BR-CL-16": code("cac:PaymentMeans/cbc:PaymentMeansCode", "99", "ZZZ"),
    "BR-CL-17": code(f"{SUBTOTAL}/cac:TaxCategory/cbc:ID", "X", " AE "),
    "BR-CL-19": code(REASON, "AAA", "95", before=indicated("false")),
    "BR-CL-20": code(REASON, "95", "AAA", before=indicated("true")),
    "BR-CL-18": (
        nested("cac:InvoiceLine/cac:SubInvoiceLine/cac:Item/cac:ClassifiedTaxCategory/cbc:ID", "X"),
        nested("cac:InvoiceLine/cac:Item/cac:ClassifiedTaxCategory/cbc:ID", " S "),
        "/Invoice/cac:InvoiceLine/cac:SubInvoiceLine/cac:Item/cac:ClassifiedTaxCategory/cbc:ID",
        "X",
    ),
    "BR-CL-03": (
        nested("cac:LegalMonetaryTotal/cbc:PayableAmount", "1", 'currencyID="EURO"'),
        nested("cac:LegalMonetaryTotal/cbc:PayableAmount", "1", 'currencyID="EUR"'),
        "/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount",
        "EURO",
    ),
}


CODED = [rule for rule in ROWS if rule.startswith("BR-CL") and rule not in {"BR-CL-01", "BR-CL-03"}]


@pytest.mark.parametrize("rule", CODED)
def test_an_empty_code_is_none_of_the_list(rule: str) -> None:
    broken, _, _, value = ROWS[rule]
    assert rule in judge(invoice(broken.replace(f">{value}<", "><"))).failed


def test_every_function_has_its_row() -> None:
    assert set(ROWS) == set(OWN) - set(VAT_OWN)


@pytest.mark.parametrize("rule", ROWS)
def test_a_broken_rule_is_found_where_it_is_broken(rule: str) -> None:
    broken, right, place, value = ROWS[rule]
    outcome = judge(invoice(broken))
    (finding,) = [finding for finding in outcome.findings if finding.rule == rule]
    assert (finding.place, finding.value) == (f"{place} (line 1)", value)
    assert finding.message
    assert finding.fix
    assert rule in judge(invoice(right)).passed


def test_credit_notes_have_their_due_date_with_the_payment_and_the_project_as_type_50() -> None:
    file = credit_note(
        nested("cac:PaymentMeans/cbc:PaymentDueDate", "2026-01-31")
        + nested(SUPPORTING, "<cbc:ID/><cbc:DocumentTypeCode>50</cbc:DocumentTypeCode>")
    )
    assert {"UBL-CR-412", "UBL-SR-43"} <= set(judge(file).passed)


def test_an_allowance_and_a_charge_are_told_apart_by_their_indicator() -> None:
    twice = 2 * nested("cbc:AllowanceChargeReason", "x")
    kinds = {"false": ("BR-32", "UBL-SR-30"), "1": ("BR-37", "UBL-SR-31")}
    for said, rules in kinds.items():
        charge = nested("cac:AllowanceCharge", nested("cbc:ChargeIndicator", said) + twice)
        outcome = judge(invoice(charge))
        assert outcome.failed == rules
        assert {*kinds["false"], *kinds["1"]} - {*rules} <= {*outcome.not_applicable}
