"""A certificate as lines for people: what was judged, by what, the verdict, every finding."""

import textwrap
from collections.abc import Iterator, Sequence

from formats.certificate.form import (
    Certificate,
    Changes,
    Judgement,
    OfficialResult,
    SetResult,
    State,
    counted,
)
from formats.findings import Finding

_LABEL = 17
_COUNTS = ("passed", "failed", "not applicable", "not judged")


def lines(certificate: Certificate, width: int) -> list[str]:
    """Return the human form, no line longer than `width` unless a word is."""
    page = _Page(width)
    page.file(certificate)
    for document in certificate.documents:
        page.document(document)
    if certificate.changes is not None:
        page.changes(certificate.changes, certificate)
    return page.lines


class _Page:
    def __init__(self, width: int) -> None:
        self.lines: list[str] = []
        self._width = width

    def file(self, certificate: Certificate) -> None:
        self.lines.append(f"{certificate.file}: {certificate.verdict.upper()}")
        self._row("SHA-256", certificate.sha256)
        reader = certificate.reader or "nothing that is known here"
        self._row("read as", f"{reader}, {certificate.size_bytes:,} bytes")
        self._row("judged", f"{certificate.at:%Y-%m-%d %H:%M:%S %Z} by {certificate.by}")
        if certificate.day != certificate.at.date():
            self._row("for the day", str(certificate.day))
        for finding in certificate.findings:
            self.finding(finding)

    def document(self, document: Judgement) -> None:
        kind = document.kind.replace("_", " ")
        number = document.number or "without number"
        said = f"{document.verdict.upper()}, {counted(document.findings)}"
        self.lines += ["", f"{kind} {number}: {said}"]
        if document.specification:
            self._row("specification", document.specification)
        if document.completed_sha256:
            self._row("completed", document.completed_sha256)
        for remark in document.remarks:
            self._row("note", remark)
        self.lines += ["", *self._sets(document.sets), *self._official(document.official)]
        for finding in document.findings:
            self.finding(finding)
        self._unjudged(document.sets)

    def finding(self, finding: Finding) -> None:
        term = f" ({finding.term})" if finding.term else ""
        self.lines += [
            "",
            *self._wrapped(f"{finding.severity} {finding.rule}{term}: ", finding.message),
        ]
        stated = {
            "value": finding.value,
            "place": finding.place,
            "fix": finding.fix,
            "who": finding.actor if finding.fix else None,
        }
        for label, text in stated.items():
            if text:
                self._row(label, text)

    def changes(self, changes: Changes, certificate: Certificate) -> None:
        self.lines += ["", f"From {changes.since} to {certificate.day}"]
        self._row("sets new", ", ".join(changes.sets_added) or "none")
        self._row("sets gone", ", ".join(changes.sets_dropped) or "none")
        self._row("breaks", ", ".join(changes.broken) or "nothing")
        if changes.mended:
            self._row("is right then", ", ".join(changes.mended))

    def _sets(self, sets: Sequence[SetResult]) -> Iterator[str]:
        judged = [each for each in sets if each.state is State.JUDGED]
        key = max([len(each.key) for each in judged] + [8])
        version = max([len(each.version) for each in judged] + [7])
        heads = "  ".join(_COUNTS)
        yield f"  {'rule set':<{key}}  {'version':<{version}}  {heads}"
        for each in judged:
            counts = (each.passed, each.failed, each.not_applicable, each.unjudged)
            cells = (f"{len(n):>{len(head)}}" for n, head in zip(counts, _COUNTS, strict=True))
            yield f"  {each.key:<{key}}  {each.version:<{version}}  {'  '.join(cells)}"
        for each in sets:
            if each.state is not State.JUDGED:
                yield from self._wrapped(f"  {each.key}: ", f"{each.state}: {each.reason}")

    def _official(self, official: Sequence[OfficialResult]) -> Iterator[str]:
        if official:
            yield ""
        for each in official:
            if each.state is not State.JUDGED:
                said = f"{each.state}: {each.reason}"
            else:
                said = ", ".join(each.failed) or "nothing to object"
            yield from self._wrapped(f"  {each.artefact}: ", said)

    def _unjudged(self, sets: Sequence[SetResult]) -> None:
        """Say what was not judged, the rules of one reason together."""
        of: dict[str, list[str]] = {}
        for each in sets:
            for rule, why in each.unjudged.items():
                of.setdefault(why, []).append(rule)
        if of:
            self.lines += ["", "not judged"]
        for why, rules in of.items():
            self.lines += self._wrapped("  ", f"{', '.join(rules)}: {why}")

    def _row(self, label: str, text: str) -> None:
        self.lines += self._wrapped(f"  {label:<{_LABEL - 2}}", text)

    def _wrapped(self, label: str, text: str) -> list[str]:
        return textwrap.wrap(
            text,
            self._width,
            initial_indent=label,
            subsequent_indent=" " * min(len(label), _LABEL),
            break_long_words=False,
            break_on_hyphens=False,
        ) or [label.rstrip()]
