"""without_echoes(): what could not be read is not called missing as well."""

from collections.abc import Sequence

from msgspec.structs import replace

from formats.certificate.form import Judgement, SetResult, verdict_of
from formats.findings import Finding, Severity
from formats.syntax.structure import MISFIT


def without_echoes(judgement: Judgement, read: Sequence[Finding]) -> Judgement:
    """Drop what rules say of terms that are there but could not be read: that they are missing.

    A rule that says nothing else has nothing to judge: it is not applicable. Nor is it said again
    that a value is not what its schema wants; that rule has judged, and is broken.

    Args:
        judgement: of a document whose reader could not read all.
        read: the reader's findings; the fatal ones name by their path what could not be read.
    """
    echoes = echoes_of(judgement.findings, read)
    if not echoes:
        return judgement
    findings = tuple(each for each in judgement.findings if each not in echoes)
    silent = {each.rule for each in echoes} - {each.rule for each in findings} - {MISFIT}
    sets = tuple(_without(each, silent) for each in judgement.sets)
    return replace(judgement, findings=findings, sets=sets, verdict=verdict_of(findings, sets))


def echoes_of(said: Sequence[Finding], read: Sequence[Finding]) -> list[Finding]:
    """Return what is said of terms or values that could not be read, as the reader has said."""
    faults = [each for each in read if each.severity is Severity.FATAL]
    paths = {each.path for each in faults if each.path}
    places = {_first_or_only(each.place) for each in faults if each.place}
    return [
        each
        for each in said
        if each not in read
        and (
            (each.path in paths and each.value is None)
            or (each.rule == MISFIT and each.place and _first_or_only(each.place) in places)
        )
    ]


def _first_or_only(place: str) -> str:
    """Return a place as it is written of an element that is the only one, if it may be that."""
    return place.replace("[1]", "")


def _without(result: SetResult, silent: set[str]) -> SetResult:
    moved = tuple(rule for rule in result.failed if rule in silent)
    if not moved:
        return result
    return replace(
        result,
        failed=tuple(rule for rule in result.failed if rule not in silent),
        not_applicable=(*result.not_applicable, *moved),
    )
