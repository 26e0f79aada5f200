"""How a page writes numbers, dates and money."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from formats.notation import date_reader, number_reader

CURRENCIES: Final[Mapping[str, str]] = {
    "€": "EUR",
    "EUR": "EUR",
    "$": "USD",
    "USD": "USD",
    "£": "GBP",
    "GBP": "GBP",
    "CHF": "CHF",
    "Fr.": "CHF",
    "PLN": "PLN",
    "zł": "PLN",
}
"""Sign to currency."""
_AMOUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:([.,'\u2019 ])\d{3})+|\d+)([.,])\d{2}(?![\d.,]*\d)")
_NUMBERS = (
    (re.compile(r"\b\d{4}-\d{2}-\d{2}\b"), "YYYY-MM-DD"),
    (re.compile(r"\b20\d\d[01]\d[0-3]\d\b"), "YYYYMMDD"),
    (re.compile(r"\b\d{1,2}\. ?\d{1,2}\. ?\d{4}\b"), "DD.MM.YYYY"),
    (re.compile(r"\b\d{1,2}/\d{1,2}/\d{4}\b"), "DD/MM/YYYY"),
    (re.compile(r"\b\d{1,2}-\d{1,2}-\d{4}\b"), "DD-MM-YYYY"),
)
_SHORT = (
    (re.compile(r"(?<![\d./])\d{1,2}/\d{1,2}/\d{2}(?![\d/])"), "DD/MM/YY"),
    (re.compile(r"(?<![\d./])\d{1,2}\.\d{1,2}\.\d{2}(?![\d.])"), "DD.MM.YY"),
)
"""Years of two digits: only where no date has all four."""
_WHOLE = re.compile(
    r"(?im)^(?:sub)?total\D{0,6} \d{1,3}(?:[,.]?\d{3})*$|[$€£] ?\d{1,3}(?:,\d{3})*(?![\d.,])"
)
"""Amounts without decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """How numbers, dates and money are written.

    Attributes:
        date: the form of dates as a layout has it.
        has_whole: whether amounts may lack their decimals.
        months: their names, where dates have them.
        signs: what stands beside numbers.
    """

    decimal: str
    thousands: str
    date: str
    months: Sequence[str]
    currency: str
    signs: Sequence[str]
    has_whole: bool = False

    @property
    def amount_pattern(self) -> str:
        """What an amount looks like, as one group."""
        decimals = rf"{re.escape(self.decimal)}\d\d"
        if self.has_whole:
            return rf"(-?\d[\d{self.thousands}]*(?:{decimals})?(?![\d.,%/])-?)"
        return rf"(-?\d[\d{self.thousands}]*{decimals}-?)"

    @property
    def date_pattern(self) -> str:
        """What a date looks like, as one group."""
        parts = re.split("(YYYY|YY|MM|DD)", self.date)
        month = r"[^\W\d_]+" if self.months else r"\d{1,2}"
        if self.date == "YYYYMMDD":
            return r"(\d{8})"
        known = {"YYYY": r"\d{4}", "YY": r"\d{2}", "MM": month, "DD": r"\d{1,2}"}
        return "(" + "".join(known.get(part, part.replace(".", r"\.")) for part in parts) + ")"

    def amount(self, text: str) -> Decimal | None:
        """Return the amount that a text is; None if it is none."""
        for sign in self.signs:
            text = text.removeprefix(sign).removesuffix(sign).strip()
        try:
            return number_reader(self.decimal, self.thousands)(text)
        except ValueError:
            return None

    def day(self, text: str) -> dt.date | None:
        """Return the date that a text is; None if it is none."""
        for number, month in enumerate(self.months, 1):
            text = re.sub(rf"\b{re.escape(month)}\b", f"{number:02}", text, flags=re.IGNORECASE)
        try:
            return date_reader(self.date)(text)
        except ValueError:
            return None


def notation_of(text: str, months: Sequence[str]) -> Notation:
    """Return how a text writes.

    Args:
        text: all rows, with line breaks between.
        months: names of the months in the text's language.

    >>> found = notation_of("Total EUR 1.234,50 on 3. May 2026", "Jan Feb Mar Apr May".split())
    >>> found.decimal, found.thousands, found.date, found.currency
    (',', '.', 'DD. MM YYYY', 'EUR')
    """
    amounts = list(_AMOUNT.finditer(text))
    decimal = _most([match[3] for match in amounts]) or "."
    groups = [match[2] for match in amounts if match[2] and match[3] == decimal]
    thousands = _most([sign for sign in groups if sign != decimal])
    if thousands == " " and decimal == "," and re.search(r"\d\.\d{3}(?!\d)", text):
        thousands = "."
    form, worded = _date_form(text, months)
    signs = [sign for sign in CURRENCIES if _has(sign, text)]
    named = Counter({sign: len(re.findall(re.escape(sign), text)) for sign in signs})
    currency = CURRENCIES[named.most_common(1)[0][0]] if named else "EUR"
    return Notation(
        decimal=decimal,
        thousands=thousands or ("." if decimal == "," else ","),
        date=form,
        months=tuple(months) if worded else (),
        currency=currency,
        signs=(*signs, "%"),
        has_whole=_WHOLE.search(text) is not None,
    )


def _has(sign: str, text: str) -> bool:
    pattern = re.escape(sign)
    return re.search(rf"\b{pattern}\b" if sign.isalpha() else pattern, text) is not None


def _date_form(text: str, months: Sequence[str]) -> tuple[str, bool]:
    """Return the form of most dates, and whether months are words in it."""
    names = "|".join(map(re.escape, months))
    forms = Counter({form: len(pattern.findall(text)) for pattern, form in _NUMBERS})
    if re.search(r"\b\d{1,2}\. \d{1,2}\. \d{4}", text):
        forms["DD. MM. YYYY"] = forms.pop("DD.MM.YYYY")
    worded: Counter[str] = Counter()
    if names:
        day_first = rf"\b\d{{1,2}}\.? (?:de )?(?:{names})\.? (?:de )?\d{{4}}\b"
        month_first = rf"\b(?:{names}) \d{{1,2}} ?, \d{{4}}\b"
        for pattern in (day_first, month_first):
            worded.update(
                _form(match[0], names) for match in re.finditer(pattern, text, re.IGNORECASE)
            )
    short = Counter({form: len(pattern.findall(text)) for pattern, form in _SHORT})
    best = ((forms + worded) or +short).most_common(1)
    form = best[0][0] if best else "YYYY-MM-DD"
    if form.startswith("DD/MM") and _is_american(text):
        form = form.replace("DD/MM", "MM/DD")
    return form, form in worded


def _form(text: str, names: str) -> str:
    """Return the form of a date.

    >>> _form("3. Mai 2026", "Mai"), _form("May 3, 2026", "May")
    ('DD. MM YYYY', 'MM DD, YYYY')
    """
    form = re.sub(names, "MM", text, flags=re.IGNORECASE)
    return re.sub(r"\b\d{1,2}\b", "DD", re.sub(r"\d{4}", "YYYY", form))


def _is_american(text: str) -> bool:
    """Whether the month comes first: shown by a day after the twelfth, else taken from dollars."""
    pairs = re.findall(r"\b(\d{1,2})/(\d{1,2})/\d{2,4}\b", text)
    if any(int(first) > 12 for first, _ in pairs):
        return False
    return any(int(second) > 12 for _, second in pairs) or "$" in text


def _most(signs: Sequence[str]) -> str:
    return Counter(signs).most_common(1)[0][0] if signs else ""
