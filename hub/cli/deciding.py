"""Commands of those who decide: what waits for a person, what is stated, what is stopped."""

from argparse import Namespace
from collections.abc import Sequence

from hub.cli.asking import subject_of
from hub.cli.output import Misused, answer, table
from hub.cli.traffic import house_of
from hub.console.wording import ACTORS
from hub.pipeline.by_hand import Statement, decide_job, state
from hub.pipeline.cancel import cancel
from hub.pipeline.differing import settle_difference
from hub.pipeline.house import House
from hub.pipeline.print_seen import is_seeable, see_to
from hub.store import deliveries, documents, print_jobs, submissions
from hub.store.database import Connection
from hub.worklist.acting import Retried, retry_chosen
from hub.worklist.gathering import of_sender, worklist
from hub.worklist.items import Group
from outbound.channel import DeliveryState

_NOT_AGAIN = "nothing of it can be sent through again; facteur worklist CAUSE says what to do"


def worklist_(options: Namespace) -> int:
    """Print what waits for a person by cause, one cause in full, or retry it; exit 1 if any."""
    with house_of(options) as house:
        if options.tenant is not None and options.tenant not in house.config.tenants:
            raise Misused(f"--tenant must be one of: {', '.join(house.config.tenants)}")
        if options.retry:
            return _retry(house, options)
        groups = of_sender(worklist(house, options.tenant), options.sender or "")
    found = [group for group in groups if options.group in (None, group.id)]
    if options.group and not found:
        raise Misused(f"{options.group}: no such cause; `facteur worklist` lists them all")
    value = [_value(group) for group in found]
    answer(options, value, _items(found[0]) if options.group else _groups(found))
    return 1 if found else 0


def _groups(groups: Sequence[Group]) -> list[str]:
    if not groups:
        return ["nothing waits for a person"]
    rows = [
        [g.id, str(len(g.items)), g.title, ACTORS.get(g.actor, g.actor), g.fix or ""]
        for g in groups
    ]
    return [
        *table(["cause", "count", "what", "who", "to do"], rows),
        "",
        "facteur worklist CAUSE lists one of them; --retry sends it through again",
    ]


def _items(group: Group) -> list[str]:
    rows = [
        [i.subject, i.title, i.customer, f"{i.since:%Y-%m-%d %H:%M}", i.words] for i in group.items
    ]
    who = ACTORS.get(group.actor, group.actor)
    return [
        f"{group.title}. To do: {group.fix}. Who: {who}.",
        *table(["id", "number or file", "customer", "since", "words"], rows),
    ]


def _value(group: Group) -> dict[str, object]:
    return {
        "cause": group.id,
        "kind": group.kind,
        "rule": group.rule,
        "title": group.title,
        "fix": group.fix,
        "actor": group.actor,
        "act": group.act,
        "items": group.items,
    }


def _retry(house: House, options: Namespace) -> int:
    if not options.group and not options.only:
        raise Misused("name the cause to retry, or what of it: --only ID")
    done = retry_chosen(
        house,
        options.tenant,
        who=options.who or "command line",
        group=options.group or "",
        subjects=options.only,
        dry_run=options.dry_run,
    )
    said = [_said(each, dry_run=options.dry_run) for each in done]
    answer(options, done, said or [_NOT_AGAIN])
    return 1 if any(each.why for each in done) else 0


def _said(each: Retried, *, dry_run: bool) -> str:
    if each.why:
        return f"{each.subject}  {each.title}: not sent through: {each.why}"
    return f"{each.subject}  {each.title}: {'would go' if dry_run else 'goes'} through again"


def settle(options: Namespace) -> int:
    """State what became of it: a delivery, a print job, or why a control total is right."""
    reason = options.reason.strip()
    if not reason:
        raise Misused("say how it is known: --reason TEXT")
    with house_of(options) as house:
        said = _settled(house, options, reason)
    answer(options, {options.subject: said}, [f"{options.subject}: {said}"])
    return 0


def _settled(house: House, options: Namespace, reason: str) -> str:
    subject, who = options.subject, options.who
    with house.database.transaction() as connection:
        is_job = print_jobs.exists(connection, subject)
        is_file = submissions.get(connection, subject) is not None
        is_print = is_seeable(connection, subject)
    if is_print:
        see_to(house, subject, who=who, reason=reason)
        return "stated and filed"
    if is_file:
        if options.arrived is not None:
            raise Misused("--arrived and --not-arrived are said of a delivery, not of a total")
        words = settle_difference(house, subject, who=who, reason=reason)
        return f"settled, although {words}"
    if is_job:
        if options.arrived is None:
            raise Misused("say --arrived or --not-arrived of a print job")
        count = decide_job(
            house, subject, tenant=None, arrived=options.arrived, who=who, reason=reason
        )
        return f"stated of {count} letters"
    with house.database.transaction() as connection:
        way = _asked_about(connection, subject)
    state(house, way, Statement(arrived=options.arrived, who=who, reason=reason))
    return "stated and filed"


def _asked_about(connection: Connection, subject: str) -> str:
    """Return the delivery that is meant: by its id, or the one of a document that waits for it."""
    if deliveries.get(connection, subject):
        return subject
    row = documents.get(connection, subject)
    rows = [row] if row else documents.numbered(connection, subject)
    ways = deliveries.of_documents(connection, [row.id for row in rows])
    waiting = [
        way.id
        for each in ways.values()
        for way in each
        if way.state == DeliveryState.IN_DOUBT or way.waits_for
    ]
    if len(waiting) > 1:
        raise Misused(f"{subject}: several deliveries of it wait: {', '.join(waiting)}")
    return waiting[0] if waiting else subject


def cancel_(options: Namespace) -> int:
    """Stop a document or delivery that is still in the house."""
    with house_of(options) as house:
        with house.database.transaction() as connection:
            way = deliveries.get(connection, options.subject)
            subject = way.id if way else subject_of(connection, options.subject)
        cancel(house, subject, who=options.who or "command line", reason=options.reason)
    answer(options, {subject: "cancelled"}, [f"{subject}: cancelled, nothing of it leaves"])
    return 0
