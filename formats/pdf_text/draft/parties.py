"""Seller and buyer: tax numbers, bank account, and the buyer's address in its window."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from formats.pdf_text.draft.places import spelled
from formats.pdf_text.draft.sample import TABLE, Sample, found_label
from formats.pdf_text.draft.seller import seller_of
from formats.pdf_text.fields import cells
from formats.pdf_text.pages import MM, Row
from formats.pdf_text.words import Word

VAT: Final = re.compile(
    r"\b(AT ?U\d{8}|BE ?[01]\d{3}\.?\d{3}\.?\d{3}|CHE-?\d{3}\.?\d{3}\.?\d{3}"
    r"|DE ?\d{3} ?\d{3} ?\d{3}|DK ?\d{8}|ES ?[A-Z0-9]\d{7}[A-Z0-9]"
    r"|FR ?[0-9A-Z]{2} ?\d{3} ?\d{3} ?\d{3}|GB ?\d{9}"
    r"|IE ?\d[0-9A-Z]\d{5}[A-Z]{1,2}|IT ?\d{11}"
    r"|LU ?\d{8}|NL ?\d{9} ?B ?\d{2}|PL ?\d{10}|PT ?\d{9})\b"
)
IBAN: Final = re.compile(r"\b([A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?)\b")
CITY: Final = re.compile(r"^(?:[A-Z]{1,2}-)?\d{4,5} \D+|^\d{4} ?[A-Z]{2} \D+")
_WINDOW: Final = (28 * MM, 120 * MM)
"""Where the name in an address may stand, from above."""
_GAP: Final = (2 * MM, 8 * MM)
"""Between the rows of an address."""


@dataclass(slots=True)
class Parties:
    """What the page says of seller and buyer.

    Attributes:
        anchors: texts by which the sender is known.
        constants: what is the same on every invoice of the sender.
        fields: where the buyer stands.
    """

    anchors: list[str] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)


def parties_of(sample: Sample) -> Parties:
    """Return seller and buyer as far as they can be seen."""
    found = Parties()
    _tax_numbers(sample, found)
    _account(sample, found)
    if not found.anchors and sample.rows:
        found.anchors.append(f"^{spelled(sample.rows[0].text)}$")
    block = _address(sample)
    seller = seller_of(sample, _text(block[0]) if block else "")
    if seller:
        found.constants["seller.name"] = seller
    country = found.constants.get("seller.vat_identifier", "")[:2]
    if country.isalpha() and country:
        found.constants["seller.address.country"] = country
        found.constants["buyer.address.country"] = country
    found.fields |= _places(block)
    return found


def _tax_numbers(sample: Sample, found: Parties) -> None:
    for row in sample.rows:
        for match in VAT.finditer(row.text):
            before = row.text[: match.start()]
            number = re.sub(r"[ .-]", "", match[1])
            if _is_buyers(before):
                label = before.rstrip(" :").rpartition("  ")[2].strip()
                pattern = f"{spelled(label[-20:].lstrip())}:? {VAT.pattern}"
                found.fields.setdefault("buyer.vat_identifier", {"label": pattern, "take": "first"})
            elif "seller.vat_identifier" not in found.constants:
                found.constants["seller.vat_identifier"] = number
                found.anchors.append(spelled(match[1]))


def _is_buyers(text: str) -> bool:
    return any(found_label(word, text[-30:]) for word in TABLE["notes"]["buyers"])


def _account(sample: Sample, found: Parties) -> None:
    for row in sample.rows:
        for match in IBAN.finditer(row.text):
            account = match[1].replace(" ", "")
            if is_iban(account):
                found.constants["payment.means_code"] = "58"
                found.constants["payment.credit_transfers[0].account"] = account
                if not found.anchors:
                    found.anchors.append(spelled(match[1]))
                return


def is_iban(text: str) -> bool:
    """Whether the check digits of an IBAN are right; ISO 13616-1.

    >>> is_iban("DE89370400440532013000"), is_iban("DE88370400440532013000")
    (True, False)
    """
    turned = text[4:] + text[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _address(sample: Sample) -> list[tuple[Word, ...]]:
    """Return the lowest address block of page 1."""
    blocks = [block for block in _blocks(sample.pages[0].rows) if _has_city(block)]
    lowest = max(blocks, key=lambda block: block[0][0].baseline, default=[])
    return lowest[1:] if lowest and _is_heading(_text(lowest[0])) else lowest


def _is_heading(text: str) -> bool:
    """Whether a line says whose address follows."""
    bare = text.rstrip(" :").casefold()
    return bare in {title.casefold() for title in TABLE["notes"]["titles"]}


def _places(block: Sequence[tuple[Word, ...]]) -> dict[str, Any]:
    """Return where the buyer's name, street and city in an address stand."""
    if not block:
        return {}
    city = next(number for number, line in enumerate(block) if CITY.match(_text(line)))
    box = [_box(block, line) for line in block]
    places: dict[str, Any] = {"buyer.name": {"box": box[0], "page": 1}}
    if city > 1:
        places["buyer.address.line_1"] = {"box": box[city - 1], "page": 1}
    return places | {
        "buyer.address.post_code": {"label": r"^(\S+) ", "box": box[city], "page": 1},
        "buyer.address.city": {"label": r"^\S+ (.+)$", "box": box[city], "page": 1},
    }


def _blocks(rows: Sequence[Row]) -> Iterator[list[tuple[Word, ...]]]:
    """Yield cells that stand below each other, each with the same left edge."""
    waiting = [cell for row in rows for cell in cells(row)]
    waiting = [cell for cell in waiting if cell[0].baseline < _WINDOW[1] + 40 * MM]
    while waiting:
        block = [waiting.pop(0)]
        for cell in list(waiting):
            gap = cell[0].baseline - block[-1][0].baseline
            if abs(cell[0].left - block[0][0].left) < 2 * MM and _GAP[0] < gap < _GAP[1]:
                block.append(cell)
                waiting.remove(cell)
        if len(block) > 2 and _WINDOW[0] < block[0][0].baseline < _WINDOW[1]:
            yield block


def _has_city(block: Sequence[tuple[Word, ...]]) -> bool:
    lines = [_text(line) for line in block]
    labelled = sum(line.endswith(":") or ": " in line for line in lines)
    return labelled == 0 and any(CITY.match(line) for line in lines[1:])


def _text(cell: Sequence[Word]) -> str:
    return " ".join(word.text for word in cell)


def _box(block: Sequence[tuple[Word, ...]], line: Sequence[Word]) -> list[int]:
    """Return a box about one line of a block, in millimetres, with room for a longer text."""
    left = block[0][0].left // MM - 2
    right = max(max(cell[-1].right for cell in block) // MM + 15, left + 80)
    baseline = line[0].baseline // MM
    return [left, baseline - 2, right, baseline + 2]
