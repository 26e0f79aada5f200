"""The hub closes its archive's days: counts files, tells witnesses once, and says what is wrong."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from archive.closing.folder import Folder
from archive.closing.token import Authority
from hub.cli.main import parser
from hub.pipeline.confirm import confirm
from hub.runs.closings import close_when_due
from hub.runs.endings import alarms
from hub.store import witness_mails
from hub.store.witness_mails import WitnessMail
from outbound.channel import Deferred, DeliveryState, Event, InDoubt, Refused
from tests.archive.closing.stamping import Town
from tests.hub.houses import Home, Outbox
from tests.hub.pipeline.test_sign import drop

LOG = "nordwind/2026"
on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def town(home: Home, tmp_path: Path) -> Town:
    return Town(tmp_path, home.clock.now)


@pytest.fixture
def authorities(town: Town) -> Sequence[Authority]:
    return [town.authority("first"), town.authority("second")]


@pytest.fixture
def witnessed(home: Home) -> Outbox:
    """Let the company have a witness, who is reached by email."""
    box = Outbox()
    settings = home.house.config
    tenant = settings.tenants["nordwind"]
    keeping = msgspec.structs.replace(tenant.archive, witness="auditor@elsewhere.example")
    own = msgspec.structs.replace(tenant, archive=keeping)
    config = msgspec.structs.replace(
        settings, tenants={"nordwind": own}, channels={"mail": {"kind": "email"}}
    )
    home.house = replace(home.house, config=config, channels={**home.house.channels, "mail": box})
    return box


def forward(home: Home, town: Town, **parts: float) -> None:
    home.clock.forward(**parts)
    town.now = home.clock.now


def report(home: Home, day: str) -> dict[str, Any]:
    return Folder(archive=home.house.archive, log=LOG, name=f"closings/{day}").report()


def mails(home: Home) -> list[WitnessMail]:
    with home.house.database.transaction() as connection:
        return witness_mails.last(connection)


def told(home: Home) -> list[str]:
    with home.house.database.transaction() as connection:
        return [each.head for each in alarms(home.house, connection, lambda _tenant: True)]


def test_a_day_of_the_hub_is_closed_with_what_its_tables_say(
    home: Home, town: Town, authorities: Sequence[Authority]
) -> None:
    drop(home)
    assert close_when_due(home.house, authorities) == 0
    forward(home, town, days=1)
    assert (close_when_due(home.house, authorities), told(home)) == (1, [])
    found = report(home, "2026-11-20")
    assert found["files"] == {
        "accepted": 1,
        "archived": 1,
        "parked": 0,
        "missing": [],
        "whole": True,
    }
    assert found["numbers"] == []
    assert found["counts"]["submission"] == 2, "received and read"
    assert close_when_due(home.house, authorities) == 0


@on_one_database
def test_a_closing_that_stays_open_is_told_of_and_ends(
    home: Home, town: Town, authorities: Sequence[Authority]
) -> None:
    drop(home)
    town.silent = {"first"}
    forward(home, town, hours=16)
    assert (close_when_due(home.house, authorities), told(home)) == (0, [])
    forward(home, town, hours=2)
    close_when_due(home.house, authorities)
    assert told(home) == ["Archive nordwind/2026: a day is not closed"]
    town.silent = set()
    assert close_when_due(home.house, authorities) == 1
    assert told(home) == []


@on_one_database
def test_time_stamps_are_renewed_in_their_time(
    home: Home, town: Town, authorities: Sequence[Authority]
) -> None:
    drop(home)
    forward(home, town, days=1)
    close_when_due(home.house, authorities)
    forward(home, town, days=1200 - 119)
    assert close_when_due(home.house, [town.authority("later")]) == 2, "and the year's closing"
    assert told(home) == []


ANSWERS: dict[str, tuple[list[Exception | None], DeliveryState, int, bool]] = {
    "taken": ([None], DeliveryState.HANDED_OVER, 1, False),
    "later": ([Deferred("busy"), None], DeliveryState.HANDED_OVER, 1, False),
    "refused": ([Refused("no such user")], DeliveryState.REJECTED, 0, True),
    "in doubt": ([InDoubt("the reply was lost")], DeliveryState.IN_DOUBT, 0, True),
}


@on_one_database
@pytest.mark.parametrize("case", ANSWERS)
def test_a_witness_gets_each_checkpoint_once(
    home: Home, town: Town, authorities: Sequence[Authority], witnessed: Outbox, case: str
) -> None:
    answers, state, count, alarmed = ANSWERS[case]
    witnessed.answers = list(answers)
    drop(home)
    forward(home, town, days=1)
    for _ in range(4):
        close_when_due(home.house, authorities)
        forward(home, town, hours=2)
    (mail,) = mails(home)
    assert (mail.state, len(witnessed.sent)) == (state, count)
    assert ("Archive nordwind/2026: the witness was not told" in told(home)) == alarmed
    for parcel in witnessed.sent:
        checkpoint = parcel.enclosures[0].data
        assert parcel.key == "closing-nordwind-2026-2026-11-20"
        assert parcel.destination.email == "auditor@elsewhere.example"
        assert checkpoint.decode() in parcel.text
        folder = Folder(archive=home.house.archive, log=LOG, name="closings/2026-11-20")
        assert checkpoint == folder.read("checkpoint")
        (command,) = re.findall(r"^ +facteur (.+)$", parcel.text, re.MULTILINE)
        told_to_give = parser().parse_args(command.split()).earlier
        assert told_to_give == [Path(parcel.enclosures[0].name)]


@on_one_database
@pytest.mark.parametrize("by", ["key", "Message-ID"])
def test_a_mail_to_a_witness_that_comes_back_is_told_of(
    home: Home, town: Town, authorities: Sequence[Authority], witnessed: Outbox, by: str
) -> None:
    drop(home)
    forward(home, town, days=1)
    close_when_due(home.house, authorities)
    (mail,) = mails(home)
    key, name = (mail.key, None) if by == "key" else (None, mail.external_id)
    back = Event(
        parcel_key=key,
        external_id=name,
        state=DeliveryState.REJECTED,
        reason="550 5.1.1 no such mailbox",
        source="report-1",
    )
    witnessed.reports = [back]
    assert confirm(home.house, "mail") == 0
    assert witnessed.acknowledged == ["report-1"]
    close_when_due(home.house, authorities)
    assert told(home) == ["Archive nordwind/2026: the witness was not told"]


@on_one_database
def test_a_witness_hears_of_a_day_that_no_authority_stamps(
    home: Home, town: Town, authorities: Sequence[Authority], witnessed: Outbox
) -> None:
    drop(home)
    town.silent = {"first", "second"}
    forward(home, town, days=1)
    close_when_due(home.house, authorities)
    assert len(witnessed.sent) == 1
    with home.house.database.transaction() as connection:
        (mail,) = witness_mails.last(connection)
        left = replace(mail, state=DeliveryState.SENDING, look_at=mail.look_at - timedelta(days=9))
        witness_mails.put(connection, left)
    close_when_due(home.house, authorities)
    assert (mails(home)[0].state, len(witnessed.sent)) == (DeliveryState.IN_DOUBT, 1)
