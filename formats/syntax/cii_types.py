"""CII: ram:TypeCode, which says what a reference, a tax or a payment means is."""

from typing import Final

from formats.syntax.rules import Own, Sheet, Test
from formats.xml.names import Element, tag

TYPE: Final = tag("ram:TypeCode")


def types(group: Element | None, sheet: Sheet) -> frozenset[str]:
    """Return the type codes of a group."""
    return sheet.values(group, TYPE)


def of_type(code: str) -> Test:
    """Return whether an element has this type code."""
    return lambda document, sheet: code in types(document, sheet)


def outside(name: str) -> Test:
    """Return whether an element stands elsewhere than in one of that name."""

    def elsewhere(element: Element, _sheet: Sheet) -> bool:
        parent = element.getparent()
        return parent is None or parent.tag != tag(name)

    return elsewhere


def only_for(element: str, whom: str, test: Test) -> Own:
    """Return the rule that an element stands only where a test does not hold."""
    return Own(
        path=f"ram:{element}",
        only=test,
        sentence=f"ram:{element} stands where it may stand only in {whom}",
        fix=f"leave out ram:{element}",
    )
