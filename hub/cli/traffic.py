"""Commands on a hub's traffic: submit, resubmit, run."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.entry import Content
from hub.cli.asking import subject_of
from hub.cli.output import Misused, answer, progress
from hub.config.companies import Sender
from hub.config.loading import load
from hub.pipeline.by_hand import decide_doubt, decide_job
from hub.pipeline.contents import content_of
from hub.pipeline.house import House
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import resubmit
from hub.runs.open_items import FaultyOpenItems
from hub.runs.print_batches import print_now
from hub.runs.running import run_claims
from hub.store import documents, print_jobs, submissions
from hub.wiring.building import close, tool


@contextmanager
def house_of(options: Namespace) -> Iterator[House]:
    """Open the hub's data for one command."""
    house = tool(load(options.config))
    try:
        yield house
    finally:
        close(house)


def submit(options: Namespace) -> int:
    """Drop files into the hub; what is already there is said, not taken twice."""
    with house_of(options) as house:
        sender = sender_of(house, options.sender)
        replaces = _subject(house, options.replaces) if options.replaces else None
        results = []
        for number, path in enumerate(options.files, start=1):
            progress(f"{number} of {len(options.files)}")
            arrival = Arrival(
                data=_content(path),
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


def resubmit_(options: Namespace) -> int:
    """Send a parked subject through again, or decide a delivery in doubt."""
    with house_of(options) as house:
        if options.arrived or options.again:
            said = _decided(house, options.subject, arrived=options.arrived)
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
            answer(options, {"letters": left}, [f"{left} letters handed to print"])
            return 0
        return _run_claims(house, options)


def _run_claims(house: House, options: Namespace) -> int:
    items = _bytes(options.items) if options.items else None
    try:
        return run_claims(
            house,
            options.kind,
            tenant=_tenant(house, options.tenant),
            as_of=options.as_of or house.clock().date(),
            items=items,
            dry_run=options.dry_run,
            say=lambda value, lines: answer(options, value, lines),
        )
    except FaultyOpenItems as error:
        lines = (f"{options.items}, {line}" for line in str(error).splitlines())
        raise Misused("\n".join(lines)) from error


def sender_of(house: House, key: str) -> Sender:
    """Return a sender of the settings.

    Raises:
        Misused: there is none of this key.
    """
    senders = house.config.senders
    if key not in senders:
        raise Misused(f"no [sender.{key}] in the settings; known: {', '.join(senders)}")
    return senders[key]


def _subject(house: House, words: str) -> str:
    with house.database.transaction() as connection:
        return subject_of(connection, words)


def _decided(house: House, subject: str, *, arrived: bool) -> str:
    with house.database.transaction() as connection:
        is_job = print_jobs.exists(connection, subject)
    who = "command line"
    if not is_job:
        decide_doubt(house, subject, arrived=arrived, who=who)
        return "decided"
    letters = decide_job(house, subject, tenant=None, arrived=arrived, who=who)
    return f"decided, {letters} letters"


def _corrected(house: House, subject: str, path: Path) -> str:
    with house.database.transaction() as connection:
        found = subject_of(connection, subject)
        row = submissions.get(connection, found) or documents.get(connection, found)
    assert row is not None
    arrival = Arrival(
        data=_content(path),
        name=path.name,
        tenant=row.tenant,
        sender=row.sender,
        door="cli",
        replaces=found,
    )
    submission, fresh = receive(house, arrival)
    if not fresh:
        raise Misused(
            f"{path}: this very file came before as {submission.id}, so nothing was replaced; "
            "give a corrected one, or none to send what is parked through again"
        )
    return f"replaced by {submission.id}"


def _tenant(house: House, named: str | None) -> str:
    tenants = house.config.tenants
    if named is None and len(tenants) == 1:
        return next(iter(tenants))
    if named is None or named not in tenants:
        raise Misused(f"--tenant must be one of: {', '.join(tenants)}")
    return named


def _content(path: Path) -> Content:
    try:
        return content_of(path)
    except OSError as error:
        raise Misused(f"{path}: {error.strerror}") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misused(f"{path}: {error.strerror}") from error
