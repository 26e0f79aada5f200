"""Spain: what Facturae 3.2.2 wants beyond EN 16931. Each field names its element."""

from datetime import date
from decimal import Decimal

from formats.model.group import Group


class Individual(Group, frozen=True, kw_only=True):
    """A natural person (PersonTypeCode F)."""

    name: str | None = None
    """Name."""
    first_surname: str | None = None
    """FirstSurname."""
    second_surname: str | None = None
    """SecondSurname."""


class AdministrativeCentre(Group, frozen=True, kw_only=True):
    """A unit of a public body, from the directory DIR3."""

    role: str | None = None
    """RoleTypeCode: 01 accounting office, 02 managing body, 03 processing unit, 04 buyer."""
    code: str | None = None
    """CentreCode."""
    name: str | None = None
    """Name."""


class WithheldTax(Group, frozen=True, kw_only=True):
    """TaxesWithheld: a tax that the buyer keeps back."""

    kind: str | None = None
    """TaxTypeCode: 04 income tax…"""
    rate: Decimal | None = None
    """TaxRate, percent."""
    base: Decimal | None = None
    """TaxableBase."""
    amount: Decimal | None = None
    """TaxAmount."""


class PaymentOnAccount(Group, frozen=True, kw_only=True):
    """A part of BT-113."""

    paid_on: date | None = None
    """PaymentOnAccountDate."""
    amount: Decimal | None = None
    """PaymentOnAccountAmount."""


class Spain(Group, frozen=True, kw_only=True):
    """Of the whole document."""

    series: str | None = None
    """InvoiceSeriesCode."""
    document_type: str | None = None
    """InvoiceDocumentType, where BT-3 does not say it: FA for an abbreviated invoice."""
    seller: Individual | None = None
    """The seller, if a natural person."""
    buyer: Individual | None = None
    """The buyer, if a natural person."""
    centres: tuple[AdministrativeCentre, ...] = ()
    """AdministrativeCentres of the buyer."""
    correction_reason: str | None = None
    """ReasonCode of a corrective invoice: 01 to 85."""
    correction_method: str | None = None
    """CorrectionMethod: 01 in full, 02 by differences, 03 bulk rebate, 04 by permission."""
    corrected_from: date | None = None
    """StartDate of the corrected TaxPeriod."""
    corrected_to: date | None = None
    """EndDate of the corrected TaxPeriod."""
    withheld: tuple[WithheldTax, ...] = ()
    payments_on_account: tuple[PaymentOnAccount, ...] = ()
    exchange_rate: Decimal | None = None
    """Euros for one unit of BT-5."""
    exchange_rate_date: date | None = None
