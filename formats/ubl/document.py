"""The binding of EN 16931 to UBL 2.1 (CEN/TS 16931-3-2): the tables INVOICE and CREDIT_NOTE."""

import re
from typing import Any, Final

from formats.binding.conditions import has, says, unless
from formats.binding.kinds import BASE64, DATE, DECIMAL, PAYMENT_TERMS
from formats.binding.lists import Many, PerItem
from formats.binding.rows import Amount, Fixed, Ignored, Leaf, Nest, Row, Table, When, read_only
from formats.binding.trail import Page, Trail, Values
from formats.ubl.germany import THIRD_PARTY_PAYMENTS
from formats.ubl.lines import allowances, charges, lines, period
from formats.ubl.parties import BUYER, DELIVERY, PAYEE, SELLER, TAX_REPRESENTATIVE
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE


class Note:
    """BG-1: a text, with its subject code in front between number signs: `#AAI#text`."""

    name = "cbc:Note"
    when: When | None = None
    once = False

    def read(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        """Take the note apart."""
        text = (element.text or "").strip(WHITE_SPACE)
        found = _SUBJECT.match(text)
        if found:
            values["subject_code"] = found[1]
            trail.took(f"{path}subject_code", element)
            text = text[found.end() :].lstrip(WHITE_SPACE)
        if text:
            values["text"] = text
            trail.took(f"{path}text", element)

    def write(self, group: Any, page: Page) -> bool:
        """Write the note in one."""
        subject = f"#{group.subject_code}#" if group.subject_code else ""
        page.leaf(self.name, subject + (group.text or ""))
        return True


def _in_tax_currency(element: Element, trail: Trail) -> bool:
    """Whether a TaxTotal is the one in the currency of BT-6."""
    amount = next(element.iterchildren(_TAX_AMOUNT), None)
    given = None if amount is None else amount.get("currencyID")
    return given is not None and given == trail.tax_currency != trail.currency


def _reference(element: str, path: str) -> Nest:
    return Nest(element, Leaf("cbc:ID", path))


def _coded_reference(code: str, leaf: Leaf) -> Nest:
    return Nest(
        "cac:AdditionalDocumentReference",
        leaf,
        Fixed("cbc:DocumentTypeCode", code),
        when=says("cbc:DocumentTypeCode", code),
    )


def _supporting_documents(*other_codes: str) -> Many:
    return Many(
        "supporting_documents",
        Nest(
            "cac:AdditionalDocumentReference",
            Leaf("cbc:ID", "reference"),
            Leaf("cbc:DocumentDescription", "description"),
            Nest(
                "cac:Attachment",
                Leaf(
                    "cbc:EmbeddedDocumentBinaryObject",
                    "attachment.data",
                    BASE64,
                    attributes={
                        "mimeCode": "attachment.media_type",
                        "filename": "attachment.file_name",
                    },
                ),
                Nest("cac:ExternalReference", Leaf("cbc:URI", "location")),
            ),
            always=True,
            when=unless(says("cbc:DocumentTypeCode", *other_codes)),
        ),
    )


def _payment_means(*due_date: Row) -> PerItem:
    return PerItem(
        Nest(
            "cac:PaymentMeans",
            Leaf(
                "cbc:PaymentMeansCode",
                "payment.means_code",
                attributes={"name": "payment.means_text"},
            ),
            *due_date,
            Leaf("cbc:PaymentID", "payment.remittance"),
            Nest(
                "cac:CardAccount",
                Leaf("cbc:PrimaryAccountNumberID", "payment.card.number"),
                Fixed("cbc:NetworkID", "mapped-from-cii"),
                Leaf("cbc:HolderName", "payment.card.holder"),
                opens="payment.card",
            ),
            _CREDIT_TRANSFERS,
            Nest(
                "cac:PaymentMandate",
                Leaf("cbc:ID", "payment.direct_debit.mandate"),
                Nest("cac:PayerFinancialAccount", Leaf("cbc:ID", "payment.direct_debit.account")),
            ),
            opens="payment",
            again=True,
        ),
        each="payment.credit_transfers",
        first=("payment.means_text", "payment.card", "payment.direct_debit"),
    )


def _vat_category(*exemption: Row, category: str, rate: str, when: When | None = None) -> Nest:
    return Nest(
        "cac:TaxCategory",
        Leaf("cbc:ID", category),
        Leaf("cbc:Percent", rate, DECIMAL),
        *exemption,
        Fixed("cac:TaxScheme/cbc:ID", "VAT"),
        when=when,
    )


_SUBJECT: Final = re.compile("#([A-Z]{3})#")
_TAX_AMOUNT: Final = tag("cbc:TaxAmount")

_OPENING: Final = (
    Ignored("cbc:UBLVersionID"),
    Leaf("cbc:CustomizationID", "specification"),
    Leaf("cbc:ProfileID", "business_process"),
    Leaf("cbc:ID", "number"),
    Leaf("cbc:IssueDate", "issue_date", DATE),
)
_NOTES: Final = Many("notes", Note())
_TAX_POINT_DATE: Final = Leaf("cbc:TaxPointDate", "tax_point_date", DATE)
_CURRENCIES_TO_PRECEDING: Final = (
    Leaf("cbc:DocumentCurrencyCode", "currency"),
    Leaf("cbc:TaxCurrencyCode", "accounting_currency"),
    Leaf("cbc:AccountingCost", "accounting_reference"),
    Leaf("cbc:BuyerReference", "buyer_reference"),
    period(Leaf("cbc:DescriptionCode", "tax_point_code")),
    Nest(
        "cac:OrderReference",
        Leaf("cbc:ID", "purchase_order", absent="NA"),
        Leaf("cbc:SalesOrderID", "sales_order"),
        when=has("cbc:SalesOrderID"),
    ),
    read_only(_reference("cac:OrderReference", "purchase_order")),
    Many(
        "preceding",
        Nest(
            "cac:BillingReference",
            Nest(
                "cac:InvoiceDocumentReference",
                Leaf("cbc:ID", "number"),
                Leaf("cbc:IssueDate", "issue_date", DATE),
            ),
            always=True,
        ),
    ),
    _reference("cac:DespatchDocumentReference", "despatch_advice"),
    _reference("cac:ReceiptDocumentReference", "receiving_advice"),
)
_TENDER: Final = _reference("cac:OriginatorDocumentReference", "tender")
_CONTRACT: Final = _reference("cac:ContractDocumentReference", "contract")
_INVOICED_OBJECT: Final = _coded_reference(
    "130",
    Leaf("cbc:ID", "invoiced_object.value", attributes={"schemeID": "invoiced_object.scheme"}),
)
_PARTIES: Final = (SELLER, BUYER, PAYEE, TAX_REPRESENTATIVE, DELIVERY)
_CREDIT_TRANSFERS: Final = Many(
    "payment.credit_transfers",
    Nest(
        "cac:PayeeFinancialAccount",
        Leaf("cbc:ID", "account"),
        Leaf("cbc:Name", "account_name"),
        Nest("cac:FinancialInstitutionBranch", Leaf("cbc:ID", "bank")),
        always=True,
    ),
)
_PAYMENT_TERMS: Final = Nest("cac:PaymentTerms", Leaf("cbc:Note", "payment_terms", PAYMENT_TERMS))
_ALLOWANCES_TO_TOTALS: Final = (
    allowances("allowances", _vat_category(category="vat_category", rate="vat_rate")),
    charges("charges", _vat_category(category="vat_category", rate="vat_rate")),
    Nest(
        "cac:TaxTotal",
        Amount("cbc:TaxAmount", "totals.vat"),
        Many(
            "vat_breakdown",
            Nest(
                "cac:TaxSubtotal",
                Amount("cbc:TaxableAmount", "taxable"),
                Amount("cbc:TaxAmount", "tax"),
                _vat_category(
                    Leaf("cbc:TaxExemptionReasonCode", "exemption_code"),
                    Leaf("cbc:TaxExemptionReason", "exemption_reason"),
                    category="category",
                    rate="rate",
                    when=says("cac:TaxScheme/cbc:ID", "VAT"),
                ),
                always=True,
            ),
        ),
        when=unless(_in_tax_currency),
    ),
    Nest(
        "cac:TaxTotal",
        Amount("cbc:TaxAmount", "totals.vat_in_accounting_currency", in_tax_currency=True),
        when=_in_tax_currency,
    ),
    Nest(
        "cac:LegalMonetaryTotal",
        Amount("cbc:LineExtensionAmount", "totals.lines"),
        Amount("cbc:TaxExclusiveAmount", "totals.without_vat"),
        Amount("cbc:TaxInclusiveAmount", "totals.with_vat"),
        Amount("cbc:AllowanceTotalAmount", "totals.allowances"),
        Amount("cbc:ChargeTotalAmount", "totals.charges"),
        Amount("cbc:PrepaidAmount", "totals.paid"),
        Amount("cbc:PayableRoundingAmount", "totals.rounding"),
        Amount("cbc:PayableAmount", "totals.due"),
        opens="totals",
    ),
)

INVOICE: Final = Table(
    *_OPENING,
    Leaf("cbc:DueDate", "due_date", DATE),
    Leaf("cbc:InvoiceTypeCode", "type_code"),
    _NOTES,
    _TAX_POINT_DATE,
    *_CURRENCIES_TO_PRECEDING,
    _TENDER,
    _CONTRACT,
    _INVOICED_OBJECT,
    _supporting_documents("130"),
    _reference("cac:ProjectReference", "project"),
    *_PARTIES,
    _payment_means(),
    _PAYMENT_TERMS,
    THIRD_PARTY_PAYMENTS,
    *_ALLOWANCES_TO_TOTALS,
    lines("cac:InvoiceLine", "cbc:InvoicedQuantity", "cac:SubInvoiceLine"),
)

CREDIT_NOTE: Final = Table(
    *_OPENING,
    _TAX_POINT_DATE,
    Leaf("cbc:CreditNoteTypeCode", "type_code"),
    _NOTES,
    *_CURRENCIES_TO_PRECEDING,
    _CONTRACT,
    _INVOICED_OBJECT,
    _coded_reference("50", Leaf("cbc:ID", "project")),
    _supporting_documents("130", "50"),
    _TENDER,
    *_PARTIES,
    _payment_means(Leaf("cbc:PaymentDueDate", "due_date", DATE)),
    _PAYMENT_TERMS,
    *_ALLOWANCES_TO_TOTALS,
    lines("cac:CreditNoteLine", "cbc:CreditedQuantity", "cac:SubCreditNoteLine"),
)
