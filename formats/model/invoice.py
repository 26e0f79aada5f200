"""Invoice and its groups, EN 16931-1:2017. Each field names its BT number."""

from datetime import date
from decimal import Decimal

from formats.model.extensions import Extensions, LineExtensions
from formats.model.group import Group
from formats.model.parties import Identifier, Party, PostalAddress, TaxRepresentative

CREDIT_NOTES = frozenset(
    {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"}
)
"""The codes of UNTDID 1001 that EN 16931 takes for credit notes (BR-CL-01)."""


class Note(Group, frozen=True, kw_only=True):
    """BG-1."""

    text: str | None = None
    """BT-22."""
    subject_code: str | None = None
    """BT-21, UNTDID 4451."""


class PrecedingInvoice(Group, frozen=True, kw_only=True):
    """BG-3: the invoice that this one corrects or credits."""

    number: str | None = None
    """BT-25."""
    issue_date: date | None = None
    """BT-26."""


class Period(Group, frozen=True, kw_only=True):
    """BG-14 for the invoice, BG-26 for a line."""

    start: date | None = None
    """BT-73, BT-134."""
    end: date | None = None
    """BT-74, BT-135."""


class Delivery(Group, frozen=True, kw_only=True):
    """BG-13."""

    name: str | None = None
    """BT-70."""
    location: Identifier | None = None
    """BT-71."""
    delivered_on: date | None = None
    """BT-72."""
    address: PostalAddress | None = None
    """BG-15."""


class CreditTransfer(Group, frozen=True, kw_only=True):
    """BG-17."""

    account: str | None = None
    """BT-84, IBAN where there is one."""
    account_name: str | None = None
    """BT-85."""
    bank: str | None = None
    """BT-86, BIC where there is one."""


class PaymentCard(Group, frozen=True, kw_only=True):
    """BG-18."""

    number: str | None = None
    """BT-87: at most the first six and last four digits."""
    holder: str | None = None
    """BT-88."""


class DirectDebit(Group, frozen=True, kw_only=True):
    """BG-19."""

    mandate: str | None = None
    """BT-89."""
    creditor: str | None = None
    """BT-90."""
    account: str | None = None
    """BT-91."""


class PaymentInstructions(Group, frozen=True, kw_only=True):
    """BG-16."""

    means_code: str | None = None
    """BT-81, UNTDID 4461."""
    means_text: str | None = None
    """BT-82."""
    remittance: str | None = None
    """BT-83."""
    credit_transfers: tuple[CreditTransfer, ...] = ()
    card: PaymentCard | None = None
    direct_debit: DirectDebit | None = None


class AllowanceCharge(Group, frozen=True, kw_only=True):
    """BG-20, BG-21 for the invoice; BG-27, BG-28 for a line (which have no VAT of their own)."""

    amount: Decimal | None = None
    """BT-92, BT-99, BT-136, BT-141; without VAT."""
    base: Decimal | None = None
    """BT-93, BT-100, BT-137, BT-142."""
    percent: Decimal | None = None
    """BT-94, BT-101, BT-138, BT-143."""
    vat_category: str | None = None
    """BT-95, BT-102, UNTDID 5305."""
    vat_rate: Decimal | None = None
    """BT-96, BT-103, percent."""
    reason: str | None = None
    """BT-97, BT-104, BT-139, BT-144."""
    reason_code: str | None = None
    """BT-98, BT-140 (UNTDID 5189); BT-105, BT-145 (UNTDID 7161)."""


class Totals(Group, frozen=True, kw_only=True):
    """BG-22."""

    lines: Decimal | None = None
    """BT-106: sum of line net amounts."""
    allowances: Decimal | None = None
    """BT-107."""
    charges: Decimal | None = None
    """BT-108."""
    without_vat: Decimal | None = None
    """BT-109."""
    vat: Decimal | None = None
    """BT-110."""
    vat_in_accounting_currency: Decimal | None = None
    """BT-111, in BT-6."""
    with_vat: Decimal | None = None
    """BT-112."""
    paid: Decimal | None = None
    """BT-113."""
    rounding: Decimal | None = None
    """BT-114."""
    due: Decimal | None = None
    """BT-115."""


class VatBreakdown(Group, frozen=True, kw_only=True):
    """BG-23: one entry a VAT category and rate."""

    taxable: Decimal | None = None
    """BT-116."""
    tax: Decimal | None = None
    """BT-117."""
    category: str | None = None
    """BT-118, UNTDID 5305."""
    rate: Decimal | None = None
    """BT-119, percent."""
    exemption_reason: str | None = None
    """BT-120."""
    exemption_code: str | None = None
    """BT-121, VATEX."""


class Attachment(Group, frozen=True, kw_only=True):
    """BT-125: the attached document itself."""

    data: bytes
    media_type: str | None = None
    """BT-125-1."""
    file_name: str | None = None
    """BT-125-2."""


class SupportingDocument(Group, frozen=True, kw_only=True):
    """BG-24."""

    reference: str | None = None
    """BT-122."""
    description: str | None = None
    """BT-123."""
    location: str | None = None
    """BT-124, a URL."""
    attachment: Attachment | None = None
    """BT-125."""


class Price(Group, frozen=True, kw_only=True):
    """BG-29."""

    net: Decimal | None = None
    """BT-146."""
    discount: Decimal | None = None
    """BT-147."""
    gross: Decimal | None = None
    """BT-148."""
    base_quantity: Decimal | None = None
    """BT-149."""
    base_unit: str | None = None
    """BT-150."""


class Classification(Group, frozen=True, kw_only=True):
    """BT-158 with its list (UNTDID 7143) and the list's version."""

    code: str
    scheme: str | None = None
    scheme_version: str | None = None


class Attribute(Group, frozen=True, kw_only=True):
    """BG-32."""

    name: str | None = None
    """BT-160."""
    value: str | None = None
    """BT-161."""


class Item(Group, frozen=True, kw_only=True):
    """BG-31."""

    name: str | None = None
    """BT-153."""
    description: str | None = None
    """BT-154."""
    seller_id: str | None = None
    """BT-155."""
    buyer_id: str | None = None
    """BT-156."""
    standard_id: Identifier | None = None
    """BT-157."""
    classifications: tuple[Classification, ...] = ()
    """BT-158."""
    origin_country: str | None = None
    """BT-159."""
    attributes: tuple[Attribute, ...] = ()
    """BG-32."""


class Line(Group, frozen=True, kw_only=True):
    """BG-25."""

    id: str | None = None
    """BT-126."""
    note: str | None = None
    """BT-127."""
    invoiced_object: Identifier | None = None
    """BT-128."""
    quantity: Decimal | None = None
    """BT-129."""
    unit: str | None = None
    """BT-130, UN/ECE Recommendation 20 or 21."""
    net: Decimal | None = None
    """BT-131."""
    order_line: str | None = None
    """BT-132."""
    accounting_reference: str | None = None
    """BT-133."""
    period: Period | None = None
    """BG-26."""
    allowances: tuple[AllowanceCharge, ...] = ()
    """BG-27."""
    charges: tuple[AllowanceCharge, ...] = ()
    """BG-28."""
    price: Price | None = None
    """BG-29."""
    vat_category: str | None = None
    """BT-151."""
    vat_rate: Decimal | None = None
    """BT-152, percent."""
    item: Item | None = None
    """BG-31."""
    extensions: LineExtensions | None = None
    """National data; no term of the standard."""


class Invoice(Group, frozen=True, kw_only=True, tag_field="kind", tag="invoice"):
    """An invoice or credit note; BT-3 says which. Amounts are in BT-5 unless said otherwise."""

    number: str | None = None
    """BT-1."""
    issue_date: date | None = None
    """BT-2."""
    type_code: str | None = None
    """BT-3, UNTDID 1001."""
    currency: str | None = None
    """BT-5, ISO 4217."""
    accounting_currency: str | None = None
    """BT-6, ISO 4217."""
    tax_point_date: date | None = None
    """BT-7."""
    tax_point_code: str | None = None
    """BT-8, UNTDID 2005 (3, 35, 432), as the standard has it, whatever the syntax writes."""
    due_date: date | None = None
    """BT-9."""
    buyer_reference: str | None = None
    """BT-10."""
    project: str | None = None
    """BT-11."""
    contract: str | None = None
    """BT-12."""
    purchase_order: str | None = None
    """BT-13."""
    sales_order: str | None = None
    """BT-14."""
    receiving_advice: str | None = None
    """BT-15."""
    despatch_advice: str | None = None
    """BT-16."""
    tender: str | None = None
    """BT-17."""
    invoiced_object: Identifier | None = None
    """BT-18."""
    accounting_reference: str | None = None
    """BT-19."""
    payment_terms: str | None = None
    """BT-20."""
    notes: tuple[Note, ...] = ()
    """BG-1."""
    business_process: str | None = None
    """BT-23."""
    specification: str | None = None
    """BT-24."""
    preceding: tuple[PrecedingInvoice, ...] = ()
    """BG-3."""
    seller: Party | None = None
    """BG-4."""
    buyer: Party | None = None
    """BG-7."""
    payee: Party | None = None
    """BG-10."""
    tax_representative: TaxRepresentative | None = None
    """BG-11."""
    delivery: Delivery | None = None
    """BG-13."""
    period: Period | None = None
    """BG-14."""
    payment: PaymentInstructions | None = None
    """BG-16."""
    allowances: tuple[AllowanceCharge, ...] = ()
    """BG-20."""
    charges: tuple[AllowanceCharge, ...] = ()
    """BG-21."""
    totals: Totals | None = None
    """BG-22."""
    vat_breakdown: tuple[VatBreakdown, ...] = ()
    """BG-23."""
    supporting_documents: tuple[SupportingDocument, ...] = ()
    """BG-24."""
    lines: tuple[Line, ...] = ()
    """BG-25."""
    extensions: Extensions | None = None
    """National data; no term of the standard."""

    @property
    def is_credit_note(self) -> bool:
        """Whether BT-3 is one of the credit note codes of UNTDID 1001 in EN 16931."""
        return self.type_code in CREDIT_NOTES
