"""Cross Industry Invoice D16B and D22B to Invoice."""

from collections.abc import Sequence
from typing import Final

from formats.binding.conditions import text_at
from formats.binding.trail import Trail
from formats.cii.document import INVOICE
from formats.codec import Guide, Reader, Reading
from formats.xml.names import NAMESPACES, tag
from formats.xml.opening import opening_tag
from formats.xml.parsing import parse
from formats.xml.payload import only_one, payload, unexpected
from formats.xml.walking import held

_WHAT: Final = "a Cross Industry Invoice"
_ROOT: Final = tag("rsm:CrossIndustryInvoice")
_SETTLEMENT: Final = (
    tag("rsm:SupplyChainTradeTransaction"),
    tag("ram:ApplicableHeaderTradeSettlement"),
)
_CURRENCY: Final = (*_SETTLEMENT, tag("ram:InvoiceCurrencyCode"))
_TAX_CURRENCY: Final = (*_SETTLEMENT, tag("ram:TaxCurrencyCode"))
_ONCE: Final = (tag("rsm:ExchangedDocument"), tag("rsm:SupplyChainTradeTransaction"))
_NAMESPACES: Final = frozenset(NAMESPACES[prefix] for prefix in ("rsm", "ram", "qdt", "udt"))


def claims(head: bytes, name: str) -> bool:
    """Whether the file begins like a Cross Industry Invoice, in an SBDH or not."""
    del name
    return opening_tag(head) == _ROOT


def read_cii(data: bytes) -> Reading:
    """Return the invoice in a CII document; one that states little gives one that knows little.

    Attributes that no term is bound to, such as schemeName, are passed by.

    Raises:
        Unreadable: IN-XML-1 to IN-XML-6, IN-XML-8.
    """
    root = payload(parse(data, what=_WHAT, blanks=False), what=_WHAT)
    if root.tag != _ROOT:
        raise unexpected(root, what=_WHAT)
    only_one(root, *_ONCE, what=_WHAT)
    trail = Trail(
        currency=text_at(root, _CURRENCY) or None,
        tax_currency=text_at(root, _TAX_CURRENCY) or None,
        namespaces=_NAMESPACES,
        held=held(root),
    )
    INVOICE.read(root, trail.document, "", trail)
    return trail.reading(root, data)


def _read(data: bytes, guides: Sequence[Guide]) -> tuple[Reading, ...]:
    del guides
    return (read_cii(data),)


READER: Final = Reader(
    name="cii", words="CII", media_type="application/xml", claims=claims, read=_read
)
