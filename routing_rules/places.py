"""Where in a TOML file entries and their keys stand, which tomllib does not say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LONG_QUOTES = re.compile(r'"""|\'\'\'')


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The lines of one entry: a rule, a limit, a price.

    Attributes:
        line: of its header, counted from 1.
        lines: header and body.
    """

    line: int
    lines: tuple[str, ...]

    def of(self, key: str) -> int:
        r"""Return the line on which `key` is set, or the header's if it is not there.

        >>> rule_places('[[rule]]\nname = "x"\nwhen = { country = "DE" }')[0].of("country")
        3
        """
        pattern = re.compile(rf"(?<![\w-]){re.escape(key)}\"?\s*=")
        hits = (at for at, text in enumerate(self.lines) if pattern.search(text))
        return self.line + next(hits, 0)


def rule_places(text: str) -> tuple[Place, ...]:
    """Return the place of each `[[rule]]` of a file, in order."""
    return places(text, "[[rule]]")


def places(text: str, header: str) -> tuple[Place, ...]:
    r"""Return the place of each table with this header, in order.

    >>> [place.line for place in places('[calendar.DE]\n[calendar.FR]', "[calendar.FR]")]
    [2]
    """
    words = (re.escape(word) for word in re.findall(r"[\[\].]|[^\[\].]+", header))
    known = re.compile(r"\s*" + r"\s*".join(words))
    lines = text.splitlines()
    starts = [at for at, line in _outside_long_strings(lines) if known.match(line)]
    ends = [*starts[1:], len(lines)]
    return tuple(
        Place(line=start + 1, lines=tuple(lines[start:end]))
        for start, end in zip(starts, ends, strict=False)
    )


def _outside_long_strings(lines: list[str]) -> Iterator[tuple[int, str]]:
    inside = False
    for at, line in enumerate(lines):
        if not inside:
            yield at, line
        if len(_LONG_QUOTES.findall(line)) % 2:
            inside = not inside
