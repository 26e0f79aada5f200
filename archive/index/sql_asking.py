"""An auditor's questions as SQL, for SQLite and PostgreSQL alike."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from archive.entry import Query
from archive.index import search
from archive.index.answers import Listed, Related, Sum, Sums
from archive.index.facts import MOVING, unscaled
from archive.index.hashes import named
from archive.index.schema import tenant_range
from archive.index.search import Asked, Clause
from archive.index.series import NOT_ISSUED, UNNUMBERED, Numbered
from archive.index.sqlite import Index

_SAID = tuple(each.name for each in fields(Listed) if each.name not in {"document", "entry"})
_PARTS = 10**6
"""Sums are taken of millions and the rest apart, so that no sum is beyond what SQLite counts."""
_SUMS = "SELECT month, coalesce(currency, ''), coalesce(country, ''), category, rate, count(*),"
_SUMS += " sum(CASE facts.kind WHEN 'credit_note' THEN 1 ELSE 0 END),"
_SUMS += " sum(CASE line WHEN 0 THEN 1 ELSE 0 END)"
for _column in ("net", "tax"):
    _signed = f"CASE facts.kind WHEN 'credit_note' THEN -{_column} ELSE {_column} END"
    _SUMS += f", sum({_signed} / {_PARTS}), sum({_signed} % {_PARTS})"
_ID = " JOIN documents USING (document)"
_COUNTED: Clause = (
    "facts.pattern IS NOT NULL AND coalesce(facts.kind, '') NOT IN (?, ?)",
    UNNUMBERED,
)
_TIES = "SELECT number, corrects FROM facts JOIN documents USING (document, fact)"
_TIES += " WHERE documents.hash = ? AND documents.id = ? AND documents.tenant = ?"
_NUMBERED = "SELECT documents.id FROM facts JOIN documents USING (document, fact)"
_NUMBERED += " WHERE number = ? AND facts.fact BETWEEN ? AND ? ORDER BY since"
_CORRECTING = "SELECT documents.id, facts.number FROM corrects JOIN facts USING (fact)"
_CORRECTING += " JOIN documents USING (document, fact)"
_CORRECTING += " WHERE corrects.number = ? AND facts.fact BETWEEN ? AND ? ORDER BY since"
_GROUPS = " GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"


class SqlAsking:
    """Answers from one index, beside what is being filed."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def listed(self, query: Query, limit: int) -> list[tuple[str, Listed]]:
        """Return documents, the latest issue date first, each with what `after` names it by."""
        if (asked := self._asked(query)) is None:
            return []
        found = search.documents_sql(asked)
        sql = f"SELECT facts.fact {found} ORDER BY {search.order(asked)} DESC LIMIT ?"
        places = [fact for (fact,) in self._index.rows(sql, [*asked.values, limit])]
        rows = self._listed(asked, places)
        return [(self._cursor(asked, at), row) for at, row in zip(places, rows, strict=True)]

    def count(self, query: Query) -> int:
        """Return how many documents a query asks for."""
        if (asked := self._asked(query)) is None:
            return 0
        ((count,),) = self._index.rows(
            f"SELECT count(*) {search.documents_sql(asked)}", asked.values
        )
        return int(count)

    def documents(self, query: Query) -> list[tuple[str, str]]:
        """Return the ids of all documents that a query asks for, with how `after` names them."""
        if (asked := self._asked(query)) is None:
            return []
        found = search.documents_sql(asked, _ID)
        rows = self._index.rows(f"SELECT documents.id, facts.fact {found}", asked.values)
        return [(document, self._cursor(asked, fact)) for document, fact in rows]

    def named(self, query: Query, places: Sequence[str]) -> list[Listed]:
        """Return documents by what `after` names them by, in this order."""
        if (asked := self._asked(query)) is None:
            return []
        assert asked.tenant is not None
        return self._listed(asked, [search.place_after(asked.tenant, each) for each in places])

    def sums(self, query: Query) -> Sums:
        """Return what the issued ones of the documents come to."""
        if (asked := self._asked(query)) is None:
            return Sums(rows=(), documents=0, without_breakdown=0)
        found = search.documents_sql(asked, " JOIN vat USING (fact)", [_issued(asked)])
        rows = self._index.rows(f"{_SUMS} {found}{_GROUPS}", asked.values)
        every = found.replace(" JOIN vat USING (fact)", "", 1)
        ((count,),) = self._index.rows(f"SELECT count(*) {every}", asked.values)
        stated = sum(row[7] for row in rows)
        return Sums(rows=tuple(map(_sum, rows)), documents=stated, without_breakdown=count - stated)

    def numbered(self, query: Query) -> list[Numbered]:
        """Return the documents that a number counts, in the order of filing."""
        if (asked := self._asked(query)) is None:
            return []
        found = search.documents_sql(asked, _ID, [_COUNTED])
        columns = "documents.id, coalesce(sender, ''), number, coalesce(issue_date, '')"
        sql = f"SELECT {columns}, coalesce({search.last(asked, 'standing')}, '') {found}"
        rows = self._index.rows(f"{sql} ORDER BY facts.since", asked.values)
        return [Numbered(*row) for row in rows]

    def related(self, tenant: str, document: str) -> list[Related]:
        """Return what a document is tied to."""
        number = self._index.tenants().get(tenant, 0)
        rows = self._index.rows(_TIES, (named(document), document, number))
        return [related for row in rows for related in self._ties(number, *row)]

    def _ties(self, tenant: int, number: str | None, corrects: str | None) -> Iterator[Related]:
        span = tenant_range(tenant)
        for earlier in (corrects or "").split("\n"):
            if earlier:
                found = self._index.rows(_NUMBERED, (earlier, *span)) or [("",)]
                for (one,) in found:
                    yield Related(how="corrects", number=earlier, document=one)
        if number:
            for one, later in self._index.rows(_CORRECTING, (number, *span)):
                yield Related(how="corrected by", number=later, document=one)

    def _asked(self, query: Query) -> Asked | None:
        if query.tenant is None:
            raise ValueError("a query for documents names a tenant")
        return search.asked(query, self._index.tenants(), self._index.tongue)

    def _cursor(self, asked: Asked, fact: int) -> str:
        assert asked.tenant is not None
        return search.cursor(fact, asked.tenant)

    def _listed(self, asked: Asked, places: Sequence[int]) -> list[Listed]:
        columns = [
            search.last(asked, name) if name in MOVING else f"facts.{name}" for name in _SAID
        ]
        sql = "SELECT documents.id, entries.id,"
        sql += ", ".join(f" coalesce({column}, '')" for column in columns)
        sql += f" FROM facts{_ID} LEFT JOIN entries ON entries.entry = facts.since"
        sql += " WHERE facts.fact = ?"
        rows = [row for place in places for row in self._index.rows(sql, (place,))]
        return [
            Listed(
                document=row[0],
                entry=row[1].hex() if row[1] else "",
                **dict(zip(_SAID, row[2:], strict=True)),
            )
            for row in rows
        ]


def _issued(asked: Asked) -> Clause:
    marks = ", ".join("?" * len(NOT_ISSUED))
    return f"coalesce({search.last(asked, 'standing')}, '') NOT IN ({marks})", tuple(NOT_ISSUED)


def _sum(row: tuple[Any, ...]) -> Sum:
    month, currency, country, category, rate, documents, credit_notes, _, *parts = row
    net, net_rest, tax, tax_rest = parts
    return Sum(
        month=month,
        currency=currency,
        country=country,
        category=category,
        rate=None if rate is None else unscaled(rate, 0),
        net=unscaled(int(net * _PARTS + net_rest)),
        tax=unscaled(int(tax * _PARTS + tax_rest)),
        documents=documents,
        credit_notes=credit_notes,
    )
