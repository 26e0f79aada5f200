"""DatiPagamento and Allegati."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Final

from formats.composing import Element, day, fixed, group, text
from formats.fatturapa.general import withheld
from formats.latin import ascii_only, latin
from formats.model import (
    CreditTransfer,
    Invoice,
    PaymentInstructions,
    SupportingDocument,
    Totals,
)
from formats.rules.it_codes import payment_means

_FORMAT_SIZE: Final = 10


def payment(invoice: Invoice) -> Element | None:
    """Return DatiPagamento: what is due in one sum, without what the buyer withholds."""
    means, due = payment_means(invoice), (invoice.totals or Totals()).due
    if means is None or due is None:
        return None
    stated = invoice.payment or PaymentInstructions()
    transfer = next(iter(stated.credit_transfers), CreditTransfer())
    return group(
        "DatiPagamento",
        text("CondizioniPagamento", "TP02"),
        group(
            "DettaglioPagamento",
            text("Beneficiario", latin((invoice.payee and invoice.payee.name) or "")),
            text("ModalitaPagamento", means),
            text("DataScadenzaPagamento", day(invoice.due_date)),
            text("ImportoPagamento", fixed(due - withheld(invoice))),
            text("IBAN", "".join((transfer.account or "").split())),
            text("BIC", transfer.bank),
            text("CodicePagamento", ascii_only(stated.remittance or "")),
        ),
    )


def attachments(invoice: Invoice) -> Iterator[Element | None]:
    """Yield Allegati; a document that is only linked has none."""
    for document in invoice.supporting_documents:
        if document.attachment:
            yield _attachment(document)


def _attachment(document: SupportingDocument) -> Element | None:
    attached = document.attachment
    assert attached is not None
    name = latin(attached.file_name or document.reference or "")
    suffix = name.rpartition(".")[2] if "." in name else ""
    return group(
        "Allegati",
        text("NomeAttachment", name),
        text("FormatoAttachment", ascii_only(suffix).upper()[:_FORMAT_SIZE]),
        text("DescrizioneAttachment", latin(document.description or "")),
        text("Attachment", b64encode(attached.data).decode()),
    )
