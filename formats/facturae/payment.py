"""PaymentDetails, LegalLiterals and AdditionalData."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Final

from formats.composing import Element, day, fixed, group, pieces, text
from formats.facturae.totals import executable
from formats.model import CreditTransfer, DirectDebit, Invoice, PaymentInstructions
from formats.rules.es_codes import ATTACHMENT_FORMATS, OTHER_MEANS, PAYMENT_MEANS

_LITERAL_SIZE: Final = 250
_SHORT_BIC: Final = 8


def payment(invoice: Invoice) -> Element | None:
    """Return PaymentDetails: one instalment on the due date, without which there is none."""
    stated = invoice.payment or PaymentInstructions()
    if invoice.due_date is None or stated.means_code is None:
        return None
    transfer = next(iter(stated.credit_transfers), CreditTransfer())
    debit = stated.direct_debit or DirectDebit()
    return group(
        "PaymentDetails",
        group(
            "Installment",
            text("InstallmentDueDate", day(invoice.due_date)),
            text("InstallmentAmount", fixed(executable(invoice))),
            text("PaymentMeans", PAYMENT_MEANS.get(stated.means_code, OTHER_MEANS)),
            _account("AccountToBeCredited", transfer.account, transfer.bank),
            text("PaymentReconciliationReference", stated.remittance),
            _account("AccountToBeDebited", debit.account, None),
            text("CollectionAdditionalInformation", invoice.payment_terms),
            text("DebitReconciliationReference", debit.mandate),
        ),
    )


def _account(name: str, account: str | None, bank: str | None) -> Element | None:
    number = "".join((account or "").split())
    if not number:
        return None
    bic = f"{bank}XXX" if bank and len(bank) == _SHORT_BIC else bank
    kind = "IBAN" if number[:2].isalpha() else "AccountNumber"
    return group(name, text(kind, number), text("BIC", bic))


def literals(invoice: Invoice) -> Element | None:
    """Return LegalLiterals: why something is not taxed."""
    return group("LegalLiterals", _literals(invoice))


def _literals(invoice: Invoice) -> Iterator[Element | None]:
    for row in invoice.vat_breakdown:
        for piece in pieces(row.exemption_reason or row.exemption_code, _LITERAL_SIZE):
            yield text("LegalReference", piece)


def additional(invoice: Invoice) -> Element | None:
    """Return AdditionalData: attached documents of the kinds that Facturae knows."""
    return group("AdditionalData", group("RelatedDocuments", _attachments(invoice)))


def _attachments(invoice: Invoice) -> Iterator[Element | None]:
    for document in invoice.supporting_documents:
        attached = document.attachment
        kind = ATTACHMENT_FORMATS.get((attached.media_type if attached else None) or "")
        if attached and kind:
            yield group(
                "Attachment",
                text("AttachmentCompressionAlgorithm", "NONE"),
                text("AttachmentFormat", kind),
                text("AttachmentEncoding", "BASE64"),
                text("AttachmentDescription", document.description or document.reference),
                text("AttachmentData", b64encode(attached.data).decode()),
            )
