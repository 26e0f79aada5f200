"""Each rule that needs a function: what breaks it, what is right, and where the finding points."""

import pytest

from formats.syntax.cii import OWN
from formats.syntax.cii_totals import TOTALS_OWN
from formats.syntax.judge import judge
from tests.formats.syntax.files import cii, nested

DEAL = "rsm:SupplyChainTradeTransaction"
LINE = f"{DEAL}/ram:IncludedSupplyChainTradeLineItem"
PRODUCT = f"{LINE}/ram:SpecifiedTradeProduct"
LINE_DEAL = f"{LINE}/ram:SpecifiedLineTradeAgreement"
DISCOUNT = "ram:GrossPriceProductTradePrice/ram:AppliedTradeAllowanceCharge"
LINE_END = f"{LINE}/ram:SpecifiedLineTradeSettlement"
HEAD = f"{DEAL}/ram:ApplicableHeaderTradeAgreement"
DELIVERY = f"{DEAL}/ram:ApplicableHeaderTradeDelivery"
END = f"{DEAL}/ram:ApplicableHeaderTradeSettlement"
MEANS = "ram:SpecifiedTradeSettlementPaymentMeans"
ADDITIONAL = "ram:AdditionalReferencedDocument"
TAX = "ram:ApplicableTradeTax"
CHARGE_TAX = f"{END}/ram:SpecifiedTradeAllowanceCharge/ram:CategoryTradeTax"
BOTH = "<ram:ID>1</ram:ID><ram:GlobalID>2</ram:GlobalID>"
CONTACT = "ram:DefinedTradeContact"
PERSON, DEPARTMENT = "<ram:PersonName/>", "<ram:DepartmentName>Sales</ram:DepartmentName>"
FALSE = nested("ram:ChargeIndicator/udt:Indicator", "false")
IBAN = nested("ram:PayeePartyCreditorFinancialAccount/ram:IBANID", "DE02120300000000202051")


def typed(code: str, more: str = "") -> str:
    return nested(ADDITIONAL, f"<ram:TypeCode>{code}</ram:TypeCode>{more}")


def means(code: str, more: str = "") -> str:
    return nested(MEANS, f"<ram:TypeCode>{code}</ram:TypeCode>{more}")


SELLER = "ram:SellerTradeParty"
NUMBER = "ram:SpecifiedTaxRegistration/ram:ID"


def code(path: str, broken: str, right: str) -> tuple[str, str, str, str | None]:
    return nested(path, broken), nested(path, right), f"/{path}", broken


def schemed(path: str, elsewhere: str) -> tuple[str, str, str, str | None]:
    listed, unlisted = 'schemeID="0088"', 'schemeID="XR01"'
    right = nested(path, "1", listed) + nested(elsewhere, "1", unlisted)
    return nested(path, "1", unlisted), right, f"/{path}", "XR01"


def addressed(party: str) -> tuple[str, str, str, str | None]:
    at = f"{HEAD}/{party}/ram:URIUniversalCommunication"
    named = nested("ram:URIUniversalCommunication/ram:URIID", "a@b.example", 'schemeID="EM"')
    return (
        nested(at),
        nested(f"{HEAD}/{party}", named + nested("ram:URIUniversalCommunication")),
        f"/{at}",
        None,
    )


def only_in(holder: str, element: str, right: str) -> tuple[str, str, str, str | None]:
    return (
        nested(f"{HEAD}/{holder}", nested(f"ram:{element}", "x")),
        right,
        f"/{HEAD}/{holder}/ram:{element}",
        "x",
    )


def attached(element: str) -> str:
    return nested(HEAD, typed("916", nested(f"ram:{element}", "x")))


def in_header(element: str) -> tuple[str, str, str, str | None]:
    return (
        nested(f"{LINE_END}/{TAX}/ram:{element}", "5"),
        nested(f"{END}/{TAX}/ram:{element}", "5"),
        f"/{LINE_END}/{TAX}/ram:{element}",
        "5",
    )


def of_taxes(element: str) -> tuple[str, str, str, str | None]:
    return (
        nested(f"{CHARGE_TAX}/ram:{element}", "x"),
        nested(f"{END}/{TAX}/ram:{element}", "x"),
        f"/{CHARGE_TAX}/ram:{element}",
        "x",
    )


def twice_identified(group: str, party: str) -> tuple[str, str, str, str | None]:
    return (
        nested(f"{group}/{party}", BOTH),
        nested(f"{group}/{party}", "<ram:ID/>"),
        f"/{group}/{party}/ram:GlobalID",
        "2",
    )


def twice_contacted(party: str) -> tuple[str, str, str, str | None]:
    return (
        nested(f"{HEAD}/{party}/{CONTACT}", PERSON + DEPARTMENT),
        nested(f"{HEAD}/{party}/{CONTACT}", DEPARTMENT),
        f"/{HEAD}/{party}/{CONTACT}/ram:DepartmentName",
        "Sales",
    )


DAY = "udt:DateTimeString"


def day(text: str) -> str:
    return nested(DAY, text, 'format="102"')


def period(group: str) -> tuple[str, str, str, str | None]:
    start = nested("ram:StartDateTime", day("20260131"))
    return (
        nested(f"{group}/ram:BillingSpecifiedPeriod", start + nested("ram:EndDateTime/" + DAY)),
        nested(f"{group}/ram:BillingSpecifiedPeriod", start)
        + nested(
            f"{group}/ram:BillingSpecifiedPeriod",
            start + nested("ram:EndDateTime", day("20260131")),
        ),
        f"/{group}/ram:BillingSpecifiedPeriod",
        None,
    )


def category(tax: str, code: str = "S", more: str = "") -> str:
    return nested("ram:TypeCode", tax) + nested("ram:CategoryCode", code) + more


def charged(indicator: str) -> tuple[str, str, str, str | None]:
    charge = f"{END}/ram:SpecifiedTradeAllowanceCharge"
    said = nested("ram:ChargeIndicator/udt:Indicator", indicator)
    return (
        nested(charge, said + nested("ram:CategoryTradeTax", category("GST"))),
        nested(charge, said + nested("ram:CategoryTradeTax", category("VAT"))),
        f"/{charge}/ram:ChargeIndicator",
        None,
    )


# rule: (broken, right, place of the finding, its value)
ROWS: dict[str, tuple[str, str, str, str | None]] = {
    "CII-SR-046": (
        nested(f"{PRODUCT}/ram:GlobalID", "401"),
        nested(f"{PRODUCT}/ram:GlobalID", "401", 'schemeID="0160"'),
        f"/{PRODUCT}/ram:GlobalID",
        "401",
    ),
    "CII-SR-090": (
        nested(f"{PRODUCT}/ram:OriginTradeCountry"),
        nested(f"{PRODUCT}/ram:OriginTradeCountry/ram:ID", "DE"),
        f"/{PRODUCT}/ram:OriginTradeCountry",
        None,
    ),
    "CII-SR-119": (
        nested(f"{LINE_DEAL}/{DISCOUNT}", "<ram:ActualAmount>1</ram:ActualAmount>"),
        nested(f"{LINE_DEAL}/{DISCOUNT}", FALSE + "<ram:ActualAmount>1</ram:ActualAmount>"),
        f"/{LINE_DEAL}/{DISCOUNT}",
        None,
    ),
    "CII-SR-474": (
        nested(LINE_END, 2 * typed("130")),
        nested(LINE_END, typed("130")),
        f"/{LINE_END}/{ADDITIONAL}[2]",
        None,
    ),
    "CII-SR-450": twice_identified(HEAD, "ram:BuyerTradeParty"),
    "CII-SR-449": twice_identified(DELIVERY, "ram:ShipToTradeParty"),
    "CII-SR-451": twice_identified(END, "ram:PayeeTradeParty"),
    "CII-SR-457": (
        nested(HEAD, 2 * typed("50")),
        nested(HEAD, typed("50") + typed("130")),
        f"/{HEAD}/{ADDITIONAL}[2]",
        None,
    ),
    "CII-SR-458": (
        nested(HEAD, 2 * typed("130")),
        nested(HEAD, typed("50") + typed("130")),
        f"/{HEAD}/{ADDITIONAL}[2]",
        None,
    ),
    "CII-SR-465": twice_contacted("ram:SellerTradeParty"),
    "CII-SR-466": twice_contacted("ram:BuyerTradeParty"),
    "CII-SR-475": (
        nested(HEAD, 2 * typed("916", "<ram:Name>sheet</ram:Name>")),
        nested(HEAD, typed("916", "<ram:Name>sheet</ram:Name>") + typed("916")),
        f"/{HEAD}/{ADDITIONAL}[2]/ram:Name",
        "sheet",
    ),
    "CII-SR-476": (
        nested(
            HEAD, 2 * typed("916", "<ram:AttachmentBinaryObject>AA==</ram:AttachmentBinaryObject>")
        ),
        nested(HEAD, typed("916", "<ram:AttachmentBinaryObject/>") + typed("916")),
        f"/{HEAD}/{ADDITIONAL}[2]/ram:AttachmentBinaryObject",
        "AA==",
    ),
    "CII-SR-462": (
        nested(END, "".join(nested(f"{TAX}/ram:DueDateTypeCode", code) for code in ("5", "29"))),
        nested(END, 2 * nested(f"{TAX}/ram:DueDateTypeCode", "5")),
        f"/{END}/{TAX}[2]/ram:DueDateTypeCode",
        "29",
    ),
    "CII-SR-470": (
        nested(END, means("58")),
        nested(END, means(" 58 ", IBAN) + means("59")),
        f"/{END}/{MEANS}",
        None,
    ),
    "CII-SR-467": (
        nested(END, means("30", IBAN) + means("58", IBAN)),
        nested(END, means("30", IBAN) + means(" 30", IBAN)),
        f"/{END}/{MEANS}[2]/ram:TypeCode",
        "58",
    ),
    "CII-SR-468": (
        nested(
            END, "".join(means("1", f"<ram:Information>{text}</ram:Information>") for text in "ab")
        ),
        nested(END, 2 * means("1", "<ram:Information>a</ram:Information>")),
        f"/{END}/{MEANS}[2]/ram:Information",
        "b",
    ),
    "CII-DT-015": only_in("ram:ContractReferencedDocument", "URIID", attached("URIID")),
    "CII-DT-018": only_in("ram:ContractReferencedDocument", "TypeCode", nested(HEAD, typed("130"))),
    "CII-DT-021": only_in(ADDITIONAL, "Name", attached("Name")),
    "CII-DT-022": only_in(ADDITIONAL, "AttachmentBinaryObject", attached("AttachmentBinaryObject")),
    "CII-DT-024": only_in(
        ADDITIONAL,
        "ReferenceTypeCode",
        nested(HEAD, typed("130", "<ram:ReferenceTypeCode>ABT</ram:ReferenceTypeCode>")),
    ),
    "CII-DT-027": only_in(
        ADDITIONAL,
        "FormattedIssueDateTime",
        nested(f"{END}/ram:InvoiceReferencedDocument/ram:FormattedIssueDateTime"),
    ),
    "CII-DT-033": (
        nested(
            f"{LINE_DEAL}/ram:NetPriceProductTradePrice/ram:BasisQuantity", "1", 'unitCode="C62"'
        ),
        nested(f"{LINE}/ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", "1", 'unitCode="C62"'),
        f"/{LINE_DEAL}/ram:NetPriceProductTradePrice/ram:BasisQuantity/@unitCode",
        "C62",
    ),
    "CII-DT-037": (
        nested(f"{END}/{TAX}/ram:TypeCode", "GST"),
        nested(f"{END}/{TAX}/ram:TypeCode", "VAT"),
        f"/{END}/{TAX}/ram:TypeCode",
        "GST",
    ),
    "CII-DT-041": in_header("BasisAmount"),
    "CII-DT-054": in_header("TaxPointDate"),
    "CII-DT-058": in_header("DueDateTypeCode"),
    "CII-DT-052": of_taxes("ExemptionReasonCode"),
    "CII-DT-098": of_taxes("ExemptionReason"),
    "CII-DT-097": (
        nested(
            "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString", "20261301", 'format="102"'
        ),
        nested(
            "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString",
            " 20261231\n",
            'format="102"',
        ),
        "/rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString",
        "20261301",
    ),
    "BR-03": (
        nested(f"rsm:ExchangedDocument/ram:IssueDateTime/{DAY}", "202601", 'format="610"'),
        nested("rsm:ExchangedDocument/ram:IssueDateTime", day("20260131")),
        "",
        None,
    ),
    "BR-29": period(END),
    "BR-30": period(LINE_END),
    "BR-32": charged("false"),
    "BR-37": charged("true"),
    "BR-47": (
        nested(f"{END}/{TAX}", category("GST")),
        nested(f"{END}/{TAX}", category("vat")),
        f"/{END}/{TAX}",
        None,
    ),
    "BR-48": (
        nested(f"{END}/{TAX}", category("VAT")),
        nested(f"{END}/{TAX}", category("VAT", "O"))
        + nested(f"{END}/{TAX}", category("VAT", more="<ram:RateApplicablePercent/>")),
        f"/{END}/{TAX}",
        None,
    ),
    "BR-CO-04": (
        nested(f"{LINE_END}/{TAX}", category("GST")),
        nested(LINE_END, nested(TAX, category("GST")) + nested(TAX, category("VAT"))),
        f"/{LINE}",
        None,
    ),
    "BR-CO-09": (
        nested(f"{HEAD}/{SELLER}/{NUMBER}", "", 'schemeID="VA"'),
        nested(f"{HEAD}/{SELLER}/{NUMBER}", "DE1", 'schemeID="VA"'),
        f"/{HEAD}/{SELLER}/{NUMBER}",
        None,
    ),
    "BR-62": addressed("ram:SellerTradeParty"),
    "BR-63": addressed("ram:BuyerTradeParty"),
    "BR-CL-10": schemed(f"{HEAD}/{SELLER}/ram:GlobalID", f"{PRODUCT}/ram:GlobalID"),
    "BR-CL-11": schemed(f"{HEAD}/{SELLER}/ram:ID", f"{HEAD}/{SELLER}/{NUMBER}"),
    "BR-CL-01": code("rsm:ExchangedDocument/ram:TypeCode", "1", "381"),
    "BR-CL-04": code(f"{END}/ram:InvoiceCurrencyCode", "EURO", "EUR"),
    "BR-CL-08": code("rsm:ExchangedDocument/ram:IncludedNote/ram:SubjectCode", "XXX", "AAI"),
    "BR-CL-14": code(f"{HEAD}/{SELLER}/ram:PostalTradeAddress/ram:CountryID", "D", "DE"),
    "BR-CL-16": code(f"{END}/{MEANS}/ram:TypeCode", "99", "ZZZ"),
    "BR-CL-18": code(f"{LINE_END}/{TAX}/ram:CategoryCode", "X", " AE "),
    "BR-CL-06": (
        nested(f"{END}/{TAX}/ram:DueDateTypeCode", "3"),
        nested(f"{END}/{TAX}/ram:DueDateTypeCode", "5"),
        f"/{END}/{TAX}/ram:DueDateTypeCode",
        "3",
    ),
    "BR-CL-03": (
        nested(f"{END}/ram:TaxTotalAmount", "1", 'currencyID="EURO"'),
        nested(f"{END}/ram:TaxTotalAmount", "1", 'currencyID="EUR"'),
        f"/{END}/ram:TaxTotalAmount",
        "EURO",
    ),
}


CODED = ("BR-CL-01", "BR-CL-04", "BR-CL-08", "BR-CL-14", "BR-CL-16", "BR-CL-18")


@pytest.mark.parametrize("rule", CODED)
def test_an_empty_code_is_none_of_the_list(rule: str) -> None:
    broken, _, _, value = ROWS[rule]
    assert rule in judge(cii(broken.replace(f">{value}<", "><"))).failed


def test_every_function_has_its_row() -> None:
    assert set(ROWS) == set(OWN) - set(TOTALS_OWN)


@pytest.mark.parametrize("rule", ROWS)
def test_a_broken_rule_is_found_where_it_is_broken(rule: str) -> None:
    broken, right, place, value = ROWS[rule]
    outcome = judge(cii(broken))
    (finding,) = [finding for finding in outcome.findings if finding.rule == rule]
    where = f"/rsm:CrossIndustryInvoice{place} (line 1)"
    assert (finding.place, finding.value) == (where, value)
    assert finding.message
    assert finding.fix
    assert rule in judge(cii(right)).passed


def test_an_element_is_judged_in_the_first_context_of_a_pattern_that_it_fits() -> None:
    type_code = nested("rsm:ExchangedDocument/ram:TypeCode", "380", 'listID="x" name="y"')
    outcome = judge(cii(type_code))
    assert "CII-DT-008" in outcome.failed
    assert {"CII-DT-010", "CII-DT-011", "CII-DT-012"} <= set(outcome.not_applicable)
