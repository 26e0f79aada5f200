"""SellerParty and BuyerParty, with the centres of a public body."""

from collections.abc import Iterator

from formats.composing import Element, group, text
from formats.model import Contact, Invoice, Party, PostalAddress
from formats.model.spain import AdministrativeCentre, Individual
from formats.rules.es_codes import COUNTRIES, province, residence, spain, tax_number

_UNKNOWN = "-"


def parties(invoice: Invoice) -> Element | None:
    """Return Parties."""
    data = spain(invoice)
    buyer = invoice.buyer or Party()
    return group(
        "Parties",
        _party("SellerParty", invoice.seller or Party(), data.seller),
        _party("BuyerParty", buyer, data.buyer, centres(data.centres, buyer)),
    )


def centres(units: tuple[AdministrativeCentre, ...], buyer: Party) -> Element | None:
    """Return AdministrativeCentres; a unit has the address of its public body."""
    return group(
        "AdministrativeCentres",
        (
            group(
                "AdministrativeCentre",
                text("CentreCode", unit.code),
                text("RoleTypeCode", unit.role),
                text("Name", unit.name),
                _address(buyer.address),
            )
            for unit in units
        ),
    )


def _party(
    name: str, party: Party, person: Individual | None, units: Element | None = None
) -> Element | None:
    return group(
        name,
        group(
            "TaxIdentification",
            text("PersonTypeCode", "F" if person else "J"),
            text("ResidenceTypeCode", residence(party)),
            text("TaxIdentificationNumber", tax_number(party)),
        ),
        units,
        _individual(party, person) if person else _company(party),
    )


def _company(party: Party) -> Element | None:
    return group(
        "LegalEntity",
        text("CorporateName", party.name),
        text("TradeName", party.trading_name),
        _address(party.address),
        _contact(party.contact),
    )


def _individual(party: Party, person: Individual) -> Element | None:
    return group(
        "Individual",
        text("Name", person.name),
        text("FirstSurname", person.first_surname),
        text("SecondSurname", person.second_surname),
        _address(party.address),
        _contact(party.contact),
    )


def _address(address: PostalAddress | None) -> Element | None:
    if address is None:
        return None
    street = ", ".join(street_lines(address))
    country = text("CountryCode", COUNTRIES.get(address.country or ""))
    if address.country == "ES":
        return group(
            "AddressInSpain",
            text("Address", street),
            text("PostCode", address.post_code),
            text("Town", address.city),
            text("Province", province(address)),
            country,
        )
    town = " ".join(part for part in (address.post_code, address.city) if part)
    return group(
        "OverseasAddress",
        text("Address", street),
        text("PostCodeAndTown", town or _UNKNOWN),
        text("Province", province(address) or _UNKNOWN),
        country,
    )


def street_lines(address: PostalAddress) -> Iterator[str]:
    """Yield the lines of an address that say something."""
    for line in (address.line_1, address.line_2, address.line_3):
        if line and line.strip():
            yield " ".join(line.split())


def _contact(contact: Contact | None) -> Element | None:
    if contact is None:
        return None
    phone = "".join(c for c in contact.phone or "" if c in "+0123456789")
    return group(
        "ContactDetails",
        text("Telephone", phone if len(phone) <= 15 else None),
        text("ElectronicMail", contact.email),
        text("ContactPersons", contact.name),
    )
