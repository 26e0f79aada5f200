"""Legal mentions by the seller's country: `mentions.toml`, each with its law."""

import tomllib
from collections.abc import Collection, Sequence
from functools import cache
from importlib import resources
from typing import Literal

import msgspec
from msgspec.structs import replace

from formats.model import Invoice, Note, VatBreakdown
from hub.enrichment.additions import Addition


class Mention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of the table; see there for the words."""

    country: str
    category: str | None = None
    tag: str | None = None
    term: Literal["note", "reason"]
    code: str | None = None
    text: str
    source: str


@cache
def shipped() -> tuple[Mention, ...]:
    """Return the table."""
    text = resources.files("hub.enrichment").joinpath("mentions.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text)["mention"], tuple[Mention, ...])


def add_mentions(
    invoice: Invoice, tags: Collection[str], table: Sequence[Mention] | None = None
) -> tuple[Invoice, list[Addition]]:
    """Add what the seller's law asks for and the invoice lacks.

    >>> from formats.model import Party, PostalAddress, VatBreakdown
    >>> invoice = Invoice(
    ...     seller=Party(address=PostalAddress(country="DE")),
    ...     vat_breakdown=(VatBreakdown(category="AE"),),
    ... )
    >>> added = add_mentions(invoice, ())[0]
    >>> added.vat_breakdown[0].exemption_reason
    'Steuerschuldnerschaft des Leistungsempfängers'
    """
    added: list[Addition] = []
    for mention in shipped() if table is None else table:
        if _applies(mention, invoice, tags):
            add = _add_note if mention.term == "note" else _add_reason
            invoice, more = add(invoice, mention)
            added += more
    return invoice, added


def _applies(mention: Mention, invoice: Invoice, tags: Collection[str]) -> bool:
    address = invoice.seller.address if invoice.seller else None
    if address is None or address.country != mention.country:
        return False
    if mention.tag is not None and mention.tag not in tags:
        return False
    categories = {entry.category for entry in invoice.vat_breakdown}
    return mention.category is None or mention.category in categories


def _add_note(invoice: Invoice, mention: Mention) -> tuple[Invoice, list[Addition]]:
    if any(
        note.subject_code == mention.code or note.text == mention.text for note in invoice.notes
    ):
        return invoice, []
    note = Note(text=mention.text, subject_code=mention.code)
    path = f"notes[{len(invoice.notes)}]"
    addition = Addition(path=path, value=mention.text, source=mention.source)
    return replace(invoice, notes=(*invoice.notes, note)), [addition]


def _add_reason(invoice: Invoice, mention: Mention) -> tuple[Invoice, list[Addition]]:
    entries = list(invoice.vat_breakdown)
    added = []
    for position, entry in enumerate(entries):
        if entry.category == mention.category and _unexplained(entry):
            entries[position] = replace(entry, exemption_reason=mention.text)
            path = f"vat_breakdown[{position}].exemption_reason"
            added.append(Addition(path=path, value=mention.text, source=mention.source))
    return replace(invoice, vat_breakdown=tuple(entries)), added


def _unexplained(entry: VatBreakdown) -> bool:
    return not entry.exemption_reason and not entry.exemption_code
