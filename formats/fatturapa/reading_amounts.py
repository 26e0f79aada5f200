"""Numbers of FatturaPA, its VAT, and the sums that it does not state."""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from formats.binding.kinds import Kind, write_decimal
from formats.binding.taking import Field, Form, every, part, text
from formats.model import ZERO
from formats.rules.it_codes import NATURES, vat_categories
from formats.rules.totals import total
from formats.xml.names import Element

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,11}(?:\.[0-9]{1,8})?")
_DEFERRED: Final = "D"
_SPLIT: Final = "S"
_AT_ONCE: Final = "I"
_WHEN_PAID: Final = "432"


def _read_number(said: str) -> Decimal:
    if not _NUMBER.fullmatch(said):
        raise ValueError(said)
    whole, _, decimals = said.partition(".")
    return Decimal(f"{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}" if decimals else whole)


NUMBER: Final = Kind("a number such as 1234.50", _read_number, write_decimal)
"""As the schema has it, up to eight decimals; zeros beyond the second say nothing."""


class Vat(NamedTuple):
    """Which VAT category rates and Natura of one document are.

    Attributes:
        natures: Natura to category.
        split: rates of which the buyer pays the VAT.
    """

    natures: dict[str, str]
    split: frozenset[Decimal]

    def category(self, rate: Decimal | None, nature: str) -> str | None:
        """Return the category; None where there is neither VAT nor a Natura that is known."""
        if nature:
            return self.natures.get(nature)
        if not rate:
            return None
        return "B" if rate in self.split else "S"


def read_vat(body: Element) -> Vat:
    """Return the categories of all rates and Natura in a document."""
    rows = every(body, "DatiBeniServizi/DatiRiepilogo")
    rates = (text(row, "AliquotaIVA") for row in rows if text(row, "EsigibilitaIVA") == _SPLIT)
    split = frozenset(Decimal(rate) for rate in rates if _NUMBER.fullmatch(rate))
    return Vat(vat_categories(text(element) for element in body.iter("Natura")), split)


def take_vat(element: Element, form: Form, vat: Vat, category: str, rate: str) -> str | None:
    """Take rate and category of a line, part or row; return the category."""
    form.take(element, Field("AliquotaIVA", rate, NUMBER))
    nature = part(element, "Natura")
    found = vat.category(form.said(rate), text(nature))
    source = part(element, "AliquotaIVA") if nature is None else nature
    if found is not None and source is not None:
        form.put(category, found, source)
    return found


def take_natures(body: Element, form: Form, vat: Vat) -> dict[str, Form]:
    """Note each Natura that its category does not say; return what is noted, by category."""
    noted: dict[str, Form] = {}
    for element in body.iter("Natura"):
        category = vat.natures.get(text(element))
        if category is None or category in noted or NATURES.get(category) == text(element):
            continue
        noted[category] = form.add("extensions.it.natures", element)
        noted[category].put("category", category, element)
        noted[category].put("code", text(element), element)
    return noted


def take_breakdown(body: Element, form: Form, vat: Vat) -> None:
    """Take DatiRiepilogo, one row of the VAT breakdown each."""
    natures = take_natures(body, form, vat)
    for row in every(body, "DatiBeniServizi/DatiRiepilogo"):
        item = form.add("vat_breakdown", row)
        item.take(
            row, Field("ImponibileImporto", "taxable", NUMBER), Field("Imposta", "tax", NUMBER)
        )
        category = take_vat(row, item, vat, "category", "rate")
        due = part(row, "EsigibilitaIVA")
        if due is not None:
            _take_due(due, form, category)
        if category == "Z":  # has no BT-120 (BR-Z-10)
            natures[category].take(row, Field("RiferimentoNormativo", "law"))
        elif category not in {"S", "B", None}:
            item.take(row, Field("RiferimentoNormativo", "exemption_reason"))


def _take_due(due: Element, form: Form, category: str | None) -> None:
    """Take when the tax is due: that of taxed rows is BT-8, or category B says it."""
    said = text(due)
    if category not in {"S", "B"}:
        form.put("extensions.it.vat_due", said, due)
    elif said == _DEFERRED:
        form.put("tax_point_code", _WHEN_PAID, due)
    elif said == _SPLIT or (said == _AT_ONCE and form.said("tax_point_code") is None):
        form.pass_by(due)


def add_up(body: Element, form: Form) -> None:
    """State the sums of what is stated: BG-22, of which FatturaPA has the total alone, if that."""
    rows = form.said("vat_breakdown") or []
    goods = part(body, "DatiBeniServizi")
    if goods is None or not rows:
        return
    lists = ("lines", "net"), ("allowances", "amount"), ("charges", "amount")
    for name, field in lists:
        amounts = [item.get(field) for item in form.said(name) or ()]
        if amounts or name == "lines":
            form.put(f"totals.{name}", total(amounts), goods)
    form.put("totals.without_vat", total(row.get("taxable") for row in rows), goods)
    form.put("totals.vat", total(row.get("tax") for row in rows), goods)
    _take_total(part(body, "DatiGenerali/DatiGeneraliDocumento"), form, goods)


def _take_total(document: Element | None, form: Form, goods: Element) -> None:
    form.take(document, Field("Arrotondamento", "totals.rounding", NUMBER))
    stated = part(document, "ImportoTotaleDocumento")
    value = form.read(document, "ImportoTotaleDocumento", NUMBER)
    if stated is None or value is None:
        value = form.said("totals.without_vat") + form.said("totals.vat")
        form.put("totals.with_vat", value, goods)
    else:
        form.put("totals.with_vat", value - (form.said("totals.rounding") or ZERO), stated)


def payable(form: Form) -> Decimal | None:
    """Return the total with what it was rounded by; None where none is known."""
    value: Decimal | None = form.said("totals.with_vat")
    return None if value is None else value + (form.said("totals.rounding") or ZERO)
