"""Who takes part: DatiTrasmissione, CedentePrestatore, CessionarioCommittente and the others."""

import re
from typing import Final

from formats.composing import Element, fixed, group, text
from formats.latin import ascii_only, latin
from formats.model import Invoice, Party, PostalAddress
from formats.rules.it_codes import (
    EU,
    SELF_BILLED,
    buyer_tax_code,
    italy,
    recipient_code,
    recipient_pec,
    seller_tax_code,
    street,
)

PUBLIC_OFFICE_SIZE: Final = 6
_NUMBER_SIZE: Final = 10
_TAX_ID: Final = re.compile(r"([A-Z]{2})\s*(.+)", re.DOTALL)
_ISO: Final = {"EL": "GR", "XI": "GB"}
_PROVINCE: Final = re.compile(r"(?:IT-)?([A-Z]{2})")
NO_POST_CODE: Final = "00000"


def header(invoice: Invoice) -> Element | None:
    """Return FatturaElettronicaHeader."""
    return group(
        "FatturaElettronicaHeader",
        _transmission(invoice),
        _seller(invoice),
        _representative(invoice),
        _buyer(invoice),
        text("SoggettoEmittente", "CC" if invoice.type_code in SELF_BILLED else None),
    )


def layout(invoice: Invoice) -> str:
    """Return FormatoTrasmissione: FPA12 to a public office, FPR12 to anybody else."""
    return "FPA12" if len(recipient_code(invoice) or "") == PUBLIC_OFFICE_SIZE else "FPR12"


def _transmission(invoice: Invoice) -> Element | None:
    data = italy(invoice)
    seller = invoice.seller or Party()
    return group(
        "DatiTrasmissione",
        _tax_id("IdTrasmittente", data.sender or seller.vat_identifier),
        text("ProgressivoInvio", data.sending_number or sending_number(invoice.number)),
        text("FormatoTrasmissione", layout(invoice)),
        text("CodiceDestinatario", recipient_code(invoice)),
        text("PECDestinatario", recipient_pec(invoice)),
    )


def sending_number(number: str | None) -> str:
    """Return the last ten letters and digits of BT-1."""
    return "".join(c for c in number or "" if c.isascii() and c.isalnum())[-_NUMBER_SIZE:]


def _seller(invoice: Invoice) -> Element | None:
    seller = invoice.seller or Party()
    return group(
        "CedentePrestatore",
        group(
            "DatiAnagrafici",
            _tax_id("IdFiscaleIVA", seller.vat_identifier),
            text("CodiceFiscale", seller_tax_code(invoice)),
            _name(seller.name),
            text("RegimeFiscale", italy(invoice).regime),
        ),
        _address("Sede", seller.address),
        _register(invoice),
        _contact(seller),
        text("RiferimentoAmministrazione", ascii_only(invoice.accounting_reference or "")),
    )


def _register(invoice: Invoice) -> Element | None:
    register = italy(invoice).register
    if register is None:
        return None
    return group(
        "IscrizioneREA",
        text("Ufficio", register.office),
        text("NumeroREA", register.number),
        text("CapitaleSociale", fixed(register.capital)),
        text("SocioUnico", register.shareholders),
        text("StatoLiquidazione", register.liquidation or "LN"),
    )


def _contact(party: Party) -> Element | None:
    if party.contact is None:
        return None
    phone = "".join(c for c in party.contact.phone or "" if c in "+0123456789")
    email = party.contact.email or ""
    fits = re.fullmatch(r"\S+@\S+[.]\S+", email) and 7 <= len(email) <= 256
    return group(
        "Contatti",
        text("Telefono", phone if 5 <= len(phone) <= 12 else None),
        text("Email", email if fits else None),
    )


def _representative(invoice: Invoice) -> Element | None:
    representative = invoice.tax_representative
    if representative is None:
        return None
    return group(
        "RappresentanteFiscale",
        group(
            "DatiAnagrafici",
            _tax_id("IdFiscaleIVA", representative.vat_identifier),
            _name(representative.name),
        ),
    )


def _buyer(invoice: Invoice) -> Element | None:
    buyer = invoice.buyer or Party()
    country = buyer.address.country if buyer.address else None
    return group(
        "CessionarioCommittente",
        group(
            "DatiAnagrafici",
            _tax_id("IdFiscaleIVA", buyer.vat_identifier or substitute(country)),
            text("CodiceFiscale", buyer_tax_code(invoice)),
            _name(buyer.name),
        ),
        _address("Sede", buyer.address),
    )


def substitute(country: str | None) -> str | None:
    """Return what stands for the VAT identifier of a buyer abroad who has none.

    Source:
        Agenzia delle Entrate, guide to filling in electronic invoices: 0000000 for a consumer in
        the Union, OO99999999999 for anybody outside of it.
    """
    if country in {None, "IT"}:
        return None
    return f"{country}{'0000000' if country in EU else 'OO99999999999'}"


def _tax_id(name: str, identifier: str | None) -> Element | None:
    found = _TAX_ID.fullmatch((identifier or "").strip())
    if found is None:
        return None
    country, number = found.groups()
    return group(
        name,
        text("IdPaese", _ISO.get(country, country)),
        text("IdCodice", "".join(number.split())),
    )


def _name(name: str | None) -> Element | None:
    return group("Anagrafica", text("Denominazione", latin(name or "")))


def _address(name: str, address: PostalAddress | None) -> Element | None:
    if address is None:
        return None
    domestic = address.country == "IT"
    province = _PROVINCE.fullmatch((address.subdivision or "").upper()) if domestic else None
    return group(
        name,
        text("Indirizzo", street(address)),
        text("CAP", address.post_code if domestic else NO_POST_CODE),
        text("Comune", latin(address.city or "")),
        text("Provincia", province[1] if province else None),
        text("Nazione", address.country),
    )
