"""Places as a guide writes them: a way through groups to an element, and how its text is read.

- `MOA+77.1.2`: of the segment MOA whose qualifier is 77, component 2 of element 1; `BGM.2` is
  element 2. `X12` writes `*` where EDIFACT writes `+`.
- `NAD+BY/RFF+VA.1.2`: of the RFF in the group that NAD+BY heads
- `.2.1`: of the very segment that the table is about; `/FTX+AAB.4.1` starts at the message
- `FTX+AAI.4.1~`: this component and all behind it; `NAD+BY.4.1~5`: up to component 5
- `PIA.SA`, `IT1.VN`: the value beside this code, wherever in the segment it stands
- `TDS.1:N2`: a number with two implied decimals; `TXI.2:SUM`: of all such segments together
- `=380`: this very text
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from formats.edi.segments import Segment, along

_NAME = r"[A-Z][A-Z0-9]{1,2}(?:[+*][A-Za-z0-9]+)?"
_PLACE = re.compile(
    rf"(?P<top>/)?(?P<way>{_NAME}(?:/{_NAME})*)?"
    r"\.(?:(?P<element>[0-9]{1,2})(?:\.(?P<component>[0-9]{1,2})(?P<rest>~[0-9]?)?)?|(?P<code>[A-Z0-9]+))"
    r"(?::(?P<form>N[0-9]|SUM))?"
)

MOST_COMPONENTS = 20
"""Of an element that are joined at most: no composite of the directories has more."""
At = tuple[int, int]
"""An element and a component, counted from 1."""
Beside = Callable[[Segment, str], tuple[At, At] | None]
"""Where in a segment the value of a code stands, and the code itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place, parsed.

    Attributes:
        top: whether it starts at the message and not at the segment its table is about.
        way: names of segments, each in the group of the one before; empty for the segment itself.
        element, component: counted from 1; 0 where `code` says where.
        last: component up to which those behind belong to it; 0: it stands alone.
        code: beside which the value stands.
        implied: how many decimals the number's last digits are.
        summed: whether the values of all segments at this way are added up.
        text: a constant; the rest is empty then.
    """

    top: bool = False
    way: tuple[str, ...] = ()
    element: int = 0
    component: int = 1
    last: int = 0
    code: str = ""
    implied: int = 0
    summed: bool = False
    text: str = ""


def place(written: str) -> Place | None:
    """Return the place that a guide names, None where it cannot be understood.

    >>> place("NAD+BY/RFF+VA.1.2")
    Place(top=False, way=('NAD+BY', 'RFF+VA'), element=1, component=2, last=0, code='', \
implied=0, summed=False, text='')
    """
    if written.startswith("=") and len(written) > 1:
        return Place(text=written[1:])
    found = _PLACE.fullmatch(written)
    if found is None or found["element"] == "0" or found["component"] == "0":
        return None
    form = found["form"] or ""
    return Place(
        top=bool(found["top"]),
        way=tuple((found["way"] or "").split("/")) if found["way"] else (),
        element=int(found["element"] or 0),
        component=int(found["component"] or 1),
        last=int((found["rest"] or "~0")[1:] or MOST_COMPONENTS),
        code=found["code"] or "",
        implied=int(form[1]) if form.startswith("N") else 0,
        summed=form == "SUM",
    )


def way(written: str) -> tuple[str, ...] | None:
    """Return the way to a group that a guide names: `("NAD+BY",)`."""
    return tuple(written.split("/")) if re.fullmatch(rf"{_NAME}(?:/{_NAME})*", written) else None


@dataclass(frozen=True, slots=True)
class Stated:
    """A text that was found, and the components of a segment that it stands in."""

    segment: Segment
    element: int
    component: int
    text: str
    last: int = 0
    code: At | None = None

    def take(self) -> None:
        """Mark what was taken."""
        self.segment.taken.add((self.element, self.component))
        if self.code is not None:
            self.segment.taken.add(self.code)
        for component in range(self.component + 1, self.last + 1):
            self.segment.taken.add((self.element, component))

    @property
    def where(self) -> str:
        """Its place, as people write it."""
        return self.segment.place(self.element, self.component)


def stated(place: Place, top: Segment, here: Segment, beside: Beside) -> Iterator[Stated]:
    """Yield what stands at a place, one for each segment that has a text there."""
    for segment in along(top if place.top else here, place.way):
        at, code = (place.element, place.component), None
        if place.code:
            found = beside(segment, place.code)
            if found is None:
                continue
            at, code = found
        text = _joined(segment, *at, place.last) if place.last else segment.text(*at)
        if text:
            yield Stated(segment, at[0], at[1], text, place.last, code)


def _joined(segment: Segment, element: int, component: int, last: int) -> str:
    if element > len(segment.elements):
        return ""
    parts = segment.elements[element - 1][component - 1 : last]
    return " ".join(part.strip() for part in parts if part.strip())
