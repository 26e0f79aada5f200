"""A piece whose report is lost was posted, if a person says so."""

import pytest

from hub.pipeline.print_posted import NotPosted, posted
from hub.pipeline.reprint import reprint
from hub.store import deliveries
from hub.worklist.gathering import worklist
from tests.hub.houses import Home
from tests.hub.printing import partner_of, pieces, states, told


def say(home: Home, subject: str, *, tenant: str | None = None) -> int:
    return posted(home.house, subject, who="a clerk", reason="he rang up", tenant=tenant)


def test_a_persons_word_ends_the_alarm_and_is_filed_for_each_letter(home: Home) -> None:
    _, job = partner_of(home, "R-1", "R-2", together=True)
    home.clock.forward(days=9)
    [silent] = worklist(home.house)
    assert silent.kind == "silent"
    assert "facteur print posted" in silent.fix
    assert [say(home, f"{job}#1") for _ in range(2)] == [2, 0]
    assert worklist(home.house) == []
    assert states(home) == ["delivered", "delivered"]
    [piece] = pieces(home, job)
    assert (piece.state, piece.words) == ("posted", "posted, says a clerk: he rang up")
    filed = [entry for entry in home.house.archive.entries() if entry.step == "by-hand"]
    assert [entry.fields["state"] for entry in filed] == ["delivered", "delivered"]


def test_the_alarm_ends_as_well_where_its_letters_are_kept_no_more(home: Home) -> None:
    _, job = partner_of(home, "R-1")
    with home.house.database.transaction() as connection:
        connection.execute(deliveries.deliveries.delete())
    home.clock.forward(days=9)
    assert [say(home, f"{job}#1") for _ in range(2)] == [1, 0]
    assert worklist(home.house) == []
    [filed] = [entry for entry in home.house.archive.entries() if entry.step == "by-hand"]
    assert filed.subject == f"{job}#1"


LATER = {  # the partner's line after a person's word: the piece, its letter, what is for a person
    "posted": ("posted", "delivered", []),
    "printed": ("posted", "delivered", []),
    "returned": ("returned", "waiting", []),
    "spoiled": ("posted", "delivered", ["odd_line"]),
}


@pytest.mark.parametrize("line", LATER)
def test_what_the_partner_writes_later_is_held_against_it(home: Home, line: str) -> None:
    partner, job = partner_of(home, "R-1")
    say(home, f"{job}#1")
    told(home, partner, "late.csv", f"{job};{pieces(home, job)[0].piece};{line}")
    state, letter, kinds = LATER[line]
    assert pieces(home, job)[0].state == state
    assert states(home) == [letter]
    assert [group.kind for group in worklist(home.house)] == kinds


def test_a_letter_that_has_gone_on_since_stays_where_it_is(home: Home) -> None:
    _, job = partner_of(home, "R-1")
    reprint(home.house, f"{job}#1", who="a clerk", reason="lost")
    before = states(home)
    assert say(home, f"{job}#1") == 1
    assert states(home) == before
    assert pieces(home, job)[0].state == "posted"


def test_what_cannot_have_been_posted_is_refused(home: Home) -> None:
    partner, job = partner_of(home, "R-1")
    for subject in (f"{job}#3", "nothing", "#"):
        with pytest.raises(NotPosted, match="no such piece"):
            say(home, subject)
    with pytest.raises(NotPosted, match="no such piece"):
        say(home, f"{job}#1", tenant="another")
    with pytest.raises(NotPosted, match="say how"):
        posted(home.house, f"{job}#1", who="a clerk", reason=" ")
    told(home, partner, "p.csv", f"{job};{pieces(home, job)[0].piece};rejected;no address")
    with pytest.raises(NotPosted, match="it is rejected: rejected no address"):
        say(home, f"{job}#1")
