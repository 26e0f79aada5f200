"""`facteur archive export`: documents with all evidence and proofs, as a folder or a ZIP file."""

import calendar
import re
from argparse import Namespace
from contextlib import closing
from datetime import date
from functools import partial
from getpass import getuser

from archive.archive import Archive
from archive.entry import Query
from archive.export.handing_out import NoRoom, export
from archive.export.logs import earlier_notes
from archive.export.order import Order, documents_of
from hub.cli.output import Misused, answer
from hub.cli.stated import tenant_of
from hub.config.loading import load
from hub.procedure.filing import policy_files
from hub.sealing.authorities import stamp_roots
from hub.wiring.archive import open_archive
from hub.wiring.clock import now

_PERIOD = re.compile(
    r"(?P<year>[0-9]{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?"
    r"|(?P<first>[0-9-]{10})\.\.(?P<last>[0-9-]{10})"
)
_MISUSED = (
    "give ids or numbers of documents, or --period, --customer or --query, "
    "and -o FOLDER or -o FILE.zip"
)


def export_(options: Namespace) -> int:
    """Export what is asked for."""
    searched = any((options.period, options.customer, options.query))
    if options.output is None or searched is bool(options.words):
        raise Misused(_MISUSED)
    config, earlier = load(options.config), _earlier(options)
    with closing(open_archive(config)) as kept:
        if searched:
            tenant = tenant_of(options, config.tenants)
            documents = _searched(kept, _query(options, tenant))
        else:
            found = [each for word in options.words for each in _named(kept, word)]
            tenants = sorted({own for own, _ in found} or config.tenants)
            tenant = tenant_of(options, tenants)
            documents = tuple(document for own, document in found if own == tenant)
        if not documents:
            raise Misused("nothing is kept that fits; nothing was exported")
        order = Order(
            tenant=tenant,
            supplier=config.tenants[tenant].name if tenant in config.tenants else "",
            by=options.who or getuser(),
            asked=_asked(options, tenant),
            documents=documents,
            earlier=earlier,
            whole_logs=bool(options.period),
            authorities=stamp_roots(config),
            policy=partial(policy_files, kept, tenant),
        )
        try:
            made = export(kept, order, options.output, clock=now)
        except NoRoom as fault:
            raise Misused(str(fault)) from fault
    line = f"{made.path}: {made.documents} documents, {made.entries} entries"
    answer(
        options,
        {
            "folder": str(made.path),
            "documents": list(dict.fromkeys(documents)),
            "entries": made.entries,
            "size_bytes": made.size_bytes,
            "entry": made.entry.id,
            "tagmanifest_sha256": made.seal,
        },
        [f"{line}; verify.py in it checks them", f"filed as {made.entry.id}"],
    )
    return 0


def _named(archive: Archive, word: str) -> list[tuple[str, str]]:
    """Return tenant and id of the documents of this number, or of the one of this id."""
    found = archive.find(Query(number=word)) or archive.entries(document=word)
    named = sorted({(entry.tenant, entry.document) for entry in found if entry.document})
    if not named:
        raise Misused(f"nothing is kept about {word}")
    return named


def _searched(archive: Archive, query: Query) -> tuple[str, ...]:
    try:
        return tuple(documents_of(archive, query))
    except ValueError as fault:
        raise Misused(f"--query: {fault}") from fault


def _query(options: Namespace, tenant: str) -> Query:
    first, last = period(options.period) if options.period else (None, None)
    return Query(
        tenant=tenant,
        issued_from=first,
        issued_to=last,
        customer=options.customer,
        words=options.query,
    )


def period(text: str) -> tuple[date, date]:
    """Return first and last day of a year, a quarter, a month, or of days from..to.

    >>> period("2026-Q1")
    (datetime.date(2026, 1, 1), datetime.date(2026, 3, 31))

    Raises:
        Misused: it is none.
    """
    if found := _PERIOD.fullmatch(text):
        if found["first"]:
            return _day(found["first"]), _day(found["last"])
        year = int(found["year"])
        months = (1, 12)
        if found["quarter"]:
            months = (3 * int(found["quarter"]) - 2, 3 * int(found["quarter"]))
        elif found["month"]:
            months = (int(found["month"]),) * 2
        last_day = calendar.monthrange(year, months[1])[1] if year else 0
        if year:
            return date(year, months[0], 1), date(year, months[1], last_day)
    raise Misused(f"--period {text}: write 2026, 2026-03, 2026-Q1 or 2026-01-01..2026-03-31")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Misused(f"--period: {text} is no day; write it like 2026-03-31") from error


def _asked(options: Namespace, tenant: str) -> dict[str, str]:
    asked = {
        "tenant": tenant,
        "period": options.period,
        "customer": options.customer,
        "query": options.query,
        "documents": ", ".join(options.words),
    }
    return {name: text for name, text in asked.items() if text}


def _earlier(options: Namespace) -> tuple[str, ...]:
    try:
        return tuple(note for path in options.earlier for note in earlier_notes(path))
    except (OSError, ValueError) as fault:
        raise Misused(f"--earlier: {fault}") from fault
