"""What the columns of amounts of an unknown table are, by how they add up."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from formats.model import round_half_up
from formats.notation import number_reader
from formats.rules.totals import CENT
from formats.table_draft.contents import Content
from formats.table_draft.naming import Meaning
from formats.table_draft.shape import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a column is taken for.

    Attributes:
        column: its name.
        content: what it holds.
        paths: model paths that it fills; none: it is ignored.
        score: percent.
        why: in words.
    """

    column: str
    content: Content
    paths: tuple[str, ...]
    score: int
    why: str


class Amounts:
    """The columns of numbers, and how they add up."""

    def __init__(
        self,
        shape: Shape,
        contents: Mapping[str, Content],
        notation: tuple[str, str],
        groups: list[list[int]],
        factors: tuple[str, str],
    ) -> None:
        """Take the rows of a table.

        Args:
            shape: the table.
            contents: of its columns, by name.
            notation: decimal and thousands sign.
            groups: rows of each invoice.
            factors: names of the columns with quantity and price; empty: there is none.
        """
        self._factors = factors
        self._several = [group for group in groups if len(group) > 1]
        self._values = {
            name: _numbers(shape.column(name), content, notation)
            for name, content in contents.items()
            if content.numbers and not (content.dates and "whole" in content.kinds)
        }

    def paths(self, name: str, meaning: Meaning, *, by_line: bool) -> tuple[tuple[str, ...], str]:
        """Return what an amount fills, and why that and not the other level."""
        line, why = self._is_of_line(name, meaning, by_line=by_line)
        if not by_line and meaning.word == "net":
            return (*_NET, "lines[0].net", "lines[0].price.net"), "each row is an invoice"
        return (_OF_LINE if line else _OF_INVOICE)[meaning.word], why

    def proven(self, columns: Sequence[Chosen], *, by_line: bool) -> Iterator[Chosen]:
        """Yield the columns, surer where their amounts add up on every row."""
        at = {path: each.column for each in columns for path in each.paths}
        sure: dict[str, str] = {}
        for paths, operate, said in _SUMS[: 1 + by_line]:
            names = [at.get(path, "") for path in paths]
            if self._holds(names, operate):
                sure |= dict.fromkeys(names, said)
        for each in columns:
            said = sure.get(each.column, "")
            why = f"{each.why}; {said} on every row"
            yield replace(each, score=99, why=why) if said else each

    def single_lines(self, columns: Sequence[Chosen], *, by_line: bool) -> Iterator[Chosen]:
        """Yield the columns; where each invoice has one row, its net amount is its line's, too."""
        filled = {path for each in columns for path in each.paths}
        alone = by_line and not self._several and "lines[].net" not in filled
        more = [p for p in ("lines[].net", "lines[].price.net") if p not in filled]
        if "lines[].quantity" in filled:
            more = more[:1]
        for each in columns:
            if alone and "totals.without_vat" in each.paths:
                why = f"{each.why}; each invoice has one line"
                yield replace(each, paths=(*each.paths, *more), why=why)
            else:
                yield each

    def rate(self, at: Mapping[str, str]) -> str:
        """Return the VAT rate that net and VAT of every row give, if it is but one."""
        net = self._values.get(at.get("totals.without_vat", ""), [])
        vat = self._values.get(at.get("totals.vat", ""), [])
        pairs = [(a, b) for a, b in zip(net, vat, strict=False) if a and b]
        rates = {(100 * b / a).quantize(Decimal(1)) for a, b in pairs}
        if len(rates) != 1:
            return ""
        rate = rates.pop()
        return f"{rate}" if all(abs(a * rate / 100 - b) <= CENT for a, b in pairs) else ""

    def _is_of_line(self, name: str, meaning: Meaning, *, by_line: bool) -> tuple[bool, str]:
        if not by_line:
            return False, "each row is an invoice"
        values = self._values.get(name)
        if self._several and values is not None:
            if self._holds((*self._factors, name), _SUMS[1][1]):
                return True, "it is the product of the line"
            same = all(len({values[n] for n in group} - {None}) < 2 for group in self._several)
            return (
                (False, "it is the same in all rows of an invoice")
                if same
                else (True, "it differs between the rows of an invoice")
            )
        if meaning.level:
            return meaning.level == "line", f"its header names the {meaning.level}"
        return False, "no invoice has several rows here, so it could also be of the line"

    def _holds(self, names: Sequence[str], operate: Callable[[Decimal, Decimal], Decimal]) -> bool:
        if not all(name in self._values for name in names):
            return False
        whole = 0
        for a, b, c in zip(*(self._values[name] for name in names), strict=True):
            if a is not None and b is not None and c is not None:
                whole += 1
                if operate(a, b) != c:
                    return False
        return whole > 0


_SUMS: Sequence[tuple[tuple[str, str, str], Callable[[Decimal, Decimal], Decimal], str]] = (
    (
        ("totals.without_vat", "totals.vat", "totals.with_vat"),
        lambda net, vat: net + vat,
        "net + VAT = gross",
    ),
    (
        ("lines[].quantity", "lines[].price.net", "lines[].net"),
        lambda quantity, price: round_half_up(quantity * price),
        "quantity times price = line total",
    ),
)
_NET = ("totals.lines", "totals.without_vat")
_OF_INVOICE: Mapping[str, tuple[str, ...]] = {
    "net": _NET,
    "vat": ("totals.vat",),
    "gross": ("totals.with_vat", "totals.due"),
    "due": ("totals.due",),
    "paid": ("totals.paid",),
}
_OF_LINE: Mapping[str, tuple[str, ...]] = {
    "net": ("lines[].net",),
    "vat": (),
    "gross": (),
    "due": (),
    "paid": (),
}


def _numbers(
    cells: Sequence[str], content: Content, notation: tuple[str, str]
) -> list[Decimal | None]:
    read = number_reader(*(notation if notation in content.numbers else content.numbers[0]))

    def value(text: str) -> Decimal | None:
        try:
            return read(text)
        except ValueError:
            return None

    return [value(cell.strip()) for cell in cells]
