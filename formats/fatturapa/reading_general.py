"""DatiGenerali: type, number, dates, withholdings and the papers that are referred to."""

from collections.abc import Mapping
from typing import Final

from formats.binding.kinds import DATE, TEXT
from formats.binding.taking import Field, Form, every, part, text
from formats.fatturapa.reading_amounts import NUMBER, Vat, take_vat
from formats.rules.it_codes import DOCUMENT_TYPES, ISSUED_BY_BUYER, SELF_BILLED, TYPE_CODES
from formats.xml.names import Element

_DOCUMENT: Final = (
    Field("Divisa", "currency"),
    Field("Data", "issue_date", DATE),
    Field("Numero", "number"),
    Field("DatiBollo/ImportoBollo", "extensions.it.stamp_duty", NUMBER),
)
_WITHHOLDING: Final = (
    Field("TipoRitenuta", "kind"),
    Field("ImportoRitenuta", "amount", NUMBER),
    Field("AliquotaRitenuta", "rate", NUMBER),
    Field("CausalePagamento", "reason"),
)
_FUND: Final = (
    Field("AlCassa", "percent", NUMBER),
    Field("ImportoContributoCassa", "amount", NUMBER),
    Field("ImponibileCassa", "base", NUMBER),
)
_CODES: Final = (
    Field("CodiceCommessaConvenzione", "project"),
    Field("CodiceCUP", "extensions.it.project_code"),
    Field("CodiceCIG", "tender"),
)
_FUND_REASON: Final = "Contributo cassa previdenziale"
_PAID_VIRTUALLY: Final = "SI"


def read_document(document: Element | None, header: Element | None, form: Form) -> None:
    """Take DatiGeneraliDocumento, all but the totals and the charges."""
    form.take(document, *_DOCUMENT)
    _type(part(document, "TipoDocumento"), part(header, "SoggettoEmittente"), form)
    virtual = part(document, "DatiBollo/BolloVirtuale")
    if text(virtual) == _PAID_VIRTUALLY and form.said("extensions.it.stamp_duty") is not None:
        form.pass_by(virtual)
    for withheld in every(document, "DatiRitenuta"):
        form.add("extensions.it.withholdings", withheld).take(withheld, *_WITHHOLDING)
    for reason in every(document, "Causale"):
        if text(reason):
            form.add("notes", reason).put("text", text(reason), reason)


def _type(element: Element | None, issuer: Element | None, form: Form) -> None:
    """Take BT-3; that the buyer has issued the document (CC) is a part of it."""
    if element is None or not text(element):
        return
    known = TYPE_CODES.get(text(element))
    by_buyer = ISSUED_BY_BUYER.get(known or "") if text(issuer) == "CC" else None
    type_code = by_buyer or known
    if type_code is not None:
        form.put("type_code", type_code, element)
    if type_code in SELF_BILLED:
        form.pass_by(issuer)
    if DOCUMENT_TYPES.get(type_code or "") != text(element):
        form.put("extensions.it.document_type", text(element), element)


def read_contributions(document: Element | None, form: Form, vat: Vat) -> None:
    """Take each DatiCassaPrevidenziale as a charge of the document."""
    for number, fund in enumerate(every(document, "DatiCassaPrevidenziale"), start=1):
        charge = form.add("charges", fund)
        charge.take(fund, *_FUND)
        take_vat(fund, charge, vat, "vat_category", "vat_rate")
        charge.put("reason", _FUND_REASON, fund)
        contribution = form.add("extensions.it.contributions", fund)
        contribution.put("charge", NUMBER.reads(str(number)), fund)
        contribution.take(fund, Field("TipoCassa", "kind"), Field("Ritenuta", "withheld"))


def read_papers(general: Element | None, form: Form, lines: Mapping[str, Form]) -> None:
    """Take the order, contract, receipt, invoices and delivery note that are referred to.

    Args:
        general: DatiGenerali.
        form: the document.
        lines: by their NumeroLinea.
    """
    for order in every(general, "DatiOrdineAcquisto"):
        if _is(order, form, "purchase_order"):
            form.take(order, *_CODES)
            _order_line(order, lines)
    contract = part(general, "DatiContratto")
    if _is(contract, form, "contract"):
        form.take(contract, *_CODES)
    _is(part(general, "DatiRicezione"), form, "receiving_advice")
    for invoice in every(general, "DatiFattureCollegate"):
        form.add("preceding", invoice).take(
            invoice, Field("IdDocumento", "number"), Field("Data", "issue_date", DATE)
        )
    delivered = part(general, "DatiDDT")
    form.take(delivered, Field("NumeroDDT", "despatch_advice"))
    form.take(delivered, Field("DataDDT", "extensions.it.despatched_on", DATE))


def _is(paper: Element | None, form: Form, path: str) -> bool:
    """Take the number of a paper; False if another of its kind has been taken."""
    form.take(paper, Field("IdDocumento", path, TEXT))
    return bool(text(paper, "IdDocumento")) and form.said(path) == text(paper, "IdDocumento")


def _order_line(order: Element, lines: Mapping[str, Form]) -> None:
    item = part(order, "NumItem")
    for number in every(order, "RiferimentoNumeroLinea"):
        line = lines.get(text(number))
        if item is not None and text(item) and line and line.put("order_line", text(item), item):
            line.pass_by(number)
