"""One message by the guide that fits it: groups, terms, what was left over, all its faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from sys import intern

from msgspec import structs

from formats.codec import Reading
from formats.edi.faults import Faults
from formats.edi.groups import Arrangement, Groups, arrange
from formats.edi.mapping import Walk
from formats.edi.places import stated
from formats.edi.profile import Profile
from formats.edi.segments import Segment, along
from formats.findings import Finding, Severity
from formats.model import Invoice
from formats.model.paths import Draft

MOST_FAULTS = 500
"""Of one message that are listed; how many more there are is said."""
MOST_SHARED = 20
"""Faults of an interchange that each of its messages repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One message, cut and counted.

    Attributes:
        heads: of what it lies in, and its own; a guide may look at them.
        body: its segments between head and trailer.
        decimals: the sign before decimals, where the file says it.
        faults: of its envelope and syntax.
        reference: its own, which an answer names.
        envelope: what else an answer repeats, by the names of the standard.
    """

    heads: Sequence[Segment]
    body: Sequence[Segment]
    decimals: str
    faults: Sequence[Finding]
    reference: str
    envelope: Mapping[str, str]


def read_sheet(sheet: Sheet, known: Sequence[Profile], groups: Groups, faults: Faults) -> Reading:
    """Return the invoice that a message holds, by the first of the profiles that fits it."""
    arranged = arrange(sheet.body, groups)
    for head in sheet.heads:
        arranged.root.add(head)
    profile = next(each for each in known if _fits(each, arranged.root))
    walk = Walk(
        top=arranged.root,
        profile=profile,
        decimals=profile.decimals or sheet.decimals or profile.syntax.decimals,
        faults=faults,
    )
    draft = Draft()
    walk.fill(draft, profile.invoice, arranged.root)
    invoice, incomplete = draft.build(Invoice)
    found = [
        *(_judged(fault, profile) for fault in sheet.faults),
        *_order(arranged, faults),
        *_accepted(profile, arranged.root, faults),
        *_miscounted(profile, arranged.root, faults),
        *walk.found,
        *(faults.incomplete(path) for path in incomplete),
    ]
    document = _without_itself(invoice, draft.sources)
    return Reading(  # paths and places are the same in each message: one text for all
        document=document,
        sources={intern(path): intern(place) for path, place in draft.sources.items()},
        unmapped=_left(sheet, profile),
        notices=_bounded(found, faults),
        reference=sheet.reference,
        envelope=sheet.envelope,
    )


def _bounded(found: list[Finding], faults: Faults) -> tuple[Finding, ...]:
    if len(found) <= MOST_FAULTS:
        return tuple(found)
    return (*found[:MOST_FAULTS], faults.more(len(found) - MOST_FAULTS))


def distributed(reading: Reading, shared: Sequence[Finding], known: Sequence[Profile]) -> Reading:
    """Return a reading with the faults of the envelope that it came in."""
    if not shared:
        return reading
    judged = tuple(_judged(fault, known[0]) for fault in shared[:MOST_SHARED])
    return replace(reading, notices=(*judged, *reading.notices))


def _without_itself(invoice: Invoice, sources: dict[str, str]) -> Invoice:
    """Return the invoice without a preceding one (BG-3) that is itself, as some refer to it."""
    kept = [at for at, each in enumerate(invoice.preceding) if each.number != invoice.number]
    if len(kept) == len(invoice.preceding):
        return invoice
    moved = {str(at): new for new, at in enumerate(kept)}
    for path in [path for path in sources if path.startswith("preceding[")]:
        place = sources.pop(path)
        at, _, field = path.removeprefix("preceding[").partition("]")
        if at in moved:
            sources[f"preceding[{moved[at]}]{field}"] = place
    return structs.replace(invoice, preceding=tuple(invoice.preceding[at] for at in kept))


def _fits(profile: Profile, top: Segment) -> bool:
    return all(
        any(each.text == value for each in stated(place, top, top, profile.syntax.beside))
        for place, value in profile.match
    )


def _judged(fault: Finding, profile: Profile) -> Finding:
    if profile.strict or not fault.rule.endswith("-ENVELOPE"):
        return fault
    return structs.replace(fault, severity=Severity.WARNING)


def _order(arranged: Arrangement, faults: Faults) -> list[Finding]:
    found = []
    if arranged.misplaced:
        found.append(faults.misplaced(arranged.misplaced[0].here, len(arranged.misplaced)))
    strangers: dict[str, list[Segment]] = {}
    for segment in arranged.unknown:
        if not segment.taken:
            strangers.setdefault(segment.tag[:12], []).append(segment)
    found += [
        faults.unknown_segment(tag, segments[0].here[:40], len(segments))
        for tag, segments in list(strangers.items())[:20]
    ]
    return found


def _accepted(profile: Profile, top: Segment, faults: Faults) -> list[Finding]:
    found = []
    for place, values in profile.accept:
        for each in stated(place, top, top, profile.syntax.beside):
            each.take()
            if each.text not in values:
                known = ", ".join(sorted(values))
                found.append(faults.not_accepted(each.where, each.text[:40], known))
    return found


def _miscounted(profile: Profile, top: Segment, faults: Faults) -> list[Finding]:
    found = []
    for place, counted in profile.counts:
        for each in stated(place, top, top, profile.syntax.beside):
            each.take()
            count = len(along(top, counted))
            if each.text.lstrip("0") != str(count).lstrip("0"):
                what = "/".join(counted)
                found.append(faults.miscounted(each.where, each.text[:40], count, what))
    return found


def _left(sheet: Sheet, profile: Profile) -> dict[str, str]:
    """Return what nothing was taken from, but for the envelope, which only carries."""
    understood = {
        (place.way[-1], place.element, place.component, value)
        for place, values in profile.understood
        if place.way
        for value in values
    }
    return {
        segment.place(*at): text
        for segment in sheet.body
        for at, text in segment.left()
        if (segment.name, *at, text) not in understood
        and (segment.tag, *at, text) not in understood
    }
