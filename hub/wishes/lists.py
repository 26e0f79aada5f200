"""Consents as CSV: for those that were given before, and stand in another system."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from hub.store.consents import How
from hub.wishes.consenting import Agreement, NoConsent
from routing_rules.recipient import Consent

COLUMNS: Final = ("key", "consent", "on", "how", "words")
"""Of the list; `how` and `words` may be missing."""

_NEEDED: Final = COLUMNS[:3]


def read_consents(text: str) -> list[Agreement]:
    """Read consents from CSV with the header COLUMNS, comma or semicolon.

    Raises:
        NoConsent: names every fault with its row.
    """
    plain = text.lstrip("\ufeff")
    first = plain.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(plain), delimiter=";" if ";" in first else ",")
    names = reader.fieldnames or ()
    faults = [f"row 1: column {name!r} is missing" for name in _NEEDED if name not in names]
    faults += [f"row 1: unknown column {name!r}" for name in names if name not in COLUMNS]
    if faults:
        raise NoConsent("; ".join(faults))
    rows = [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in reader]
    for number, row in enumerate(rows, start=2):
        faults += [f"row {number}: {fault}" for fault in _faults(row)]
    if faults:
        raise NoConsent("; ".join(faults))
    return [_agreement(row) for row in rows]


def _faults(row: Mapping[str, str]) -> Iterator[str]:
    if not row["key"]:
        yield "key: a customer number is needed"
    if row["consent"] not in {*Consent}:
        yield f"consent: {row['consent']!r} is none of {', '.join(Consent)}"
    if row["how"] not in {"", *How}:
        yield f"how: {row['how']!r} is none of {', '.join(How)}"
    try:
        date.fromisoformat(row["on"])
    except ValueError:
        yield f"on: {row['on']!r} is not a date like 2026-11-20"


def _agreement(row: Mapping[str, str]) -> Agreement:
    return Agreement(
        recipient=row["key"],
        consent=Consent(row["consent"]),
        on=date.fromisoformat(row["on"]),
        how=How(row["how"] or How.IMPORT),
        words=row["words"],
    )
