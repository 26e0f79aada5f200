"""BR-FREXT and BR-FXEXT on lines: lines within lines, and what a line that is charged must have."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from formats.model import Line
from formats.model.france import LinePart
from formats.rules.engine import Context, Rule, getter
from formats.rules.extended_sheet import DETAIL, GROUP, INFORMATION, ExtendedSheet, french_of
from formats.rules.totals import to_cents, total
from formats.rules.worksheet import Places

STATUSES: Final = (DETAIL, GROUP, INFORMATION)


class Placed(NamedTuple):
    """A line that stands among others, beside the ids of all lines and the lines in it."""

    line: Line
    part: LinePart
    ids: frozenset[str | None]
    inside: list[Line]


def _placed(sheet: ExtendedSheet) -> Places[Placed]:
    parts = [
        (path, line, part)
        for path, line in sheet.lines
        if (part := french_of(line).part) is not None
    ]
    inside: dict[str | None, list[Line]] = {}
    for _, line, part in parts:
        if part.inside is not None:
            inside.setdefault(part.inside, []).append(line)
    ids = frozenset(line.id for _, line in sheet.lines) if parts else frozenset()
    return [(path, Placed(line, part, ids, inside.get(line.id, []))) for path, line, part in parts]


each_placed: Final[Context[Placed]] = Context(name="each line among lines", find=_placed)
each_counted: Final[Context[Line]] = Context(
    name="each line that is charged", find=lambda sheet: sheet.counted
)


def _status_known(placed: Placed) -> bool | None:
    status = placed.part.status
    return None if status is None else status in STATUSES


def _status_stated(placed: Placed) -> bool | None:
    return None if placed.part.inside is None else placed.part.status is not None


def _is_sum(placed: Placed) -> bool | None:
    if placed.part.status != GROUP or placed.line.net is None:
        return None
    parts = [line.net for line in placed.inside if _status(line) in (DETAIL, GROUP)]
    return placed.line.net == to_cents(total(parts))


def _groups_summed(placed: Placed) -> bool | None:
    if placed.part.status != GROUP or placed.line.net is None:
        return None
    return all(line.net is not None for line in placed.inside if _status(line) == GROUP)


def _status(line: Line) -> str | None:
    part = french_of(line).part
    return None if part is None else part.status


def _inside_a_line(placed: Placed) -> bool | None:
    inside = placed.part.inside
    return None if inside is None else inside in placed.ids


def _inside_another(placed: Placed) -> bool | None:
    inside = placed.part.inside
    return None if inside is None else inside in placed.ids and inside != placed.line.id


Judge = Callable[[Placed], bool | None]
PLACED: Final[Mapping[str, tuple[str, str, Judge, str]]] = {
    "05": (
        "extensions.fr.part.status",
        f"the status of a line among lines is one of {', '.join(STATUSES)}",
        _status_known,
        "send one of these words",
    ),
    "06": (
        "extensions.fr.part.status",
        "a line inside another has a status",
        _status_stated,
        f"send {DETAIL} for what is charged, {GROUP} for what sums up, else {INFORMATION}",
    ),
    "08": (
        "net",
        "the net amount of a group of lines is the sum of the lines in it",
        _is_sum,
        "correct the group's net amount, or leave it out",
    ),
    "11": (
        "extensions.fr.part.inside",
        "the line that a line is inside of is another line of the invoice",
        _inside_another,
        "send the identifier (BT-126) of the line around it",
    ),
    "12": (
        "net",
        "a group of lines with a net amount has groups with net amounts only",
        _groups_summed,
        "send the net amounts of the groups in it, or leave its own out",
    ),
}
"""What the ids end in to path, sentence, test and order; EXT-FR-FE-162 and 163, or BT-X-8."""

COUNTED: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "22": ("BT-129", "quantity", "a quantity", "send the invoiced quantity, 1 for a lump sum"),
    "23": ("BT-130", "unit", "a unit", "map the ERP's unit to a code such as C62 for pieces"),
    "24": ("BT-131", "net", "a net amount", "send its amount without VAT"),
    "26": ("BT-146", "price.net", "a net price", "send the price of one unit without VAT"),
    "CO-04": ("BT-151", "vat_category", "a VAT category", "send its VAT category, e.g. S"),
}
"""What the ids end in to term, path, noun and order."""


def placed(prefix: str, *without: str, itself: bool = False) -> tuple[Rule, ...]:
    """Return the rules on lines within lines.

    Args:
        prefix: of the ids.
        without: what the ids of rules end in that a file does not have.
        itself: a line may be inside itself.
    """
    return tuple(
        each_placed(
            f"{prefix}-{end}",
            "BT-131" if at == "net" else "BT-126",
            sentence,
            _inside_a_line if itself and end == "11" else judge,
            at=at,
            fix=fix,
        )
        for end, (at, sentence, judge, fix) in PLACED.items()
        if end not in without
    )


def counted(prefix: str, infix: str = "") -> tuple[Rule, ...]:
    """Return the rules on lines that are charged; `infix` stands before plain numbers."""
    return tuple(
        each_counted(
            f"{prefix}-{'' if end.startswith('CO') else infix}{end}",
            term,
            f"a line that is charged has {what}",
            _has(at),
            at=at,
            fix=fix,
        )
        for end, (term, at, what, fix) in COUNTED.items()
    )


def _has(at: str) -> Callable[[Line], bool]:
    get = getter(at)
    return lambda line: get(line) is not None
