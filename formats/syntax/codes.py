"""Codes in a file, an empty one included, which the model does not have: coded()."""

from formats.model.codes import CodeList
from formats.syntax.rules import Own, Sheet, text
from formats.xml.names import Element
from formats.xml.walking import WHITE_SPACE


def coded(codes: CodeList, what: str, term: str) -> Own:
    """Return the rule that the text of an element is of a list.

    Args:
        codes: the list.
        what: is coded, as a sentence begins: `the country of an address`.
        term: BT number; one of them, where several have the element.
    """

    def unlisted(code: Element, _sheet: Sheet) -> bool:
        return text(code).strip(WHITE_SPACE) not in codes

    return Own(
        path=".",
        only=unlisted,
        sentence=f"{what} is no code of {codes.name}",
        fix=f"write a code of {codes.name}, or leave out what has none",
        term=term,
    )
