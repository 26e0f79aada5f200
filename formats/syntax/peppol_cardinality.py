"""CARDINALITY: what stands exactly once in a Peppol invoice in UBL, as release 3.0.22 asks."""

from importlib.resources import files
from itertools import groupby
from operator import itemgetter
from typing import Final

from formats.findings import Severity
from formats.syntax.rules import Context, SyntaxRule

_PATTERN: Final = "cardinality"


def _rows() -> list[list[str]]:
    """Return rule, context, element and term of each row, those of a context together."""
    table = files("formats.syntax").joinpath("peppol_cardinality.tsv").read_text("utf-8")
    rows = [row.split("\t") for row in table.splitlines() if not row.startswith("#")]
    return sorted(rows, key=itemgetter(1))


def _once(rule: str, _context: str, element: str, term: str) -> SyntaxRule:
    return SyntaxRule(
        id=rule,
        severity=Severity.FATAL,
        path=element,
        least=1,
        most=1,
        term=None if term == "-" else term,
    )


CARDINALITY: Final[tuple[Context, ...]] = tuple(
    Context(at=at, pattern=_PATTERN, when=None, rules=tuple(_once(*row) for row in rows))
    for at, rows in groupby(_rows(), key=itemgetter(1))
)
