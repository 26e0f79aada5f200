"""Naglowek, Podmiot1, Podmiot2, Podmiot3 and PodmiotUpowazniony."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from formats.composing import Element, day, group, text
from formats.model import Contact, Invoice, Party, PostalAddress
from formats.model.poland import ThirdParty
from formats.rules.pl_codes import EU, nip, poland
from formats.xml.writing import attribute

_FORM: Final = attribute("kodSystemowy", "FA (3)") + attribute("wersjaSchemy", "1-0E")
_EARLIEST: Final = date(2025, 9, 1)  # DataWytworzeniaFa, by the schema
_PHONE_SIZE: Final = 16
_EU_ID: Final = re.compile("([A-Z]{2})([A-Z0-9+*]{1,12})")
_FACTOR: Final = "1"
_TAX_REPRESENTATIVE: Final = "3"


def heading(invoice: Invoice, created: date) -> Element | None:
    """Return Naglowek; the day of making is not before the day of issue or of the schema."""
    made = max(created, invoice.issue_date or created, _EARLIEST)
    return group(
        "Naglowek",
        text("KodFormularza", "FA", _FORM),
        text("WariantFormularza", "3"),
        text("DataWytworzeniaFa", f"{day(made)}T00:00:00Z"),
    )


def seller(invoice: Invoice) -> Element | None:
    """Return Podmiot1."""
    party = invoice.seller or Party()
    abroad = any(row.category == "K" for row in invoice.vat_breakdown)
    return group(
        "Podmiot1",
        text("PrefiksPodatnika", "PL" if abroad else None),
        group("DaneIdentyfikacyjne", text("NIP", nip(party)), text("Nazwa", party.name)),
        _address("Adres", party.address),
        _contact(party.contact),
    )


def buyer(invoice: Invoice) -> Element | None:
    """Return Podmiot2."""
    party = invoice.buyer or Party()
    data = poland(invoice)
    number = next((i.value for i in party.identifiers), None)
    return group(
        "Podmiot2",
        group("DaneIdentyfikacyjne", _identified(party), text("Nazwa", party.name)),
        _address("Adres", party.address),
        _contact(party.contact),
        text("NrKlienta", number),
        text("JST", data.local_unit or "2"),
        text("GV", data.vat_group or "2"),
    )


def others(invoice: Invoice) -> Iterator[Element | None]:
    """Yield Podmiot3 for each third party and for the payee, who is the factor."""
    payee = invoice.payee
    for party in poland(invoice).third_parties:
        yield _third(party)
    if payee:
        yield group(
            "Podmiot3",
            group("DaneIdentyfikacyjne", text("BrakID", "1"), text("Nazwa", payee.name)),
            text("Rola", _FACTOR),
        )


def representative(invoice: Invoice) -> Element | None:
    """Return PodmiotUpowazniony: the tax representative."""
    party = invoice.tax_representative
    if party is None:
        return None
    return group(
        "PodmiotUpowazniony",
        group("DaneIdentyfikacyjne", text("NIP", nip(party)), text("Nazwa", party.name)),
        _address("Adres", party.address),
        text("RolaPU", _TAX_REPRESENTATIVE),
    )


def _third(party: ThirdParty) -> Element | None:
    identified = (
        text("NIP", party.tax_number) or text("IDWew", party.internal_id) or text("BrakID", "1")
    )
    return group(
        "Podmiot3",
        group("DaneIdentyfikacyjne", identified, text("Nazwa", party.name)),
        group(
            "Adres",
            text("KodKraju", party.country or "PL"),
            text("AdresL1", party.address),
        )
        if party.address
        else None,
        text("Rola", party.role),
    )


def _identified(party: Party) -> Iterator[Element | None]:
    """Yield NIP, EU number, another country's number, or that there is none."""
    stated = "".join((party.vat_identifier or "").split())
    union = _EU_ID.fullmatch(stated)
    if number := nip(party):
        yield text("NIP", number)
    elif union and union[1] in EU:
        yield text("KodUE", union[1])
        yield text("NrVatUE", union[2])
    elif stated:
        yield text("KodKraju", party.address.country if party.address else None)
        yield text("NrID", stated)
    else:
        yield text("BrakID", "1")


def _address(name: str, address: PostalAddress | None) -> Element | None:
    if address is None:
        return None
    street = (address.line_1, address.line_2, address.line_3)
    town = " ".join(part for part in (address.post_code, address.city) if part)
    lines = [*(part for part in street if part and part.strip())]
    first, second = (", ".join(lines), town) if lines else (town, None)
    return group(
        name,
        text("KodKraju", address.country),
        text("AdresL1", first or address.subdivision or address.country),
        text("AdresL2", second),
    )


def _contact(contact: Contact | None) -> Element | None:
    if contact is None:
        return None
    phone = contact.phone or ""
    email = contact.email or ""
    return group(
        "DaneKontaktowe",
        text("Email", email if re.fullmatch(r"\S+@\S+", email) else None),
        text("Telefon", phone if len(phone) <= _PHONE_SIZE else None),
    )
