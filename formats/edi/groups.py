"""The groups of a message by a table: which segment heads which group, and what lies in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

from formats.edi.segments import Segment

_ROOT = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """A table of groups.

    Attributes:
        members: way of a group (`NAD/RFF`; `-` is the message) to the tags that lie in it.
        order: tags that open the parts behind the header, in their order: lines, summary.
        tags: all that the table knows.
    """

    members: Mapping[str, frozenset[str]]
    order: tuple[str, ...]
    tags: frozenset[str]

    def rank(self, tag: str) -> int:
        """Return the part of the message that a segment right below it opens or belongs to."""
        return self.order.index(tag) + 1 if tag in self.order else 0


@dataclass(slots=True, kw_only=True)
class Arrangement:
    """What became of a message's segments.

    Attributes:
        root: has all groups in it; it is no segment itself.
        misplaced: segments that stand in the wrong part of the message, or in no group of theirs.
        unknown: segments whose tag the table does not know.
    """

    root: Segment
    misplaced: list[Segment] = field(default_factory=list)
    unknown: list[Segment] = field(default_factory=list)


def read_groups(package: str, order: tuple[str, ...]) -> Groups:
    """Return the table that lies in a package as `groups.tsv`: a way and its tags a row."""
    text = files(package).joinpath("groups.tsv").read_text("utf-8")
    rows = (row.split("\t") for row in text.splitlines() if row and not row.startswith("#"))
    members = {way: frozenset(tags.split()) for way, tags in rows}
    return Groups(members=members, order=order, tags=frozenset().union(*members.values()))


def arrange(segments: Iterable[Segment], groups: Groups) -> Arrangement:
    """Put each segment into the innermost open group that it may lie in.

    One that may lie in none, or that its table does not know, stands right below the message and
    closes no group.
    """
    made = Arrangement(root=Segment(_ROOT, [], 0, _ROOT))
    open_groups = [(_ROOT, made.root)]
    part = 0
    for segment in segments:
        level = _level(open_groups, segment.tag, groups)
        if level is None:
            made.root.add(segment)
            (made.misplaced if segment.tag in groups.tags else made.unknown).append(segment)
            continue
        del open_groups[level + 1 :]
        way, head = open_groups[-1]
        head.add(segment)
        if way == _ROOT:
            rank = groups.rank(segment.tag)
            if rank < part:
                made.misplaced.append(segment)
            part = max(part, rank)
        below = segment.tag if way == _ROOT else f"{way}/{segment.tag}"
        if below in groups.members:
            open_groups.append((below, segment))
    return made


def _level(open_groups: Sequence[tuple[str, Segment]], tag: str, groups: Groups) -> int | None:
    for level in range(len(open_groups) - 1, -1, -1):
        if tag in groups.members[open_groups[level][0]]:
            return level
    return None
