"""DatiPagamento and Allegati."""

from decimal import Decimal
from typing import Final

from formats.binding.kinds import BASE64, DATE
from formats.binding.taking import Field, Form, every, part, text
from formats.fatturapa.reading_amounts import NUMBER, payable
from formats.rules.it_codes import MEANS_CODES, PAYMENT_MEANS, TO_AN_ACCOUNT, TRANSFER
from formats.rules.totals import total
from formats.xml.names import Element

_FIRST: Final = (
    Field("Beneficiario", "payee.name"),
    Field("DataScadenzaPagamento", "due_date", DATE),
    Field("CodicePagamento", "payment.remittance"),
)
_TRANSFER: Final = (Field("IBAN", "account"), Field("BIC", "bank"))
_ATTACHMENT: Final = (
    Field("NomeAttachment", "reference"),
    Field("NomeAttachment", "attachment.file_name"),
    Field("DescrizioneAttachment", "description"),
)
_MEDIA_TYPES: Final = {
    "PDF": "application/pdf",
    "PNG": "image/png",
    "JPG": "image/jpeg",
    "JPEG": "image/jpeg",
    "CSV": "text/csv",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ODS": "application/vnd.oasis.opendocument.spreadsheet",
}
"""FormatoAttachment to BT-125-1, as far as EN 16931 takes the kind of file."""


def read_payment(body: Element, form: Form) -> None:
    """Take how is paid, when first, and what is due in all: instalments are added up."""
    ways = list(every(body, "DatiPagamento/DettaglioPagamento"))
    for number, way in enumerate(ways):
        _means(way, form, to_account=any(text(each, "IBAN") for each in ways))
        if number == 0:
            form.take(way, *_FIRST)
        if text(way, "IBAN") and not _is_known(way, form):
            form.add("payment.credit_transfers", way).take(way, *_TRANSFER)
    for terms in every(body, "DatiPagamento"):
        if len(ways) == 1:  # in one sum: whatever TP01 to TP03 it is called
            form.pass_by(part(terms, "CondizioniPagamento"))
    _due(ways, form)


def _means(way: Element, form: Form, *, to_account: bool) -> None:
    """Take ModalitaPagamento; a second one that differs is left."""
    element = part(way, "ModalitaPagamento")
    said = text(element)
    means = MEANS_CODES.get(said)
    if element is None or means is None:
        return
    if means == TRANSFER and not to_account:
        means = TO_AN_ACCOUNT
    if form.put("payment.means_code", means, element) and PAYMENT_MEANS.get(means) != said:
        form.put("extensions.it.payment_means", said, element)


def _is_known(way: Element, form: Form) -> bool:
    accounts = form.said("payment.credit_transfers") or ()
    if any(account.get("account") == text(way, "IBAN") for account in accounts):
        form.pass_by(part(way, "IBAN"))
        return True
    return False


def _due(ways: list[Element], form: Form) -> None:
    """State BT-115, before what the buyer withholds, and as BT-113 what else is not to be paid."""
    whole = payable(form)
    if whole is None:
        return
    amounts = [form.read(way, "ImportoPagamento", NUMBER) for way in ways]
    due = _stated(amounts, form, whole)
    sources = [part(way, "ImportoPagamento") for way in ways]
    source = next((each for each in sources if each is not None), None)
    if due is None or source is None:
        due, place = whole, form.trail.element("totals.with_vat")
        assert place is not None, "the total has a place"
        form.put("totals.due", due, place)
        return
    form.put("totals.due", due, source, *sources)
    if due != whole:
        form.put("totals.paid", whole - due, source)


def _stated(amounts: list[Decimal | None], form: Form, whole: Decimal) -> Decimal | None:
    """Return what is to be paid and withheld; None where that is more than the total."""
    if not amounts or None in amounts:
        return None
    withheld = total(each.get("amount") for each in form.said("extensions.it.withholdings") or ())
    paid = total(amounts)
    fitting = (due for due in (paid + withheld, paid) if due <= whole)
    return next(fitting, None)


def read_attachments(body: Element, form: Form) -> None:
    """Take Allegati; one that is compressed is left, for nobody could open it."""
    for element in every(body, "Allegati"):
        data = form.read(element, "Attachment", BASE64)
        content = part(element, "Attachment")
        if data is None or content is None or text(element, "AlgoritmoCompressione"):
            continue
        item = form.add("supporting_documents", element)
        item.put("attachment.data", data, content)
        item.take(element, *_ATTACHMENT)
        kind = part(element, "FormatoAttachment")
        media_type = _MEDIA_TYPES.get(text(kind).upper())
        if media_type and kind is not None:
            item.put("attachment.media_type", media_type, kind)
