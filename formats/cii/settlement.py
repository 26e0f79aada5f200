"""How it is settled, in CII: payment BG-16, VAT BG-23, terms, and totals BG-22."""

import re
from typing import Any, Final

from formats.binding.kinds import DATE_102, DECIMAL, PAYMENT_TERMS, code
from formats.binding.lists import BesideItem, Many, PerItem
from formats.binding.rows import Amount, Fixed, Leaf, Nest, OfDocument, Row, Where
from formats.binding.trail import Trail
from formats.cii.dates import FORMAT, day, period
from formats.cii.lines import allowances, amount, charges
from formats.cii.parties import PAYEE
from formats.xml.names import Element

_TAX_POINT_CODE: Final = code({"3": "5", "35": "29", "432": "72"})
"""BT-8: EN 16931 takes it from UNTDID 2005, CII from UNTDID 2475."""

_IBAN: Final = re.compile("[A-Z]{2}[0-9]{2}[A-Z0-9 ]{10,36}")


def _is_iban(transfer: Any) -> bool:
    return bool(_IBAN.fullmatch(transfer.account or ""))


def _is_no_iban(transfer: Any) -> bool:
    return not _is_iban(transfer)


def _in_tax_currency(element: Element, trail: Trail) -> bool:
    given = element.get("currencyID")
    return given is not None and given == trail.tax_currency != trail.currency


def _vat_category(element: str = "ram:CategoryTradeTax") -> Nest:
    return Nest(
        element,
        Fixed("ram:TypeCode", "VAT"),
        Leaf("ram:CategoryCode", "vat_category"),
        Leaf("ram:RateApplicablePercent", "vat_rate", DECIMAL),
    )


_PAYMENT_MEANS: Final = PerItem(
    Nest(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        Leaf("ram:TypeCode", "payment.means_code"),
        Leaf("ram:Information", "payment.means_text"),
        Nest(
            "ram:ApplicableTradeSettlementFinancialCard",
            Leaf("ram:ID", "payment.card.number"),
            Leaf("ram:CardholderName", "payment.card.holder"),
            opens="payment.card",
        ),
        Nest(
            "ram:PayerPartyDebtorFinancialAccount",
            Leaf("ram:IBANID", "payment.direct_debit.account"),
        ),
        Many(
            "payment.credit_transfers",
            Nest(
                "ram:PayeePartyCreditorFinancialAccount",
                Where(_is_iban, Leaf("ram:IBANID", "account")),
                Leaf("ram:AccountName", "account_name"),
                Where(_is_no_iban, Leaf("ram:ProprietaryID", "account")),
                always=True,
            ),
        ),
        BesideItem(
            "payment.credit_transfers",
            Nest("ram:PayeeSpecifiedCreditorFinancialInstitution", Leaf("ram:BICID", "bank")),
        ),
        opens="payment",
        again=True,
    ),
    each="payment.credit_transfers",
    first=("payment.card", "payment.direct_debit"),
)

_VAT_BREAKDOWN: Final = Many(
    "vat_breakdown",
    Nest(
        "ram:ApplicableTradeTax",
        amount("ram:CalculatedAmount", "tax"),
        Fixed("ram:TypeCode", "VAT"),
        Leaf("ram:ExemptionReason", "exemption_reason"),
        amount("ram:BasisAmount", "taxable"),
        Leaf("ram:CategoryCode", "category"),
        Leaf("ram:ExemptionReasonCode", "exemption_code"),
        Nest(
            "ram:TaxPointDate",
            OfDocument("udt:DateString", "tax_point_date", DATE_102, fixed=FORMAT),
        ),
        OfDocument("ram:DueDateTypeCode", "tax_point_code", _TAX_POINT_CODE),
        Leaf("ram:RateApplicablePercent", "rate", DECIMAL),
        always=True,
    ),
)

_TOTALS: Final = Nest(
    "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
    amount("ram:LineTotalAmount", "totals.lines"),
    amount("ram:ChargeTotalAmount", "totals.charges"),
    amount("ram:AllowanceTotalAmount", "totals.allowances"),
    amount("ram:TaxBasisTotalAmount", "totals.without_vat"),
    Amount(
        "ram:TaxTotalAmount",
        "totals.vat_in_accounting_currency",
        in_tax_currency=True,
        when=_in_tax_currency,
    ),
    Amount("ram:TaxTotalAmount", "totals.vat", one_of_many=True),
    amount("ram:RoundingAmount", "totals.rounding"),
    amount("ram:GrandTotalAmount", "totals.with_vat"),
    amount("ram:TotalPrepaidAmount", "totals.paid"),
    amount("ram:DuePayableAmount", "totals.due"),
    opens="totals",
)

SETTLEMENT: Final[Row] = Nest(
    "ram:ApplicableHeaderTradeSettlement",
    Leaf("ram:CreditorReferenceID", "payment.direct_debit.creditor"),
    Leaf("ram:PaymentReference", "payment.remittance"),
    Leaf("ram:TaxCurrencyCode", "accounting_currency"),
    Leaf("ram:InvoiceCurrencyCode", "currency"),
    PAYEE,
    _PAYMENT_MEANS,
    _VAT_BREAKDOWN,
    period(),
    allowances("allowances", _vat_category()),
    charges("charges", _vat_category()),
    Many(
        "extensions.fr.logistics_charges",
        Nest(
            "ram:SpecifiedLogisticsServiceCharge",
            Leaf("ram:Description", "reason"),
            amount("ram:AppliedAmount", "amount"),
            _vat_category("ram:AppliedTradeTax"),
            always=True,
        ),
    ),
    Nest(
        "ram:SpecifiedTradePaymentTerms",
        Leaf("ram:Description", "payment_terms", PAYMENT_TERMS),
        day("ram:DueDateDateTime", "due_date"),
        Leaf("ram:DirectDebitMandateID", "payment.direct_debit.mandate"),
    ),
    _TOTALS,
    Many(
        "preceding",
        Nest(
            "ram:InvoiceReferencedDocument",
            Leaf("ram:IssuerAssignedID", "number"),
            Nest(
                "ram:FormattedIssueDateTime",
                Leaf("qdt:DateTimeString", "issue_date", DATE_102, fixed=FORMAT),
            ),
            always=True,
        ),
    ),
    Nest("ram:ReceivableSpecifiedTradeAccountingAccount", Leaf("ram:ID", "accounting_reference")),
    always=True,
)
