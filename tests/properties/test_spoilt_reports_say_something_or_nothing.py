"""Law: whatever comes back on a message is read in bounds, and only our addresses name a parcel.

However its bytes come to harm, reading it ends, what it says fits a page, and nobody who does not
know a parcel's address can report on it.
"""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from hub.simulators.mail_answers import REPORTS
from outbound.channel import DeliveryState
from outbound.mail_events import MailEvents
from outbound.mail_reports.reading import read_report
from outbound.mailboxes.mailbox import Left, Letter
from outbound.return_path import ReturnPath
from tests.properties.examples import examples
from tests.properties.spoiling import SPLICES, Splice, spoilt

PATH = ReturnPath(local_part="bounce", domain="post.nordlicht.example", secret="key")
OURS = PATH.address(PATH.token("4711.0"))


class Box:
    """A mailbox with one letter."""

    is_here = True
    place = ("memory",)

    def __init__(self, data: bytes) -> None:
        self._letters = [Letter(source="1", data=data)]

    def waiting(self) -> Iterator[Letter]:
        return iter(self._letters)

    def put_away(self, source: str, *, taken: bool) -> None:
        assert (source, taken) == ("1", False)
        self._letters = []

    def left_for_a_person(self) -> int:
        return 0

    def left(self) -> Sequence[Left]:
        return ()

    def close(self) -> None:
        pass


@pytest.mark.parametrize("word", REPORTS)
@given(splices=SPLICES)
@settings(
    max_examples=examples(6),
    deadline=5_000,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_reading_ends_and_a_report_is_of_our_parcel_alone(word: str, splices: list[Splice]) -> None:
    report = REPORTS[word][0](OURS, "anna@kunde.example", {"envid": "4711.0"})
    data = spoilt(report, splices)
    read = read_report(data)
    assert len(read.words) < 1000
    assert read.words.isprintable()
    for event in MailEvents(PATH, [Box(data)]).events():
        names_ours = event.external_id == PATH.message_id(PATH.token("4711.0"))
        assert event.parcel_key in ((None, "4711.0") if names_ours else (None,))
        assert event.strong or event.state is not DeliveryState.REJECTED


def test_a_report_to_another_address_is_of_no_parcel() -> None:
    for reports in REPORTS.values():
        for report in reports:
            forged = report("bounce@post.nordlicht.example", "x@y.example", {"envid": "4711.0"})
            assert MailEvents(PATH, [Box(forged)]).events() == []
