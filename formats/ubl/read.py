"""UBL 2.1 Invoice and CreditNote to Invoice."""

from collections.abc import Sequence
from typing import Final

from formats.binding.conditions import text_at
from formats.binding.trail import Trail, Values
from formats.codec import Guide, Reader, Reading
from formats.ubl.document import CREDIT_NOTE, INVOICE
from formats.xml.names import NAMESPACES, UBL_CREDIT_NOTE, UBL_INVOICE, tag
from formats.xml.opening import opening_tag
from formats.xml.parsing import parse
from formats.xml.payload import only_one, payload, unexpected
from formats.xml.walking import held

_WHAT: Final = "a UBL invoice or credit note"
_TABLES: Final = {
    f"{{{UBL_INVOICE}}}Invoice": INVOICE,
    f"{{{UBL_CREDIT_NOTE}}}CreditNote": CREDIT_NOTE,
}
_NAMESPACES: Final = frozenset(
    {UBL_INVOICE, UBL_CREDIT_NOTE, *(NAMESPACES[prefix] for prefix in ("cac", "cbc", "ext"))}
)
_CURRENCY: Final = (tag("cbc:DocumentCurrencyCode"),)
_TAX_CURRENCY: Final = (tag("cbc:TaxCurrencyCode"),)


def claims(head: bytes, name: str) -> bool:
    """Whether the file begins like a UBL invoice or credit note, in an SBDH or not."""
    del name
    return opening_tag(head) in _TABLES


def read_ubl(data: bytes) -> Reading:
    """Return the invoice in a UBL document; one that states little gives one that knows little.

    Attributes that no term is bound to, such as listAgencyID, are passed by.

    Raises:
        Unreadable: IN-XML-1 to IN-XML-6, IN-XML-8.
    """
    root = payload(parse(data, what=_WHAT, blanks=False), what=_WHAT)
    if root.tag not in _TABLES:
        raise unexpected(root, what=_WHAT)
    only_one(root, what=_WHAT)
    table = _TABLES[root.tag]
    trail = Trail(
        currency=text_at(root, _CURRENCY) or None,
        tax_currency=text_at(root, _TAX_CURRENCY) or None,
        namespaces=_NAMESPACES,
        held=held(root),
    )
    table.read(root, trail.document, "", trail)
    _tidy(trail.document, is_credit_note=table is CREDIT_NOTE)
    return trail.reading(root, data)


def _tidy(document: Values, *, is_credit_note: bool) -> None:
    """Take back groups that are there only because of where UBL puts BT-8 and BT-9."""
    if document.get("period") == {} and "tax_point_code" in document:
        del document["period"]
    if is_credit_note and "due_date" in document and document.get("payment") == {"means_code": "1"}:
        del document["payment"]


def _read(data: bytes, guides: Sequence[Guide]) -> tuple[Reading, ...]:
    del guides
    return (read_ubl(data),)


READER: Final = Reader(
    name="ubl", words="UBL", media_type="application/xml", claims=claims, read=_read
)
