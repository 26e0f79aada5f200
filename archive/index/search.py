"""A Query as SQL.

Documents come in the order of their numbers, which is that of their issue dates. What is rare is
looked up first; what is common is met on the way. No answer is ranked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from archive.entry import AsOf, Query
from archive.index import facts, schema
from archive.index.filing import microseconds
from archive.index.folding import folded, phrases
from archive.index.series import parts

Clause = tuple[str, tuple[Any, ...]]

_SAME = {
    "number": "number",
    "customer": "customer",
    "document_kind": "kind",
    "currency": "currency",
    "country": "country",
    "sender": "sender",
}
_COMMON = ("document_kind", "currency", "country", "sender")
"""Not worth to be looked up by."""
_BETWEEN = {"amount_from": "amount >= ?", "amount_to": "amount <= ?"}
_FRAGMENTS = {"number_fragment": "number", "name_fragment": "customer_name"}
_RARE = (
    *("number", "number_fragment", "number_from", "number_to", "customer", "name_fragment"),
    *("vat_id", "amount_from", "amount_to", "retained_before"),
)
_OF_ENTRIES = {
    "filed_from": "entries.at >= ?",
    "filed_before": "entries.at < ?",
    "kind": "entries.kind = ?",
    "step": "entries.step = ?",
}
_LAST = "(SELECT {0} FROM entries WHERE document = facts.document AND {0} IS NOT NULL"
_LAST += " AND entry < {1} ORDER BY entry DESC LIMIT 1)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """What SQLite and PostgreSQL say otherwise.

    Attributes:
        has_words: the condition that a row of `words` has what `match` gives.
        match: phrases, and whether each is a beginning, as that condition wants them.
        fragment: yields the conditions for a folded part of a number or name.
        common: stands before a column that is not worth to be looked up by.
    """

    has_words: str
    match: Callable[[list[tuple[str, bool]]], str]
    fragment: Callable[["Asked", str, str], Iterator[Clause]]
    common: str


@dataclass(slots=True, kw_only=True)
class Asked:
    """A question on its way to become SQL.

    Attributes:
        tenant: its number; None if all are asked.
        before: number of the first entry after the moment that is asked of.
    """

    query: Query
    tongue: Tongue
    tenant: int | None
    before: int | None = None
    clauses: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, clauses: Iterable[Clause]) -> None:
        """Add conditions, all of which must hold."""
        for clause, values in clauses:
            self.clauses.append(clause)
            self.values += values

    def sql(self) -> str:
        """Return the conditions."""
        return f" WHERE {' AND '.join(self.clauses)}" if self.clauses else ""


def asked(query: Query, tenants: Mapping[str, int], tongue: Tongue) -> Asked | None:
    """Return a question to be filled; None where nothing is kept of the tenant.

    Raises:
        ValueError: it asks as of a checkpoint of another tenant.
    """
    if query.as_of and query.as_of.log.split("/")[0] != query.tenant:
        raise ValueError(f"a checkpoint of {query.as_of.log} says nothing of {query.tenant}")
    if query.tenant is None:
        return Asked(query=query, tongue=tongue, tenant=None)
    if query.tenant not in tenants:
        return None
    tenant = tenants[query.tenant]
    before = _before(tenant, query.as_of)
    return Asked(query=query, tongue=tongue, tenant=tenant, before=before)


def _before(tenant: int, as_of: AsOf | None) -> int | None:
    if as_of is None:
        return None
    log = schema.log_number(tenant, int(as_of.log.split("/")[1]))
    return schema.entry_number(log, as_of.size)


def of_facts(asked: Asked) -> Iterator[Clause]:
    """Yield what a query asks of documents, but for their issue date and full text."""
    query = asked.query
    for name, column in _SAME.items():
        if (value := getattr(query, name)) is not None:
            common = asked.tongue.common if name in _COMMON else ""
            yield f"{common}facts.{column} = ?", (value,)
    for name, clause in _BETWEEN.items():
        if (value := getattr(query, name)) is not None:
            yield f"facts.{clause}", (facts.scaled(value),)
    for name, column in _FRAGMENTS.items():
        if fragment := folded(getattr(query, name) or ""):
            yield from asked.tongue.fragment(asked, column, fragment)
    if query.vat_id:
        found = "facts.fact IN (SELECT fact FROM vat_ids WHERE vat_id = ?)"
        yield found, (facts.vat_id(query.vat_id),)
    if query.retained_before:
        yield "facts.retention_until < ?", (query.retained_before.isoformat(),)
    yield from _numbers(query)


def _numbers(query: Query) -> Iterator[Clause]:
    """Yield the conditions for a range of numbers.

    Raises:
        ValueError: its ends are not of one series.
    """
    ends = [parts(each) for each in (query.number_from, query.number_to) if each is not None]
    if not ends:
        return
    patterns = {end.pattern for end in ends if end is not None}
    if None in ends or len(patterns) > 1:
        raise ValueError("a range of numbers is of one series: the same but for the last digits")
    yield "facts.pattern = ?", (patterns.pop(),)
    if query.number_from is not None and (first := parts(query.number_from)):
        yield "facts.serial >= ?", (first.serial,)
    if query.number_to is not None and (last := parts(query.number_to)):
        yield "facts.serial <= ?", (last.serial,)


def _moving(asked: Asked) -> Iterator[Clause]:
    """Yield what must have been said last of a document."""
    common = asked.tongue.common if is_rare(asked.query) else ""
    for name in facts.MOVING:
        value = getattr(asked.query, name)
        if value is not None:
            yield f"{common}{last(asked, name)} = ?", (value,)


def of_documents(asked: Asked) -> Iterator[Clause]:
    """Yield all that a query asks of the documents of its tenant."""
    query = asked.query
    assert asked.tenant is not None
    first = query.issued_from.toordinal() if query.issued_from else 0
    last = query.issued_to.toordinal() if query.issued_to else date.max.toordinal()
    low, high = schema.day_range(asked.tenant, first, last)
    if query.after:
        high = min(high, place_after(asked.tenant, query.after) - 1)
    if asked.before is None:
        yield "facts.until IS NULL", ()
    else:
        yield "facts.since < ? AND coalesce(facts.until, ?) >= ?", (asked.before,) * 3
    yield "facts.document > 0", ()
    yield from of_facts(asked)
    yield from _moving(asked)
    yield from _filed(query)
    yield from _full_text(asked, low, high)


def cursor(fact: int, tenant: int) -> str:
    """Return how a page's last document is named for the next page."""
    return f"{fact - schema.tenant_range(tenant)[0]:x}"


def place_after(tenant: int, text: str) -> int:
    """Return the number of a fact that `cursor` has named.

    Raises:
        ValueError: it has not.
    """
    try:
        return schema.tenant_range(tenant)[0] + int(text, 16)
    except ValueError as error:
        raise ValueError(f"{text[:20]!r} is no place to go on from") from error


def _filed(query: Query) -> Iterator[Clause]:
    """Yield what some entry about the document must be."""
    clauses = list(_of_entry(query))
    if clauses:
        conditions = " AND ".join(clause for clause, _ in clauses)
        among = f"SELECT 1 FROM entries WHERE document = facts.document AND {conditions}"
        yield f"EXISTS ({among})", tuple(each for _, values in clauses for each in values)


def _of_entry(query: Query) -> Iterator[Clause]:
    for name, clause in _OF_ENTRIES.items():
        if (value := getattr(query, name)) is not None:
            yield clause, (value if isinstance(value, str) else microseconds(value),)


def _full_text(asked: Asked, low: int, high: int) -> Iterator[Clause]:
    """Yield the condition on words, or on the days alone.

    Common words are met in the order of documents; beside what is rare they are looked up singly.
    """
    query = asked.query
    if query.words is None:
        yield "facts.fact BETWEEN ? AND ?", (low, high)
        return
    tongue = asked.tongue
    match = tongue.match(phrases(query.words))
    if asked.before is not None:
        span = schema.tenant_range(asked.tenant or 0)
        found = f"SELECT rowid FROM words WHERE {tongue.has_words} AND rowid BETWEEN ? AND ?"
        yield f"facts.text IN ({found})", (match, *span)
        yield "facts.fact BETWEEN ? AND ?", (low, high)
    elif _meets_words(asked):
        yield f"{tongue.has_words} AND words.rowid BETWEEN ? AND ?", (match, low, high)
    else:
        yield "facts.fact BETWEEN ? AND ?", (low, high)
        found = f"SELECT 1 FROM words WHERE {tongue.has_words} AND rowid = facts.fact"
        yield f"EXISTS ({found})", (match,)


def of_entries(asked: Asked) -> Iterator[Clause]:
    """Yield all that a query asks of entries themselves."""
    query = asked.query
    if asked.tenant is not None:
        low, high = schema.tenant_range(asked.tenant)
        yield (
            "entries.entry BETWEEN ? AND ?",
            (low, high if asked.before is None else asked.before - 1),
        )
    yield from _of_entry(query)
    for name in facts.MOVING:
        if (value := getattr(query, name)) is not None:
            yield f"entries.{name} = ?", (value,)


def of_facts_of_entries(asked: Asked) -> Iterator[Clause]:
    """Yield what a query asks of what was known when an entry was filed."""
    query = asked.query
    yield from of_facts(asked)
    for day, clause in ((query.issued_from, ">="), (query.issued_to, "<=")):
        if day is not None:
            yield f"facts.issue_date {clause} ?", (day.isoformat(),)
    if query.words is not None:
        found = f"SELECT rowid FROM words WHERE {asked.tongue.has_words}"
        yield f"facts.fact IN ({found})", (asked.tongue.match(phrases(query.words)),)


def entries_sql(asked: Asked) -> str:
    """Return tables and conditions for the entries that a query asks for, newest first."""
    query = asked.query
    asked.add(of_entries(asked))
    of_entries_alone = len(asked.clauses)
    asked.add(of_facts_of_entries(asked))
    tables = "entries"
    if query.words is not None or is_rare(query):
        tables = "facts CROSS JOIN entries USING (document, fact)"
    elif len(asked.clauses) > of_entries_alone:
        tables = "entries JOIN facts USING (document, fact)"
    order = "entries.entry DESC" if asked.tenant is not None else "at DESC, entries.entry DESC"
    asked.values.append(query.limit)
    return f"FROM {tables}{asked.sql()} ORDER BY {order} LIMIT ?"


def documents_sql(asked: Asked, joins: str = "", more: Iterable[Clause] = ()) -> str:
    """Return tables and conditions for the documents that a query asks for."""
    asked.add(of_documents(asked))
    asked.add(more)
    tables = "facts"
    if _meets_words(asked):
        tables = "words CROSS JOIN facts ON facts.fact = words.rowid"
    return f"FROM {tables}{joins}{asked.sql()}"


def order(asked: Asked) -> str:
    """Return what documents are ordered by, so that they are met in this order."""
    return "words.rowid" if _meets_words(asked) else "facts.fact"


def last(asked: Asked, name: str) -> str:
    """Return what was said last of a document by a field of MOVING."""
    return f"facts.{name}" if asked.before is None else _LAST.format(name, asked.before)


def _meets_words(asked: Asked) -> bool:
    """Whether documents are met in the order of the words that are in them."""
    return asked.query.words is not None and asked.before is None and not is_rare(asked.query)


def is_rare(query: Query) -> bool:
    """Whether few documents can be meant, so that they are looked up first."""
    return any(getattr(query, name) is not None for name in _RARE)
