"""What every invoice has and a draft did not find: where a person is to say it, and how."""

from collections.abc import Container, Iterator
from typing import Any, Final

from formats.pdf_text.draft.notation import Notation
from formats.pdf_text.draft.sample import BETWEEN
from formats.pdf_text.draft.writing import Missing

_NEEDED: Final = {
    "number": "the number of the invoice",
    "issue_date": "its date",
    "totals.without_vat": "the net amount",
    "totals.vat": "the VAT",
    "totals.with_vat": "the gross amount",
    "buyer.name": "the buyer's name and address",
}
_ALSO: Final = {"totals.vat": "vat_breakdown[0].tax"}
"""Where a field may stand instead."""
_BESIDE: Final = "write what stands beside it for BESIDE IT"
_BOX: Final = "put in its edges in millimetres: left, upper, right, lower"


def missing_of(notation: Notation, found: Container[str]) -> dict[str, Missing]:
    """Return the fields that were not found, by path."""
    return dict(_missing(notation, found))


def _missing(notation: Notation, found: Container[str]) -> Iterator[tuple[str, Missing]]:
    for path, words in _NEEDED.items():
        if path not in found and _ALSO.get(path) not in found:
            spec = _spec(notation, path)
            hint = _BESIDE if isinstance(spec, str) else _BOX
            yield path, Missing(words=words, spec=spec, hint=hint)


def _spec(notation: Notation, path: str) -> str | dict[str, Any]:
    if path == "buyer.name":
        return {"box": [20, 45, 100, 50], "page": 1}
    if path == "number":
        return rf"BESIDE IT{BETWEEN}(\S+)"
    if path == "issue_date":
        return f"BESIDE IT{BETWEEN}{notation.date_pattern}"
    return f"BESIDE IT.*?{notation.amount_pattern}"
