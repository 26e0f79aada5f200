"""Room 4: is the document right? All faults at once; a fatal one parks it."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from importlib.metadata import version

import msgspec
from msgspec.structs import replace as change

from archive.entry import Entry
from formats import canonical
from formats.certificate.echoes import without_echoes
from formats.certificate.file_rules import BY_READER, judged_by, outcomes_of, with_file_rules
from formats.certificate.form import (
    UNKNOWN_SPECIFICATION,
    Certificate,
    Judgement,
    verdict_of,
)
from formats.certificate.judge import is_hybrid, judge_document, syntax_of
from formats.findings import Actor, Finding, Severity, foremost, is_fatal
from hub.enrichment.additions import Addition
from hub.official.judge import Official, as_xml
from hub.pipeline.evidence import about_document, document_draft, json_item, reading_keys
from hub.pipeline.house import House, Outcome
from hub.store import documents, submissions
from hub.store.database import Connection
from hub.store.documents import DocumentRow, DocumentState
from hub.store.submissions import Submission
from hub.store.work import Task

SOFTWARE = f"facteur {version('facteur')}"


class _Provenance(msgspec.Struct):
    sources: dict[str, str]


def check(house: House, tasks: Sequence[Task]) -> list[Outcome]:
    """Judge each enriched document; the right ones enter room 5."""
    with house.database.transaction() as connection:
        rows = documents.many(connection, [task.subject for task in tasks])
        files = submissions.many(connection, [row.submission for row in rows.values()])
    places = _places(house, rows, files)
    day = house.clock().date()
    calls = [
        (
            house.archive.get(rows[task.subject].enriched_sha256),
            rows[task.subject].format,
            places[task.subject],
            day,
        )
        for task in tasks
    ]
    results = house.pool.map(judgement_of, calls)
    if house.official is not None:
        results = _officially(house, house.official, calls, results)
    asked = [rows[task.subject] for task in tasks]
    results = _as_files(house, asked, files, [call[2] for call in calls], results)
    return [
        _outcome(house, rows[task.subject], files[rows[task.subject].submission], task, result)
        for task, result in zip(tasks, results, strict=True)
    ]


def judgement_of(content: bytes, reader: str, provenance: bytes, day: date) -> Judgement:
    """Judge a completed document by the rules that it claims to obey. Runs in a child.

    Where its values came from is asked only of one that is found to have faults: of a long one it
    is much, and most have none.
    """
    document = canonical.decode(content)
    judge = partial(judge_document, document, syntax_of(reader), day, hybrid=is_hybrid(reader))
    judgement = judge()
    return judge(sources=_sources(provenance)) if judgement.findings else judgement


def _officially(
    house: House,
    official: Official,
    calls: Sequence[tuple[bytes, str, bytes, date]],
    results: Sequence[Judgement | Exception],
) -> list[Judgement | Exception]:
    """Add to each judgement what the official rules say of the document as we would write it."""
    syntaxes = [syntax_of(reader) for _, reader, _, _ in calls]
    written = house.pool.map(
        as_xml, [(call[0], s) for call, s in zip(calls, syntaxes, strict=True)]
    )
    return [
        result if isinstance(result, Exception) else official.add(result, xml, syntax)
        for result, xml, syntax in zip(results, written, syntaxes, strict=True)
    ]


def _as_files(
    house: House,
    rows: Sequence[DocumentRow],
    files: Mapping[str, Submission],
    places: Sequence[bytes],
    results: Sequence[Judgement | Exception],
) -> list[Judgement | Exception]:
    """Add to each judgement what the rules on files say of the file as its sender wrote it."""
    asked = [number for number, row in enumerate(rows) if row.format in BY_READER]
    calls = [
        (
            house.archive.get(files[rows[number].submission].sha256),
            rows[number].format,
            _keys(results[number]),
        )
        for number in asked
    ]
    found = list(results)
    for number, said in zip(asked, house.pool.map(outcomes_of, calls), strict=True):
        judgement = found[number]
        if isinstance(said, Exception):
            found[number] = said
        elif not isinstance(judgement, Exception):
            has_faults = any(part.findings for part in said)
            sources = _sources(places[number]) if has_faults else None
            found[number] = with_file_rules(judgement, rows[number].format, said, sources)
    return found


def _keys(judgement: Judgement | Exception) -> frozenset[str]:
    return frozenset() if isinstance(judgement, Exception) else judged_by(judgement)


def _places(
    house: House, rows: Mapping[str, DocumentRow], files: Mapping[str, Submission]
) -> dict[str, bytes]:
    """Return where the senders wrote each field, as room 2 has filed it."""
    keys: dict[str, dict[str, None]] = {}
    for row in rows.values():
        of_tenant = keys.setdefault(row.tenant, {})
        of_tenant |= dict.fromkeys(reading_keys(row, files[row.submission].round))
    read = [
        item
        for tenant, wanted in keys.items()
        for entry in house.archive.kept(tenant, wanted).values()
        for item in entry.items
    ]
    kept = {item.name: item.sha256 for item in read}
    return {row.id: house.archive.get(kept[f"{row.id}.provenance.json"]) for row in rows.values()}


def _sources(provenance: bytes) -> Mapping[str, str]:
    return msgspec.json.decode(provenance, type=_Provenance).sources


def _ours(house: House, row: DocumentRow, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Name as the place of what is wrong in our own additions where they are from: no ERP's."""
    if not findings:
        return ()
    key = f"{row.id}/enrich/{row.round}"
    (kept,) = (i for i in house.archive.kept(row.tenant, [key])[key].items if i.role == "additions")
    additions = msgspec.json.decode(house.archive.get(kept.sha256), type=list[Addition])
    return tuple(_placed(finding, additions) for finding in findings)


def _vouched(findings: Sequence[Finding], specifications: Sequence[str]) -> tuple[Finding, ...]:
    """Let a specification that the operator answers for be no reason to stop."""
    return tuple(
        change(finding, severity=Severity.WARNING)
        if finding.rule == UNKNOWN_SPECIFICATION and finding.value in specifications
        else finding
        for finding in findings
    )


def _placed(finding: Finding, additions: Sequence[Addition]) -> Finding:
    for addition in additions:
        inside = (f"{addition.path}.", f"{addition.path}[")
        if finding.path and (finding.path == addition.path or finding.path.startswith(inside)):
            return change(finding, place=addition.source, actor=Actor.OPERATOR)
    return finding


def _outcome(
    house: House,
    row: DocumentRow,
    file: Submission,
    task: Task,
    result: Judgement | Exception,
) -> Outcome:
    if isinstance(result, Exception):
        raise result
    result = without_echoes(result, row.findings)
    said = _vouched(result.findings, house.config.check.specifications)
    findings = (*row.findings, *_ours(house, row, said))
    judgement = change(
        result,
        verdict=verdict_of(findings, result.sets),
        findings=findings,
        completed_sha256=row.enriched_sha256,
    )
    good = not is_fatal(findings)
    certificate = _certificate(house, row, file, judgement)
    return Outcome(
        subject=row.id,
        about=about_document(row),
        line=_line(findings),
        evidence=document_draft(row, "check", [json_item("certificate", certificate)]),
        record=partial(_record, row.id, findings, not good),
        tasks=(task.to("route"),) if good else (),
    )


def _certificate(
    house: House, row: DocumentRow, file: Submission, judgement: Judgement
) -> Certificate:
    now = house.clock()
    return Certificate(
        verdict=judgement.verdict,
        at=now,
        day=now.date(),
        by=SOFTWARE,
        file=file.name,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        reader=row.format,
        documents=(judgement,),
    )


def _record(
    document: str,
    findings: Sequence[Finding],
    parked: bool,  # noqa: FBT001  (bound by name of the position in `partial`)
    connection: Connection,
    _entry: Entry | None,
) -> None:
    documents.change(connection, document, findings=findings)
    if parked:
        documents.set_state(connection, document, DocumentState.PARKED)


def _line(findings: Sequence[Finding]) -> str:
    first = foremost(findings)
    if first is None:
        return "checked: no findings"
    word = "parked" if is_fatal(findings) else "checked"
    many = "" if len(findings) == 1 else "s"
    return f"{word}: {len(findings)} finding{many}, first {first.rule}: {first.message}"
