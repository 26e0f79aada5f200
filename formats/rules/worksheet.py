"""An invoice laid out for judging, once a check: every group with its model path, and the sums.

Below stand the contexts, by the names that rule tables use: `each_line("BR-21", …)`.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from formats.model import (
    AllowanceCharge,
    Attribute,
    Classification,
    Contact,
    CreditTransfer,
    Delivery,
    DirectDebit,
    Document,
    Identifier,
    Invoice,
    Line,
    Note,
    Party,
    PaymentCard,
    PaymentInstructions,
    Period,
    PostalAddress,
    PrecedingInvoice,
    SupportingDocument,
    TaxRepresentative,
    Totals,
    VatBreakdown,
)
from formats.model.germany import GermanLine
from formats.rules.engine import Context, getter
from formats.rules.totals import Sums, sums

SEPA = "SEPA"
"""Scheme that UBL gives a bank assigned creditor identifier (BT-90) among BT-29 or BT-60."""

CREDIT_TRANSFERS = ("30", "58")
"""BT-81: credit transfer, SEPA credit transfer; the official rules know no others."""

T = TypeVar("T")
Places = list[tuple[str, T]]


class Worksheet:
    """An invoice taken apart once.

    Attributes:
        invoice: as it came.
        sums: what its amounts add up to.
        lines, allowances, charges, rows: with their paths; rows are the VAT breakdown (BG-23).
        lines_of, allowances_of, charges_of, rows_of: the same, a VAT category.
    """

    def __init__(self, invoice: Invoice) -> None:
        self.invoice = invoice
        self.sums: Sums = sums(invoice)
        self.lines = _numbered("lines", invoice.lines)
        self.allowances = _numbered("allowances", invoice.allowances)
        self.charges = _numbered("charges", invoice.charges)
        self.rows = _numbered("vat_breakdown", invoice.vat_breakdown)
        self.lines_of = _by(self.lines, lambda line: line.vat_category)
        self.allowances_of = _by(self.allowances, lambda allowance: allowance.vat_category)
        self.charges_of = _by(self.charges, lambda charge: charge.vat_category)
        self.rows_of = _by(self.rows, lambda row: row.category)
        self._take_lines_apart()
        self.parties = _present(
            ("seller", invoice.seller), ("buyer", invoice.buyer), ("payee", invoice.payee)
        )

    def _take_lines_apart(self) -> None:
        self.line_allowances: Places[AllowanceCharge] = []
        self.line_charges: Places[AllowanceCharge] = []
        self.attributes: Places[Attribute] = []
        self.classifications: Places[Classification] = []
        self.units: Places[str] = []
        self.categories_of_parts: set[str | None] = set()
        for path, line in self.lines:
            if line.unit is not None:
                self.units.append((f"{path}.unit", line.unit))
            if line.price is not None and line.price.base_unit is not None:
                self.units.append((f"{path}.price.base_unit", line.price.base_unit))
            if line.extensions is not None and line.extensions.de is not None:
                self.units += _units_of_parts(path, line.extensions.de)
                self.categories_of_parts |= {
                    part.vat_category for part in line.extensions.de.sub_lines
                }
            if line.allowances:
                self.line_allowances += _numbered(f"{path}.allowances", line.allowances)
            if line.charges:
                self.line_charges += _numbered(f"{path}.charges", line.charges)
            if line.item is not None:
                item = line.item
                if item.attributes:
                    self.attributes += _numbered(f"{path}.item.attributes", item.attributes)
                if item.classifications:
                    self.classifications += _numbered(
                        f"{path}.item.classifications", item.classifications
                    )

    def uses(self, category: str) -> bool:
        """Whether a line or a part of one, an allowance or a charge has this VAT category."""
        return (
            category in self.lines_of
            or category in self.categories_of_parts
            or category in self.allowances_of
            or category in self.charges_of
        )

    def addresses(self) -> Places[PostalAddress]:
        """Return every postal address: BG-5, BG-8, BG-12, BG-15."""
        places = [
            (f"{role}.address", party.address)
            for role, party in self.parties
            if party.address is not None
        ]
        representative, delivery = self.invoice.tax_representative, self.invoice.delivery
        if representative is not None and representative.address is not None:
            places.append(("tax_representative.address", representative.address))
        if delivery is not None and delivery.address is not None:
            places.append(("delivery.address", delivery.address))
        return places

    def party_identifiers(self) -> Places[Identifier]:
        """Return BT-29, BT-46 and BT-60, without what UBL writes there for BT-90."""
        return [
            place
            for role, party in self.parties
            if party.identifiers
            for place in _numbered(f"{role}.identifiers", party.identifiers)
            if role == "buyer" or place[1].scheme != SEPA
        ]

    def invoiced_objects(self) -> Places[Identifier]:
        """Return BT-18 and BT-128."""
        return _present(
            ("invoiced_object", self.invoice.invoiced_object),
            *((f"{path}.invoiced_object", line.invoiced_object) for path, line in self.lines),
        )

    def vat_categories(self) -> Places[str]:
        """Return BT-95, BT-102 and BT-118."""
        charged = self.allowances + self.charges
        return _present(
            *((f"{path}.vat_category", allowance.vat_category) for path, allowance in charged),
            *((f"{path}.category", row.category) for path, row in self.rows),
        )

    def vat_identifiers(self) -> Places[str]:
        """Return BT-31, BT-48 and BT-63."""
        return [(path, get(self.invoice)) for path, get in _VAT_IDENTIFIERS if get(self.invoice)]


def lay_out(document: Document) -> Worksheet | None:
    """Return the worksheet of an invoice; None for any other document."""
    return Worksheet(document) if isinstance(document, Invoice) else None


def _numbered(path: str, groups: Sequence[T]) -> Places[T]:
    return [(f"{path}[{number}]", group) for number, group in enumerate(groups)]


def _units_of_parts(path: str, german: GermanLine) -> Places[str]:
    """Return the units of sub invoice lines, which are codes like those of lines."""
    return [
        (f"{path}.extensions.de.sub_lines[{number}].{field}", unit)
        for number, sub_line in enumerate(german.sub_lines)
        for field, unit in (("unit", sub_line.unit), ("base_unit", sub_line.base_unit))
        if unit is not None
    ]


def _present(*places: tuple[str, T | None]) -> Places[T]:
    return [(path, subject) for path, subject in places if subject is not None]


def _by(places: Places[T], category: Callable[[T], str | None]) -> dict[str, Places[T]]:
    found: dict[str, Places[T]] = {}
    for place in places:
        key = category(place[1])
        if key is not None:
            found.setdefault(key, []).append(place)
    return found


_VAT_IDENTIFIERS: tuple[tuple[str, Callable[[Invoice], Any]], ...] = tuple(
    (path, getter(path))
    for path in (
        "seller.vat_identifier",
        "buyer.vat_identifier",
        "tax_representative.vat_identifier",
    )
)


def _at(path: str) -> Context[Any]:
    """Return the context of one group of the invoice, where it has that group."""
    get = getter(path)

    def find(sheet: Worksheet) -> Places[Any]:
        return [] if (group := get(sheet.invoice)) is None else [(path, group)]

    return Context(name=f"the {path}", find=find)


def _with(path: str) -> Context[Invoice]:
    """Return the invoice itself as context, where it has a group at `path`."""
    get = getter(path)

    def find(sheet: Worksheet) -> Places[Invoice]:
        return [] if get(sheet.invoice) is None else [("", sheet.invoice)]

    return Context(name=f"an invoice with {path}", find=find)


def _payment(sheet: Worksheet) -> Places[PaymentInstructions]:
    """Return BG-16, but not if all that is there is the creditor's identifier (BT-90).

    That may stand among the seller's master data, where nothing says that it is to be used.
    """
    payment = sheet.invoice.payment
    if payment is None:
        return []
    debit = payment.direct_debit
    if debit is not None and debit.creditor is not None:
        nothing_else = PaymentInstructions(direct_debit=DirectDebit(creditor=debit.creditor))
        if payment == nothing_else:
            return []
    return [("payment", payment)]


def _credit_transfers(sheet: Worksheet) -> Places[CreditTransfer]:
    """Return BG-17 where BT-81 is a credit transfer; other means may show an account as well."""
    payment = sheet.invoice.payment
    if payment is None or payment.means_code not in CREDIT_TRANSFERS:
        return []
    return _numbered("payment.credit_transfers", payment.credit_transfers)


def _each(name: str, find: Callable[[Worksheet], Sequence[tuple[str, T]]]) -> Context[T]:
    return Context(name=name, find=find)


the_invoice: Context[Invoice] = _each("the invoice", lambda sheet: [("", sheet.invoice)])
the_worksheet: Context[Worksheet] = _each("the invoice", lambda sheet: [("", sheet)])
the_payee: Context[Invoice] = _with("payee")
the_period: Context[Invoice] = _with("period")
the_totals: Context[Totals] = _at("totals")
the_seller: Context[Party] = _at("seller")
the_buyer: Context[Party] = _at("buyer")
the_representative: Context[TaxRepresentative] = _at("tax_representative")
the_seller_address: Context[PostalAddress] = _at("seller.address")
the_buyer_address: Context[PostalAddress] = _at("buyer.address")
the_representative_address: Context[PostalAddress] = _at("tax_representative.address")
the_delivery: Context[Delivery] = _at("delivery")
the_delivery_address: Context[PostalAddress] = _at("delivery.address")
the_seller_contact: Context[Contact] = _at("seller.contact")
the_payment: Context[PaymentInstructions] = _each("the payment", _payment)
the_card: Context[PaymentCard] = _at("payment.card")

each_note: Context[Note] = _each("each note", lambda s: _numbered("notes", s.invoice.notes))
each_preceding: Context[PrecedingInvoice] = _each(
    "each preceding invoice", lambda sheet: _numbered("preceding", sheet.invoice.preceding)
)
each_supporting_document: Context[SupportingDocument] = _each(
    "each supporting document",
    lambda sheet: _numbered("supporting_documents", sheet.invoice.supporting_documents),
)
each_credit_transfer: Context[CreditTransfer] = _each(
    "each account of a credit transfer", _credit_transfers
)
each_party: Context[Party] = _each("seller, buyer, payee", lambda sheet: sheet.parties)
each_address: Context[PostalAddress] = _each("each address", Worksheet.addresses)
each_party_identifier: Context[Identifier] = _each(
    "each identifier of a party", Worksheet.party_identifiers
)
each_vat_identifier: Context[str] = _each("each VAT identifier", Worksheet.vat_identifiers)

each_line: Context[Line] = _each("each line", lambda sheet: sheet.lines)
each_line_period: Context[Period] = _each(
    "each line period",
    lambda sheet: [
        (f"{path}.period", line.period) for path, line in sheet.lines if line.period is not None
    ],
)
each_line_allowance: Context[AllowanceCharge] = _each(
    "each line allowance", lambda sheet: sheet.line_allowances
)
each_line_charge: Context[AllowanceCharge] = _each(
    "each line charge", lambda sheet: sheet.line_charges
)
each_attribute: Context[Attribute] = _each("each item attribute", lambda sheet: sheet.attributes)
each_classification: Context[Classification] = _each(
    "each item classification", lambda sheet: sheet.classifications
)
each_allowance: Context[AllowanceCharge] = _each(
    "each document level allowance", lambda sheet: sheet.allowances
)
each_charge: Context[AllowanceCharge] = _each(
    "each document level charge", lambda sheet: sheet.charges
)
any_allowance: Context[AllowanceCharge] = _each(
    "each allowance of document or line", lambda sheet: sheet.allowances + sheet.line_allowances
)
any_charge: Context[AllowanceCharge] = _each(
    "each charge of document or line", lambda sheet: sheet.charges + sheet.line_charges
)
each_row: Context[VatBreakdown] = _each("each row of the VAT breakdown", lambda sheet: sheet.rows)
each_vat_category: Context[str] = _each(
    "each VAT category outside of lines", Worksheet.vat_categories
)
each_unit: Context[str] = _each("each unit of a quantity", lambda sheet: sheet.units)
each_invoiced_object: Context[Identifier] = _each(
    "each invoiced object", Worksheet.invoiced_objects
)
