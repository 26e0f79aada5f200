"""Platnosc, WarunkiTransakcji and Stopka."""

from collections.abc import Iterator

from formats.composing import Element, day, group, text
from formats.model import CreditTransfer, Invoice, PaymentInstructions
from formats.rules.pl_codes import PAYMENT_FORMS, poland


def payment(invoice: Invoice) -> Element | None:
    """Return Platnosc; the accounts are the factor's where there is a payee."""
    stated = invoice.payment or PaymentInstructions()
    paid_on = poland(invoice).paid_on
    account = "RachunekBankowyFaktora" if invoice.payee else "RachunekBankowy"
    return group(
        "Platnosc",
        text("Zaplacono", "1" if paid_on else None),
        text("DataZaplaty", day(paid_on)),
        group("TerminPlatnosci", text("Termin", day(invoice.due_date))),
        _form(stated),
        (_account(account, transfer) for transfer in stated.credit_transfers),
    )


def _form(payment: PaymentInstructions) -> Iterator[Element | None]:
    if payment.means_code is None:
        return
    known = PAYMENT_FORMS.get(payment.means_code)
    if known:
        yield text("FormaPlatnosci", known)
    else:
        yield text("PlatnoscInna", "1")
        yield text("OpisPlatnosci", payment.means_text or f"UNTDID 4461: {payment.means_code}")


def _account(name: str, transfer: CreditTransfer) -> Element | None:
    return group(
        name,
        text("NrRB", "".join((transfer.account or "").split())),
        text("SWIFT", transfer.bank),
        text("OpisRachunku", transfer.account_name),
    )


def conditions(invoice: Invoice) -> Element | None:
    """Return WarunkiTransakcji: contract and order."""
    return group(
        "WarunkiTransakcji",
        group("Umowy", text("NrUmowy", invoice.contract)),
        group("Zamowienia", text("NrZamowienia", invoice.purchase_order)),
    )


def footer(invoice: Invoice) -> Element | None:
    """Return Stopka: what the seller says of itself, and its registers."""
    data = poland(invoice)
    said = invoice.seller.legal_information if invoice.seller else None
    return group(
        "Stopka",
        group("Informacje", text("StopkaFaktury", said)),
        group(
            "Rejestry",
            text("KRS", data.court_register),
            text("REGON", data.statistical_number),
            text("BDO", data.waste_register),
        ),
    )
