"""Room 8 for print partners: a letter is looked at, mended or sent back, and waits for its job."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from archive.entry import Entry, Item
from formats.findings import Actor, Finding
from hub.pipeline.evidence import about_delivery, delivery_draft
from hub.pipeline.house import House, Outcome
from hub.pipeline.parcels import parcel_for
from hub.pipeline.printable import Cover, printable
from hub.pipeline.standing import next_road, restate
from hub.store import deliveries, print_letters
from hub.store.database import Connection
from hub.store.deliveries import GATHERED, Delivery
from hub.store.documents import DocumentRow
from hub.store.print_letters import PrintLetter
from hub.store.work import Task
from outbound.channel import Parcel
from outbound.print_mail.faults import Fault
from outbound.print_mail.letters import Letter
from outbound.print_mail.preflight import Fitted, Unfit
from outbound.print_mail.stationery import Stationery
from routing_rules.decision import Print

_AT_ONCE = 16
"""Letters that are settled together."""
_OWN_LETTERS = "letter-"
"""How the formats are called whose pages are ours; the others print what the ERP has set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """A delivery that is to be printed."""

    task: Task
    delivery: Delivery
    row: DocumentRow
    parcel: Parcel

    @property
    def print(self) -> Print:
        """How the rule wants it."""
        return self.delivery.taken.print or Print()


def gather(
    house: House,
    stationery: Stationery | None,
    pairs: Sequence[tuple[Task, Delivery]],
    rows: Mapping[str, DocumentRow],
) -> Iterator[Sequence[Outcome]]:
    """Look at letters; what is fit waits for the cut-off, the rest takes its next road.

    Without stationery nothing is known of the partner's paper, and letters wait as they are.
    """
    if stationery is None:
        yield [_waits(house, delivery, rows[delivery.document]) for _, delivery in pairs]
        return
    for start in range(0, len(pairs), _AT_ONCE):
        waiting = [
            _waiting(house, task, delivery, rows[delivery.document])
            for task, delivery in pairs[start : start + _AT_ONCE]
        ]
        found = house.pool.map(printable, [_call(house, one, stationery) for one in waiting])
        yield [
            _outcome(house, one, stationery, result)
            for one, result in zip(waiting, found, strict=True)
        ]


def _waiting(house: House, task: Task, delivery: Delivery, row: DocumentRow) -> _Waiting:
    parcel = parcel_for(house, delivery, row)
    return _Waiting(task=task, delivery=delivery, row=row, parcel=parcel)


def _call(
    house: House, one: _Waiting, stationery: Stationery
) -> tuple[bytes, tuple[str, ...], Stationery, Cover]:
    tenant, to = house.config.tenants[one.row.tenant], one.parcel.destination
    place = " ".join(part for part in (tenant.post_code, tenant.city) if part)
    cover = Cover(
        return_line=" · ".join(part for part in (tenant.name, tenant.street, place) if part),
        language=to.language,
        created=one.parcel.created.date(),
    )
    if one.print.plex:
        stationery = replace(stationery, duplex=one.print.plex == "duplex")
    return one.parcel.enclosures[0].data, to.address_lines, stationery, cover


def _outcome(
    house: House, one: _Waiting, stationery: Stationery, found: Fitted | Unfit | Exception
) -> Outcome:
    if isinstance(found, Exception):
        found = Unfit(faults=(_unseen(found),))
    faults = [*(found.faults if isinstance(found, Unfit) else ()), *_options(one, stationery)]
    if faults or isinstance(found, Unfit):
        return _unfit(house, one, faults)
    return _fit(house, one, found)


def _options(one: _Waiting, stationery: Stationery) -> Iterator[Fault]:
    """Yield what the rule wants and the partner does not have, and an address that is none."""
    known = {each.name for each in stationery.inserts}
    for name in one.print.inserts:
        if name not in known:
            yield Fault(
                rule="PM-INSERT",
                message=f"the print partner has no insert `{name}`",
                fix="name it in the partner's stationery, or take it out of the rule",
            )
    if not one.parcel.destination.address_lines:
        yield Fault(
            rule="PM-ADDRESS",
            message="there is no address with a street and a city",
            fix="complete the recipient's address in the address book",
        )


def _unseen(error: Exception) -> Fault:
    return Fault(
        rule="PM-BROKEN", message=f"the letter cannot be looked at: {error}", fix="make it again"
    )


def _unfit(house: House, one: _Waiting, faults: Sequence[Fault]) -> Outcome:
    """Send it back with all that is wrong at once."""
    ours = one.delivery.format.startswith(_OWN_LETTERS)
    findings = [_finding(fault, Actor.OPERATOR if ours else Actor.ERP) for fault in faults]
    said = "; ".join(" ".join(filter(None, (fault.place, fault.message))) for fault in faults)
    return next_road(
        house,
        one.delivery,
        one.row,
        one.task,
        room="print",
        reason=f"cannot be printed: {said}",
        findings=findings,
    )


def _finding(fault: Fault, actor: Actor) -> Finding:
    operator = fault.rule in {"PM-INSERT", "PM-ADDRESS"}
    return Finding(
        rule=fault.rule,
        message=fault.message,
        place=fault.place or None,
        fix=fault.fix,
        actor=Actor.OPERATOR if operator else actor,
    )


def _fit(house: House, one: _Waiting, found: Fitted) -> Outcome:
    delivery, row = one.delivery, one.row
    evidence = None
    if found.data is not None:
        item = Item(
            role="print",
            name=delivery.file_name,
            media_type="application/pdf",
            data=found.data,
        )
        evidence = delivery_draft(delivery, row, "print", [item])
    said = "; ".join(found.repairs)
    return Outcome(
        subject=delivery.id,
        about=about_delivery(delivery, row),
        line=f"waits for the next print job of {delivery.channel}" + (f"; {said}" if said else ""),
        evidence=evidence,
        record=partial(_record, house, one, found),
    )


def _record(
    house: House, one: _Waiting, found: Fitted, connection: Connection, entry: Entry | None
) -> None:
    printed = entry.items[0].sha256 if entry else one.delivery.rendition_sha256
    kept = PrintLetter(letter=_letter(one, found, printed), repairs="; ".join(found.repairs))
    print_letters.put(connection, [kept])
    _wait(house, one.delivery, connection, entry)


def _letter(one: _Waiting, found: Fitted, sha256: str) -> Letter:
    to, wanted = one.parcel.destination, one.print
    return Letter(
        key=one.parcel.key,
        tenant=one.row.tenant,
        document=one.row.number,
        pages=found.pages,
        country=to.country or "",
        post_code=to.post_code or "",
        address_lines=to.address_lines,
        plex=wanted.plex,
        colour=wanted.colour,
        inserts=wanted.inserts,
        together=wanted.together,
        copy=one.delivery.is_copy,
        sha256=sha256,
    )


def _waits(house: House, delivery: Delivery, row: DocumentRow) -> Outcome:
    return Outcome(
        subject=delivery.id,
        about=about_delivery(delivery, row),
        line=f"waits for the next print job of {delivery.channel}",
        record=partial(_wait, house, delivery),
    )


def _wait(house: House, delivery: Delivery, connection: Connection, _entry: Entry | None) -> None:
    deliveries.change(
        connection,
        delivery.id,
        state=GATHERED,
        reason="waits for the cut-off",
        changed_at=house.clock(),
    )
    restate(connection, delivery.document)
