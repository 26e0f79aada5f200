"""Letters gather, leave in jobs at the cut-off, and a crash makes no second letter."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest
from msgspec.structs import replace as change

from hub.pipeline.by_hand import decide_job
from hub.pipeline.cancel import NotStopped, cancel
from hub.pipeline.confirm import confirm
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import NotParked
from hub.runs.print_batches import print_now, print_when_due
from hub.store import deliveries
from outbound.channel import Deferred, DeliveryState, Event, InDoubt, Parcel, Receipt, Refused
from outbound.print_mail.stationery import Stationery
from tests.hub.houses import Home, Killed, Outbox
from tests.hub.invoices import ubl


class Mailroom(Outbox):
    """Takes jobs; the same name with other letters is refused, as a print partner does."""

    def __init__(self) -> None:
        super().__init__()
        self.stationery: Stationery | None = None
        self.jobs: dict[str, tuple[str, ...]] = {}
        self.orders: list[str] = []
        self.thick: set[str] = set()
        self.refuses = False
        self.doubts = False
        self.asked = 0

    def send_job(
        self, job: str, parcels: Sequence[Parcel], order: str = ""
    ) -> Mapping[str, Receipt]:
        if self.dies == "before the commit":
            raise Killed
        if self.doubts:
            self.asked += 1
            raise InDoubt("the line was lost")
        if self.answers:
            raise self.answers.pop(0) or Deferred("not now")
        if self.refuses:
            raise Refused("no contract")
        self.orders.append(order)
        receipts = self._taken(job, parcels)
        if self.dies == "after the commit":
            raise Killed
        return receipts

    def resolve_job(
        self,
        job: str,
        parcels: Sequence[Parcel],
        order: str = "",  # noqa: ARG002
    ) -> Mapping[str, Receipt] | None:
        return self._taken(job, parcels) if job in self.jobs else None

    def _taken(self, job: str, parcels: Sequence[Parcel]) -> Mapping[str, Receipt]:
        fit = tuple(p.key for p in parcels if p.labels["number"] not in self.thick)
        if self.jobs.setdefault(job, fit) != fit:
            raise Refused(f"another job has the name {job}")
        taken = {
            key: Receipt(state=DeliveryState.HANDED_OVER, external_id=f"{job}:{key}", text="taken")
            for key in fit
        }
        unfit = Receipt(state=DeliveryState.REJECTED, external_id=job, text="too thick")
        return {p.key: taken.get(p.key, unfit) for p in parcels}

    @property
    def letters(self) -> list[str]:
        return [key for job in self.jobs.values() for key in job]


@pytest.fixture
def mailroom(home: Home) -> Mailroom:
    made = Mailroom()
    home.house = replace(home.house, channels={"post": made, "second": home.second})
    for number in ("R-1", "R-2", "R-3"):
        drop(home, number)
    return made


def drop(home: Home, number: str) -> None:
    arrival = Arrival(
        data=ubl(number=number), name=number, tenant="nordwind", sender="erp", door="api"
    )
    receive(home.house, arrival)
    home.run()


def states(home: Home) -> list[str]:
    with home.house.database.transaction() as connection:
        return sorted(delivery.state for delivery in deliveries.listed(connection))


def test_letters_wait_and_leave_together(home: Home, mailroom: Mailroom) -> None:
    assert (states(home), mailroom.jobs) == ([deliveries.GATHERED] * 3, {})
    assert print_now(home.house) == 3
    assert [len(job) for job in mailroom.jobs.values()] == [3]
    assert states(home) == [DeliveryState.HANDED_OVER] * 3
    assert print_now(home.house) == 0
    assert len(mailroom.jobs) == 1


@pytest.mark.parametrize("when", ["before the commit", "after the commit"])
def test_a_job_that_was_interrupted_is_finished_and_not_made_again(
    home: Home, mailroom: Mailroom, when: Literal["before the commit", "after the commit"]
) -> None:
    mailroom.dies = when
    with pytest.raises(Killed):
        print_now(home.house)
    mailroom.dies = ""
    assert print_now(home.house) == 3
    assert len(mailroom.letters) == 3
    assert states(home) == [DeliveryState.HANDED_OVER] * 3


@pytest.mark.parametrize("arrived", [True, False], ids=["arrived", "again"])
def test_a_job_in_doubt_is_asked_about_for_an_hour_and_then_shown_to_a_person(
    home: Home, mailroom: Mailroom, *, arrived: bool
) -> None:
    mailroom.doubts = True
    for minutes, state in ((0, "sending"), (59, "sending"), (1, "in_doubt")):
        home.clock.forward(minutes=minutes)
        assert print_when_due(home.house) == print_now(home.house) == 0
        assert states(home) == [state] * 3, minutes
    asked = mailroom.asked
    assert print_when_due(home.house) == print_now(home.house) == 0
    assert mailroom.asked == asked
    with home.house.database.transaction() as connection:
        (job,) = {delivery.job for delivery in deliveries.listed(connection)}
        (reason,) = {delivery.reason for delivery in deliveries.listed(connection)}
    assert job is not None
    assert reason == f"print job {job}: the line was lost; ask the partner whether he has it"
    with pytest.raises(NotParked):
        decide_job(home.house, job, tenant="suedwind", arrived=arrived, who="a clerk")
    assert decide_job(home.house, job, tenant="nordwind", arrived=arrived, who="a clerk") == 3
    mailroom.doubts = False
    home.run()
    assert print_now(home.house) == (0 if arrived else 3)
    assert states(home) == [DeliveryState.HANDED_OVER] * 3
    assert len(mailroom.letters) == (0 if arrived else 3)


def test_a_partner_s_return_file_ends_a_doubt_before_a_person_does(
    home: Home, mailroom: Mailroom
) -> None:
    mailroom.doubts = True
    print_now(home.house)
    home.clock.forward(hours=1)
    print_now(home.house)
    with home.house.database.transaction() as connection:
        letters = deliveries.listed(connection, state=DeliveryState.IN_DOUBT)
    mailroom.reports = [
        Event(
            parcel_key=letter.parcel_key,
            external_id=None,
            state=DeliveryState.DELIVERED,
            reason="mailed",
            source=f"return-{letter.id}",
        )
        for letter in letters
    ]
    assert confirm(home.house, "post") == 3
    assert states(home) == [DeliveryState.DELIVERED] * 3
    assert print_now(home.house) == 0


def test_a_partner_who_is_silent_too_long_is_told_to_a_person(
    home: Home, mailroom: Mailroom
) -> None:
    mailroom.answers = [Deferred("not now")] * 3
    for hours, state in ((0, "sending"), (47, "sending"), (1, "in_doubt")):
        home.clock.forward(hours=hours)
        assert print_now(home.house) == 0
        assert states(home) == [state] * 3, hours


def test_a_settled_job_is_closed_whatever_happens_to_its_letters(
    home: Home, mailroom: Mailroom
) -> None:
    """The process dies when the letters are settled; then one of them is rejected."""

    def die() -> None:
        raise Killed

    with pytest.raises(Killed):
        print_now(replace(home.house, nudge=die))
    rejected = Event(
        parcel_key=mailroom.letters[0],
        external_id=None,
        state=DeliveryState.REJECTED,
        reason="address outside the window",
        source="return-1",
    )
    mailroom.reports.append(rejected)
    assert confirm(home.house, "post") == 1
    print_now(home.house)
    home.run()
    assert len(mailroom.letters) == 3
    assert [parcel.labels["number"] for parcel in home.second.sent] == ["R-1"]


def test_reports_about_a_job_wait_until_it_is_settled(home: Home, mailroom: Mailroom) -> None:
    mailroom.dies = "after the commit"
    with pytest.raises(Killed):
        print_now(home.house)
    mailroom.dies = ""
    mailroom.reports.append(
        Event(
            parcel_key=mailroom.letters[0],
            external_id=None,
            state=DeliveryState.REJECTED,
            reason="spoiled",
            source="return-1",
        )
    )
    assert confirm(home.house, "post") == 0
    assert print_now(home.house) == 3
    assert confirm(home.house, "post") == 1


def test_what_does_not_fit_takes_the_next_road_alone(home: Home, mailroom: Mailroom) -> None:
    mailroom.thick = {"R-2"}
    assert print_now(home.house) == 2
    home.run()
    assert [parcel.labels["number"] for parcel in home.second.sent] == ["R-2"]


def test_a_job_that_cannot_leave_now_leaves_later_under_its_name(
    home: Home, mailroom: Mailroom
) -> None:
    mailroom.answers = [Deferred("nobody there", endpoint_down=True)]
    assert print_now(home.house) == 0
    assert print_now(home.house) == 3
    assert len(mailroom.letters) == 3


def test_a_refused_job_takes_the_next_road_whole(home: Home, mailroom: Mailroom) -> None:
    mailroom.refuses = True
    assert print_now(home.house) == 0
    home.run()
    assert len(home.second.sent) == 3


CUT_OFFS = {  # hours after the letters were gathered at nine, and how many leave then
    "one cut-off a day": ("17:00", 0, {7: 0, 8: 3, 9: 0, 31: 0, 32: 1}),
    "the hub was down at the cut-off": ("17:00", 0, {24: 3, 25: 0, 32: 1}),
    "the cut-off of today was before": ("08:00", 0, {1: 0, 22: 0, 23: 3, 47: 1}),
    "every two hours": ("17:00", 120, {1: 0, 2: 3, 3: 0, 4: 1}),
}


@pytest.mark.parametrize("case", CUT_OFFS)
def test_letters_leave_at_the_first_cut_off_after_they_were_gathered(
    home: Home, mailroom: Mailroom, case: str
) -> None:
    """One more letter comes as soon as the first have left."""
    at, minutes, leaving = CUT_OFFS[case]
    runs = change(home.house.config.runs, print_at=at, print_every_minutes=minutes)
    home.house = replace(home.house, config=change(home.house.config, runs=runs))
    gathered_at = home.clock.now
    left = {}
    for hours in leaving:
        home.clock.now = gathered_at + timedelta(hours=hours)
        left[hours] = print_when_due(home.house)
        if left[hours] == 3:
            drop(home, "R-4")
    assert left == leaving
    assert len(mailroom.letters) == 4


def test_a_letter_is_either_in_a_job_or_cancelled_whoever_is_faster(
    home: Home, mailroom: Mailroom
) -> None:
    for number in range(9):
        drop(home, f"N-{number}")
    with home.house.database.transaction() as connection:
        letters = deliveries.gathered(connection, "post")
    start, stopped = threading.Barrier(2), []

    def stop() -> None:
        start.wait()
        for letter in letters:
            with suppress(NotStopped):
                cancel(home.house, letter.document, who="a clerk", reason="ordered twice")
                stopped.append(letter.parcel_key)

    thread = threading.Thread(target=stop)
    thread.start()
    start.wait()
    print_now(home.house)
    thread.join()
    assert sorted([*mailroom.letters, *stopped]) == [letter.parcel_key for letter in letters]
    assert states(home).count("cancelled") == len(stopped)
