"""Fields to terms by the rules of a profile, each with its place and its faults."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from formats.findings import Finding
from formats.idoc import faults
from formats.idoc.profile import NoMeaning, Rule
from formats.idoc.segments import Segment
from formats.model.paths import Draft

Index = dict[tuple[str, str | None], list[Segment]]


def index_of(segments: Iterable[Segment]) -> Index:
    """Return the segments by their type, and by type and qualifier."""
    index: Index = {}
    for segment in segments:
        index.setdefault((segment.type, None), []).append(segment)
        if segment.qualifier is not None:
            index.setdefault((segment.type, segment.qualifier), []).append(segment)
    return index


def fill(draft: Draft, rules: Sequence[Rule], index: Index) -> list[Finding]:
    """Put to the draft what the rules find; return what cannot be read."""
    return [fault for rule in rules for fault in _fill(draft, rule, index)]


def _fill(draft: Draft, rule: Rule, index: Index) -> list[Finding]:
    """Follow one rule. Fields it takes are marked, and other places of it that say the same."""
    path = draft.prefix + rule.term.path
    unknown: list[Finding] = []
    stated = _stated(rule, index)
    for segment, field, text in stated:
        segment.taken.add(field)
        place = segment.place(field)
        try:
            value = rule.read(text)
        except NoMeaning as error:
            unknown.append(faults.no_meaning(place, path, text, str(error)))
            continue
        except ValueError as error:
            return [faults.wrong_value(place, path, text, error)]
        draft.put(rule.term, value, place)
        for other, name, same in stated:
            if same == text:
                other.taken.add(name)
        return []
    return unknown[:1]


def _stated(rule: Rule, index: Index) -> Iterator[tuple[Segment, str, str]]:
    """Yield for each place of the rule the first segment that has a value there."""
    for place in rule.places:
        for segment in index.get(place.key, ()):
            text = segment.fields.get(place.field)
            if text and (rule.term.kind is not date or text.strip("0")):
                yield segment, place.field, text
                break
