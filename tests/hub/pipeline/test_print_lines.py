"""A partner's lines: each moves its piece once, and what does not fit moves nothing and is told."""

import pytest

from hub.pipeline.confirm import confirm
from hub.store import print_jobs, print_lines
from outbound.channel import DeliveryState
from tests.hub.houses import Home
from tests.hub.printing import digest, partner_of, pieces, states, told

GONE, PRINTED = DeliveryState.HANDED_OVER, DeliveryState.ACCEPTED_BY_NETWORK
ARRIVED = DeliveryState.DELIVERED

SAID = {
    "all the way": ("received printed posted", "posted", ARRIVED, "taken taken taken"),
    "posted alone": ("posted", "posted", ARRIVED, "taken"),
    "spoiled": ("received spoiled", "spoiled", GONE, "taken taken"),
    "spoiled after printing": ("printed spoiled", "spoiled", PRINTED, "taken taken"),
    "spoiled, made again": ("spoiled printed posted", "posted", ARRIVED, "taken taken taken"),
    "doubled": ("posted posted", "posted", ARRIVED, "taken again"),
    "out of order": ("posted printed", "posted", ARRIVED, "taken late"),
    "printed after rejected": ("rejected printed", "rejected", GONE, "taken contradicts"),
    "posted after rejected": ("rejected posted", "rejected", GONE, "taken contradicts"),
    "rejected after posted": ("posted rejected", "posted", ARRIVED, "taken contradicts"),
    "spoiled after posted": ("posted spoiled", "posted", ARRIVED, "taken contradicts"),
    "returned twice": ("posted returned returned", "returned", GONE, "taken taken again"),
    "a word nobody knows": ("received eaten", "received", GONE, "taken unknown"),
}
"""What he says in turn; how piece and letter end; what each line was worth. A letter that was
rejected, or came back, has left by the next road."""


@pytest.mark.parametrize("case", SAID)
def test_each_piece_ends_in_one_state(home: Home, case: str) -> None:
    said, end, letter, verdicts = SAID[case]
    partner, job = partner_of(home, "R-1", "R-2")
    first, second = pieces(home, job)
    for number, status in enumerate(said.split()):
        told(home, partner, f"{number}.csv", f"{job};{first.piece};{status}")
        home.run()
        assert confirm(home.house, "post") == 0
    assert [one.state for one in pieces(home, job)] == [end, "sent"]
    with home.house.database.transaction() as connection:
        lines = print_lines.of_job(connection, job)
        odd = print_lines.odd(connection, 9)
    assert [line.verdict for line in lines] == verdicts.split()
    assert [line.source for line in odd] == [one.source for one in lines if one.verdict != "taken"]
    assert states(home) == sorted([letter, GONE])
    assert second.keys == [partner.sent[1].key]


RECEIPTS = {
    "as sent": (";;received;;;2;{sha}", "taken", "received"),
    "without figures": (";;received", "taken", "received"),
    "one too few": (";;received;;;1;{sha}", "contradicts", "sent"),
    "another PDF": (";;received;;;2;" + "0" * 64, "contradicts", "sent"),
    "of no piece": (";;posted", "unknown", "sent"),
    "of another piece": (";nobody.0;posted", "unknown", "sent"),
}


@pytest.mark.parametrize("case", RECEIPTS)
def test_a_receipt_is_compared_with_what_was_sent(home: Home, case: str) -> None:
    line, verdict, state = RECEIPTS[case]
    partner, job = partner_of(home, "R-1", "R-2")
    told(home, partner, "r.csv", f"{job}{line.format(sha=digest(job))}")
    assert [one.state for one in pieces(home, job)] == [state] * 2
    with home.house.database.transaction() as connection:
        (noted,) = print_lines.of_job(connection, job)
        found = print_jobs.get(connection, job)
    assert noted.verdict == verdict
    assert found is not None
    assert (found.received_at is not None) == (verdict == "taken")
    assert partner.acknowledged == [event.source for event in partner.reports]


@pytest.mark.parametrize("text", ["", "garbage", "{}", "job;piece\nother-job;x.0;posted"])
def test_what_is_of_nothing_here_is_put_away_and_told(home: Home, text: str) -> None:
    partner, job = partner_of(home, "R-1")
    partner.say("r.csv", text)
    confirm(home.house, "post")
    assert len(partner.acknowledged) == len(partner.reports) == 1
    with home.house.database.transaction() as connection:
        assert [line.verdict for line in print_lines.odd(connection, 9)] == ["unknown"]
    assert [one.state for one in pieces(home, job)] == ["sent"]


def test_a_shared_envelope_is_one_piece_of_many_letters(home: Home) -> None:
    partner, job = partner_of(home, "R-1", "R-2", together=True)
    [piece] = pieces(home, job)
    assert piece.keys == [parcel.key for parcel in partner.sent]
    told(home, partner, "p.csv", f"{job};{piece.piece};posted")
    assert states(home) == [ARRIVED] * 2
    with home.house.database.transaction() as connection:
        assert len(print_lines.of_job(connection, job)) == 1


def test_a_new_address_is_kept_with_its_piece(home: Home) -> None:
    partner, job = partner_of(home, "R-1")
    [piece] = pieces(home, job)
    told(
        home,
        partner,
        "p.csv",
        f"{job};{piece.piece};returned;moved;;;;Neue Gasse 2;20095;Hamburg;DE",
    )
    [piece] = pieces(home, job)
    assert '"street":"Neue Gasse 2"' in piece.new_address


def test_the_receipt_of_a_job_and_of_its_pieces_do_not_double_each_other(home: Home) -> None:
    partner, job = partner_of(home, "R-1")
    [piece] = pieces(home, job)
    told(home, partner, "a.csv", f"{job};;received", f"{job};{piece.piece};received")
    told(home, partner, "b.csv", f"{job};{piece.piece};received")
    with home.house.database.transaction() as connection:
        verdicts = [line.verdict for line in print_lines.of_job(connection, job)]
    assert verdicts == ["taken", "taken", "again"]
