"""What partners leave to a person: listed by cause, and taken off by a line or by a statement."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from hub.pipeline.print_seen import is_seeable, see_to
from hub.pipeline.resubmit import NotParked
from hub.worklist.gathering import worklist
from tests.hub.houses import Home
from tests.hub.printing import partner_of, pieces, told

CASES = {
    "spoiled": ("{job};{piece};spoiled", True),
    "odd_line": ("{job};nobody.0;posted", True),
    "silent": ("", False),
}
"""Kind of cause; the line that makes it; whether a person can say that it is seen to."""


@pytest.mark.parametrize("kind", CASES)
def test_a_cause_is_listed_until_it_ends(home: Home, kind: str) -> None:
    line, seeable = CASES[kind]
    partner, job = partner_of(home, "R-1")
    [piece] = pieces(home, job)
    if line:
        told(home, partner, "p.csv", line.format(job=job, piece=piece.piece))
    else:
        home.clock.forward(hours=5)
    [group] = worklist(home.house)
    [item] = group.items
    assert (group.kind, group.rule, item.is_print) == (kind, "post", True)
    assert len(worklist(home.house, "nordwind")) == (kind != "odd_line")
    with home.house.database.transaction() as connection:
        assert is_seeable(connection, item.subject) == seeable
    if seeable:
        see_to(home.house, item.subject, who="a clerk", reason="rang them")
        with pytest.raises(NotParked, match="already"):
            see_to(home.house, item.subject, who="a clerk", reason="rang them")
    else:
        told(home, partner, "p.csv", f"{job};{piece.piece};posted")
        with pytest.raises(NotParked, match="no piece"):
            see_to(home.house, item.subject, who="a clerk", reason="rang them")
    assert worklist(home.house) == []


def test_a_letter_that_came_back_is_listed_with_why_it_did(home: Home) -> None:
    """It has left by the next road meanwhile, and that road's word was shown."""
    partner, job = partner_of(home, "R-1")
    channels = {"post": {"kind": "print"}, "second": {"kind": "email"}}
    home.house = replace(home.house, config=changed(home.house.config, channels=channels))
    [piece] = pieces(home, job)
    for state in ("posted", "returned;moved away"):
        told(home, partner, f"{state[:2]}.csv", f"{job};{piece.piece};{state}")
    home.run()
    [group] = worklist(home.house)
    [item] = group.items
    assert (group.kind, item.words) == ("address", f"{job}#1: returned moved away")
