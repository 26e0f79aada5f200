"""BR-FR-09 to 13, 21 to 26, 32, CO-10: who may take part in an invoice under the French reform.

SIREN and SIRET stand under the ISO 6523 schemes 0002 and 0009, electronic addresses under 0225.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from formats.findings import Actor
from formats.model import Identifier, Invoice, Party
from formats.rules.engine import Context, Rule
from formats.rules.fr_notes import SINGLE_TAXABLE_PERSON, treatment
from formats.rules.worksheet import (
    Places,
    Worksheet,
    each_party_identifier,
    the_buyer,
    the_delivery,
    the_invoice,
    the_payee,
    the_seller,
)

SIREN, SIRET = "0002", "0009"
PRIVATE, DIRECTORY = "0224", "0225"
SELF_BILLED = ("389", "501", "500", "471", "473", "261", "502")
"""BT-3: the buyer makes out the document, so the seller receives it."""

NINE_DIGITS = re.compile("[0-9]{9}")
FOURTEEN_DIGITS = re.compile("[0-9]{14}")
ADDRESS_CHARACTERS = re.compile(r"[A-Za-z0-9+\-_.]+")


class Side(NamedTuple):
    """One of the two who trade, as the rules tell them apart."""

    role: str
    context: Context[Party]
    address: str
    identifiers: str


SELLER = Side("seller", the_seller, "BT-34", "BT-29")
BUYER = Side("buyer", the_buyer, "BT-49", "BT-46")


def siren(party: Party | None) -> str | None:
    """Return the SIREN of a party, whatever it looks like."""
    number = party.legal_registration if party is not None else None
    return number.value if number is not None and number.scheme == SIREN else None


def is_siren(number: str | None) -> bool:
    """Whether this is nine digits.

    >>> is_siren("732829320"), is_siren("73282932"), is_siren(None)
    (True, False, False)
    """
    return number is not None and NINE_DIGITS.fullmatch(" ".join(number.split())) is not None


def _siret(party: Party) -> str | None:
    return next((each.value for each in party.identifiers if each.scheme == SIRET), None)


def _siret_of_siren(party: Party) -> bool | None:
    siret = _siret(party)
    if siret is None:
        return None
    return FOURTEEN_DIGITS.fullmatch(siret) is not None and siret[:9] == siren(party)


def _siret_of_payee(invoice: Invoice) -> bool | None:
    payee = invoice.payee
    siret = None if payee is None else _siret(payee)
    if siret is None:
        return None
    return FOURTEEN_DIGITS.fullmatch(siret) is not None and siret[:9] == (siren(payee) or siret[:9])


def _is_siret(location: Identifier | None) -> bool | None:
    if location is None or location.scheme != SIRET:
        return None
    return FOURTEEN_DIGITS.fullmatch(location.value) is not None


def _seller_siren(seller: Party) -> bool | None:
    if seller.name is None and seller.legal_registration is None:
        return None
    return is_siren(siren(seller))


def _buyer_siren(invoice: Invoice) -> bool | None:
    return is_siren(siren(invoice.buyer)) if treatment(invoice) == "B2B" else None


def _directory_address(party: Party | None) -> bool:
    address = party.electronic_address if party is not None else None
    if address is None or address.scheme != DIRECTORY:
        return False
    return address.value.startswith(siren(party) or "")


def _receives(role: str, *, self_billed: bool) -> Callable[[Invoice], bool | None]:
    def holds(invoice: Invoice) -> bool | None:
        if treatment(invoice) != "B2B" or (invoice.type_code in SELF_BILLED) is not self_billed:
            return None
        return _directory_address(getattr(invoice, role))

    return holds


def _address(
    judge: Callable[[str], bool], scheme: str | None = None
) -> Callable[[Party], bool | None]:
    def holds(party: Party) -> bool | None:
        address = party.electronic_address
        if address is None or scheme not in (None, address.scheme):
            return None
        return judge(address.value)

    return holds


def _private(judge: Callable[[str], bool]) -> Callable[[Party], bool | None]:
    def holds(party: Party) -> bool | None:
        found = [judge(each.value) for each in party.identifiers if each.scheme == PRIVATE]
        return all(found) if found else None

    return holds


def _clean(text: str) -> bool:
    return ADDRESS_CHARACTERS.fullmatch(text) is not None


def _has_schemes(party: Party) -> bool | None:
    schemes = [each.scheme for each in party.identifiers]
    return all(schemes) if schemes else None


def _distinct_schemes(party: Party) -> bool | None:
    schemes = [each.scheme for each in party.identifiers if each.scheme]
    return len(schemes) == len(set(schemes)) if schemes else None


def _registrations(sheet: Worksheet) -> Places[Identifier]:
    return [
        (f"{role}.legal_registration", party.legal_registration)
        for role, party in sheet.parties
        if party.legal_registration is not None and party.legal_registration.scheme == SIREN
    ]


def _siren_or_none(identifier: Identifier) -> bool | None:
    if identifier.scheme not in (SIREN, SINGLE_TAXABLE_PERSON):
        return None
    return is_siren(identifier.value)


each_siren: Context[Identifier] = Context(name="each SIREN", find=_registrations)

REGISTRATIONS: Mapping[str, str] = {
    "seller.legal_registration.value": "BT-30",
    "buyer.legal_registration.value": "BT-47",
    "payee.legal_registration.value": "BT-61",
}
IDENTIFIERS: Mapping[str, str] = {
    "seller.identifiers.value": "BT-29",
    "buyer.identifiers.value": "BT-46",
    "payee.identifiers.value": "BT-60",
}


def _of_side(side: Side) -> tuple[Rule, ...]:
    who, address, identifiers = side.role, side.address, side.identifiers
    return (
        side.context(
            f"BR-FR-09_{identifiers}",
            identifiers,
            f"the SIRET of the {who} has 14 digits and begins with its SIREN",
            _siret_of_siren,
            at="identifiers",
            fix="send SIREN (scheme 0002) and SIRET (scheme 0009) of the same company",
        ),
        side.context(
            f"BR-FR-23_{address}",
            address,
            f"an electronic address of the {who} under 0225 has letters, digits and + - _ . only",
            _address(_clean, DIRECTORY),
            at="electronic_address",
            fix="send the address as the directory has it",
        ),
        side.context(
            f"BR-FR-25_{address}",
            address,
            f"the electronic address of the {who} has at most 125 characters",
            _address(lambda text: len(text) <= 125),
            at="electronic_address",
            fix="send the address as the directory has it",
        ),
        side.context(
            f"BR-FR-24_{identifiers}",
            identifiers,
            f"an identifier of the {who} under 0224 has letters, digits and + - _ . only",
            _private(_clean),
            at="identifiers",
            fix="leave blanks and other characters out of the identifier",
        ),
        side.context(
            f"BR-FR-26_{identifiers}",
            identifiers,
            f"an identifier of the {who} under 0224 has at most 100 characters",
            _private(lambda text: len(text) <= 100),
            at="identifiers",
            fix="shorten the identifier",
        ),
        *_schemes(side.role, side.context, identifiers),
    )


def _schemes(role: str, context: Context[Party], identifiers: str) -> tuple[Rule, ...]:
    return (
        context(
            f"BR-FR-CO-10_{identifiers}-1",
            identifiers,
            f"every identifier of the {role} has a scheme",
            _has_schemes,
            at="identifiers",
            fix="send the ISO 6523 scheme of the identifier, or leave the identifier out",
        ),
        context(
            f"BR-FR-CO-10_{identifiers}-2",
            identifiers,
            f"the {role} has one identifier a scheme",
            _distinct_schemes,
            at="identifiers",
            fix="send one identifier for each scheme",
        ),
    )


def _payees(sheet: Worksheet) -> Places[Party]:
    payee = sheet.invoice.payee
    return [] if payee is None else [("payee", payee)]


the_payee_itself: Context[Party] = Context(name="the payee", find=_payees)

RULES: tuple[Rule, ...] = (
    *_of_side(SELLER),
    *_of_side(BUYER),
    *_schemes("payee", the_payee_itself, "BT-60"),
    the_payee(
        "BR-FR-09_BT-60",
        "BT-60",
        "the SIRET of the payee has 14 digits and begins with its SIREN",
        _siret_of_payee,
        at="payee.identifiers",
        fix="send SIREN (scheme 0002) and SIRET (scheme 0009) of the same company",
    ),
    the_delivery(
        "BR-FR-09_BT-71",
        "BT-71",
        "the SIRET of a delivery location has 14 digits",
        lambda delivery: _is_siret(delivery.location),
        at="location",
        fix="send all 14 digits, without blanks",
    ),
    the_delivery(
        "BR-FR-CO-10_BT-71-1",
        "BT-71",
        "the identifier of a delivery location has a scheme",
        lambda delivery: None if delivery.location is None else bool(delivery.location.scheme),
        at="location",
        fix="send the ISO 6523 scheme of the location's identifier",
    ),
    the_seller(
        "BR-FR-10_BT-30",
        "BT-30",
        "the seller has a SIREN of nine digits",
        _seller_siren,
        at="legal_registration",
        fix="send the seller's SIREN with scheme 0002",
    ),
    the_invoice(
        "BR-FR-11_BT-47",
        "BT-47",
        "the buyer has a SIREN of nine digits where a note (BAR) says B2B",
        _buyer_siren,
        at="buyer.legal_registration",
        fix="send the buyer's SIREN with scheme 0002",
        actor=Actor.CUSTOMER,
    ),
    the_invoice(
        "BR-FR-12_BT-49",
        "BT-49",
        "the buyer has an electronic address",
        lambda invoice: invoice.buyer is not None and invoice.buyer.electronic_address is not None,
        at="buyer.electronic_address",
        fix="send the buyer's address of the directory with scheme 0225",
        actor=Actor.CUSTOMER,
    ),
    the_invoice(
        "BR-FR-13_BT-34",
        "BT-34",
        "the seller has an electronic address",
        lambda invoice: (
            invoice.seller is not None and invoice.seller.electronic_address is not None
        ),
        at="seller.electronic_address",
        fix="send the seller's address of the directory with scheme 0225",
    ),
    the_invoice(
        "BR-FR-21_BT-49",
        "BT-49",
        "the buyer's electronic address is under 0225 and begins with its SIREN",
        _receives("buyer", self_billed=False),
        at="buyer.electronic_address",
        fix="send the buyer's address as the directory has it",
        actor=Actor.CUSTOMER,
    ),
    the_invoice(
        "BR-FR-22_BT-34",
        "BT-34",
        "the seller's electronic address is under 0225 and begins with its SIREN",
        _receives("seller", self_billed=True),
        at="seller.electronic_address",
        fix="send the seller's address as the directory has it",
    ),
    each_siren(
        "BR-FR-32-LEGALID",
        REGISTRATIONS,
        "a registration number under 0002 is a SIREN of nine digits",
        lambda number: is_siren(number.value),
        at="value",
        fix="send nine digits, or the number's own scheme",
    ),
    each_party_identifier(
        "BR-FR-32-ID",
        IDENTIFIERS,
        "an identifier under 0002 or 0231 is a SIREN of nine digits",
        _siren_or_none,
        at="value",
        fix="send nine digits, or the identifier's own scheme",
    ),
)
