"""CII: rules on parties: identifiers and contacts of which one excludes the other."""

from typing import Final

from formats.syntax.rules import Own, Sheet, Test, above
from formats.xml import Element, tag


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


PARTIES_OWN: Final = {
    "CII-SR-449": _two_identifiers("ram:ShipToTradeParty", "the place of delivery", "BT-71"),
    "CII-SR-450": _two_identifiers("ram:BuyerTradeParty", "the buyer", "BT-46"),
    "CII-SR-451": _two_identifiers("ram:PayeeTradeParty", "the payee", "BT-60"),
    "CII-SR-465": _two_contacts("ram:SellerTradeParty", "the seller's", "BT-41"),
    "CII-SR-466": _two_contacts("ram:BuyerTradeParty", "the buyer's", "BT-56"),
}
