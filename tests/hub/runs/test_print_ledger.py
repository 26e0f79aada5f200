"""What a partner promised: silence for longer is an alarm, and his line ends it."""

from datetime import UTC, datetime

import pytest

from hub.runs.print_ledger import due
from hub.store import print_pieces
from outbound.print_mail.pieces import Promise
from tests.hub.houses import Home
from tests.hub.printing import partner_of, pieces, told


def overdue(home: Home, tenant: str | None = None) -> list[tuple[str, int]]:
    with home.house.database.transaction() as connection:
        found = print_pieces.overdue(connection, home.clock.now, tenant)
    return [(one.what, one.pieces) for one in found]


def test_silence_is_an_alarm_until_the_line_comes(home: Home) -> None:
    """The job leaves on Friday at nine; two working days end on Tuesday."""
    partner, job = partner_of(home, "R-1", "R-2")
    first, second = pieces(home, job)
    home.clock.forward(hours=4)
    assert overdue(home) == []
    home.clock.forward(seconds=1)
    assert overdue(home) == overdue(home, "nordwind") == [("receipt", 2)]
    assert overdue(home, "another") == []
    told(home, partner, "r.csv", f"{job};;received")
    assert overdue(home) == []
    home.clock.forward(days=4, hours=10, minutes=58)
    assert overdue(home) == []
    home.clock.forward(minutes=2)
    assert overdue(home) == [("posted", 2)]
    told(home, partner, "p.csv", f"{job};{first.piece};posted", f"{job};{second.piece};printed")
    assert overdue(home) == [("posted", 1)]
    told(home, partner, "q.csv", f"{job};{second.piece};spoiled")
    assert overdue(home) == []


@pytest.mark.parametrize(("country", "day"), [("", "25"), ("DE", "28"), ("PL", "29")])
def test_posting_is_promised_in_working_days_of_its_country(country: str, day: str) -> None:
    handed_at = datetime(2026, 12, 23, 9, tzinfo=UTC)
    promise = Promise(receipt_hours=4, posted_days=2)
    _, posted = due(promise, handed_at, country=country)
    assert posted is not None
    assert f"{posted:%d}" == day


@pytest.mark.parametrize("what", ["receipt", "posted"])
def test_the_words_name_job_partner_and_what_to_do(home: Home, what: str) -> None:
    _, job = partner_of(home, "R-1")
    home.clock.forward(days=9)
    with home.house.database.transaction() as connection:
        found = {one.what: one for one in print_pieces.overdue(connection, home.clock.now)}
    assert job in found[what].words
    assert "1 piece, due 2026-11-2" in found[what].words
