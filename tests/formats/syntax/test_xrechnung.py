"""Each rule of XRechnung that only a file shows: what breaks it, what is right, where it points."""

import pytest

from formats.rules import de_xrechnung, de_xrechnung_cii
from formats.rules.de_extensions import EXTENSION
from formats.syntax.judge import judge
from formats.syntax.xrechnung import XRECHNUNG_CII, XRECHNUNG_UBL
from tests.formats.syntax.files import cii, invoice, nested
from tests.formats.syntax.test_peppol import ROWS as PEPPOL
from tests.formats.syntax.test_peppol import amount

Row = tuple[str, str, str, str | None]

SHARED = ("R043", "R044", "R053", "R054", "R101")
ATTACHMENT = "cac:AdditionalDocumentReference/cac:Attachment/cac:ExternalReference"
IBAN = nested("cac:PayeeFinancialAccount/cbc:ID", "DE02 1203 0000 0000 2020 51")
WRONG = nested("cac:PayeeFinancialAccount/cbc:ID", "DE03120300000000202051")
EXTENDED = nested("cbc:CustomizationID", EXTENSION)
SKONTO = "#SKONTO#TAGE=14#PROZENT=2.00#"
SUB_ITEM = "cac:InvoiceLine/cac:SubInvoiceLine/cac:Item"
EUR = nested("cbc:DocumentCurrencyCode", "EUR")


def means(code: str, more: str = "") -> str:
    return nested("cac:PaymentMeans", nested("cbc:PaymentMeansCode", code) + more)


def paid(currency: str) -> str:
    return EXTENDED + EUR + nested("cac:PrepaidPayment", amount(currency, "cbc:PaidAmount"))


# rule: (broken, right, place of the finding, its value)
UBL: dict[str, Row] = {
    **{f"PEPPOL-EN16931-{rule}": PEPPOL[f"PEPPOL-EN16931-{rule}"] for rule in SHARED},
    "PEPPOL-EN16931-R008": (
        nested("cbc:Note"),
        nested("cac:OrderReference", nested("cbc:ID") + nested("cbc:SalesOrderID", "4711")),
        "/cbc:Note",
        None,
    ),
    "BR-DE-2": (
        nested("cac:AccountingSupplierParty"),
        nested("cac:AccountingSupplierParty/cac:Party/cac:Contact"),
        "/cac:AccountingSupplierParty",
        None,
    ),
    "BR-DE-14": (
        nested("cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID", "S"),
        nested("cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Percent", "0"),
        "/cac:TaxTotal/cac:TaxSubtotal",
        None,
    ),
    "BR-DE-18": (
        nested("cac:PaymentTerms/cbc:Note", SKONTO),
        nested("cac:PaymentTerms/cbc:Note", f"{SKONTO}\n"),
        "/cac:PaymentTerms/cbc:Note",
        SKONTO,
    ),
    "BR-DE-19": (
        means("58", WRONG),
        means(" 58 ", IBAN) + means("30", WRONG),
        "/cac:PaymentMeans",
        None,
    ),
    "BR-DE-23-a": (
        means("30", IBAN) + means("30"),
        means("30", "<cac:PayeeFinancialAccount/>") + means("59"),
        "/cac:PaymentMeans[2]",
        None,
    ),
    "BR-TMP-2": (
        nested(ATTACHMENT),
        nested(f"{ATTACHMENT}/cbc:URI", "https://seller.example/sheet.pdf"),
        f"/{ATTACHMENT}",
        None,
    ),
    "BR-TMP-6": (
        nested("cbc:DueDate", "2026-01-31Z"),
        nested("cbc:DueDate", " 2026-02-30 "),
        "/cbc:DueDate",
        "2026-01-31Z",
    ),
    "BR-DEX-03": (
        EXTENDED + nested(SUB_ITEM, 2 * nested("cac:ClassifiedTaxCategory")),
        EXTENDED + nested(SUB_ITEM, nested("cac:ClassifiedTaxCategory")),
        f"/{SUB_ITEM}",
        None,
    ),
    "BR-DEX-14": (paid("SEK"), paid("EUR"), "/cac:PrepaidPayment", None),
}

DEAL = "rsm:SupplyChainTradeTransaction"
LINE = f"{DEAL}/ram:IncludedSupplyChainTradeLineItem"
PRICING = f"{LINE}/ram:SpecifiedLineTradeAgreement"
GROSS, NET = "ram:GrossPriceProductTradePrice", "ram:NetPriceProductTradePrice"
DISCOUNT = f"{PRICING}/{GROSS}/ram:AppliedTradeAllowanceCharge"
END = f"{DEAL}/ram:ApplicableHeaderTradeSettlement"
CHARGE = f"{END}/ram:SpecifiedTradeAllowanceCharge"
HEAD = f"{DEAL}/ram:ApplicableHeaderTradeAgreement"
REFERENCE = "ram:AdditionalReferencedDocument"
SAID = "ram:ChargeIndicator/udt:Indicator"
ISSUED = "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString"
FOLLOWS = nested(
    "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", EXTENSION
)


def total(currency: str) -> str:
    return amount(currency, "ram:TaxTotalAmount")


def totals(*amounts: str) -> str:
    inside = nested("ram:InvoiceCurrencyCode", "EUR") + nested(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation", "".join(amounts)
    )
    return nested(END, inside)


def supporting(more: str) -> str:
    return nested(f"{HEAD}/{REFERENCE}", nested("ram:TypeCode", "916") + more)


def priced(gross: str, net: str) -> str:
    return nested(PRICING, nested(GROSS, gross) + nested(NET, net))


def quantity(number: str, unit: str = "C62") -> str:
    return nested("ram:BasisQuantity", number, f'unitCode="{unit}"')


def numbered(more: str = "") -> str:
    return FOLLOWS + nested(f"{LINE}/ram:AssociatedDocumentLineDocument", more)


TERMS = f"{DEAL}/ram:ApplicableHeaderTradeSettlement/ram:SpecifiedTradePaymentTerms/ram:Description"

CII: dict[str, Row] = {
    "BR-DE-18": (
        nested(TERMS, f"30 Tage\n{SKONTO}30 Tage"),
        nested(TERMS, f"{SKONTO}\n30 Tage"),
        f"/{TERMS}",
        f"30 Tage\n{SKONTO}30 Tage",
    ),
    "PEPPOL-EN16931-R008": (
        nested(f"{DEAL}/ram:ApplicableHeaderTradeSettlement"),
        nested(f"{DEAL}/ram:ApplicableHeaderTradeDelivery"),
        f"/{DEAL}/ram:ApplicableHeaderTradeSettlement",
        None,
    ),
    "PEPPOL-EN16931-R043-1": (
        nested(f"{CHARGE}/{SAID}", "1"),
        nested(f"{CHARGE}/{SAID}", " true "),
        f"/{CHARGE}",
        None,
    ),
    "PEPPOL-EN16931-R043-2": (
        nested(f"{DISCOUNT}/{SAID}", "0"),
        nested(f"{DISCOUNT}/{SAID}", "false"),
        f"/{DISCOUNT}",
        None,
    ),
    "PEPPOL-EN16931-R044": (
        nested(DISCOUNT, nested(SAID, "true") + nested("ram:ActualAmount", "1")),
        nested(DISCOUNT, nested(SAID, "false") + nested("ram:ActualAmount", "1")),
        f"/{PRICING}/{GROSS}",
        None,
    ),
    "PEPPOL-EN16931-R053": (
        totals(total("EUR"), total("EUR")),
        totals(total("EUR"), total("SEK")),
        f"/{END}",
        None,
    ),
    "PEPPOL-EN16931-R101": (
        nested(f"{LINE}/ram:SpecifiedLineTradeSettlement/{REFERENCE}/ram:TypeCode", "50"),
        nested(f"{LINE}/ram:SpecifiedLineTradeSettlement/{REFERENCE}/ram:TypeCode", "130"),
        f"/{LINE}",
        None,
    ),
    "BR-TMP-2": (
        supporting(nested("ram:URIID", "sheet.pdf")),
        supporting(""),
        f"/{HEAD}/{REFERENCE}",
        None,
    ),
    "BR-TMP-3": (
        priced(quantity("1"), quantity("10")),
        priced(quantity("1"), quantity("1")) + priced(quantity("1"), ""),
        f"/{LINE}",
        None,
    ),
    "BR-TMP-4": (
        supporting(2 * nested("ram:Name", "sheet")),
        supporting(nested("ram:Name", "sheet")),
        f"/{HEAD}/{REFERENCE}/ram:Name[2]",
        None,
    ),
    "BR-TMP-5": (
        supporting(2 * nested("ram:AttachmentBinaryObject", "AA==")),
        supporting(nested("ram:AttachmentBinaryObject", "AA==")),
        f"/{HEAD}/{REFERENCE}/ram:AttachmentBinaryObject[2]",
        None,
    ),
    "BR-TMP-7": (
        nested(ISSUED, "202601", 'format="610"'),
        nested(ISSUED, "20260131", 'format="102"'),
        f"/{ISSUED}",
        "202601",
    ),
    "BR-DEX-15": (
        numbered(nested("ram:ParentLineID", "1")),
        numbered(nested("ram:LineID", "1")),
        f"/{LINE}/ram:AssociatedDocumentLineDocument",
        None,
    ),
}


def test_every_rule_has_its_row() -> None:
    assert {rule.id for rule in XRECHNUNG_UBL} == set(UBL)
    assert {rule.id for rule in XRECHNUNG_CII} == set(CII)


@pytest.mark.parametrize("rule", UBL)
def test_a_broken_rule_is_found_where_it_is_broken_in_ubl(rule: str) -> None:
    broken, right, place, value = UBL[rule]
    outcome = judge(invoice(broken), XRECHNUNG_UBL)
    (finding,) = [finding for finding in outcome.findings if finding.rule == rule]
    assert (finding.place, finding.value) == (f"/Invoice{place} (line 1)", value)
    assert rule in judge(invoice(right), XRECHNUNG_UBL).passed


@pytest.mark.parametrize("rule", CII)
def test_a_broken_rule_is_found_where_it_is_broken_in_cii(rule: str) -> None:
    broken, right, place, value = CII[rule]
    outcome = judge(cii(broken), XRECHNUNG_CII)
    (finding,) = [finding for finding in outcome.findings if finding.rule == rule]
    where = f"/rsm:CrossIndustryInvoice{place} (line 1)"
    assert (finding.place, finding.value) == (where, value)
    assert rule in judge(cii(right), XRECHNUNG_CII).passed


@pytest.mark.parametrize(
    ("gross", "net", "differ"),
    [
        (quantity("1", "C62"), quantity("1", "KGM"), True),
        (quantity("1", "C62"), nested("ram:BasisQuantity", "1"), False),
        (quantity("1.0"), quantity("1"), True),
    ],
)
def test_prices_are_for_the_same_quantity_as_it_is_written(
    gross: str, net: str, *, differ: bool
) -> None:
    assert ("BR-TMP-3" in judge(cii(priced(gross, net)), XRECHNUNG_CII).failed) is differ


def test_the_extension_s_rules_judge_only_under_the_extension() -> None:
    payment = nested("cac:PrepaidPayment", amount("SEK", "cbc:PaidAmount"))
    assert "BR-DEX-14" in judge(invoice(EUR + payment), XRECHNUNG_UBL).not_applicable
    line = nested(f"{LINE}/ram:AssociatedDocumentLineDocument/ram:ParentLineID", "1")
    assert "BR-DEX-15" in judge(cii(line), XRECHNUNG_CII).not_applicable


def test_nothing_is_left_that_neither_model_nor_file_shows() -> None:
    for rules, model in (
        (XRECHNUNG_UBL, de_xrechnung.XRECHNUNG),
        (XRECHNUNG_CII, de_xrechnung_cii.XRECHNUNG_CII),
    ):
        assert rules.key == model.key
        assert set(model.unjudged) <= {rule.id for rule in rules}
