"""BR-FR-MV and BR-FR-BD: what invoices of several sellers must say in their lines within lines.

MV is asked where several sellers invoice together (BT-23 is S8, B8 or M8), BD where two invoice
each other (S9, B9, M9), and what only begins with MV of both. The rules on lines that are alike in
both syntaxes stand in `formats.syntax.fr_seller_lines`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from formats.rules.fr_ctc import MANY_SELLERS
from formats.syntax.fr_paths import CII_OBJECTS, STATUS
from formats.syntax.fr_seller_lines import LINES, STATE_NUMBER, Row, lacks, of_heads
from formats.syntax.fr_sublines import (
    DETAIL,
    GROUP,
    Contract,
    Line,
    contract_in_cii,
    contract_in_ubl,
)
from formats.syntax.looking import found, texts
from formats.syntax.rules import Own, Sheet, text
from formats.xml.names import Element, tag

OnDocument = Callable[[Contract], bool]
_STATE_KIND: Final = f"write {GROUP}, {DETAIL} or INFORMATION"
_STATE_MODE: Final = "write the billing mode of that seller's invoice, under AVV"


class Whole(NamedTuple):
    """The same, of the document as a whole."""

    term: str
    sentence: str
    fix: str
    breaks: OnDocument


def _heads_of(contract: Contract, registrations: Sequence[str]) -> int:
    return sum(
        line.heads
        for line in contract.heads
        if not set(registrations).isdisjoint(texts(line.element, contract.paths.registration))
    )


KIND: Final = "a line does not say what it is among the others"
NUMBER: Final = "a line that stands for a seller's invoice does not give its number"
MODE: Final = "a line that stands for a seller's invoice gives no billing mode that it can have"


def _kindless_in_ubl(_contract: Contract, line: Line) -> bool:
    return not any((place.status or "").split(None) for place in line.places)


def _wrong_mode_in_ubl(contract: Contract, line: Line) -> bool:
    modes = texts(line.element, contract.paths.own_mode)
    return not any(map(str.split, modes)) or any(mode in MANY_SELLERS for mode in modes)


UBL_LINES: Final[Mapping[str, Row]] = {
    **LINES,
    "BR-FR-MV-01_EXT-FR-FE-163": Row("EXT-FR-FE-163", KIND, _STATE_KIND, _kindless_in_ubl),
    "BR-FR-MV-03_BT-128_AFL": Row("BT-128", NUMBER, STATE_NUMBER, lacks("own_number")),
    "BR-FR-MV-03_BT-128_AVV": Row("BT-128", MODE, _STATE_MODE, of_heads(_wrong_mode_in_ubl)),
}


def _kindless_in_cii(_contract: Contract, line: Line) -> bool:
    return any(not each.split(None) for each in texts(line.element, STATUS))


def _objects(line: Line, kind: str) -> Iterator[tuple[bool, list[str]]]:
    """Yield of each reference of a kind whether it is an invoiced object, and its numbers."""
    for each in found(line.element, f"{CII_OBJECTS}[ram:ReferenceTypeCode='{kind}']"):
        yield "130" in texts(each, "ram:TypeCode"), texts(each, "ram:IssuerAssignedID")


def _wrong_number_in_cii(_contract: Contract, line: Line) -> bool:
    return any(
        not is_object or not any(map(str.split, numbers))
        for is_object, numbers in _objects(line, "AFL")
    )


def _wrong_mode_in_cii(_contract: Contract, line: Line) -> bool:
    return any(
        not is_object
        or not any(map(str.split, modes))
        or any(mode in MANY_SELLERS for mode in modes)
        for is_object, modes in _objects(line, "AVV")
    )


CII_LINES: Final[Mapping[str, Row]] = {
    **LINES,
    "BR-FR-MV-01_EXT-FR-FE-163": Row("EXT-FR-FE-163", KIND, _STATE_KIND, _kindless_in_cii),
    "BR-FR-MV-03_BT-128_AFL": Row("BT-128", NUMBER, STATE_NUMBER, of_heads(_wrong_number_in_cii)),
    "BR-FR-MV-03_BT-128_AVV": Row("BT-128", MODE, _STATE_MODE, of_heads(_wrong_mode_in_cii)),
}


def _numbers_in_ubl(root: Element) -> Iterator[Element]:
    """Yield all numbers of sellers' invoices, in the order of the document."""
    for reference in root.iter(tag("cac:DocumentReference")):
        if "130" in texts(reference, "cbc:DocumentTypeCode"):
            yield from found(reference, "cbc:ID[@schemeID='AFL']")


def _numbers_in_cii(root: Element) -> Iterator[Element]:
    """Yield all numbers of documents, whatever they are: the official test asks for them all."""
    return root.iter(tag("ram:IssuerAssignedID"))


def _repeats(numbers: Callable[[Element], Iterator[Element]]) -> OnDocument:
    def breaks(contract: Contract) -> bool:
        of_heads = {
            number
            for line in contract.heads
            for number in found(line.element, contract.paths.own_number)
        }
        before: set[str] = set()
        for number in numbers(contract.root):
            said = text(number)
            if said in before and number in of_heads:
                return True
            before.add(said)
        return False

    return breaks


def _documents(
    numbers: Callable[[Element], Iterator[Element]], seller_rule: str
) -> Mapping[str, Whole]:
    return {
        "BR-FR-MV-02_EXT-FR-FE-163": Whole(
            "EXT-FR-FE-163",
            "no line stands for a seller's invoice as a whole",
            f"give a line of the kind {GROUP} that is part of no other, for each seller",
            lambda contract: contract.has_many and not contract.heads,
        ),
        "BR-FR-BD-02_EXT-FR-FE-163": Whole(
            "EXT-FR-FE-163",
            "not just two lines stand for a seller's invoice as a whole",
            f"give two lines of the kind {GROUP} that are part of no other",
            lambda contract: (
                not contract.has_many and sum(line.heads for line in contract.heads) != 2
            ),
        ),
        seller_rule: Whole(
            "BT-30",
            "not just one of these lines is the seller's",
            "give the SIREN of the seller at one of them",
            lambda contract: not contract.has_many and _heads_of(contract, contract.sellers) != 1,
        ),
        "BR-FR-BD-02_BT-47": Whole(
            "BT-47",
            "not just one of these lines is the buyer's",
            "give the SIREN of the buyer at one of them",
            lambda contract: not contract.has_many and _heads_of(contract, contract.buyers) != 1,
        ),
        "BR-FR-MV-12_BT-128": Whole(
            "BT-128",
            "two lines stand for invoices of the same number",
            STATE_NUMBER,
            _repeats(numbers),
        ),
    }


def _own(
    lay_out: Callable[[Element], Contract], lines: Mapping[str, Row], whole: Mapping[str, Whole]
) -> dict[str, Own]:
    return {
        **{rule: _of_line(row, lay_out) for rule, row in lines.items()},
        **{rule: _of_document(row, lay_out) for rule, row in whole.items()},
    }


def _of_line(row: Row, lay_out: Callable[[Element], Contract]) -> Own:
    def wrong(element: Element, sheet: Sheet) -> bool:
        contract = sheet.once(lay_out, sheet.root)
        return row.breaks(contract, contract.lines[element])

    return Own(path=".", only=wrong, sentence=row.sentence, fix=row.fix, term=row.term)


def _of_document(row: Whole, lay_out: Callable[[Element], Contract]) -> Own:
    return Own(
        path=".",
        only=lambda _element, sheet: row.breaks(sheet.once(lay_out, sheet.root)),
        sentence=row.sentence,
        fix=row.fix,
        term=row.term,
    )


UBL_SELLERS_OWN: Final = _own(
    contract_in_ubl, UBL_LINES, _documents(_numbers_in_ubl, "BR-FR-BD-02_BT-30")
)
CII_SELLERS_OWN: Final = _own(
    contract_in_cii, CII_LINES, _documents(_numbers_in_cii, "BR-FR-BD-02_BT-31")
)
