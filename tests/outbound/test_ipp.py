"""A printer that misbehaves: what each answer of it means, and that nothing is printed twice."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from outbound.channel import (
    Deferred,
    DeliveryError,
    DeliveryState,
    Enclosure,
    InDoubt,
    Parcel,
    Receipt,
    Refused,
)
from outbound.ipp import Ipp, Settings
from tests.outbound.rigs import NOON, parcel
from tests.servers.scripted_ipp import COMPLETED, ScriptedPrinter, scripted_printer

ARRIVED = DeliveryState.HANDED_OVER
Outcome = type[DeliveryError] | DeliveryState | None


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedPrinter]:
    with scripted_printer() as made:
        yield made


@pytest.fixture
def printer(server: ScriptedPrinter) -> ScriptedPrinter:
    server.state, server.accepts = 3, True
    server.jobs.clear()
    server.struck.clear()
    return server


@pytest.fixture
def channel(printer: ScriptedPrinter) -> Iterator[Callable[..., Ipp]]:
    """Return what makes a channel to the printer; it is closed in the end."""
    told = {"uri": f"ipp://127.0.0.1:{printer.port}/printers/office", "keeps_jobs": True}
    with ExitStack() as stack:

        def make(**changes: Any) -> Ipp:
            made = Ipp(Settings(**{**told, **changes}), clock=lambda: NOON)
            stack.callback(made.close)
            return made

        yield make


def outcome(act: Callable[[Parcel], Receipt | None], made: Parcel) -> Outcome:
    try:
        receipt = act(made)
    except DeliveryError as error:
        return type(error)
    return receipt.state if receipt else None


FATES: Mapping[str, tuple[type[DeliveryError], int, Outcome]] = {
    "refuse": (Refused, 0, None),
    "format": (Refused, 0, None),
    "killed": (Refused, 0, None),
    "doubt": (InDoubt, 1, ARRIVED),
    "lost": (InDoubt, 0, None),
    "page": (InDoubt, 1, ARRIVED),
    "internal": (InDoubt, 1, ARRIVED),
    "locked": (Deferred, 0, None),
    "gone": (Deferred, 0, None),
    "full": (Deferred, 0, None),
    "hot": (Deferred, 0, None),
    "busy": (Deferred, 0, None),
    "soon": (Deferred, 0, None),
}
"""What happens to a job, what sending says, how many there are then, and what asking says."""
DOWN = {"locked", "gone", "full", "hot"}


@pytest.mark.parametrize("fate", FATES)
def test_each_answer_has_its_meaning_and_none_prints_twice(
    printer: ScriptedPrinter, channel: Callable[..., Ipp], fate: str
) -> None:
    sent, jobs, asked = FATES[fate]
    road, made = channel(), parcel(f"{fate}-1")
    with pytest.raises(sent) as caught:
        road.send(made)
    assert len(printer.jobs) == jobs
    if isinstance(caught.value, Deferred):
        assert caught.value.endpoint_down is (fate in DOWN)
        assert caught.value.slow_down is (fate == "busy")
    assert outcome(road.resolve, made) == asked
    if fate != "refuse":
        assert road.send(made).state is ARRIVED
        assert len(printer.jobs) == 1


PRINTED, REJECTED = DeliveryState.DELIVERED, DeliveryState.REJECTED
ENDS: Mapping[str, tuple[int, str, Outcome, DeliveryState, bool]] = {
    "printed": (9, "job-completed-successfully", PRINTED, PRINTED, True),
    "perhaps": (9, "job-completed-with-errors", ARRIVED, PRINTED, False),
    "cancelled": (7, "job-canceled-by-user", Refused, REJECTED, True),
    "aborted": (8, "aborted-by-system", Refused, REJECTED, True),
}
"""State and reason of a job, what asking says, what is reported, and whether it proves it."""


@pytest.mark.parametrize("end", ENDS)
def test_how_a_job_ends_is_reported_until_it_is_kept(
    printer: ScriptedPrinter, channel: Callable[..., Ipp], end: str
) -> None:
    state, reason, asked, reported, strong = ENDS[end]
    road, made = channel(), parcel(end)
    receipt = road.send(made)
    road.send(parcel("another's"))
    assert road.look([receipt.external_id]) == []
    for job in printer.jobs:
        job.state, job.reason = state, reason
    [event] = road.look([receipt.external_id])
    assert (event.parcel_key, event.external_id) == (end, receipt.external_id)
    assert (event.state, event.strong) == (reported, strong)
    assert reason in event.reason
    road.acknowledge(event)
    assert road.look([receipt.external_id]) == []
    assert outcome(road.resolve, made) == asked


def test_what_a_printer_forgets_is_for_a_person(
    printer: ScriptedPrinter, channel: Callable[..., Ipp]
) -> None:
    road, at_commit = channel(keeps_jobs=False), []
    made = replace(parcel("doubt-1"), committing=lambda: at_commit.append(len(printer.jobs)))
    with pytest.raises(InDoubt):
        road.send(made)
    assert (at_commit, len(printer.jobs)) == ([0], 1)
    printer.jobs.clear()
    with pytest.raises(InDoubt, match="may have printed it"):
        road.resolve(made)


def test_a_job_without_a_name_may_be_any(
    printer: ScriptedPrinter, channel: Callable[..., Ipp]
) -> None:
    road = channel()
    road.send(parcel("hidden"))
    printer.jobs[0].name, printer.jobs[0].state = "", COMPLETED
    with pytest.raises(InDoubt, match="may have printed it"):
        road.resolve(parcel("hidden"))


@pytest.mark.parametrize(
    ("state", "accepts", "words"), [(5, True, "is stopped"), (3, False, "takes no jobs")]
)
def test_a_printer_that_stands_still_is_given_nothing(
    printer: ScriptedPrinter,
    channel: Callable[..., Ipp],
    state: int,
    accepts: bool,  # noqa: FBT001
    words: str,
) -> None:
    printer.state, printer.accepts = state, accepts
    road = channel()
    for act in (lambda: road.send(parcel("waits")), road.examine):
        with pytest.raises(Deferred, match=words) as caught:
            act()
        assert caught.value.endpoint_down
    assert printer.jobs == []


AS_LARGE = {"print-scaling": ("none",)}
WISHES: Mapping[str, tuple[dict[str, str], dict[str, Any] | str]] = {
    "nothing": ({"media": ""}, {}),
    "A4, as letters are": ({}, {"media": ("iso_a4_210x297mm",), **AS_LARGE}),
    "sides": ({"media": "", "sides": "one-sided"}, {"sides": ("one-sided",)}),
    "paper": ({"media": "na_letter_8.5x11in"}, {"media": ("na_letter_8.5x11in",), **AS_LARGE}),
    "tray": ({"media": "iso_a4_210x297mm", "tray": "tray-1"}, {"media-col": (), **AS_LARGE}),
    "no such sides": ({"sides": "two-sided-short-edge"}, "two-sided-short-edge"),
    "no such paper": (
        {"media": "iso_a3_297x420mm"},
        "iso_a3_297x420mm (media-supported: iso_a4_210x297mm, na_letter_8.5x11in)",
    ),
    "no colours": ({"colour": "color"}, "color (print-color-mode-supported: not told)"),
    "no such tray": ({"media": "iso_a4_210x297mm", "tray": "tray-9"}, "tray-9"),
}
"""What is set, and what the printer is asked for, or what it cannot do."""


@pytest.mark.parametrize("wish", WISHES)
def test_what_a_printer_cannot_do_is_refused(
    printer: ScriptedPrinter, channel: Callable[..., Ipp], wish: str
) -> None:
    changes, asked = WISHES[wish]
    road = channel(**changes)
    if isinstance(asked, str):
        for act in (lambda: road.send(parcel("wish")), road.examine):
            with pytest.raises(Refused, match=re.escape(f"cannot do {asked}")):
                act()
        assert printer.jobs == []
    else:
        assert "toner-low-warning" in road.examine()
        road.send(parcel("wish"))
        assert [job.asked for job in printer.jobs] == [asked]
        assert printer.jobs[0].data == parcel("wish").enclosures[0].data


def test_of_a_printer_that_cannot_be_told_not_to_scale_nothing_is_asked(
    printer: ScriptedPrinter, channel: Callable[..., Ipp]
) -> None:
    printer.scales = False
    channel().send(parcel("small"))
    assert [job.asked for job in printer.jobs] == [{"media": ("iso_a4_210x297mm",)}]


def test_only_a_pdf_is_printed(printer: ScriptedPrinter, channel: Callable[..., Ipp]) -> None:
    made = parcel("xml", Enclosure(name="a.xml", media_type="application/xml", data=b"<a/>"))
    with pytest.raises(Refused, match="PDF only"):
        channel().send(made)
    assert printer.jobs == []


ODD: Mapping[str, tuple[dict[str, str], str]] = {
    "no IPP": ({"uri": "http://print.example/"}, "no ipp:// or ipps:// address"),
    "no host": ({"uri": "ipp:///printers/a"}, "no ipp:// or ipps:// address"),
    "password in it": ({"uri": "ipps://a:b@print.example/"}, "no ipp:// or ipps:// address"),
    "password in the clear": ({"uri": "ipp://print.example/", "password": "x"}, "unencrypted"),
    "paper without a size": ({"uri": "ipp://print.example/", "media": "A4"}, "iso_a4_210x297mm"),
    "tray without paper": (
        {"uri": "ipp://print.example/", "media": "", "tray": "tray-1"},
        "wants media",
    ),
}


@pytest.mark.parametrize("case", ODD)
def test_settings_that_cannot_be(case: str) -> None:
    changes, words = ODD[case]
    with pytest.raises(ValueError, match=words):
        Settings(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("uri", "endpoint"),
    [
        ("ipp://print.example", "ipp://print.example:631/"),
        ("ipps://[::1]/ipp/print", "ipps://[::1]:631/ipp/print"),
        ("ipp://127.0.0.1:8631/printers/a", "ipp://127.0.0.1:8631/printers/a"),
    ],
)
def test_the_port_is_that_of_ipp(uri: str, endpoint: str) -> None:
    road = Ipp(Settings(uri=uri), clock=lambda: NOON)
    assert road.endpoint == endpoint
    road.close()
