"""Commands on the law of the archive: retention, holds and their release, wishes to be erased."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date

from archive.archive import Archive
from archive.entry import Query
from archive.law import holds as law
from archive.law.holds import Hold, Scope
from archive.law.register import plain
from hub.cli.exporting import period
from hub.cli.output import Misused, answer, table
from hub.cli.stated import tenant_of
from hub.config.config import Config
from hub.config.loading import load
from hub.lawful.erasure_wish import answered, restricted
from hub.lawful.standing import explained, retention_of
from hub.wiring.archive import open_archive
from hub.wiring.clock import now


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What a command works with."""

    archive: Archive
    config: Config
    tenant: str


@contextmanager
def _desk(options: Namespace) -> Iterator[_Desk]:
    config = load(options.config)
    tenant = tenant_of(options, config.tenants)
    with closing(open_archive(config)) as archive:
        yield _Desk(archive=archive, config=config, tenant=tenant)


def retention(options: Namespace) -> int:
    """Say until when a document must be kept, by which rules, and what holds it."""
    if len(options.words) != 1:
        raise Misused("name one document: facteur archive retention NUMBER-OR-ID")
    with _desk(options) as desk:
        document = _document(desk, options.words[0])
        found = retention_of(desk.archive, desk.config, desk.tenant, document)
    lines = [f"{found.facts.get('number', document)} ({document})"]
    answer(options, found, lines + list(explained(found, now().date())))
    return 0


def hold(options: Namespace) -> int:
    """Place a hold; without anything named, list all of them."""
    with _desk(options) as desk:
        scope = _scope(desk, options)
        if scope == Scope():
            if options.reason or options.until:
                raise Misused("say what to hold: --document, --customer or --period")
            return _listed(options, law.holds_of(desk.archive, desk.tenant))
        placed = law.place(
            desk.archive,
            desk.tenant,
            scope,
            by=options.who,
            reason=options.reason,
            until=options.until,
        )
    return _listed(options, [placed])


def release(options: Namespace) -> int:
    """Release a hold: asked for by one person, confirmed by another."""
    if len(options.words) != 1:
        raise Misused("name one hold: facteur archive release hold:1 --reason TEXT --as NAME")
    with _desk(options) as desk:
        found = law.release(
            desk.archive, desk.tenant, options.words[0], by=options.who, reason=options.reason
        )
    return _listed(options, [found])


def erasure(options: Namespace) -> int:
    """Answer a wish to be erased; with `--reason` and a name its restriction is filed."""
    with _desk(options) as desk:
        scope, today = _scope(desk, options), now().date()
        language = options.language or desk.config.tenants[desk.tenant].language
        found = answered(
            desk.archive, desk.config, desk.tenant, scope, today=today, language=language
        )
        filed = None
        if options.reason and found.refused:
            filed = restricted(
                desk.archive,
                desk.tenant,
                scope,
                text=found.text,
                by=options.who,
                reason=options.reason,
            )
    more = [f"filed as {filed.id}"] if filed else []
    answer(options, {"answer": found.text, "filed": filed}, [*found.text.splitlines(), *more])
    return 1 if found.refused else 0


def _document(desk: _Desk, word: str) -> str:
    """Return the id of the document of a number, or the id itself."""
    found = desk.archive.find(Query(tenant=desk.tenant, number=plain(word)))
    ids = sorted({entry.document for entry in found if entry.document})
    if len(ids) > 1:
        raise Misused(f"{word}: several documents have this number: {', '.join(ids)}")
    return ids[0] if ids else word


def _scope(desk: _Desk, options: Namespace) -> Scope:
    first, last = period(options.period) if options.period else (None, None)
    return Scope(
        document=_document(desk, options.document) if options.document else "",
        customer=plain(options.customer or ""),
        issued_from=first,
        issued_to=last,
    )


def _listed(options: Namespace, holds: list[Hold]) -> int:
    today = now().date()
    rows = [
        [
            one.id,
            f"{one.placed.at:%Y-%m-%d}",
            one.placed.by,
            _state(one, today),
            f"{one.scope}: {one.placed.reason.splitlines()[0]}",
        ]
        for one in holds
    ]
    lines = table(["id", "placed", "by", "state", "what and why"], rows)
    answer(options, holds, lines if rows else ["nothing is held"])
    return 0


def _state(one: Hold, today: date) -> str:
    if one.restricts:
        return "restricts"
    if not one.is_in_force(today):
        return "over"
    if one.released:
        return f"release asked by {one.released.by}"
    return f"until {one.until}" if one.until else "in force"
