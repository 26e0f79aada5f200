"""What the page shows against what the invoice inside it says.

Each value is searched for in all forms in which people print it (`printed`). A value that is not
there is a warning; it is fatal only where the page shows another one in its place: a total behind
the word for total, a number behind the word for invoice, another currency beside the amounts,
another VAT number. Nothing is said about a page whose text cannot be read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import msgspec

from formats.facturx.fx_rules import breach
from formats.facturx.printed import date_pattern, folded, numbers_in, squashed
from formats.findings import Finding
from formats.model import Invoice, Party
from formats.pdf_text.pages import NotOpened, pages_of
from formats.pdf_text.words import TooMuch

ENDS = 20
"""Pages from the beginning and from the end that are read: what is compared stands there."""
WORDS_AT_LEAST = 5
MONEY = re.compile(
    r"(?<![\d.,'\u2019])(?:\d{1,3}(?:[ .,'\u2019]\d{3}){1,5}|\d+)[.,]\d{2}(?![\d%]|[.,]\d| ?%)"
)
WORD = re.compile(r"[^\W\d_]{3,}")
LABELS = {
    "FX-PAGE-NET": r"total ht|total hors t|net total|total net|nettobetrag|summe netto|subtotal"
    r"|gesamt netto|ohne (?:mwst|ust)|totaal excl|imponibile|base imponible",
    "FX-PAGE-VAT": r"total (?:tva|taxes|vat|tax)|(?:vat|tax) (?:total|amount)|steuerbetrag"
    r"|summe (?:mwst|ust)|^(?:tva|mwst|ust|btw|iva|vat)\b",
    "FX-PAGE-TOTAL": r"total ttc|montant ttc|bruttosumme|bruttobetrag|gesamtbetrag(?! der)"
    r"|rechnungsbetrag|gesamtsumme|endbetrag|grand total|invoice total|total incl|totaal incl"
    r"|totale (?:documento|fattura)|total factura|importe total",
    "FX-PAGE-DUE": r"(?:net|solde|reste) a payer|zahlbetrag|zu zahlen|offener betrag|amount due"
    r"|balance due|due payable|total due|te betalen|da pagare|a pagar",
}
"""Words before an amount, folded."""
NUMBER_LABEL = re.compile(
    r"\b(?:invoice|rechnung(?:s?korrektur)?s?|facture|avoir|gutschrifts?|factuur|fattura|factura"
    r"|credit note)[ -]*(?:no|nr|number|nummer|numero|n|id)?[.:#° ]*"
    r"(?P<number>[a-z]{0,6}[-/]?\d[\w/.-]*)"
)
DATE_LIKE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?")
SYMBOLS = {
    "EUR": "€",
    "USD": "$",
    "CAD": "$",
    "AUD": "$",
    "GBP": "£",
    "JPY": "¥",
    "CNY": "¥",
    "CHF": "fr.",
    "PLN": "zł",
    "CZK": "kč",
    "SEK": "kr",
    "NOK": "kr",
    "DKK": "kr",
    "HUF": "ft",
    "RON": "lei",
    "BGN": "лв",
}
RIVALS = ("EUR", "USD", "GBP", "CHF", "PLN", "CZK", "SEK", "NOK", "DKK", "HUF", "RON", "JPY")
"""Currencies that a page may show instead."""
VAT_ID = re.compile(
    r"(?<![A-Z0-9])(?:ATU|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI"
    r"|SK|XI)(?: ?[0-9A-Z]{2}(?= ?\d{3} ?\d))? ?(?:\d[ .]?){8,12}(?![ .]?\d)"
)


@dataclass(frozen=True)
class PageText:
    """The rows of a PDF's pages as they stand there, top down."""

    rows: tuple[str, ...]

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The rows without capitals and accents."""
        return tuple(map(folded, self.rows))

    @cached_property
    def text(self) -> str:
        """The folded rows, one a line."""
        return "\n".join(self.folded)

    @cached_property
    def squashed(self) -> str:
        """All letters and digits."""
        return squashed(self.text)

    @cached_property
    def numbers(self) -> frozenset[Decimal]:
        """All readings of all numbers, without sign."""
        return frozenset(number for row in self.rows for number in numbers_in(row))

    def unfit(self) -> str:
        """Return why nothing can be compared, or an empty string."""
        if not self.rows:
            return "it has no text, it may be a scan"
        if not MONEY.search(self.text) or len(WORD.findall(self.text)) < WORDS_AT_LEAST:
            return "its text is not that of an invoice"
        return ""


def page_findings(data: bytes, invoice: Invoice) -> Iterator[Finding]:
    """Yield what the page does not show of an invoice, or shows otherwise. Bound it in a child."""
    try:
        pages = pages_of(data, ends=ENDS)
    except (NotOpened, TooMuch) as fault:
        yield breach("FX-PAGE", reason=str(fault))
        return
    yield from compared(PageText(tuple(row.text for page in pages for row in page.rows)), invoice)


def compared(page: PageText, invoice: Invoice) -> Iterator[Finding]:
    """Yield the differences between rows of text and an invoice."""
    if reason := page.unfit():
        yield breach("FX-PAGE", reason=reason)
        return
    yield from _number(page, invoice)
    yield from _dates(page, invoice)
    yield from _currency(page, invoice)
    yield from _parties(page, invoice)
    yield from _amounts(page, invoice)


def _number(page: PageText, invoice: Invoice) -> Iterator[Finding]:
    number = squashed(invoice.number or "")
    if not number or _stands_alone(number, page.text):
        return
    known = {squashed(each.number or "") for each in invoice.preceding}
    known |= {squashed(each or "") for each in (invoice.purchase_order, invoice.contract)}
    others = (
        found["number"]
        for row in page.folded
        for found in NUMBER_LABEL.finditer(row)
        if not DATE_LIKE.fullmatch(found["number"]) and squashed(found["number"]) not in known
    )
    yield breach("FX-PAGE-NUMBER", value=invoice.number, instead=next(others, "").upper())


def _stands_alone(number: str, text: str) -> bool:
    pattern = r"[\s./_#-]*".join(map(re.escape, number))
    return re.search(rf"(?<![^\W_]){pattern}(?![^\W_])", text) is not None


def _dates(page: PageText, invoice: Invoice) -> Iterator[Finding]:
    dates = {"FX-PAGE-DATE": invoice.issue_date, "FX-PAGE-DUE-DATE": invoice.due_date}
    for rule, day in dates.items():
        if day is not None and not date_pattern(day).search(page.text):
            yield breach(rule, value=day.isoformat())


def _currency(page: PageText, invoice: Invoice) -> Iterator[Finding]:
    currency = invoice.currency
    if currency is None or _shows(currency, page.text):
        return
    beside = [row for row in page.folded if MONEY.search(row)]
    others = (other for other in RIVALS for row in beside if _shows(other, row))
    if instead := next(others, ""):
        yield breach("FX-PAGE-CURRENCY", value=currency, instead=instead)


def _shows(currency: str, text: str) -> bool:
    code = re.search(rf"(?<![a-z]){re.escape(currency.casefold())}(?![a-z])", text)
    symbol = folded(SYMBOLS.get(currency, ""))
    return bool(code) or (symbol != "" and _is_symbol(symbol, text))


def _is_symbol(symbol: str, text: str) -> bool:
    if not symbol[0].isalpha():
        return symbol in text
    beside = rf"(?:\d ?{re.escape(symbol)}(?![a-z])|(?<![a-z]){re.escape(symbol)} ?\d)"
    return re.search(beside, text) is not None


def _parties(page: PageText, invoice: Invoice) -> Iterator[Finding]:
    pairs = {"FX-PAGE-SELLER": invoice.seller, "FX-PAGE-BUYER": invoice.buyer}
    everybody = (invoice.seller, invoice.buyer, invoice.payee, invoice.tax_representative)
    known = {squashed(each.vat_identifier or "") for each in everybody if isinstance(each, Party)}
    if invoice.tax_representative:
        known.add(squashed(invoice.tax_representative.vat_identifier or ""))
    others = [
        found[0].strip(" .")
        for row in page.rows
        for found in VAT_ID.finditer(row)
        if squashed(found[0]) not in known
    ]
    for rule, party in pairs.items():
        if party is not None and party.name and not _is_named(party, page):
            instead = others[0] if others and party.vat_identifier else ""
            yield breach(rule, value=party.name, instead=instead)


def _is_named(party: Party, page: PageText) -> bool:
    names = [name for name in (party.name, party.trading_name) if name]
    numbers = [party.vat_identifier, party.tax_registration]
    numbers += [each.value for each in (party.legal_registration, *party.identifiers) if each]
    words = [set(WORD.findall(folded(name))) for name in names]
    return (
        any(squashed(name) in page.squashed for name in names)
        or any(some and some <= set(WORD.findall(page.text)) for some in words)
        or any(len(squashed(n)) > 5 and squashed(n) in page.squashed for n in numbers if n)
    )


def _amounts(page: PageText, invoice: Invoice) -> Iterator[Finding]:
    totals = invoice.totals
    if totals is None:
        return
    amounts = {
        "FX-PAGE-NET": totals.without_vat,
        "FX-PAGE-VAT": totals.vat,
        "FX-PAGE-TOTAL": totals.with_vat,
        "FX-PAGE-DUE": totals.due,
    }
    known: frozenset[Decimal] | None = None
    for rule, amount in amounts.items():
        if amount and abs(amount) not in page.numbers:
            known = known or frozenset(_decimals(invoice))
            instead = next(_rivals(page.folded, rule, known), "")
            yield breach(rule, value=f"{amount:f}", instead=instead)


def _rivals(rows: Sequence[str], rule: str, known: frozenset[Decimal]) -> Iterator[str]:
    """Yield the rows that give, behind the word for this amount, one that the invoice has not."""
    for row in rows:
        label = re.search(LABELS[rule], row)
        shown = MONEY.findall(row, label.end()) if label else []
        if shown and known.isdisjoint(numbers_in(shown[-1])):
            yield row[label.start() if label else 0 :][:80]


def _decimals(value: object) -> Iterator[Decimal]:
    """Yield every amount of an invoice, without sign."""
    if isinstance(value, Decimal):
        yield abs(value)
    elif isinstance(value, tuple):
        for each in value:
            yield from _decimals(each)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _decimals(getattr(value, name))
