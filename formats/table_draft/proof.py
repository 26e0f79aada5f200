"""The proof of a draft: the file read with it, sums checked, and what EN 16931 still wants."""

from collections import Counter
from dataclasses import dataclass

from msgspec.structs import replace

from formats.codec import Guide, Reading, Unreadable
from formats.findings import Finding, is_fatal
from formats.guide import parse
from formats.model import Invoice
from formats.model.terms import TERMS
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from formats.table.read import read
from formats.table_draft.choosing import Choice, choose
from formats.table_draft.shape import Shape, shape_of
from formats.table_draft.writing import guide_toml

_SUMS = frozenset({f"BR-CO-{number}" for number in (10, 11, 12, 13, 14, 15, 16, 17)})
"""The rules of EN 16931-1:2017, 6.4 by which amounts add up."""

_ANY = "EUR"
"""Some rules on sums want a currency, whichever."""
_ADDED = frozenset({"BT-24"})
"""What every hub adds by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """One invoice that was read by the draft.

    Attributes:
        invoice: as it was read.
        faults: what could not be read.
        wrong_sums: rules on amounts that are broken.
        unproven: whether amounts are missing, so that nothing was to be added up.
    """

    invoice: Invoice
    faults: tuple[Finding, ...]
    wrong_sums: tuple[str, ...]
    unproven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A guide drafted for a file, and what came of reading it.

    Attributes:
        toml: the guide.
        shape, choice: how it was arrived at.
        readings: the file, read by the guide.
        refused: why it could not be read.
        proofs: a line for each invoice.
        missing: number of each term that a rule of the core misses, with how many invoices miss it.
        rules: other rules of the core that are broken, with how often.
    """

    toml: str
    shape: Shape
    choice: Choice
    readings: tuple[Reading, ...]
    refused: Finding | None
    proofs: tuple[Proven, ...]
    missing: dict[str, int]
    rules: dict[str, int]


def draft(data: bytes, name: str) -> Draft:
    """Return a guide for a table, proven by reading the table with it.

    Raises:
        Unreadable: the file is no table that could be drafted for.
    """
    shape = shape_of(data)
    choice = choose(shape)
    toml = guide_toml(shape, choice, name)
    readings, refused = _read(data, parse("draft", toml))
    missing: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    proofs = []
    for reading in readings:
        invoice = reading.document
        assert isinstance(invoice, Invoice)
        found = [f for f in check(invoice, RULESETS["en16931"]) if is_fatal([f])]
        terms = {f.term for f in found if f.term and "missing" in f.message} - _ADDED
        missing.update(terms)
        rules.update({f.rule for f in found if f.term not in terms})
        proofs.append(_proven(invoice, reading))
    return Draft(
        toml=toml,
        shape=shape,
        choice=choice,
        readings=readings,
        refused=refused,
        proofs=tuple(proofs),
        missing=dict(sorted(missing.items(), key=lambda row: _number(row[0]))),
        rules=dict(rules),
    )


def name_of(term: str) -> str:
    """Return what the standard calls a term.

    >>> name_of("BT-1")
    'Invoice number'
    """
    return TERMS[term].name if term in TERMS else term


def _read(data: bytes, guide: Guide) -> tuple[tuple[Reading, ...], Finding | None]:
    try:
        return read(data, [guide]), None
    except Unreadable as error:
        return (), error.finding


def _proven(invoice: Invoice, reading: Reading) -> Proven:
    totals = invoice.totals
    found = check(replace(invoice, currency=invoice.currency or _ANY), RULESETS["en16931"])
    return Proven(
        invoice=invoice,
        faults=tuple(notice for notice in reading.notices if is_fatal([notice])),
        wrong_sums=tuple(sorted({f.rule for f in found if f.rule in _SUMS})),
        unproven=totals is None or totals.with_vat is None or not invoice.lines,
    )


def _number(term: str) -> tuple[str, int]:
    kind, _, rest = term.partition("-")
    return kind, int(rest.partition("-")[0]) if rest[:1].isdigit() else 0
