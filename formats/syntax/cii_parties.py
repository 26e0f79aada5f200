"""CII: rules on parties: identifiers and contacts of which one excludes the other."""

from typing import Final

from formats.model.codes import IDENTIFIER_SCHEMES
from formats.rules.en16931_cii import PREFIXES
from formats.syntax.rules import Own, Sheet, Test, above, text
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE

_PRODUCT: Final = tag("ram:SpecifiedTradeProduct")
_SHIP_TO: Final = tag("ram:ShipToTradeParty")
_TAX_NUMBER: Final = tag("ram:SpecifiedTaxRegistration")
_ADDRESS: Final = tag("ram:URIID")
_AGREEMENT: Final = ("rsm:SupplyChainTradeTransaction", "ram:ApplicableHeaderTradeAgreement")


def _beside(path: str, levels: int) -> Test:
    """Return whether there is also something at a path in the group so many levels above."""
    steps = "/".join(map(tag, path.split("/")))

    def found_in(group: Element) -> bool:
        return group.find(steps) is not None

    def holds(element: Element, sheet: Sheet) -> bool:
        return sheet.once(found_in, above(element, levels))

    return holds


def _two_identifiers(party: str, whose: str, term: str) -> Own:
    return Own(
        path=f"{party}/ram:GlobalID",
        only=_beside(f"{party}/ram:ID", 2),
        sentence=f"{whose} has an identifier both with and without a scheme",
        fix=f"keep ram:ID or ram:GlobalID of {party}",
        term=term,
    )


def _two_contacts(party: str, whose: str, term: str) -> Own:
    return Own(
        path=f"{party}/ram:DefinedTradeContact/ram:DepartmentName",
        only=_beside(f"{party}/ram:DefinedTradeContact/ram:PersonName", 3),
        sentence=f"{whose} contact has both a person's and a department's name",
        fix=f"keep ram:PersonName or ram:DepartmentName of {party}",
        term=term,
    )


def names_a_party(identifier: Element) -> bool:
    """Whether a ram:GlobalID with a scheme is neither an item's nor a place's."""
    if identifier.get("schemeID") is None:
        return False
    return next(identifier.iterancestors(_PRODUCT, _SHIP_TO), None) is None


def has_a_scheme(identifier: Element) -> bool:
    """Whether a ram:ID has a scheme and is no tax number."""
    if identifier.get("schemeID") is None:
        return False
    return next(identifier.iterancestors(_TAX_NUMBER), None) is None


def _unknown_scheme(identifier: Element, _sheet: Sheet) -> bool:
    return (identifier.get("schemeID") or "").strip(WHITE_SPACE) not in IDENTIFIER_SCHEMES


def _schemeless(party: str, whose: str, term: str) -> Own:
    steps = [tag(name) for name in (*_AGREEMENT, party, "ram:URIUniversalCommunication")]

    def unaddressed(root: Element) -> Element | None:
        """Return the first electronic address, if no party has a first one with a scheme."""
        parties = [root]
        for name in steps[:-1]:
            parties = [child for each in parties for child in each.iterchildren(name)]
        firsts = [next(each.iterchildren(steps[-1]), None) for each in parties]
        found = [each for each in firsts if each is not None]
        return None if any(map(_has_scheme, found)) else next(iter(found), None)

    return Own(
        path=".",
        seek=unaddressed,
        sentence=f"{whose} electronic address has no scheme",
        fix="give ram:URIID with the attribute schemeID",
        term=term,
    )


def _has_scheme(address: Element) -> bool:
    found = address.iterchildren(_ADDRESS)
    return any((each.get("schemeID") or "").strip(WHITE_SPACE) for each in found)


def _listed(sentence: str, term: str | None = None) -> Own:
    return Own(
        path=".",
        only=_unknown_scheme,
        sentence=sentence,
        fix="write a scheme of ISO/IEC 6523, e.g. 0088, or leave out schemeID",
        shows="schemeID",
        term=term,
    )


PARTIES_OWN: Final = {
    "BR-CO-09": Own(
        path=".",
        only=lambda number, _sheet: text(number)[:2] not in PREFIXES,
        sentence="a VAT identifier does not begin with the country that issued it",
        fix="write the VAT identifier with its country prefix, e.g. DE or EL",
        term="BT-31",
    ),
    "BR-62": _schemeless("ram:SellerTradeParty", "the seller's", "BT-34"),
    "BR-63": _schemeless("ram:BuyerTradeParty", "the buyer's", "BT-49"),
    "BR-CL-10": _listed("the scheme of a party's identifier is no code of ISO/IEC 6523"),
    "BR-CL-11": _listed("the scheme of an ID is no code of ISO/IEC 6523"),
    "CII-SR-449": _two_identifiers("ram:ShipToTradeParty", "the place of delivery", "BT-71"),
    "CII-SR-450": _two_identifiers("ram:BuyerTradeParty", "the buyer", "BT-46"),
    "CII-SR-451": _two_identifiers("ram:PayeeTradeParty", "the payee", "BT-60"),
    "CII-SR-465": _two_contacts("ram:SellerTradeParty", "the seller's", "BT-41"),
    "CII-SR-466": _two_contacts("ram:BuyerTradeParty", "the buyer's", "BT-56"),
}
