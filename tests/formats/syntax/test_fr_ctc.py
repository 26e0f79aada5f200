"""BR-FR on files: what breaks each rule that only a file shows, and what is right.

`make oracles` asks the official files about the same rows.
"""

from collections.abc import Callable

import pytest

from formats.rules.engine import RuleSet
from formats.rules.fr_ctc import FR_CTC, FR_CTC_CII
from formats.syntax.fr_ctc import FR_CTC_CII_FILES, FR_CTC_UBL_FILES
from formats.syntax.judge import judge
from formats.syntax.rules import SyntaxRules
from formats.xml.names import Element
from tests.formats.syntax.files import cii, credit_note, invoice, nested

SIRET, OTHER = "73282932000074", "99999999900074"
PRECEDING = "cac:BillingReference/cac:InvoiceDocumentReference"
LINE = "cac:InvoiceLine"
PLACE = f"{LINE}/cac:Delivery/cac:DeliveryLocation"
PROPERTY = "cac:Item/cac:AdditionalItemProperty"
PARTIES = {
    "06": ("12", "cac:AccountingCustomerParty/cac:Party/cac:AgentParty"),
    "46": ("52", "cac:PaymentMeans/cac:PaymentMandate/cac:PayerParty"),
    "69": ("75", "cac:AccountingSupplierParty/cac:Party/cac:AgentParty"),
    "92": ("98", "cac:AccountingCustomerParty/cac:Party/cac:ServiceProviderParty/cac:Party"),
    "115": ("121", "cac:AccountingSupplierParty/cac:Party/cac:ServiceProviderParty/cac:Party"),
}
TRADE = "rsm:SupplyChainTradeTransaction"
AGREEMENT = f"{TRADE}/ram:ApplicableHeaderTradeAgreement"
SETTLEMENT = f"{TRADE}/ram:ApplicableHeaderTradeSettlement"
ITEM = f"{TRADE}/ram:IncludedSupplyChainTradeLineItem"
ON_LINE = f"{ITEM}/ram:SpecifiedLineTradeSettlement/ram:InvoiceReferencedDocument"
DATED = "ram:FormattedIssueDateTime/qdt:DateTimeString"
HAPPENED = "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString"
START, END = (
    f"ram:BillingSpecifiedPeriod/ram:{end}DateTime/udt:DateTimeString" for end in ("Start", "End")
)
STARTS, ENDS = f"{SETTLEMENT}/{START}", f"{SETTLEMENT}/{END}"
DUE = f"{SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString"
CONTRACT = f"{AGREEMENT}/ram:ContractReferencedDocument/ram:IssuerAssignedID"
DELIVERED = f"{ITEM}/ram:SpecifiedLineTradeDelivery"
CII_PARTIES = {
    "06": ("12", f"{AGREEMENT}/ram:BuyerAgentTradeParty"),
    "46": ("52", f"{SETTLEMENT}/ram:PayerTradeParty"),
    "69": ("75", f"{AGREEMENT}/ram:SalesAgentTradeParty"),
    "92": ("98", f"{SETTLEMENT}/ram:InvoiceeTradeParty"),
    "115": ("121", f"{SETTLEMENT}/ram:InvoicerTradeParty"),
}
IN_UBL = (
    "cac:PartyIdentification/cbc:ID",
    "cac:PartyLegalEntity/cbc:CompanyID",
    "cbc:EndpointID",
)
IN_CII = (
    "ram:GlobalID",
    "ram:SpecifiedLegalOrganization/ram:ID",
    "ram:URIUniversalCommunication/ram:URIID",
)
Row = tuple[str | None, str]
"""What breaks a rule, None where nothing can; and what is right."""


def texts(path: str, broken: str, right: str, attributes: str = "") -> Row:
    return nested(path, broken, attributes), nested(path, right, attributes)


def identified(party: str, name: str, *schemes: str | None, said: str = SIRET) -> str:
    """Return a party with identifiers under these schemes."""
    given = (f'schemeID="{scheme}"' if scheme is not None else "" for scheme in schemes)
    return nested(party, "".join(nested(name, said, each) for each in given))


def of_party(number: str, address: str, party: str, paths: tuple[str, str, str]) -> dict[str, Row]:
    """Return the rows of a party of the extension; paths of its identifiers and its address."""
    identifier, legal, endpoint = paths
    siren = nested(legal, "732829320", 'schemeID="0002"')
    other = nested(identifier, OTHER, 'schemeID="0009"')
    right = nested(identifier, SIRET, 'schemeID="0009"')
    return {
        f"BR-FR-09_EXT-FR-FE-{number}": (
            nested(party, other + siren),
            nested(party, right + siren) + nested(party, other),
        ),
        f"BR-FR-CO-10_EXT-FR-FE-{number}-1": (
            identified(party, identifier, "0009", None),
            identified(party, identifier, "0009", ""),
        ),
        f"BR-FR-CO-10_EXT-FR-FE-{number}-2": (
            identified(party, identifier, "0088", "0088"),
            identified(party, identifier, "0088", None, None),
        ),
        **of_address(address, f"{party}/{endpoint}"),
    }


def of_address(number: str, at: str) -> dict[str, Row]:
    return {
        f"BR-FR-23_EXT-FR-FE-{number}": texts(at, "a b", "a+b-c_d.e", 'schemeID="0225"'),
        f"BR-FR-25_EXT-FR-FE-{number}": texts(at, "x" * 126, "x" * 125),
    }


def referred(kind: str, said: str = "1") -> str:
    """Return an invoiced object in CII."""
    inside = nested("ram:IssuerAssignedID", said) + nested("ram:ReferenceTypeCode", kind)
    return nested("ram:AdditionalReferencedDocument", inside)


UBL: dict[str, Row] = {
    "BR-FR-01_EXT-FR-FE-136-1": texts(f"{LINE}/{PRECEDING}/cbc:ID", "x" * 36, "x" * 35),
    "BR-FR-01_EXT-FR-FE-136-2": texts(f"{LINE}/{PRECEDING}/cbc:ID", "A 1", "A+B-C_D/1\t"),
    "BR-FR-02_EXT-FR-FE-136": texts(f"{LINE}/{PRECEDING}/cbc:ID", "", "1"),
    "BR-FR-03_EXT-FR-FE-138": texts(
        f"{LINE}/{PRECEDING}/cbc:IssueDate", "2026-02-29", "2024-02-29"
    ),
    "BR-FR-03_EXT-FR-FE-158": texts(
        f"{LINE}/cac:Delivery/cbc:ActualDeliveryDate", "2126-01-01", "2026-01-01"
    ),
    "BR-FR-04_EXT-FR-FE-02": texts(f"{PRECEDING}/cbc:DocumentTypeCode", "751", "380"),
    "BR-FR-04_EXT-FR-FE-137": texts(f"{LINE}/{PRECEDING}/cbc:DocumentTypeCode", " 380", "503"),
    **{
        rule: row
        for number, (address, party) in PARTIES.items()
        for rule, row in of_party(number, address, party, IN_UBL).items()
    },
    **of_address("29", "cac:PayeeParty/cbc:EndpointID"),
    "BR-FR-09_EXT-FR-FE-146": texts(
        f"{PLACE}/cac:DeliveryLocation/cbc:ID", "7328", SIRET, 'schemeID="0009"'
    ),
    "BR-FR-16_BT-103": (None, nested("cac:AllowanceCharge/cac:TaxCategory/cbc:Percent", "21")),
    "BR-FR-DEC-01_BT-111": (None, nested("cac:TaxTotal/cbc:TaxAmount", "1.001")),
    "BR-FR-27_BG-32": (nested(PROPERTY), nested(f"{PROPERTY}/cbc:NameCode")),
    "BR-FR-27_BT-160": texts(f"{PROPERTY}/cbc:Name", " ", "size"),
    "BR-FR-27_EXT-FR-FE-159": texts(f"{PROPERTY}/cbc:NameCode", "", "A"),
    **{
        f"BR-FR-{number}_{term}": (
            identified(at, "cbc:ID", "AFL", "AFL"),
            identified(at, "cbc:ID", "AFL", "AVV", "ABC", "ABC"),
        )
        for number, term, at in (
            ("29", "BT-18", "cac:AdditionalDocumentReference"),
            ("30", "BT-128", f"{LINE}/cac:DocumentReference"),
        )
    },
    **{
        f"BR-FR-{number}_{scheme}": texts(f"{at}/cbc:ID", " ", "x", f'schemeID="{scheme}"')
        for number, at in (
            ("29", "cac:AdditionalDocumentReference"),
            ("30", f"{LINE}/cac:DocumentReference"),
        )
        for scheme in ("AFL", "AVV")
    },
    "BR-FR-CO-10_BT-71-2": (
        identified("cac:Delivery/cac:DeliveryLocation", "cbc:ID", "0088", "0088"),
        identified("cac:Delivery/cac:DeliveryLocation", "cbc:ID", "0088", "0009"),
    ),
    "BR-FR-CO-10_EXT-FR-FE-146-1": (
        identified(PLACE, "cbc:ID", None),
        identified(PLACE, "cbc:ID", "0088"),
    ),
    "BR-FR-CO-10_EXT-FR-FE-146-2": (
        identified(PLACE, "cbc:ID", "0088", "0088"),
        identified(PLACE, "cbc:ID", "0088"),
    ),
}
CII: dict[str, Row] = {
    "BR-FR-01_EXT-FR-FE-136": texts(f"{ON_LINE}/ram:IssuerAssignedID", "x" * 36, "x" * 35),
    "BR-FR-02_EXT-FR-FE-136": texts(f"{ON_LINE}/ram:IssuerAssignedID", "A 1", "A+B-C_D/1"),
    "BR-FR-03_EXT-FR-FE-138": texts(f"{ON_LINE}/{DATED}", "20260229", "20240229"),
    "BR-FR-03_EXT-FR-FE-158": texts(
        f"{DELIVERED}/{HAPPENED}",
        "21260101",
        "202601010830",
    ),
    "BR-FR-04_EXT-FR-FE-02": texts(
        f"{SETTLEMENT}/ram:InvoiceReferencedDocument/ram:TypeCode", "751", "380"
    ),
    "BR-FR-04_EXT-FR-FE-137": texts(f"{ON_LINE}/ram:TypeCode", " 380", "503"),
    **{
        rule: row
        for number, (address, party) in CII_PARTIES.items()
        for rule, row in of_party(number, address, party, IN_CII).items()
    },
    **of_address("29", f"{SETTLEMENT}/ram:PayeeTradeParty/ram:URIUniversalCommunication/ram:URIID"),
    **{
        rule: row
        for rule, row in of_party("146", "", f"{DELIVERED}/ram:ShipToTradeParty", IN_CII).items()
        if "146" in rule
    },
    **{
        f"BR-FR-CO-10_{term}-1": (
            identified(party, "ram:GlobalID", None),
            identified(party, "ram:GlobalID", "0088"),
        )
        for term, party in (
            ("BT-29", f"{AGREEMENT}/ram:SellerTradeParty"),
            ("BT-46", f"{AGREEMENT}/ram:BuyerTradeParty"),
            ("BT-60", f"{SETTLEMENT}/ram:PayeeTradeParty"),
            ("BT-71", f"{TRADE}/ram:ApplicableHeaderTradeDelivery/ram:ShipToTradeParty"),
        )
    },
    "BR-FR-CO-10_BT-71-2": (
        identified(
            f"{TRADE}/ram:ApplicableHeaderTradeDelivery/ram:ShipToTradeParty",
            "ram:GlobalID",
            *("0088", "0088"),
        ),
        nested(f"{TRADE}/ram:ApplicableHeaderTradeDelivery/ram:ShipToTradeParty"),
    ),
    "BR-FR-DEC-01_BT-111": (
        None,
        nested(
            f"{SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:TaxTotalAmount",
            "1.001",
        ),
    ),
    **{
        f"BR-FR-27_{term}": texts(
            f"{ITEM}/ram:SpecifiedTradeProduct/ram:ApplicableProductCharacteristic/{name}", " ", "x"
        )
        for term, name in (("BT-160", "ram:Description"), ("EXT-FR-FE-159", "ram:TypeCode"))
    },
    **{
        f"BR-FR-{number}_{term}": (
            nested(at, referred("AFL") + referred("AFL")),
            nested(at, referred("AFL") + referred("AVV") + referred("ABC") + referred("ABC")),
        )
        for number, term, at in (("29", "BT-18", AGREEMENT), ("30", "BT-128", ITEM))
    },
    **{
        f"BR-FR-{number}_{kind}": (
            nested(at, referred(kind, " ")),
            nested(at, referred(kind) + referred("ABC", "")),
        )
        for number, at in (("29", AGREEMENT), ("30", ITEM))
        for kind in ("AFL", "AVV")
    },
}
DAYS_IN_CII = {
    "BT-2": "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString",
    "BT-7": f"{SETTLEMENT}/ram:ApplicableTradeTax/ram:TaxPointDate/udt:DateString",
    "BT-9": DUE,
    "BT-26": f"{SETTLEMENT}/ram:InvoiceReferencedDocument/{DATED}",
    "BT-72": f"{TRADE}/ram:ApplicableHeaderTradeDelivery/{HAPPENED}",
    "BT-73": STARTS,
    "BT-74": ENDS,
    "EXT-FR-FE-134": f"{ITEM}/ram:SpecifiedLineTradeSettlement/{START}",
    "EXT-FR-FE-135": f"{ITEM}/ram:SpecifiedLineTradeSettlement/{END}",
}
CREDITING = nested("rsm:ExchangedDocument/ram:TypeCode", "381")
REBATING = nested("rsm:ExchangedDocument/ram:TypeCode", "262")
PAID = nested(
    "rsm:ExchangedDocumentContext/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", "B2"
)
ISSUED = nested(DAYS_IN_CII["BT-2"], "20260131")
SIREN = nested(f"{AGREEMENT}/ram:SellerTradeParty/ram:SpecifiedLegalOrganization/ram:ID", "1")
CII |= {
    **{
        f"BR-FR-03_{term}": texts(at, "21260101", "20260101", 'format="204"')
        for term, at in DAYS_IN_CII.items()
    },
    "BR-FR-10_BT-30": (
        SIREN,
        SIREN.replace("ram:ID >1", 'ram:ID schemeID="0002"> 732829320 '),
    ),
    "BR-FR-CO-03_BT-3": (
        REBATING + nested(CONTRACT, "1") + nested(STARTS, "20260101"),
        REBATING + nested(CONTRACT, "1") + nested(STARTS, "20260101") + nested(ENDS, "1"),
    ),
    "BR-FR-CO-05_BT-3": (
        CREDITING + nested(f"{ON_LINE}/ram:IssuerAssignedID", "1"),
        CREDITING
        + nested(ON_LINE, nested("ram:IssuerAssignedID", "1") + nested(DATED, "20260101")),
    ),
    "BR-FR-CO-07_BT-9": (
        ISSUED + nested(DUE, "20260130"),
        ISSUED + nested(DUE, "20260131"),
    ),
    "BR-FR-CO-09_BT-23-3": (PAID, PAID + nested(DUE, "20260130")),
}
RATED = "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory"
REGISTERED = "cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:CompanyID"
UBL |= {
    "BR-FR-10_BT-30": texts(REGISTERED, "73282932", " 732829320", 'schemeID="0002"'),
    "BR-FR-15_BT-118-1": texts(f"{RATED}/cbc:ID", "L", "S"),
    "BR-FR-16_BT-119": texts(f"{RATED}/cbc:Percent", "21", "20.00"),
    "BR-FR-16_BT-152": texts(f"{LINE}/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", "21", "5.5"),
    "BR-FR-DEC-01_BT-110": texts("cac:TaxTotal/cbc:TaxAmount", "1.001", " -1.01"),
}
CREDITED = nested("cbc:CreditNoteTypeCode", "381") + nested("cbc:ID", "C1")
NAMED = nested("cbc:ID", "F1") + nested("cbc:IssueDate", "2026-01-31")
WITHIN = nested("cbc:ID", "C1") + nested("cbc:DocumentStatusCode", "GROUP")
CREDIT_NOTES: dict[str, Row] = {
    "BR-FR-CO-05_BT-3": (
        CREDITED
        + nested(f"cac:CreditNoteLine/{PRECEDING}", NAMED)
        + nested(f"cac:CreditNoteLine/{PRECEDING}/cbc:ID", "F1"),
        CREDITED
        + nested(f"cac:CreditNoteLine/{PRECEDING}", NAMED)
        + nested(f"cac:CreditNoteLine/{PRECEDING}", WITHIN),
    )
}
CASES = [
    *((FR_CTC_UBL_FILES, invoice, rule, *row) for rule, row in UBL.items()),
    *((FR_CTC_UBL_FILES, credit_note, rule, *row) for rule, row in CREDIT_NOTES.items()),
    *((FR_CTC_CII_FILES, cii, rule, *row) for rule, row in CII.items()),
]


@pytest.mark.parametrize(("rules", "around", "rule", "broken", "right"), CASES)
def test_a_rule_is_broken_or_right(
    rules: SyntaxRules,
    around: Callable[[str], Element],
    rule: str,
    broken: str | None,
    right: str,
) -> None:
    assert rule not in judge(around(right), rules).failed
    if broken is None:
        assert rule in judge(around(right), rules).not_applicable, "the official file never asks it"
    else:
        assert rule in judge(around(broken), rules).failed


def test_credit_notes_are_asked_the_same() -> None:
    broken, _ = UBL["BR-FR-03_EXT-FR-FE-138"]
    assert broken is not None
    said = judge(credit_note(broken.replace("InvoiceLine", "CreditNoteLine")), FR_CTC_UBL_FILES)
    (finding,) = said.findings
    assert (finding.rule, finding.term) == ("BR-FR-03_EXT-FR-FE-138", "EXT-FR-FE-138")
    assert finding.value == "2026-02-29"


@pytest.mark.parametrize(
    ("rules", "rows", "model"),
    [(FR_CTC_UBL_FILES, {**UBL, **CREDIT_NOTES}, FR_CTC), (FR_CTC_CII_FILES, CII, FR_CTC_CII)],
)
def test_nothing_is_left_that_neither_model_nor_file_shows(
    rules: SyntaxRules, rows: dict[str, Row], model: RuleSet
) -> None:
    ids = {rule.id for rule in rules}
    assert set(model.unjudged) <= ids
    of_sellers = {rule for rule in ids if rule.startswith(("BR-FR-MV-", "BR-FR-BD-"))}
    assert ids == {*rows} | of_sellers
