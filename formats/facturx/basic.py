"""What of an invoice the profile BASIC has room for."""

from msgspec.structs import replace

from formats.model import Invoice, Line, Party, PaymentInstructions


class NoRoom(ValueError):
    """The profile cannot state an amount that the invoice adds up with."""


def narrowed(invoice: Invoice) -> Invoice:
    """Return the invoice without what BASIC does not know; the page still shows it.

    Left out: BT-7, BT-11, BT-14, BT-15, BT-17, BT-18, BT-33, BT-82, BT-85, BT-86, BT-128, BT-132,
    BT-133, BT-154 to BT-156, BT-158, BT-159, contacts, cards, supporting documents, attributes.

    Raises:
        NoRoom: BT-114 is not zero.

    Source:
        Factur-X 1.0.07, annex 1, column BASIC; the schema of that profile.
    """
    totals = invoice.totals
    if totals and totals.rounding:
        raise NoRoom(f"BT-114 is {totals.rounding}, and the profile BASIC has no place for it")
    return replace(
        invoice,
        tax_point_date=None,
        project=None,
        sales_order=None,
        receiving_advice=None,
        tender=None,
        invoiced_object=None,
        supporting_documents=(),
        seller=invoice.seller and replace(_party(invoice.seller), legal_information=None),
        buyer=invoice.buyer and _party(invoice.buyer),
        payment=invoice.payment and _payment(invoice.payment),
        totals=totals and replace(totals, rounding=None),
        lines=tuple(map(_line, invoice.lines)),
    )


def _party(party: Party) -> Party:
    return replace(party, contact=None)


def _payment(payment: PaymentInstructions) -> PaymentInstructions:
    transfers = (replace(each, account_name=None, bank=None) for each in payment.credit_transfers)
    return replace(payment, means_text=None, card=None, credit_transfers=tuple(transfers))


def _line(line: Line) -> Line:
    item = line.item and replace(
        line.item,
        description=None,
        seller_id=None,
        buyer_id=None,
        classifications=(),
        origin_country=None,
        attributes=(),
    )
    return replace(
        line, invoiced_object=None, order_line=None, accounting_reference=None, item=item
    )
