"""Who takes part, out of FatturaElettronicaHeader."""

from typing import Final

from formats.binding.kinds import DECIMAL
from formats.binding.taking import Field, Form, part, text
from formats.fatturapa.parties import (
    NO_POST_CODE,
    PUBLIC_OFFICE_SIZE,
    sending_number,
    substitute,
)
from formats.rules.it_codes import ABROAD, NO_CHANNEL, PEC, RECIPIENT_CODES, TAX_CODE
from formats.xml.names import Element

_OFFICE, _CHANNEL = sorted(RECIPIENT_CODES)
_VAT_PREFIX: Final = {"GR": "EL"}
"""Country to the prefix of its VAT identifiers, where they differ."""
_SELLER: Final = (
    Field("DatiAnagrafici/RegimeFiscale", "extensions.it.regime"),
    Field("IscrizioneREA/Ufficio", "extensions.it.register.office"),
    Field("IscrizioneREA/NumeroREA", "extensions.it.register.number"),
    Field("IscrizioneREA/CapitaleSociale", "extensions.it.register.capital", DECIMAL),
    Field("IscrizioneREA/SocioUnico", "extensions.it.register.shareholders"),
    Field("IscrizioneREA/StatoLiquidazione", "extensions.it.register.liquidation"),
    Field("Contatti/Telefono", "seller.contact.phone"),
    Field("Contatti/Email", "seller.contact.email"),
    Field("RiferimentoAmministrazione", "accounting_reference"),
)
_ADDRESS: Final = (
    Field("Comune", "city"),
    Field("Provincia", "subdivision"),
    Field("Nazione", "country"),
)


def read_header(header: Element | None, form: Form) -> None:
    """Take seller, tax representative, buyer and what says where the file goes."""
    seller, buyer = part(header, "CedentePrestatore"), part(header, "CessionarioCommittente")
    _party(seller, form, "seller")
    form.take(seller, *_SELLER)
    representative = part(header, "RappresentanteFiscale")
    _who(part(representative, "DatiAnagrafici"), form, "tax_representative")
    _party(buyer, form, "buyer")
    _transmission(part(header, "DatiTrasmissione"), form)


def _party(element: Element | None, form: Form, role: str) -> None:
    _address(part(element, "Sede"), form, f"{role}.address")
    person = part(element, "DatiAnagrafici")
    _who(person, form, role)
    code = part(person, "CodiceFiscale")
    if code is not None and text(code):
        registered = f"{role}.legal_registration"
        form.put(f"{registered}.value", text(code), code)
        form.put(f"{registered}.scheme", TAX_CODE, code)


def _who(person: Element | None, form: Form, role: str) -> None:
    """Take VAT identifier and name; what only stands for a VAT identifier is none."""
    name = part(person, "Anagrafica")
    form.take(name, Field("Denominazione", f"{role}.name"))
    form.join(f"{role}.name", [part(name, "Nome"), part(name, "Cognome")])
    tax_id = part(person, "IdFiscaleIVA")
    country, number = part(tax_id, "IdPaese"), part(tax_id, "IdCodice")
    if number is None or not text(number):
        return
    written = text(country) + text(number)
    if role == "buyer" and written == substitute(form.said("buyer.address.country")):
        form.pass_by(country, number)
        return
    prefix = _VAT_PREFIX.get(text(country), text(country))
    form.put(f"{role}.vat_identifier", prefix + text(number), number, country)


def _address(sede: Element | None, form: Form, group: str) -> None:
    form.join(f"{group}.line_1", [part(sede, "Indirizzo"), part(sede, "NumeroCivico")])
    form.take(sede, *(Field(way, f"{group}.{path}", kind) for way, path, kind in _ADDRESS))
    post_code = part(sede, "CAP")
    if text(post_code) == NO_POST_CODE and form.said(f"{group}.country") not in {None, "IT"}:
        form.pass_by(post_code)
        return
    form.take(sede, Field("CAP", f"{group}.post_code"))


def _transmission(element: Element | None, form: Form) -> None:
    form.pass_by(part(element, "FormatoTrasmissione"))
    sender = part(element, "IdTrasmittente")
    country, code = part(sender, "IdPaese"), part(sender, "IdCodice")
    _unless(form, "extensions.it.sender", form.said("seller.vat_identifier"), code, country)
    number = part(element, "ProgressivoInvio")
    _unless(form, "extensions.it.sending_number", sending_number(form.said("number")), number)
    _recipient(part(element, "CodiceDestinatario"), part(element, "PECDestinatario"), form)


def _unless(
    form: Form,
    path: str,
    implied: str | None,
    element: Element | None,
    before: Element | None = None,
) -> None:
    """Take what is stated, but not if the rest of the document says it."""
    said = text(before) + text(element)
    if said == implied:
        form.pass_by(element, before)
    elif element is not None and text(element):
        form.put(path, said, element, before)


def _recipient(element: Element | None, certified: Element | None, form: Form) -> None:
    """Take the code of an office or a channel as the buyer's electronic address, else their PEC."""
    code = text(element)
    if code not in {NO_CHANNEL, ABROAD}:
        _electronic_address(form, element, _OFFICE if len(code) == PUBLIC_OFFICE_SIZE else _CHANNEL)
        _unless(form, "extensions.it.recipient_pec", None, certified)
        return
    _electronic_address(form, certified, PEC)
    country = form.said("buyer.address.country")
    at_home = text(certified) or country in {None, "IT"}
    _unless(form, "extensions.it.recipient_code", NO_CHANNEL if at_home else ABROAD, element)


def _electronic_address(form: Form, element: Element | None, scheme: str) -> None:
    if element is not None and text(element):
        form.put("buyer.electronic_address.value", text(element), element)
        form.put("buyer.electronic_address.scheme", scheme, element)
