"""The words of an IDoc guide, by table; `formats/guides/idoc-invoic-sd.toml` explains each."""

from typing import Any, Literal

import msgspec


class Conditions(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """[conditions]."""

    price: list[str]
    ignore: list[str]
    rounding: list[str]
    paid: list[str]
    invoice: dict[str, Any]
    line: dict[str, Any]
    price_fields: dict[str, Any]


class Texts(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """[texts]."""

    language: str
    invoice: dict[str, str | list[str]]
    line: dict[str, str | list[str]]


class PaymentTerms(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """[payment_terms]."""

    discount: str
    net: str
    due_date: Literal["counted", "stated"]


class Cancellations(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """[cancellations]."""

    types: list[str]
    reference: Literal["needed", "wanted"]


class PriceUnit(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """[price_unit]."""

    numerator: str
    denominator: str


class Words(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A whole guide."""

    over: str
    messages: list[str]
    encoding: str
    positions: Literal["characters", "bytes"]
    decimal: str
    taxed_category: str
    credit_memo_signs: Literal["turn", "keep"]
    accounting_currency: Literal["left out", "by rate"]
    definitions: dict[str, str] | list[str] | str
    match: dict[str, str]
    inner_currencies: dict[str, int]
    invoice: dict[str, Any]
    from_lines: dict[str, Any]
    partners: dict[str, list[str]]
    partner: dict[str, Any]
    partner_delivery: dict[str, Any]
    partner_tax_representative: dict[str, Any]
    bank: dict[str, Any]
    vat_breakdown: dict[str, Any]
    line: dict[str, Any]
    price_unit: PriceUnit
    conditions: Conditions
    texts: Texts
    payment_terms: PaymentTerms
    cancellations: Cancellations
    codes: dict[str, dict[str, str]]
    segments: dict[str, list[str]]
