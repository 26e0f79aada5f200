"""BR-FR-09, 10, 29, 30, CO-10: identifiers of parties, delivery locations and invoiced objects."""

from collections.abc import Callable, Iterator
from typing import Final

from formats.rules.fr_parties import FOURTEEN_DIGITS, SIREN, SIRET, is_siren
from formats.syntax.fr_values import filled
from formats.syntax.looking import found, texts
from formats.syntax.rules import Own, Sheet
from formats.xml.names import Element, tag

OBJECTS: Final = ("AFL", "AVV")
"""Schemes of the invoiced object that stand for an invoice's number and its business process."""


def siret(term: str, sirets: str, sirens: str) -> Own:
    """Return the rule that a SIRET has 14 digits and begins with the SIREN, if there is one."""

    def wrong(party: Element, _sheet: Sheet) -> bool:
        number = next(iter(texts(party, f"{sirets}[@schemeID='{SIRET}']")), None)
        if number is None:
            return False
        siren = "".join(texts(party, f"{sirens}[@schemeID='{SIREN}']")) or number[:9]
        return not FOURTEEN_DIGITS.fullmatch(number) or number[:9] != siren

    return Own(
        path=".",
        only=wrong,
        sentence="a SIRET has not 14 digits that begin with the SIREN of the same company",
        fix="write SIREN (schemeID 0002) and SIRET (schemeID 0009) of the same company",
        term=term,
    )


def seller_siren(registrations: str) -> Own:
    """Return the rule that the seller has a SIREN."""

    def wrong(holder: Element, _sheet: Sheet) -> bool:
        numbers = texts(holder, f"{registrations}[@schemeID='{SIREN}']")
        return not any(map(is_siren, numbers))

    return Own(
        path=".",
        only=wrong,
        sentence="the seller has no SIREN of nine digits",
        fix="write the seller's SIREN with schemeID 0002",
        term="BT-30",
    )


def schemes(term: str, identifiers: str) -> dict[str, Own]:
    """Return the rules that identifiers have a scheme, and each another one."""

    def given(party: Element) -> list[str | None]:
        return [each.get("schemeID") for each in found(party, identifiers)]

    def repeated(party: Element, _sheet: Sheet) -> bool:
        said = [scheme for scheme in given(party) if scheme is not None]
        return len(said) > len(set(said))

    return {
        f"BR-FR-CO-10_{term}-1": Own(
            path=".",
            only=lambda party, _sheet: None in given(party),
            sentence="an identifier has no scheme",
            fix="write its ISO 6523 scheme to schemeID",
            term=term,
        ),
        f"BR-FR-CO-10_{term}-2": Own(
            path=".",
            only=repeated,
            sentence="two identifiers have the same scheme",
            fix="keep one identifier for each scheme",
            term=term,
        ),
    }


def objects(
    rule: str, term: str, kinds: Callable[[Element], Iterator[str | None]]
) -> dict[str, Own]:
    """Return the rules on invoiced objects: one for each of the two schemes, and not empty."""

    def repeated(holder: Element, _sheet: Sheet) -> bool:
        there = list(kinds(holder))
        return any(there.count(scheme) > 1 for scheme in OBJECTS)

    return {
        f"{rule}_{term}": Own(
            path=".",
            only=repeated,
            sentence="two invoiced objects have the scheme AFL, or AVV",
            fix="keep one of each scheme",
            term=term,
        ),
        **{
            f"{rule}_{scheme}": filled(term, f"the invoiced object under {scheme}")
            for scheme in OBJECTS
        },
    }


def kinds_in_ubl(reference: Element) -> Iterator[str | None]:
    """Yield the schemes of the numbers of a reference."""
    return (each.get("schemeID") for each in found(reference, "cbc:ID"))


def kinds_in_cii(holder: Element) -> Iterator[str | None]:
    """Yield the kinds of the references that a group has."""
    for reference in holder.iterchildren(tag("ram:AdditionalReferencedDocument")):
        yield from {*texts(reference, "ram:ReferenceTypeCode")}


def has_scheme(scheme: str) -> Callable[[Element], bool]:
    """Return the condition that an element has this scheme."""
    return lambda element: element.get("schemeID") == scheme


def is_of_kind(kind: str) -> Callable[[Element], bool]:
    """Return the condition that a number in CII is that of a reference of this kind."""

    def holds(number: Element) -> bool:
        reference = number.getparent()
        return reference is not None and kind in texts(reference, "ram:ReferenceTypeCode")

    return holds
