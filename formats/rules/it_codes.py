"""What Italian codes stand for codes of EN 16931, and what of them an invoice leads to.

Source: Agenzia delle Entrate, Specifiche tecniche FatturaPA 1.9 and their schema 1.2.3; the
correspondence to EN 16931 follows the Italian core invoice usage specification.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from formats.latin import latin
from formats.model import Invoice, Line, Party, PostalAddress, VatBreakdown
from formats.model.italy import Italy

DOCUMENT_TYPES: Final[Mapping[str, str]] = {
    "380": "TD01",
    "381": "TD04",
    "383": "TD05",
    "386": "TD02",
    "389": "TD01",
    "396": "TD04",
    "261": "TD04",
}
"""BT-3 to TipoDocumento; self-billed ones are told by SoggettoEmittente.

A corrected invoice (384) has none: beside the first it would be due twice.
"""

TYPE_CODES: Final[Mapping[str, str]] = {
    **{f"TD{number:02}": "380" for number in range(1, 30)},
    "TD02": "386",
    "TD03": "386",
    "TD04": "381",
    "TD05": "383",
    "TD08": "381",
    "TD09": "383",
}
"""TipoDocumento to BT-3, the other way round; what it says beyond BT-3 has a field of its own."""

SELF_BILLED: Final = frozenset({"389", "261"})
ISSUED_BY_BUYER: Final[Mapping[str, str]] = {"380": "389", "381": "261"}
"""BT-3 to the same where SoggettoEmittente is CC."""

NATURES: Final[Mapping[str, str]] = {
    "AE": "N6.9",
    "K": "N3.2",
    "G": "N3.1",
    "E": "N4",
    "O": "N2.2",
    "VATEX-EU-F": "N5",
    "VATEX-EU-I": "N5",
    "VATEX-EU-J": "N5",
    "VATEX-EU-D": "N5",
    "VATEX-EU-79-C": "N1",
}
"""VATEX code (BT-121) or VAT category (BT-118) to Natura; Z has none that the law would know."""

KNOWN_NATURES: Final = frozenset(
    {
        *("N1", "N2.1", "N2.2", "N3.1", "N3.2", "N3.3", "N3.4", "N3.5", "N3.6", "N4", "N5"),
        *("N6.1", "N6.2", "N6.3", "N6.4", "N6.5", "N6.6", "N6.7", "N6.8", "N6.9", "N7"),
    }
)
"""Without N2, N3 and N6, which have not been taken since 2021."""

NATURE_CATEGORIES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("N1", "N2", "N2.1", "N2.2", "N4", "N5", "N7"), ("E", "Z")),
    "N3.1": ("G",),
    "N3.2": ("K",),
    "N3.3": ("G", "Z", "E"),
    **dict.fromkeys(("N3", "N3.4", "N3.5", "N3.6"), ("Z", "E")),
    **dict.fromkeys(("N6", *(f"N6.{number}" for number in range(1, 10))), ("AE",)),
}
"""Natura to the VAT categories that it may be, the best first: each wants one of its own.

None is O, which EN 16931 has only alone and without VAT identifiers (BR-O-02, BR-O-11), and every
seller in FatturaPA has one.
"""

PAYMENT_MEANS: Final[Mapping[str, str]] = {
    "1": "MP05",
    "10": "MP01",
    "20": "MP02",
    "21": "MP03",
    "30": "MP05",
    "42": "MP05",
    "48": "MP08",
    "49": "MP19",
    "54": "MP08",
    "55": "MP08",
    "57": "MP05",
    "58": "MP05",
    "59": "MP19",
    "70": "MP12",
    "97": "MP22",
}
"""BT-81 to ModalitaPagamento."""

MEANS_CODES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("MP01", "MP04"), "10"),
    "MP02": "20",
    "MP03": "21",
    "MP05": "30",
    "MP06": "60",
    "MP08": "48",
    **dict.fromkeys(("MP09", "MP10", "MP11", "MP16", "MP17"), "49"),
    "MP12": "70",
    "MP18": "50",
    **dict.fromkeys(("MP19", "MP20", "MP21"), "59"),
    "MP22": "97",
    **dict.fromkeys(("MP07", "MP13", "MP14", "MP15", "MP23"), "ZZZ"),
}
"""ModalitaPagamento to BT-81, the other way round."""
TRANSFER: Final = "30"
TO_AN_ACCOUNT: Final = "42"
"""What a transfer is where no account is stated: 30 asks for one (BR-61)."""

RECIPIENT_CODES: Final = frozenset({"0201", "0205"})
"""Schemes of BT-49 for the code of a public office and of an SdI channel."""
PEC: Final = "0202"
"""Scheme of BT-49 for certified mail."""
TAX_CODE: Final = "0210"
"""Scheme of an identifier for the codice fiscale."""
ABROAD: Final = "XXXXXXX"
"""CodiceDestinatario of a buyer who is not in Italy."""
NO_CHANNEL: Final = "0000000"
"""CodiceDestinatario of a buyer with certified mail or without any channel."""
EU: Final = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GR", "HR"),
        *("HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)


def italy(invoice: Invoice) -> Italy:
    """Return the Italian data of an invoice, empty where it has none."""
    return (invoice.extensions and invoice.extensions.it) or Italy()


def document_type(invoice: Invoice) -> str | None:
    """Return TipoDocumento."""
    return italy(invoice).document_type or DOCUMENT_TYPES.get(invoice.type_code or "")


def recipient_code(invoice: Invoice) -> str | None:
    """Return CodiceDestinatario; for an Italian buyer who gave no channel, seven zeros."""
    own = italy(invoice).recipient_code
    buyer = invoice.buyer or Party()
    channel = buyer.electronic_address
    if own or (channel and channel.scheme in RECIPIENT_CODES):
        return own or (channel.value.upper() if channel else None)
    country = buyer.address.country if buyer.address else None
    return NO_CHANNEL if country in {None, "IT"} else ABROAD


def recipient_pec(invoice: Invoice) -> str | None:
    """Return PECDestinatario, which goes with seven zeros alone."""
    if recipient_code(invoice) != NO_CHANNEL:
        return None
    channel = invoice.buyer.electronic_address if invoice.buyer else None
    certified = channel.value if channel and channel.scheme == PEC else None
    return italy(invoice).recipient_pec or certified


def nature(invoice: Invoice, category: str | None) -> str | None:
    """Return the Natura of a VAT category, None for a taxed one."""
    own = next((n.code for n in italy(invoice).natures if n.category == category), None)
    if own or category in {None, "S", "B"}:
        return own
    code = next((r.exemption_code for r in invoice.vat_breakdown if r.category == category), None)
    return NATURES.get(code or "") or NATURES.get(category or "")


def vat_categories(natures: Iterable[str]) -> dict[str, str]:
    """Return a VAT category for each Natura of a document, as far as there is one for each.

    Who has the fewest to choose from chooses first.

    >>> vat_categories(["N1", "N4", "N3.5", "N3.2"])
    {'N3.2': 'K', 'N1': 'E', 'N4': 'Z', 'N3.5': 'Z'}
    """
    found: dict[str, str] = {}
    known = dict.fromkeys(nature for nature in natures if nature in NATURE_CATEGORIES)
    for each in sorted(known, key=lambda nature: len(NATURE_CATEGORIES[nature])):
        choice = NATURE_CATEGORIES[each]
        free = (category for category in choice if category not in found.values())
        found[each] = next(free, choice[0])
    return found


def legal_basis(invoice: Invoice, row: VatBreakdown) -> str | None:
    """Return RiferimentoNormativo of a row of the VAT breakdown."""
    own = next((n.law for n in italy(invoice).natures if n.category == row.category), None)
    return own or row.exemption_reason or row.exemption_code


def vat_due(invoice: Invoice, row: VatBreakdown) -> str | None:
    """Return EsigibilitaIVA: split payment by category B, deferred by BT-8, else at once."""
    own = italy(invoice).vat_due
    if row.category == "B":
        return "S"
    if own or nature(invoice, row.category):
        return own
    return "D" if invoice.tax_point_code == "432" else "I"


def payment_means(invoice: Invoice) -> str | None:
    """Return ModalitaPagamento."""
    stated = invoice.payment.means_code if invoice.payment else None
    return italy(invoice).payment_means or PAYMENT_MEANS.get(stated or "")


def seller_tax_code(invoice: Invoice) -> str | None:
    """Return CodiceFiscale of the seller."""
    return italy(invoice).seller_tax_code or _tax_code(invoice.seller)


def buyer_tax_code(invoice: Invoice) -> str | None:
    """Return CodiceFiscale of the buyer."""
    return italy(invoice).buyer_tax_code or _tax_code(invoice.buyer)


def _tax_code(party: Party | None) -> str | None:
    if party is None:
        return None
    registered = party.legal_registration
    stated = (*party.identifiers, *([registered] if registered else []))
    return next((i.value.upper() for i in stated if i.scheme == TAX_CODE), None)


def street(address: PostalAddress) -> str:
    """Return Indirizzo: all lines, and a foreign post code, for which CAP has no room."""
    foreign = None if address.country == "IT" else address.post_code
    parts = (address.line_1, address.line_2, address.line_3, foreign)
    return ", ".join(" ".join(latin(part).split()) for part in parts if part and part.strip())


def description(line: Line) -> str | None:
    """Return Descrizione: the item's name, and its description where that says more."""
    if line.item is None:
        return None
    name, more = (" ".join(latin(t or "").split()) for t in (line.item.name, line.item.description))
    return f"{name} - {more}" if name and more and more != name else name or more or None
