"""Order, number and presence of an IDoc's segments, by what the definitions say of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from formats.findings import Finding
from formats.idoc import faults
from formats.idoc.layout import LAYOUTS, REST, UNKNOWN, Layout
from formats.idoc.segments import IDoc, Segment

_Needed = Mapping[str | None, Sequence[tuple[str, int]]]


def check(idoc: IDoc, own: Mapping[str, Layout]) -> list[Finding]:
    """Return all faults of the hierarchy; those seen while it was built are the IDoc's own.

    Args:
        idoc: all of it.
        own: layouts of the guide that fits it; other guides may ask for other segments.
    """
    layouts = {**LAYOUTS, **own}
    needed = _needed(layouts)
    top = [each for each in idoc.segments if not each.depth]
    found = [*_faults("the IDoc", None, top, layouts, needed)]
    for segment in idoc.segments:
        if segment.children or segment.type in needed:
            found += _faults(segment.name, segment.type, segment.children, layouts, needed)
    return _each_order_once(found) + _longer(idoc)


def _needed(layouts: Mapping[str, Layout]) -> _Needed:
    """Return the types that must be there, with their least number, by what they lie in."""
    found: dict[str | None, list[tuple[str, int]]] = {}
    for name, layout in layouts.items():
        if layout.least and name == layout.type:
            found.setdefault(layout.parent, []).append((name, layout.least))
    return found


def _faults(
    name: str,
    kind: str | None,
    segments: Sequence[Segment],
    layouts: Mapping[str, Layout],
    needed: _Needed,
) -> Iterator[Finding]:
    counts: Counter[str] = Counter()
    last: dict[str, tuple[int, str]] = {}
    for each in segments:
        layout = layouts.get(each.type, UNKNOWN)
        if layout.parent != kind or not layout.table:
            continue
        counts[each.type] += 1
        if counts[each.type] - 1 == layout.most:
            yield faults.too_many(each.name, each.type, name, layout.most)
        rank, before = last.get(layout.table, (layout.rank, ""))
        if layout.rank < rank:
            yield faults.out_of_order(each.name, before, layout.table)
        last[layout.table] = (layout.rank, each.name)
    for wanted, least in needed.get(kind, ()):
        if counts[wanted] < least:
            yield faults.too_few(wanted, name, least, counts[wanted])


def _each_order_once(found: Sequence[Finding]) -> list[Finding]:
    """Return the findings, of wrong orders the first of each type: lines are all alike."""
    kept: list[Finding] = []
    seen: set[str] = set()
    for each in found:
        kind = (each.place or "").partition(" ")[0]
        if each.rule != faults.ORDER or kind not in seen:
            kept.append(each)
        if each.rule == faults.ORDER:
            seen.add(kind)
    return kept


def _longer(idoc: IDoc) -> list[Finding]:
    """Return a warning for each type with more in it than its layout has fields for."""
    found: dict[str, list[Segment]] = {}
    for each in idoc.segments:
        if REST in each.fields and idoc.layouts.get(each.type, UNKNOWN).fields:
            found.setdefault(each.type, []).append(each)
    return [faults.longer(kind, each[0].name, len(each)) for kind, each in found.items()]
