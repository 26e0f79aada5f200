"""Fields to terms by the rules of a profile, each with its place and its faults."""

from collections.abc import Iterable, Sequence
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
    """Put to the draft what the rules find; return what cannot be read.

    Fields that are taken are marked, and so are other places of their rule that say the same.
    """
    found: list[Finding] = []
    for rule in rules:
        stated = _stated(rule, index)
        if stated:
            found += _take(draft, rule, stated)
    return found


def fill_from_lines(draft: Draft, rules: Sequence[Rule], lines: Iterable[Segment]) -> None:
    """Put what the header does not say, and all lines that say anything say alike."""
    missing = [rule for rule in rules if draft.get(rule.term) is None]
    if not missing:
        return
    indexes = [index_of(line.below()) for line in lines]
    for rule in missing:
        stated = [found for index in indexes for found in _stated(rule, index)[:1]]
        if len({text for _, _, text in stated}) == 1:
            _take(draft, rule, stated)


_Stated = list[tuple[Segment, str, str]]


def _stated(rule: Rule, index: Index) -> _Stated:
    """Return for each place of the rule the first segment that has a value there."""
    stated = []
    for key, field in rule.places:
        for segment in index.get(key, ()):
            text = segment.fields.get(field)
            if text and (rule.term.kind is not date or text.strip("0")):
                stated.append((segment, field, text))
                break
    return stated


def _take(draft: Draft, rule: Rule, stated: _Stated) -> list[Finding]:
    """Put the first value that has a meaning; one that cannot be read at all ends the search."""
    unknown: list[Finding] = []
    for segment, field, text in stated:
        segment.taken.add(field)
        try:
            value = rule.read(text)
        except NoMeaning as error:
            path = draft.prefix + rule.term.path
            unknown.append(faults.no_meaning(segment.place(field), path, text, str(error)))
        except ValueError as error:
            path = draft.prefix + rule.term.path
            return [faults.wrong_value(segment.place(field), path, text, error)]
        else:
            draft.put(rule.term, value, segment.place(field))
            if len(stated) > 1:
                _mark(stated, text)
            return []
    return unknown[:1]


def _mark(stated: _Stated, text: str) -> None:
    for segment, field, same in stated:
        if same == text:
            segment.taken.add(field)
