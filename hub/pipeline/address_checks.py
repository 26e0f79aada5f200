"""Beside the rooms: a mail that is no document asks at a new address whether it was meant.

It leaves like a delivery, in a lane of its own: marked before the first byte, recorded and filed
after, tried again where it did not leave, never sent twice. In doubt it rests, as the recipient can
ask for another. The address stands in the table and in filed items alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from archive.entry import Draft, Entry
from hub.endpoints.circuit import waited_seconds
from hub.mail_texts.address_check import address_check_text
from hub.pipeline.evidence import json_item
from hub.pipeline.house import About, House, Outcome, Outcomes
from hub.pipeline.invitations import CONFIRMATION_PATH
from hub.pipeline.lanes import ADDRESS_CHECKS
from hub.pipeline.receipts import evidence_items
from hub.pipeline.suppressing import refuse_suppressed
from hub.pipeline.tokens import derived
from hub.store import address_checks
from hub.store.address_checks import AddressCheck
from hub.store.database import Connection
from hub.store.work import INVOICES_FIRST, Task
from outbound.channel import (
    Channel,
    Deferred,
    DeliveryState,
    Destination,
    Enclosure,
    InDoubt,
    Parcel,
    Refused,
)

ROOM: Final = "address-check"
_DOUBTFUL: Final = "it may have left; the recipient can ask for another"


def token_of(house: House, check: str) -> str:
    """Return the token that the mail of a check carries."""
    assert house.links is not None, check
    return derived(house.links.key, "address-check", check)


def task_for(house: House, check: AddressCheck) -> Task:
    """Return the work of sending its mail."""
    return Task(
        subject=check.id,
        room=ROOM,
        lane=ADDRESS_CHECKS,
        priority=INVOICES_FIRST,
        due_at=house.clock(),
    )


def ask(house: House, tasks: Sequence[Task]) -> Outcomes:
    """Send the mails, each marked before and settled after the next byte leaves."""
    for task in tasks:
        with house.database.transaction() as connection:
            check = address_checks.get(connection, task.subject)
        assert check is not None, task.subject
        yield [_asked(house, task, check)]


def _asked(house: House, task: Task, check: AddressCheck) -> Outcome:
    channel = house.channels.get(check.channel)
    if channel is None or house.links is None or house.clock() >= check.expires_at:
        return _ended(check, DeliveryState.REJECTED, "it could not be sent in time")
    sending = check.state == DeliveryState.SENDING and not channel.announces_commit
    doubtful = sending or check.state == DeliveryState.IN_DOUBT
    marked = check if doubtful else _marked(house, check)
    try:
        return _sent(house, channel, marked, doubtful=doubtful)
    except Refused as error:
        return _ended(marked, DeliveryState.REJECTED, str(error))
    except InDoubt as error:
        return _ended(marked, DeliveryState.IN_DOUBT, f"{_DOUBTFUL}: {error}")
    except Deferred as error:
        return _later(house, task, marked, error, doubtful=doubtful)


def _sent(house: House, channel: Channel, check: AddressCheck, *, doubtful: bool) -> Outcome:
    parcel = _parcel(house, check)
    receipt = channel.resolve(parcel) if doubtful else None
    if receipt is None:
        refuse_suppressed(house, channel, parcel, check.tenant)
        receipt = channel.send(parcel)
    return _ended(check, receipt.state, receipt.text, receipt.evidence)


def _marked(house: House, check: AddressCheck) -> AddressCheck:
    marked = replace(check, state=DeliveryState.SENDING, attempts=check.attempts + 1)
    _change(house, check.id, state=marked.state, attempts=marked.attempts)
    return marked


def _change(house: House, check: str, **values: object) -> None:
    with house.database.transaction() as connection:
        address_checks.change(connection, check, **values)


def _parcel(house: House, check: AddressCheck) -> Parcel:
    """Return the mail, the same for each try."""
    assert house.links is not None, check.id
    tenant = house.config.tenants[check.tenant]
    url = f"{house.links.url}{CONFIRMATION_PATH}{token_of(house, check.id)}"
    text = address_check_text(tenant.party, language=check.language, url=url)
    return Parcel(
        key=check.parcel_key,
        destination=Destination(name="", email=check.email, language=check.language),
        enclosures=(),
        subject=text.subject,
        text=text.text,
        html=text.html,
        labels={"tenant": check.tenant, "number": "", "seller_name": tenant.name},
        created=check.made_at,
        committing=partial(_change, house, check.id, state=DeliveryState.IN_DOUBT),
    )


def _ended(
    check: AddressCheck,
    state: DeliveryState,
    said: str,
    evidence: Sequence[Enclosure] = (),
) -> Outcome:
    """File what became of a mail; it is at rest then."""
    facts = {
        "key": check.parcel_key,
        "customer": check.recipient,
        "email": check.email,
        "channel": check.channel,
        "state": state,
        "text": said,
    }
    draft = Draft(
        key=f"{check.parcel_key}/{check.attempts}",
        tenant=check.tenant,
        subject=check.id,
        kind="operator",
        step=ROOM,
        fields={"channel": check.channel, "state": state},
        items=(json_item("receipt", facts), *evidence_items(evidence)),
    )
    return Outcome(
        subject=check.id,
        about=About(tenant=check.tenant),
        line=f"mail to a new address that a recipient entered: {state}",
        evidence=draft,
        record=partial(_record, check.id, state),
    )


def _later(
    house: House, task: Task, check: AddressCheck, error: Deferred, *, doubtful: bool
) -> Outcome:
    wait = error.retry_after_seconds or waited_seconds(
        house.config.retry, task.attempts, house.chance()
    )
    now = house.clock()
    later = replace(
        task,
        due_at=min(now + timedelta(seconds=wait), max(now, check.expires_at)),
        attempts=task.attempts + 1,
        since=task.since or now,
    )
    state = DeliveryState.IN_DOUBT if doubtful else DeliveryState.WAITING
    return Outcome(
        subject=check.id,
        about=About(tenant=check.tenant),
        line="mail to a new address that a recipient entered: not now, again later",
        record=partial(_record, check.id, state),
        tasks=(later,),
    )


def _record(check: str, state: DeliveryState, connection: Connection, _entry: Entry | None) -> None:
    address_checks.change(connection, check, state=state)
