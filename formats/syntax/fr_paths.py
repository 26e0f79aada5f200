"""UBL, CREDIT_NOTE, CII: where files have what the French reform asks of lines within lines."""

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where a syntax has what the rules ask for; `{}` stands for a currency.

    Attributes:
        mode: of the billing mode (BT-23), from the root.
        number, type_code, currency, accounting_currency: of the invoice, from the root.
        seller, buyer: of their registration numbers, from the root.
        lines: from the root.
        line_number, net, with_vat, vat: of a line, from there.
        party: of a line's own seller, from there; `name`, `registration`, `country` from the line.
        own_number, own_mode: of the invoice that a line stands for, from there.
        reason: why a line has no VAT, from there.
        rows: of the VAT breakdown, from the root; `row_tax`, `row_reason`, `row_vat` from there.
    """

    mode: str
    number: str
    type_code: str
    currency: str
    accounting_currency: str
    seller: str
    buyer: str
    lines: str
    line_number: str
    net: str
    with_vat: str
    vat: str
    name: str
    registration: str
    country: str
    own_number: str
    own_mode: str
    reason: str
    rows: str
    row_tax: str
    row_reason: str
    row_vat: str


_UBL_SELLER: Final = "cac:Item/cac:ManufacturerParty"
_UBL_LEGAL: Final = "cac:PartyLegalEntity/cbc:CompanyID"
_UBL_OBJECT: Final = "cac:DocumentReference[cbc:DocumentTypeCode='130']/cbc:ID"
UBL: Final = Paths(
    mode="cbc:ProfileID",
    number="cbc:ID",
    type_code="cbc:InvoiceTypeCode",
    currency="cbc:DocumentCurrencyCode",
    accounting_currency="cbc:TaxCurrencyCode",
    seller=f"cac:AccountingSupplierParty/cac:Party/{_UBL_LEGAL}",
    buyer=f"cac:AccountingCustomerParty/cac:Party/{_UBL_LEGAL}",
    lines="cac:InvoiceLine",
    line_number="cbc:ID",
    net="cbc:LineExtensionAmount",
    with_vat="cbc:TaxInclusiveLineExtensionAmount",
    vat="cac:TaxTotal/cbc:TaxAmount",
    name=f"{_UBL_SELLER}/cac:PartyLegalEntity/cbc:RegistrationName",
    registration=f"{_UBL_SELLER}/{_UBL_LEGAL}",
    country=f".//{_UBL_SELLER}/cac:PostalAddress/cac:Country/cbc:IdentificationCode",
    own_number=f"{_UBL_OBJECT}[@schemeID='AFL']",
    own_mode=f"{_UBL_OBJECT}[@schemeID='AVV']",
    reason="cac:Item/cac:ClassifiedTaxCategory/cbc:TaxExemptionReason",
    rows="cac:TaxTotal/cac:TaxSubtotal",
    row_tax="cac:TaxCategory/cac:TaxScheme/cbc:ID",
    row_reason="cac:TaxCategory/cbc:TaxExemptionReason",
    row_vat="cbc:TaxAmount",
)
CREDIT_NOTE: Final = replace(UBL, type_code="cbc:CreditNoteTypeCode", lines="cac:CreditNoteLine")

_CII: Final = "rsm:SupplyChainTradeTransaction"
_AGREEMENT: Final = f"{_CII}/ram:ApplicableHeaderTradeAgreement"
_SETTLEMENT: Final = f"{_CII}/ram:ApplicableHeaderTradeSettlement"
ON_LINE: Final = "ram:SpecifiedLineTradeSettlement"
_SUMS: Final = f"{ON_LINE}/ram:SpecifiedTradeSettlementLineMonetarySummation"
_CII_SELLER: Final = "ram:SpecifiedLineTradeAgreement/ram:ItemSellerTradeParty"
_CII_LEGAL: Final = "ram:SpecifiedLegalOrganization/ram:ID"
CII_OBJECTS: Final = f"{ON_LINE}/ram:AdditionalReferencedDocument"
STATUS: Final = "ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode"
PARENT: Final = "ram:AssociatedDocumentLineDocument/ram:ParentLineID"
CII: Final = Paths(
    mode="rsm:ExchangedDocumentContext/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID",
    number="rsm:ExchangedDocument/ram:ID",
    type_code="rsm:ExchangedDocument/ram:TypeCode",
    currency=f"{_SETTLEMENT}/ram:InvoiceCurrencyCode",
    accounting_currency=f"{_SETTLEMENT}/ram:TaxCurrencyCode",
    seller=f"{_AGREEMENT}/ram:SellerTradeParty/{_CII_LEGAL}",
    buyer=f"{_AGREEMENT}/ram:BuyerTradeParty/{_CII_LEGAL}",
    lines=f"{_CII}/ram:IncludedSupplyChainTradeLineItem",
    line_number="ram:AssociatedDocumentLineDocument/ram:LineID",
    net=f"{_SUMS}/ram:LineTotalAmount",
    with_vat=f"{_SUMS}/ram:GrandTotalAmount",
    vat=f"{_SUMS}/ram:TaxTotalAmount",
    name=f"{_CII_SELLER}/ram:Name",
    registration=f"{_CII_SELLER}/{_CII_LEGAL}",
    country=f"{_CII_SELLER}/ram:PostalTradeAddress/ram:CountryID",
    own_number=f"{CII_OBJECTS}[ram:ReferenceTypeCode='AFL'][ram:TypeCode='130']/ram:IssuerAssignedID",
    own_mode=f"{CII_OBJECTS}[ram:ReferenceTypeCode='AVV'][ram:TypeCode='130']/ram:IssuerAssignedID",
    reason=f"{ON_LINE}/ram:ApplicableTradeTax/ram:ExemptionReason",
    rows=f"{_SETTLEMENT}/ram:ApplicableTradeTax",
    row_tax="ram:TypeCode",
    row_reason="ram:ExemptionReason",
    row_vat="ram:CalculatedAmount",
)
