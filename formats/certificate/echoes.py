"""without_echoes(): what could not be read is not called missing as well."""

from collections.abc import Sequence

from msgspec.structs import replace

from formats.certificate.form import Judgement, SetResult, verdict_of
from formats.findings import Finding, Severity


def without_echoes(judgement: Judgement, read: Sequence[Finding]) -> Judgement:
    """Drop what rules say of terms that are there but could not be read: that they are missing.

    A rule that says nothing else has nothing to judge: it is not applicable.

    Args:
        judgement: of a document whose reader could not read all.
        read: the reader's findings; the fatal ones name by their path what could not be read.
    """
    unreadable = {each.path for each in read if each.path and each.severity is Severity.FATAL}
    echoes = [
        each
        for each in judgement.findings
        if each.path in unreadable and each.value is None and each not in read
    ]
    if not echoes:
        return judgement
    findings = tuple(each for each in judgement.findings if each not in echoes)
    silent = {each.rule for each in echoes} - {each.rule for each in findings}
    sets = tuple(_without(each, silent) for each in judgement.sets)
    return replace(judgement, findings=findings, sets=sets, verdict=verdict_of(findings, sets))


def _without(result: SetResult, silent: set[str]) -> SetResult:
    moved = tuple(rule for rule in result.failed if rule in silent)
    if not moved:
        return result
    return replace(
        result,
        failed=tuple(rule for rule in result.failed if rule not in silent),
        not_applicable=(*result.not_applicable, *moved),
    )
