"""PEPPOL-COMMON-R*: identifiers of parties have the shape that their scheme says."""

import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from formats.findings import Severity
from formats.model import Identifier
from formats.rules import check_digits
from formats.rules.engine import Context, Rule
from formats.rules.worksheet import Places, Worksheet, each_party_identifier, each_vat_identifier

TERMS = {
    "seller.electronic_address.value": "BT-34",
    "buyer.electronic_address.value": "BT-49",
    "seller.identifiers.value": "BT-29",
    "buyer.identifiers.value": "BT-46",
    "payee.identifiers.value": "BT-60",
    "seller.legal_registration.value": "BT-30",
    "buyer.legal_registration.value": "BT-47",
    "payee.legal_registration.value": "BT-61",
}
VAT_TERMS = {
    "seller.vat_identifier": "BT-31",
    "buyer.vat_identifier": "BT-48",
    "tax_representative.vat_identifier": "BT-63",
}


class Shape(NamedTuple):
    """What identifiers of one scheme must look like."""

    rule: str
    scheme: str
    sentence: str
    holds: Callable[[str], bool]
    severity: Severity = Severity.FATAL
    private: bool = False


def _like(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text, re.ASCII) is not None


_DUTCH_VAT = partial(_like, r"NL[0-9]{9}B[0-9]{2}")

SHAPES = (
    Shape("PEPPOL-COMMON-R040", "0088", "a GLN has the check digit of GS1", check_digits.gln),
    Shape(
        "PEPPOL-COMMON-R041",
        "0192",
        "a Norwegian organisation number has nine digits, the last a check digit",
        check_digits.norwegian,
    ),
    Shape(
        "PEPPOL-COMMON-R042",
        "0184",
        "a Danish CVR number has eight digits, with or without DK before them",
        partial(_like, r"(DK)?[0-9]{8}"),
    ),
    Shape(
        "PEPPOL-COMMON-R043",
        "0208",
        "a Belgian enterprise number has ten digits, the last two check digits",
        check_digits.belgian,
    ),
    Shape(
        "PEPPOL-COMMON-R044",
        "0201",
        "an Italian IPA code has six letters or digits",
        check_digits.italian_office,
        Severity.WARNING,
    ),
    Shape(
        "PEPPOL-COMMON-R045",
        "0210",
        "an Italian tax code has eleven digits, or the sixteen characters of a person's",
        check_digits.italian_tax_code,
        Severity.WARNING,
        private=True,
    ),
    Shape(
        "PEPPOL-COMMON-R047",
        "0211",
        "an Italian VAT number has eleven digits after IT, the last a check digit",
        check_digits.italian_vat,
        Severity.WARNING,
    ),
    Shape(
        "PEPPOL-COMMON-R049",
        "0007",
        "a Swedish organisation number has ten digits, the last a check digit",
        lambda text: len(text) == 10 and check_digits.swedish(text),
    ),
    Shape(
        "PEPPOL-COMMON-R050",
        "0151",
        "an Australian business number has eleven digits that check",
        check_digits.australian,
    ),
    Shape(
        "PEPPOL-COMMON-R052",
        "0096",
        "a Danish P number has ten digits",
        partial(_like, "[0-9]{10}"),
    ),
    Shape(
        "PEPPOL-COMMON-R053",
        "0198",
        "a Danish SE number has DK before eight digits",
        partial(_like, "DK[0-9]{8}"),
    ),
    Shape(
        "PEPPOL-COMMON-R054",
        "0106",
        "a Dutch KVK number has eight digits",
        partial(_like, "[0-9]{8}"),
        Severity.WARNING,
    ),
    Shape(
        "PEPPOL-COMMON-R055",
        "0190",
        "a Dutch OIN has twenty digits",
        partial(_like, "[0-9]{20}"),
        Severity.WARNING,
    ),
    Shape(
        "PEPPOL-COMMON-R056-1",
        "9944",
        "a Dutch VAT number is NL, nine digits, B and two digits",
        _DUTCH_VAT,
        Severity.WARNING,
    ),
    Shape(
        "PEPPOL-COMMON-R057",
        "0217",
        "a Dutch establishment number has twelve digits",
        partial(_like, "[0-9]{12}"),
        Severity.WARNING,
    ),
)


def _addresses(sheet: Worksheet) -> Places[Identifier]:
    return [
        (f"{role}.electronic_address", party.electronic_address)
        for role, party in sheet.parties
        if party.electronic_address is not None and role != "payee"
    ]


def _identifiers(sheet: Worksheet) -> Places[Identifier]:
    registrations = [
        (f"{role}.legal_registration", party.legal_registration)
        for role, party in sheet.parties
        if party.legal_registration is not None
    ]
    return [*_addresses(sheet), *each_party_identifier.find(sheet), *registrations]


each_address: Context[Identifier] = Context(name="each electronic address", find=_addresses)
each_identifier: Context[Identifier] = Context(
    name="each identifier with scheme", find=_identifiers
)


def shaped(shape: Shape, context: Context[Identifier]) -> Rule:
    """Return the rule that identifiers of a scheme have its shape, at these places."""

    def holds(identifier: Identifier) -> bool | None:
        return shape.holds(identifier.value) if identifier.scheme == shape.scheme else None

    return context(
        shape.rule,
        TERMS,
        shape.sentence,
        holds,
        at="value",
        severity=shape.severity,
        private=shape.private,
        fix=f"correct the identifier, or its scheme if it is not {shape.scheme}",
    )


RULES: tuple[Rule, ...] = (
    *(shaped(shape, each_identifier) for shape in SHAPES),
    shaped(
        Shape(
            "PEPPOL-COMMON-R046",
            "9907",
            "an Italian tax code has eleven digits, or the sixteen characters of a person's",
            check_digits.italian_tax_code,
            Severity.WARNING,
            private=True,
        ),
        each_address,
    ),
    each_vat_identifier(
        "PEPPOL-COMMON-R056-2",
        VAT_TERMS,
        "a Dutch VAT number is NL, nine digits, B and two digits",
        lambda identifier: _DUTCH_VAT(identifier) if identifier.startswith("NL") else None,
        severity=Severity.WARNING,
        fix="correct the VAT identifier",
    ),
)
