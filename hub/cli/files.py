"""Commands on files alone, without a hub: read, convert."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from formats import catalogue, guide
from formats.certificate.dating import of_day
from formats.certificate.echoes import echoes_of
from formats.codec import Guide, Material, Reading, Writer
from formats.findings import Finding, is_fatal, sentence
from formats.losses import losses
from formats.model import DocumentKind, kind_of
from formats.pdf.parts import parts
from formats.pdf.source import claims_pdf
from formats.rules.engine import check
from hub.cli.output import Misused, answer, table
from hub.wiring.clock import now


def read(options: Namespace) -> int:
    """Print the canonical JSON of each document, and what was not understood."""
    readings = _readings(options)
    shown = [_shown(reading) for reading in readings]
    value = shown[0]["document"] if len(shown) == 1 else [one["document"] for one in shown]
    text = msgspec.json.format(msgspec.json.encode(shown if options.json else value), indent=2)
    answer(options, shown, [text.decode()])
    if not options.json:
        _tell_notices(readings)
    return 1 if any(is_fatal(reading.notices) for reading in readings) else 0


def convert(options: Namespace) -> int:
    """Write the file's documents in another format; exit 1 if one breaks that format's rules."""
    writer = catalogue.WRITERS.get(options.to)
    if writer is None:
        raise Misused(f"unknown format {options.to!r}; known: {', '.join(catalogue.WRITERS)}")
    readings = _readings(options)
    sources = _sources(options.file.read_bytes(), readings)
    results = []
    lines: list[str] = []
    fatal = False
    for number, reading in enumerate(readings):
        kind = kind_of(reading.document)
        if kind not in writer.kinds:
            raise Misused(f"{writer.name} cannot carry a {kind}; {_writers_for(kind)} can")
        target = _target(options.output, number, len(readings))
        target.write_bytes(
            writer.write(reading.document, _material(options, reading, sources[number]))
        )
        findings = _judged(reading, writer)
        lost = losses(reading.document, writer.name)
        fatal = fatal or is_fatal(findings)
        results.append({"written": str(target), "findings": findings, "losses": lost})
        lines.append(f"{target}: {writer.name}, {_counted(findings)}")
        lines += _shown_findings(findings)
        if lost and not options.json:
            _tell_losses(target, lost)
    answer(options, results, lines)
    return 1 if fatal else 0


def _tell_notices(readings: Sequence[Reading]) -> None:
    """Say on the standard error what could not be read right."""
    for reading in readings:
        fatal = [notice for notice in reading.notices if is_fatal([notice])]
        for line in _shown_findings(fatal):
            sys.stderr.write(f"{reading.document.number or 'a document'}: {line.strip()}\n")


def _tell_losses(target: Path, lost: Sequence[Finding]) -> None:
    """Say on the standard error what the file at `target` does not carry."""
    head = ("rule", "first place", f"not in {target}")
    rows = [(each.rule, each.path or "", each.message) for each in lost]
    for line in table(head, rows):
        sys.stderr.write(f"{line}\n")


def _sources(data: bytes, readings: Sequence[Reading]) -> Sequence[bytes | None]:
    """Return the PDF that each document came in: the file, or its own pages of a spool file."""
    if claims_pdf(data) and all(reading.pages for reading in readings):
        return parts(data, [reading.pages for reading in readings])
    return [data if claims_pdf(data) and len(readings) == 1 else None] * len(readings)


def _writers_for(kind: DocumentKind) -> str:
    return ", ".join(name for name, writer in catalogue.WRITERS.items() if kind in writer.kinds)


def _material(options: Namespace, reading: Reading, source_pdf: bytes | None) -> Material:
    issued = reading.document.issue_date or date(2000, 1, 1)
    return Material(language=options.language, source_pdf=source_pdf, created=issued)


def _readings(options: Namespace) -> tuple[Reading, ...]:
    data = options.file.read_bytes()
    if not data:
        raise Misused(f"{options.file}: the file is empty")
    return catalogue.read(data, options.file.name, guides_of(options.guide))[1]


def guides_of(paths: Sequence[Path]) -> list[Guide]:
    """Return the parsed guides of these files.

    Raises:
        Misused: one is no text.
        Unreadable: one is no guide.
    """
    try:
        return [
            catalogue.completed(
                guide.parse(path.name, path.read_text(encoding="utf-8")), path.parent
            )
            for path in paths
        ]
    except UnicodeDecodeError as error:
        raise Misused(f"a guide is not UTF-8 text: {error}") from error


def _judged(reading: Reading, writer: Writer) -> tuple[Finding, ...]:
    """Judge the document as the writer states it, by the rules of today."""
    document, today = writer.dress(reading.document), now().date()
    said = chain.from_iterable(
        check(document, of_day(key, today), sources=reading.sources) for key in writer.rules
    )
    found = list(said)
    echoes = echoes_of(found, reading.notices)
    return (*reading.notices, *(each for each in found if each not in echoes))


def _counted(findings: Sequence[Finding]) -> str:
    many = "" if len(findings) == 1 else "s"
    return f"{len(findings)} finding{many}" if findings else "good"


def _shown_findings(findings: Sequence[Finding]) -> list[str]:
    return [f"  {finding.severity}: {sentence(finding)}" for finding in findings]


def _shown(reading: Reading) -> dict[str, Any]:
    return {
        "document": msgspec.to_builtins(reading.document),
        "sources": dict(reading.sources),
        "unmapped": reading.unmapped,
        "notices": reading.notices,
        "confidence": dict(reading.confidence),
        "pages": reading.pages,
    }


def _target(output: Path, number: int, count: int) -> Path:
    if count == 1:
        return output
    return output.with_name(f"{output.stem}-{number + 1}{output.suffix}")
