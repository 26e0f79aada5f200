"""The mail to a new address leaves like a delivery: once, or again where it surely did not."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from hub.pipeline.address_checks import task_for
from hub.store import address_checks, suppressions, work
from hub.store.address_checks import AddressCheck
from hub.store.suppressions import Suppression
from outbound.channel import (
    AddressVerdict,
    Deferred,
    DeliveryState,
    Destination,
    InDoubt,
    Parcel,
    Receipt,
    Refused,
)
from tests.hub.houses import Home, Killed, Outbox
from tests.hub.linked import MAKER

NEW = "neu@kunde.example"


class Mailbox(Outbox):
    """An outbox that announces its commit, and knows its addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.announces_commit = True

    def address_of(self, destination: Destination) -> str:
        return destination.email or ""

    def resolve(self, parcel: Parcel) -> Receipt | None:
        raise InDoubt(f"nobody can be asked about {parcel.key}")


@pytest.fixture
def box(home: Home) -> Mailbox:
    """Let a check wait in a house that mails."""
    box = Mailbox()
    home.house = replace(home.house, links=MAKER, channels={"post": box, "second": home.second})
    check = AddressCheck(
        id="check-1",
        token_sha256="0" * 64,
        invitation="1" * 64,
        tenant="nordwind",
        recipient="K1",
        language="de",
        channel="post",
        email=NEW,
        words="Ja",
        made_at=home.clock.now,
        expires_at=home.clock.now + timedelta(hours=24),
    )
    with home.house.database.transaction() as connection:
        address_checks.add(connection, check)
        work.put(connection, [task_for(home.house, check)])
    return box


def state(home: Home) -> str:
    with home.house.database.transaction() as connection:
        check = address_checks.get(connection, "check-1")
    assert check is not None
    return check.state


def filed(home: Home) -> list[str]:
    entries = home.house.archive.entries(subject="check-1")
    assert not any(NEW in str(entry.fields) for entry in entries)
    return [entry.fields["state"] for entry in entries]


ENDS: dict[str, tuple[Exception | None, DeliveryState, int]] = {
    "taken": (None, DeliveryState.HANDED_OVER, 1),
    "refused": (Refused("no such user"), DeliveryState.REJECTED, 0),
    "in doubt": (InDoubt("the reply was lost"), DeliveryState.IN_DOUBT, 0),
}


@pytest.mark.parametrize("case", ENDS)
def test_each_answer_ends_it_and_is_filed(home: Home, box: Mailbox, case: str) -> None:
    answer, ends, sent = ENDS[case]
    box.answers = [answer]
    home.run()
    home.clock.forward(hours=2)
    home.run()
    assert (state(home), filed(home), len(box.sent)) == (ends, [ends], sent)


def test_what_did_not_leave_is_tried_again_as_the_same_mail(home: Home, box: Mailbox) -> None:
    box.answers = [Deferred("busy"), Deferred("busy", retry_after_seconds=60)]
    home.run()
    assert (state(home), box.sent) == (DeliveryState.WAITING, [])
    for _ in range(3):
        home.clock.forward(hours=1)
        home.run()
    [parcel] = box.sent
    assert (parcel.key, parcel.enclosures) == ("check-1/address-check", ())
    assert parcel.created < home.clock.now
    assert filed(home) == [DeliveryState.HANDED_OVER]


def test_what_cannot_leave_in_time_is_given_up(home: Home, box: Mailbox) -> None:
    box.answers = [Deferred("busy")] * 99
    for _ in range(30):
        home.run()
        home.clock.forward(hours=1)
    assert (state(home), filed(home)) == (DeliveryState.REJECTED, [DeliveryState.REJECTED])


def test_an_address_that_gets_nothing_more_gets_no_question(home: Home, box: Mailbox) -> None:
    dead = Suppression(
        tenant="nordwind",
        address=NEW,
        verdict=AddressVerdict.DEAD,
        reason="550",
        since=home.clock.now,
        document="",
        delivery="d",
    )
    with home.house.database.transaction() as connection:
        suppressions.suppress(connection, dead)
    home.run()
    assert (state(home), box.sent) == (DeliveryState.REJECTED, [])


Moment = Literal["before the commit", "after the commit"]
KILLS: dict[Moment, tuple[DeliveryState, int]] = {
    "before the commit": (DeliveryState.HANDED_OVER, 1),
    "after the commit": (DeliveryState.IN_DOUBT, 1),
}


@pytest.mark.parametrize("moment", KILLS)
def test_a_death_doubles_nothing(home: Home, box: Mailbox, moment: Moment) -> None:
    box.dies = moment
    with pytest.raises(Killed):
        home.run()
    box.dies = ""
    home.restart()
    assert (state(home), len(box.sent)) == KILLS[moment]
