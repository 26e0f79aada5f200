"""DettaglioLinee: lines, and the allowances and charges of the document that stand among them."""

from decimal import Decimal
from typing import Final

from formats.binding.kinds import DATE
from formats.binding.taking import Field, Form, every, part, text
from formats.fatturapa.lines import ANCILLARY, BUYERS, DISCOUNT, EAN, GTIN, NOTE, SELLERS, SURCHARGE
from formats.fatturapa.reading_amounts import NUMBER, Vat, take_vat
from formats.fatturapa.units import ONE, unit_of
from formats.model import HUNDRED, round_half_up
from formats.model.codes import IDENTIFIER_SCHEMES, ITEM_CLASSIFICATIONS
from formats.rules.it_amounts import LARGEST
from formats.xml.names import Element

_PARTS: Final = {DISCOUNT: ("allowances", -1), ANCILLARY: ("charges", 1)}
"""TipoCessionePrestazione to the list of the document that such a line belongs to, and its sign."""
_DISCOUNTS: Final = {
    DISCOUNT: ("allowances", "Sconto", -1),
    SURCHARGE: ("charges", "Maggiorazione", 1),
}
"""Tipo of ScontoMaggiorazione to the list of the line, what it is for, and what it does."""
_LINE: Final = (
    Field("NumeroLinea", "id"),
    Field("Descrizione", "item.name"),
    Field("DataInizioPeriodo", "period.start", DATE),
    Field("DataFinePeriodo", "period.end", DATE),
    Field("PrezzoTotale", "net", NUMBER),
    Field("Ritenuta", "extensions.it.withheld"),
    Field("RiferimentoAmministrazione", "accounting_reference"),
)
_ITEM_NUMBERS: Final = {SELLERS: "item.seller_id", BUYERS: "item.buyer_id"}
_ONE: Final = Decimal(1)


def read_lines(goods: Element | None, form: Form, vat: Vat) -> dict[str, Form]:
    """Take each DettaglioLinee; return the lines by their NumeroLinea."""
    lines: dict[str, Form] = {}
    for element in every(goods, "DettaglioLinee"):
        kind = text(element, "TipoCessionePrestazione")
        if kind in _PARTS:
            _part(element, form, vat, *_PARTS[kind])
            continue
        line = form.add("lines", element)
        _line(element, line, vat)
        lines.setdefault(text(element, "NumeroLinea"), line)
    return lines


def _part(element: Element, form: Form, vat: Vat, path: str, sign: int) -> None:
    """Take a line that is an allowance or charge of the document."""
    item = form.add(path, element)
    item.pass_by(part(element, "NumeroLinea"), part(element, "TipoCessionePrestazione"))
    item.take(element, Field("Descrizione", "reason"))
    net, price = part(element, "PrezzoTotale"), part(element, "PrezzoUnitario")
    amount = item.read(element, "PrezzoTotale", NUMBER)
    if amount is None:
        item.take(element, Field("PrezzoTotale", "amount", NUMBER))
    elif net is not None:
        item.put("amount", sign * amount, net)
    if text(price) == text(net):
        item.pass_by(price)
    take_vat(element, item, vat, "vat_category", "vat_rate")


def _line(element: Element, line: Form, vat: Vat) -> None:
    line.take(element, *_LINE)
    _price(element, line)
    _unit(element, line)
    take_vat(element, line, vat, "vat_category", "vat_rate")
    for code in every(element, "CodiceArticolo"):
        _code(code, line)
    _notes(element, line)


def _price(element: Element, line: Form) -> None:
    """Take price, quantity and discounts; a negative price is a negative quantity (BR-27)."""
    price = line.read(element, "PrezzoUnitario", NUMBER)
    quantity = line.read(element, "Quantita", NUMBER)
    source, counted = part(element, "PrezzoUnitario"), part(element, "Quantita")
    if price is None or source is None or (counted is not None and quantity is None):
        line.take(element, Field("PrezzoUnitario", "price.net", NUMBER))
        line.take(element, Field("Quantita", "quantity", NUMBER))
        return
    quantity = _ONE if quantity is None else quantity
    line.put("price.net", abs(price), source)
    line.put(
        "quantity", -quantity if price < 0 else quantity, source if counted is None else counted
    )
    _discounts(element, line, price, quantity)


def _discounts(element: Element, line: Form, price: Decimal, quantity: Decimal) -> None:
    """Take ScontoMaggiorazione, an amount or a percentage of one unit, each of what is left."""
    left = price
    for each in every(element, "ScontoMaggiorazione"):
        percent, one = line.read(each, "Percentuale", NUMBER), line.read(each, "Importo", NUMBER)
        found = _DISCOUNTS.get(text(each, "Tipo"))
        if found is None or (one is None and percent is None):
            continue
        path, reason, sign = found
        base, one = left * quantity, left * percent / HUNDRED if one is None else one
        left += sign * one
        if abs(base) < LARGEST and abs(one * quantity) < LARGEST:
            item = line.add(path, each)
            item.put("amount", round_half_up(one * quantity), each, part(each, "Importo"))
            item.put("reason", reason, each, part(each, "Tipo"))
            if percent is not None:
                item.take(each, Field("Percentuale", "percent", NUMBER))
                item.put("base", round_half_up(base), each)


def _unit(element: Element, line: Form) -> None:
    """Take the unit; a word that is none is kept as an attribute of the item (BG-32)."""
    word = part(element, "UnitaMisura")
    unit = unit_of(text(word))
    source = element if word is None else word
    line.put("unit", unit or ONE, source)
    if text(word) and unit is None:
        attribute = line.add("item.attributes", source)
        attribute.put("name", "UnitaMisura", source)
        attribute.put("value", text(word), source)


def _code(element: Element, line: Form) -> None:
    kind, value = part(element, "CodiceTipo"), part(element, "CodiceValore")
    scheme, code = text(kind), text(value)
    if value is None or not code:
        return
    if scheme in _ITEM_NUMBERS:
        taken = line.put(_ITEM_NUMBERS[scheme], code, value)
    elif scheme == EAN or scheme in IDENTIFIER_SCHEMES:
        taken = line.put("item.standard_id.value", code, value)
        taken = taken and line.put(
            "item.standard_id.scheme", GTIN if scheme == EAN else scheme, value
        )
    elif scheme in ITEM_CLASSIFICATIONS:
        item = line.add("item.classifications", element)
        taken = item.put("code", code, value) and item.put("scheme", scheme, value)
    else:
        return
    if taken:
        line.pass_by(kind)


def _notes(element: Element, line: Form) -> None:
    """Take the line's note, which may be cut into several pieces."""
    data = every(element, "AltriDatiGestionali")
    notes = [each for each in data if text(each, "TipoDato") == NOTE]
    line.join("note", [part(each, "RiferimentoTesto") for each in notes])
    line.pass_by(*(part(each, "TipoDato") for each in notes))
