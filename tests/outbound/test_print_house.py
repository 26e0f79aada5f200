"""The print partner's simulator reads every mark and reports; we tell the pieces what it said."""

import json
from dataclasses import replace

import pytest

from outbound.channel import Deferred, DeliveryState, Event, InDoubt, Parcel, Refused
from outbound.print_house import PrintHouse
from tests.outbound.rigs import Rig, parcel, pdf
from tests.servers.simulators import Peer
from tests.servers.waiting import wait_for


def letters(job: str, *numbers: str) -> list[Parcel]:
    """Parcels whose fate is in the document number."""
    made = []
    for place, number in enumerate(numbers):
        one = parcel(f"{job}-{number}", replace(parcel("x").enclosures[0], data=pdf(place % 4 + 1)))
        made.append(replace(one, labels={"number": number}))
    return made


def channel_of(rig: Rig, **changes: object) -> PrintHouse:
    made = rig.channel(**changes)
    assert isinstance(made, PrintHouse)
    return made


def reports(channel: PrintHouse, job: str, *, lines: int) -> list[Event]:
    """What the partner has said about a job, once that many lines are there."""

    def look() -> list[Event]:
        found = [event for event in channel.events() if event.external_id == job]
        return found if len(found) >= lines else []

    return wait_for(look)


def arrived(printer: Peer, job: str) -> list[str]:
    paths = [str(row["path"]) for row in printer.log("arrived")]
    return [path for path in paths if path.startswith(f"incoming/{job}.")]


def test_each_piece_ends_as_the_partner_says(print_rig: Rig, printer: Peer) -> None:
    channel = channel_of(print_rig)
    numbers = ("plain-1", "plain-2", "reject-1", "spoil-1", "return-1")
    receipts = channel.send_job("ends", letters("ends", *numbers))
    assert {receipt.state for receipt in receipts.values()} == {DeliveryState.HANDED_OVER}
    found = reports(channel, "ends", lines=15)
    last = {event.parcel_key: event.state for event in found if event.parcel_key}
    assert last == {
        "ends-plain-1": DeliveryState.DELIVERED,
        "ends-plain-2": DeliveryState.DELIVERED,
        "ends-reject-1": DeliveryState.REJECTED,
        "ends-spoil-1": DeliveryState.HANDED_OVER,
        "ends-return-1": DeliveryState.REJECTED,
    }
    report = json.loads((printer.folder / "jobs" / "ends.json").read_text())
    assert report["faults"] == []
    assert report["marks_read"] == report["marks_expected"] == 7


def test_return_file_moves_when_its_last_line_is_acknowledged(
    print_rig: Rig, printer: Peer
) -> None:
    channel = channel_of(print_rig)
    channel.send_job("moves", letters("moves", "1", "2"))
    found = reports(channel, "moves", lines=7)
    returns = printer.folder / "files" / "return"
    first, second = [event for event in found if event.reason.startswith("posted")]
    channel.acknowledge(first)
    channel.acknowledge(first)
    assert (returns / "moves-posted.csv").exists()
    channel.acknowledge(second)
    channel.acknowledge(second)
    assert not (returns / "moves-posted.csv").exists()
    processed = [file.name for file in (printer.folder / "files" / "processed").iterdir()]
    assert [name for name in processed if name.endswith("-moves-posted.csv")] != []
    channel_of(print_rig).acknowledge(first)


def test_a_report_is_read_when_it_rests(print_rig: Rig, printer: Peer) -> None:
    channel = channel_of(print_rig)
    file = printer.folder / "files" / "return" / "growing.csv"
    file.parent.mkdir(exist_ok=True)

    def told() -> list[str | None]:
        return [e.parcel_key for e in channel.events() if e.external_id == "growing"]

    def write(*pieces: str) -> None:
        lines = "".join(f"growing;{piece};posted\n" for piece in pieces)
        file.write_text(f"job;piece;status\n{lines}", encoding="ascii")

    write("a")
    assert told() == []
    write("a", "b")
    assert told() == []
    assert told() == ["a", "b"]
    found = [event for event in channel.events() if event.external_id == "growing"]
    write("a", "b", "c")
    assert told() == []
    for event in found:
        channel.acknowledge(event)
    assert file.exists()
    assert told() == ["a", "b", "c"]


def test_job_is_sent_once_and_another_of_its_name_is_refused(print_rig: Rig, printer: Peer) -> None:
    made = letters("once", "1", "2", "3")
    first = channel_of(print_rig).send_job("once", made)
    before = arrived(printer, "once")
    again = channel_of(print_rig).send_job("once", made[::-1])
    assert {key: r.external_id for key, r in again.items()} == {
        key: r.external_id for key, r in first.items()
    }
    assert arrived(printer, "once") == before
    assert before[-1] == "incoming/once.done"
    for act in channel_of(print_rig).send_job, channel_of(print_rig).resolve_job:
        with pytest.raises(Refused, match="another job"):
            act("once", made[:2])


def test_interrupted_job_is_completed_not_doubled(print_rig: Rig, printer: Peer) -> None:
    channel, made = channel_of(print_rig), letters("half-job", "1", "2")
    with pytest.raises(Deferred):
        channel.send_job("half-job", made)
    assert arrived(printer, "half-job") == []
    assert channel_of(print_rig, keeps_files=False).resolve_job("half-job", made) is None
    channel.send_job("half-job", made)
    assert arrived(printer, "half-job").count("incoming/half-job.done") == 1


def test_partner_who_takes_jobs_away_leaves_doubt(print_rig: Rig) -> None:
    with pytest.raises(InDoubt, match="may have taken"):
        channel_of(print_rig, keeps_files=False).resolve_job("never", letters("never", "1"))


def test_job_of_unfit_letters_alone_sends_nothing(print_rig: Rig, printer: Peer) -> None:
    [fit] = letters("unfit", "1")
    unfit = replace(fit, enclosures=())
    receipts = channel_of(print_rig).send_job("unfit", [unfit])
    assert receipts[unfit.key].state is DeliveryState.REJECTED
    assert arrived(printer, "unfit") == []


def test_letter_alone_does_not_leave(print_rig: Rig) -> None:
    [one] = letters("alone", "1")
    with pytest.raises(Refused, match="jobs"):
        channel_of(print_rig).send(one)
    with pytest.raises(InDoubt, match="jobs"):
        channel_of(print_rig).resolve(one)
    with pytest.raises(Refused, match="not a file name"):
        channel_of(print_rig).send_job("../up", [one])
