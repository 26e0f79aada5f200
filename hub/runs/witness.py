"""The checkpoint of each closing, mailed to the company's witness: once, under a stable id.

Whoever keeps these mails can prove that nothing they cover was taken away or replaced since. Like
any parcel a mail is marked before its first byte leaves; one that may have left is not sent again.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

from archive.closing.folder import Folder, closings
from hub.endpoints.circuit import waited_seconds
from hub.pipeline.house import House
from hub.store import witness_mails
from hub.store.witness_mails import WitnessMail
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

_TEXT = """\
This is the head of {company}'s archive at the end of {day}, signed by the archive.

It holds {size} entries by now. Keep this mail: with the attached file anybody can prove later
that none of them was changed, taken away or replaced, in the archive or in an export of it:

    facteur archive verify --earlier {name}
    python verify.py --earlier {name}

{checkpoint}"""


def mail_witnesses(house: House) -> int:
    """Mail the last checkpoint of each log that was not mailed yet; returns how many left."""
    for mail in list(_unknown(house)):
        with house.database.transaction() as connection:
            witness_mails.add(connection, mail)
    with house.database.transaction() as connection:
        due = witness_mails.due(connection, house.clock())
    return sum(_send(house, mail) for mail in due)


def _unknown(house: House) -> Iterator[WitnessMail]:
    """Yield mails for closings that nobody was told of; a later checkpoint covers all before."""
    now = house.clock()
    for log in house.archive.logs():
        tenant = log.partition("/")[0]
        settings = house.config.tenants.get(tenant)
        found = [each for each in closings(house.archive, log) if each.has("checkpoint")]
        if settings is None or not settings.archive.witness or not found:
            continue
        day = found[-1].path.name
        mail = WitnessMail(
            key=f"closing-{log.replace('/', '-')}-{day}",
            tenant=tenant,
            log=log,
            day=day,
            look_at=now,
            made_at=now,
        )
        with house.database.transaction() as connection:
            if witness_mails.get(connection, mail.key) is None:
                yield mail


def _send(house: House, mail: WitnessMail) -> bool:
    """Try one mail, and note what became of it."""
    channel = _channel(house)
    if channel is None:
        return _rest(house, _later(house, mail, "no channel of kind email is set"))
    parcel = _parcel(house, mail)
    doubtful = mail.state == DeliveryState.SENDING and not channel.announces_commit
    marked = replace(mail, state=DeliveryState.SENDING, attempts=mail.attempts + 1)
    _rest(house, marked)
    try:
        receipt = channel.resolve(parcel) if doubtful else channel.send(parcel)
    except Refused as error:
        return _rest(house, replace(marked, state=DeliveryState.REJECTED, words=str(error)))
    except Deferred as error:
        return _rest(house, _later(house, marked, str(error)))
    except InDoubt as error:
        return _rest(house, replace(marked, state=DeliveryState.IN_DOUBT, words=str(error)))
    if receipt is None:
        words = "the process died while it was sent; it is not sent again"
        return _rest(house, replace(marked, state=DeliveryState.IN_DOUBT, words=words))
    left = replace(marked, state=receipt.state, external_id=receipt.external_id, words=receipt.text)
    _rest(house, left)
    return True


def _rest(house: House, mail: WitnessMail) -> bool:
    with house.database.transaction() as connection:
        witness_mails.put(connection, mail)
    return False


def _later(house: House, mail: WitnessMail, words: str) -> WitnessMail:
    wait = timedelta(seconds=waited_seconds(house.config.retry, mail.attempts, house.chance()))
    look_at = house.clock() + wait
    return replace(mail, state=DeliveryState.WAITING, look_at=look_at, words=words)


def _channel(house: House) -> Channel | None:
    """Return the first channel by which emails leave."""
    kinds = {name: table["kind"] for name, table in house.config.channels.items()}
    return next((house.channels[name] for name, kind in kinds.items() if kind == "email"), None)


def _parcel(house: House, mail: WitnessMail) -> Parcel:
    """Return the mail, the same for each try."""
    company = house.config.tenants[mail.tenant]
    folder = Folder(archive=house.archive, log=mail.log, name=f"closings/{mail.day}")
    checkpoint, name = folder.read("checkpoint"), f"{mail.key}.checkpoint"
    return Parcel(
        key=mail.key,
        destination=Destination(name="", email=company.archive.witness),
        enclosures=(Enclosure(name=name, media_type="text/plain", data=checkpoint),),
        subject=f"Archive of {company.name}: checkpoint of {mail.day}",
        text=_TEXT.format(
            company=company.name,
            day=mail.day,
            size=folder.size(),
            name=name,
            checkpoint=checkpoint.decode(),
        ),
        labels={"tenant": mail.tenant, "number": "", "seller_name": company.name},
        created=mail.made_at,
        committing=partial(_rest_in_doubt, house, mail),
    )


def _rest_in_doubt(house: House, mail: WitnessMail) -> None:
    _rest(house, replace(mail, state=DeliveryState.IN_DOUBT, attempts=mail.attempts + 1))
