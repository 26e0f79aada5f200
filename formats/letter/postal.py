"""A postal address as it is printed: name, street, then the place as the recipient's post wants it.

How each country writes it stands in `postal.toml`.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec

from formats.model import PostalAddress

LINES_MAX = 6
"""DIN 5008:2020, 6.2; NF Z10-011."""
_TABLE = Path(__file__).with_suffix(".toml")
_PUNCTUATION = re.compile(r"[.,;:!?\"()]+")
_WITH_COUNTIES = frozenset({"IE"})
_SPOKEN_AT_HOME = {
    "de": ("DE", "AT", "CH", "LI"),
    "en": ("GB", "IE", "US", "MT", "CA", "AU", "NZ", "IN", "SG"),
}
"""In which language a country names others; all others in French, the language of the UPU."""


class Custom(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How addresses of a country are written.

    Attributes:
        name: of the country, by language.
        place: lines with `{code}`, `{city}` and `{area}`.
        code: pattern of a post code that lacks a blank or hyphen; `spelt` is how it is written.
        capitals: whether the place stands in capitals.
        plain: whether there is no punctuation from the street on.
        areas: name of a state or province to its sign.
    """

    name: Mapping[str, str] = {}
    place: str = "{code} {city}"
    code: str = ""
    spelt: str = msgspec.field(default="", name="as")
    capitals: bool = False
    plain: bool = False
    areas: Mapping[str, str] = {}
    source: str = ""


@cache
def customs() -> Mapping[str, Custom]:
    """Return how each country we know writes addresses, by ISO 3166-1 alpha-2."""
    table = tomllib.loads(_TABLE.read_text("utf-8"))
    return msgspec.convert(table, type=dict[str, Custom])


def address_lines(name: str, address: PostalAddress | None, *, home: str) -> tuple[str, ...]:
    """Return at most six lines; empty if there is no street or city to send a letter to.

    Args:
        name: of the recipient; the first line.
        address: of the recipient.
        home: the sender's country (ISO 3166-1 alpha-2), which is not printed.

    Source:
        Universal Postal Union, S42 and addressing guidelines: the country stands last, in capitals,
        in the language of the country of origin, or in French.

    >>> address_lines("ACME", PostalAddress(line_1="12, rue Haute", city="Lyon", post_code="69001",
    ...                                     country="FR"), home="DE")
    ('ACME', '12 rue Haute', '69001 LYON', 'FRANKREICH')
    """
    if address is None:
        return ()
    custom = customs().get(address.country or "", Custom())
    street = [line for line in map(one_line, _street(address)) if line]
    if not one_line(address.line_1) or not one_line(address.city):
        return ()
    place = place_lines(address, custom)
    country = country_line(address.country, home=home)
    before = filter(None, (one_line(name),))
    after = (*place, country) if country else place
    ways = (_plain(line) if custom.plain else line for line in street)
    return _within(LINES_MAX, [*before], [line for line in ways if line], after)


def place_lines(address: PostalAddress, custom: Custom) -> tuple[str, ...]:
    """Return post code, town and state in the order of the country."""
    code = one_line(address.post_code).upper()
    area, city = _area(address), one_line(address.city)
    if custom.code and re.fullmatch(custom.code, code):
        code = re.sub(custom.code, custom.spelt, code)
    text = custom.place.format(code=code, city=city, area=custom.areas.get(area, area))
    written = (_written(line, custom).strip(" ,") for line in text.split("\n"))
    return tuple(line for line in written if line)


def _area(address: PostalAddress) -> str:
    """Return the state, province or county; empty where it says no more than the town."""
    area = one_line(address.subdivision).removeprefix(f"{address.country}-")
    city = one_line(address.city).casefold()
    same = {city, f"county {city}", f"co. {city}", f"co {city}"}
    return "" if area.casefold() in same and address.country in _WITH_COUNTIES else area


def one_line(text: str | None) -> str:
    r"""Return a text with one blank between its words.

    >>> one_line("Weg\n 1")
    'Weg 1'
    """
    return " ".join((text or "").split())


def country_line(country: str | None, *, home: str) -> str:
    """Return the name of a country abroad in capitals, as its sender's country calls it.

    >>> country_line("CH", home="DE"), country_line("CH", home="IT"), country_line("DE", home="DE")
    ('SCHWEIZ', 'SUISSE', '')
    """
    if not country or country == home:
        return ""
    spoken = (language for language, homes in _SPOKEN_AT_HOME.items() if home in homes)
    names = customs().get(country, Custom()).name
    return names.get(next(spoken, "fr"), country).upper()


def _street(address: PostalAddress) -> tuple[str | None, ...]:
    return address.line_1, address.line_2, address.line_3


def _within(
    lines_max: int, before: Sequence[str], street: Sequence[str], after: Sequence[str]
) -> tuple[str, ...]:
    """Put the shortest neighbours of the street into one line until there are so many lines."""
    folded = list(street)
    while len(before) + len(folded) + len(after) > lines_max and len(folded) > 1:
        lengths = [len(one) + len(other) for one, other in pairwise(folded)]
        at = lengths.index(min(lengths))
        folded[at : at + 2] = [f"{folded[at]}, {folded[at + 1]}"]
    return (*before, *folded, *after)


def _written(line: str, custom: Custom) -> str:
    if not custom.capitals:
        return line
    parts = [_plain(part) if custom.plain else part for part in line.split("  ")]
    return "  ".join(parts).upper()


def _plain(line: str) -> str:
    """Return a line without punctuation.

    >>> _plain("12, rue de l'Église (bât. B)")
    "12 rue de l'Église bât B"
    """
    return " ".join(_PUNCTUATION.sub(" ", line).split())
