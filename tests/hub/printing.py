"""A print partner of a house under test: he promises, and the test writes his reports."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hub.pipeline.confirm import confirm
from hub.pipeline.receive import Arrival, receive
from hub.runs.print_batches import print_now
from hub.store import deliveries, print_jobs, print_pieces
from hub.store.print_pieces import PrintPiece
from outbound.channel import DeliveryState, Parcel, Receipt
from outbound.print_mail.pieces import Promise
from outbound.print_mail.stationery import Stationery
from outbound.print_returns import progress, read_returns
from tests.hub.houses import Home, Outbox
from tests.hub.invoices import ubl

HEAD = "job;piece;status;reason;at;count;sha256;new_street;new_post_code;new_city;new_country\n"


class Partner(Outbox):
    """Takes each job as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.stationery: Stationery | None = None
        self.promise = Promise(receipt_hours=4, posted_days=2)
        self.together = False

    def send_job(
        self,
        job: str,
        parcels: Sequence[Parcel],
        order: str = "",  # noqa: ARG002
    ) -> Mapping[str, Receipt]:
        self.sent += parcels
        return {
            parcel.key: Receipt(
                state=DeliveryState.HANDED_OVER,
                external_id=f"{job}:{1 if self.together else place}",
                text="taken",
                job_sha256=digest(job),
            )
            for place, parcel in enumerate(parcels, 1)
        }

    def resolve_job(
        self,
        job: str,  # noqa: ARG002
        parcels: Sequence[Parcel],  # noqa: ARG002
        order: str = "",  # noqa: ARG002
    ) -> Mapping[str, Receipt] | None:
        return None

    def say(self, name: str, text: str) -> None:
        self.reports = sorted([*self.reports, *read_returns(name, text.encode())], key=progress)


def digest(job: str) -> str:
    return hashlib.sha256(job.encode()).hexdigest()


def partner_of(home: Home, *numbers: str, together: bool = False) -> tuple[Partner, str]:
    """Let invoices leave in one job; returns the partner and the job's name."""
    made = Partner()
    made.together = together
    home.house = replace(home.house, channels={"post": made, "second": home.second})
    for number in numbers:
        arrival = Arrival(
            data=ubl(number=number), name=number, tenant="nordwind", sender="erp", door="api"
        )
        receive(home.house, arrival)
    home.run()
    assert print_now(home.house) == len(numbers)
    with home.house.database.transaction() as connection:
        [job] = print_jobs.listed(connection, 2)
    return made, job.job


def told(home: Home, partner: Partner, name: str, *lines: str) -> None:
    """Let the partner write a file of lines under HEAD, and the hub read it."""
    partner.say(name, HEAD + "".join(f"{line}\n" for line in lines))
    confirm(home.house, "post")


def pieces(home: Home, job: str) -> list[PrintPiece]:
    with home.house.database.transaction() as connection:
        return print_pieces.of_job(connection, job)


def states(home: Home) -> list[str]:
    with home.house.database.transaction() as connection:
        return sorted(delivery.state for delivery in deliveries.listed(connection))
