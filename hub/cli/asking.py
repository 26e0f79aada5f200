"""Commands that ask what became of something: status, explain."""

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from formats.findings import Finding, is_fatal, sentence
from hub.cli.output import Misused, answer, table
from hub.config.config import Config
from hub.config.loading import load
from hub.console.wording import told, words
from hub.endpoints.standing import quiet_at
from hub.runs.deadlines import alarms
from hub.status import document_status, submission_status
from hub.store import closing_alarms, deliveries, documents, print_pieces, submissions, work
from hub.store.database import Connection
from hub.store.documents import DocumentRow, DocumentState
from hub.store.submissions import SubmissionState
from hub.wiring.clock import now
from hub.wiring.database import open_database
from routing_rules.decision import Decision
from routing_rules.explain import explain as decision_text

_STUCK_SHOWN = 20


def status(options: Namespace) -> int:
    """Print the overview, or the timeline of one submission or document."""
    with _asking(options) as (connection, config):
        kinds = {name: str(table["kind"]) for name, table in config.channels.items()}
        if options.subject is None:
            return _overview(connection, kinds, options)
        found = subject_of(connection, options.subject)
        quiet = quiet_at(now(), config.traffic_of)
        value = document_status(connection, found, quiet) or submission_status(connection, found)
    assert value is not None
    said = _said(value["state"], _last_kind(value.get("deliveries", ()), kinds))
    lines = [f"{value['id']}  {value.get('number', value.get('name'))}  {said}"]
    lines += [f"  {sentence(finding)}" for finding in value["findings"]]
    lines += [
        f"  due {one['due_at']:%Y-%m-%d %H:%M}  {one['name']} ({one['state']}): {one['law']}"
        for one in value.get("deadlines", ())
    ]
    lines += [f"  waits: {one['held']}" for one in value.get("deliveries", ()) if one["held"]]
    lines += [
        f"  {one['id']}  {one['number'] or '(no number)'}  {_said(one['state'])}"
        for one in value.get("documents", ())
    ]
    lines += [
        f"  {line['at']:%Y-%m-%d %H:%M:%S}  {line['room']:<8}  {told(line['text'])}"
        for line in value["timeline"]
    ]
    answer(options, value, lines)
    return 1 if value["state"] == "parked" else 0


def _said(state: str, kind: str = "") -> str:
    return words(state, kind).label.lower()


def _last_kind(ways: Sequence[Mapping[str, Any]], kinds: Mapping[str, str]) -> str:
    """Return by what kind of channel a document itself went last; empty if by none."""
    own = [way for way in ways if not way["copy"]]
    return kinds.get(own[-1]["channel"], "") if own else ""


def explain(options: Namespace) -> int:
    """Print the routing decision with every clause tried: of a file now, or as it was made."""
    if options.then:
        again: int = import_module("hub.cli.repeating").then(options)
        return again
    if Path(options.subject).is_file():
        # The readers and the rules are loaded for a file only: they take longer than the answer.
        decisions = import_module("hub.cli.foretelling").decisions_of(options)
    else:
        decisions = [_decision_made(options)]
    lines = [line for decision in decisions for line in decision_text(decision).splitlines()]
    answer(options, decisions, lines)
    return 0 if all(decision.roads for decision in decisions) else 1


def subject_of(connection: Connection, name: str) -> str:
    """Return the id that `name` means: an id itself, or a document's number.

    Raises:
        Misused: it means nothing here, or more than one document.
    """
    if submissions.get(connection, name) or documents.get(connection, name):
        return name
    found = documents.numbered(connection, name)
    if not found:
        raise Misused(f"{name}: no submission or document has this id or number")
    if len(found) > 1:
        ids = ", ".join(row.id for row in found)
        raise Misused(f"{name}: several documents have this number: {ids}")
    return found[0].id


@contextmanager
def _asking(options: Namespace) -> Iterator[tuple[Connection, Config]]:
    """Open the books; yields with them the settings."""
    config = load(options.config)
    database = open_database(config)
    with closing(database), database.transaction() as connection:
        yield connection, config


def _overview(connection: Connection, kinds: Mapping[str, str], options: Namespace) -> int:
    states = documents.counts(connection)
    ways = deliveries.counts(connection)
    waiting = work.count(connection)
    parked = submissions.counts(connection).get(SubmissionState.PARKED, 0)
    stuck = _stuck(connection)
    late = alarms(connection)
    silent = print_pieces.overdue(connection, now())
    unclosed = closing_alarms.listed(connection)
    value = {
        "documents": states,
        "deliveries": {f"{channel} {state}": n for (channel, state), n in ways.items()},
        "unreadable_files": parked,
        "in_the_rooms": waiting,
        "parked": stuck,
        "deadlines": [each.words for each in late],
        "print": [each.words for each in silent],
        "archive": unclosed,
    }
    lines = table(["documents", "count"], [[_said(s), str(n)] for s, n in sorted(states.items())])
    rows = [[c, _said(s, kinds.get(c, "")), str(n)] for (c, s), n in ways.items()]
    lines += ["", *table(["channel", "state", "count"], rows)]
    lines += ["", f"{parked} files unreadable, {waiting} subjects in the rooms"]
    if stuck:
        shown = [[one["id"], one["name"], one["why"]] for one in stuck]
        lines += ["", *table(["parked", "number or file", "why"], shown)]
    said = [*(each.words for each in late), *(each.words for each in silent)]
    said += [f"archive {each.log}: {each.text}" for each in unclosed]
    lines += [f"ALARM  {each}" for each in said[:_STUCK_SHOWN]]
    answer(options, value, lines)
    return 1 if said or parked or states.get(DocumentState.PARKED) else 0


def _stuck(connection: Connection) -> list[dict[str, str]]:
    """Return the newest of what waits for a person, and the first reason of each."""
    state = DocumentState.PARKED
    rows = documents.found(connection, state=state, limit=_STUCK_SHOWN)
    files = submissions.listed(connection, tenant=None, state=state, limit=_STUCK_SHOWN)
    named = [(row.id, row.number or row.id, row.findings) for row in rows]
    named += [(file.id, file.name, file.findings) for file in files]
    return [{"id": id_, "name": name, "why": _why(findings)} for id_, name, findings in named]


def _why(findings: Sequence[Finding]) -> str:
    for finding in findings:
        if is_fatal([finding]):
            return f"{finding.rule}: {finding.message}"
    return ""


def _decision_made(options: Namespace) -> Decision:
    with _asking(options) as (connection, _):
        row = decided(connection, options.subject)
    return msgspec.json.decode(row.decision, type=Decision)


def decided(connection: Connection, subject: str) -> DocumentRow:
    """Return the document that an id or number means, if a road was chosen for it.

    Raises:
        Misused: there is none, or no road was chosen yet.
    """
    row = documents.get(connection, subject_of(connection, subject))
    if row is None:
        raise Misused(f"{subject}: a file has no road, only its documents; see its status")
    if not row.decision:
        where = "it is parked" if row.state is DocumentState.PARKED else "it is not there yet"
        raise Misused(
            f"{subject}: no road was chosen: {where}; `facteur status {subject}` says why"
        )
    return row
