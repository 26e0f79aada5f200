"""Commands on a hub's traffic: submit, explain, status, resubmit, run."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from formats import catalogue
from formats.findings import sentence
from formats.model import Document, Invoice
from hub import wiring
from hub.cli.output import Misused, answer, progress, table
from hub.config import Sender, load
from hub.enrichment.address_book import add_buyer, find_recipient
from hub.pipeline.house import House
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import decide_doubt, resubmit
from hub.pipeline.route import facts_of
from hub.runs.print_batches import print_now
from hub.runs.running import run_claims
from hub.status import document_status, submission_status
from hub.store import deliveries, documents, submissions, work
from hub.store.documents import DocumentState
from routing_rules.decide import decide
from routing_rules.decision import Decision
from routing_rules.explain import explain as decision_text


@contextmanager
def house_of(options: Namespace) -> Iterator[House]:
    """Open the hub's data for one command."""
    house = wiring.tool(load(options.config))
    try:
        yield house
    finally:
        wiring.close(house)


def submit(options: Namespace) -> int:
    """Drop files into the hub; what is already there is said, not taken twice."""
    with house_of(options) as house:
        sender = _sender(house, options.sender)
        replaces = _subject(house, options.replaces) if options.replaces else None
        results = []
        for number, path in enumerate(options.files, start=1):
            progress(f"{number} of {len(options.files)}")
            arrival = Arrival(
                data=_bytes(path),
                name=path.name,
                tenant=sender.tenant,
                sender=options.sender,
                door="cli",
                replaces=replaces,
            )
            submission, fresh = receive(house, arrival)
            results.append({"file": str(path), "submission": submission.id, "new": fresh})
        progress("")
    lines = [
        f"{r['submission']}  {r['file']}" + ("" if r["new"] else "  (came before)") for r in results
    ]
    answer(options, results, lines)
    return 0


def explain(options: Namespace) -> int:
    """Print the routing decision with every clause tried: of a file now, or as it was made."""
    with house_of(options) as house:
        path = Path(options.subject)
        if path.is_file():
            decisions = _decisions_of(house, path, options.sender)
        else:
            decisions = [_decision_made(house, options.subject)]
    lines = [line for decision in decisions for line in decision_text(decision).splitlines()]
    answer(options, decisions, lines)
    return 0 if all(decision.roads for decision in decisions) else 1


def status(options: Namespace) -> int:
    """Print the overview, or the timeline of one submission or document."""
    with house_of(options) as house:
        if options.subject is None:
            return _overview(house, options)
        found = _subject(house, options.subject)
        value = document_status(house, found) or submission_status(house, found)
    assert value is not None
    lines = [f"{value['id']}  {value.get('number', value.get('name'))}  {value['state']}"]
    lines += [f"  {sentence(finding)}" for finding in value["findings"]]
    lines += [
        f"  {line['at']:%Y-%m-%d %H:%M:%S}  {line['room']:<8}  {line['text']}"
        for line in value["timeline"]
    ]
    answer(options, value, lines)
    return 1 if value["state"] == "parked" else 0


def resubmit_(options: Namespace) -> int:
    """Send a parked subject through again, or decide a delivery in doubt."""
    with house_of(options) as house:
        if options.arrived or options.again:
            decide_doubt(house, options.subject, arrived=options.arrived, who="command line")
            said = "decided"
        elif options.file is not None:
            said = _corrected(house, options.subject, options.file)
        else:
            resubmit(house, _subject(house, options.subject), who="command line")
            said = "resubmitted"
    answer(options, {options.subject: said}, [f"{options.subject}: {said}"])
    return 0


def run(options: Namespace) -> int:
    """Make reminders or statements, or the print job of all waiting letters."""
    with house_of(options) as house:
        if options.kind == "print":
            left = print_now(house)
            answer(options, {"letters": left}, [f"{left} letters left"])
            return 0
        return run_claims(
            house,
            options.kind,
            tenant=_tenant(house, options.tenant),
            as_of=options.as_of or house.clock().date(),
            items=_bytes(options.items) if options.items else None,
            dry_run=options.dry_run,
            say=lambda value, lines: answer(options, value, lines),
        )


def _overview(house: House, options: Namespace) -> int:
    with house.database.transaction() as connection:
        states = documents.counts(connection)
        ways = deliveries.counts(connection)
        waiting = work.count(connection)
        parked = submissions.listed(connection, tenant=None, state="parked", limit=1000)
    value = {
        "documents": states,
        "deliveries": {f"{channel} {state}": n for (channel, state), n in ways.items()},
        "unreadable_files": len(parked),
        "in_the_rooms": waiting,
    }
    lines = table(["documents", "count"], [[s, str(n)] for s, n in sorted(states.items())])
    lines += ["", *table(["channel", "state", "count"], [[*k, str(n)] for k, n in ways.items()])]
    lines += ["", f"{len(parked)} files unreadable, {waiting} subjects in the rooms"]
    answer(options, value, lines)
    return 1 if parked or states.get(DocumentState.PARKED) else 0


def _subject(house: House, words: str) -> str:
    """Return the id that `words` means: an id itself, or a document's number."""
    with house.database.transaction() as connection:
        if submissions.get(connection, words) or documents.get(connection, words):
            return words
        found = [row for row in documents.found(connection, words=words) if row.number == words]
    if not found:
        raise Misused(f"{words}: no submission or document has this id or number")
    if len(found) > 1:
        ids = ", ".join(row.id for row in found)
        raise Misused(f"{words}: several documents have this number: {ids}")
    return found[0].id


def _decision_made(house: House, words: str) -> Decision:
    with house.database.transaction() as connection:
        row = documents.get(connection, _subject(house, words))
    if row is None or not row.decision:
        raise Misused(f"{words}: not routed yet")
    return msgspec.json.decode(row.decision, type=Decision)


def _decisions_of(house: House, path: Path, sender: str | None) -> list[Decision]:
    key = sender or next(iter(house.config.senders), "")
    _sender(house, key)
    _, readings = catalogue.read(path.read_bytes(), path.name, house.guides[key])
    return [_decide(house, reading.document, key) for reading in readings]


def _decide(house: House, document: Document, sender: str) -> Decision:
    tenant = house.config.senders[sender].tenant
    with house.database.transaction() as connection:
        recipient = find_recipient(connection, tenant, document)
    if isinstance(document, Invoice):
        document, _ = add_buyer(document, recipient)
    return decide(document, recipient, facts_of(house, tenant, sender), house.rules)


def _sender(house: House, key: str) -> Sender:
    senders = house.config.senders
    if key not in senders:
        raise Misused(f"no [sender.{key}] in the settings; known: {', '.join(senders)}")
    return senders[key]


def _corrected(house: House, subject: str, path: Path) -> str:
    with house.database.transaction() as connection:
        found = _subject(house, subject)
        row = submissions.get(connection, found) or documents.get(connection, found)
    assert row is not None
    arrival = Arrival(
        data=_bytes(path),
        name=path.name,
        tenant=row.tenant,
        sender=row.sender,
        door="cli",
        replaces=found,
    )
    submission, _ = receive(house, arrival)
    return f"replaced by {submission.id}"


def _tenant(house: House, named: str | None) -> str:
    tenants = house.config.tenants
    if named is None and len(tenants) == 1:
        return next(iter(tenants))
    if named is None or named not in tenants:
        raise Misused(f"--tenant must be one of: {', '.join(tenants)}")
    return named


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misused(f"{path}: {error.strerror}") from error
