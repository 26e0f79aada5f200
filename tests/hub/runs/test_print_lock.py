"""Two processes see the same print job: one hands it over, the other leaves it alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from hub.pipeline.receive import Arrival, receive
from hub.runs.print_batches import print_now, print_when_due
from outbound.channel import Parcel, Receipt
from tests.hub.houses import Home
from tests.hub.invoices import ubl
from tests.hub.runs.test_print_batches import Mailroom


class SlowMailroom(Mailroom):
    """Lets something else happen while it takes a job."""

    def __init__(self) -> None:
        super().__init__()
        self.handed_over = 0
        self.elsewhere: list[Callable[[], None]] = []

    def send_job(
        self, job: str, parcels: Sequence[Parcel], order: str = ""
    ) -> Mapping[str, Receipt]:
        self.handed_over += 1
        while self.elsewhere:
            self.elsewhere.pop()()
        return super().send_job(job, parcels, order)


def test_a_job_under_way_is_left_to_who_began_it(home: Home) -> None:
    mailroom, seen = SlowMailroom(), []
    home.house = replace(home.house, channels={"post": mailroom, "second": home.second})
    receive(home.house, Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api"))
    home.run()
    mailroom.elsewhere = [
        lambda: seen.append(print_when_due(home.house)),
        lambda: seen.append(print_now(home.house)),
    ]
    assert print_now(home.house) == 1
    assert (seen, mailroom.handed_over) == ([0, 0], 1)
    assert print_when_due(home.house) == 0
