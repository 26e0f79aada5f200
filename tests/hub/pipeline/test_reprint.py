"""A piece is made again once, as a copy of the same document, by the same road."""

import pytest

from hub.pipeline.reprint import NotReprinted, reprint
from hub.runs.print_batches import print_now
from hub.store import deliveries, documents
from hub.worklist.gathering import worklist
from tests.hub.houses import Home
from tests.hub.printing import partner_of, pieces, states, told


def again(home: Home, subject: str) -> int:
    return reprint(home.house, subject, who="a clerk", reason="it was torn")


@pytest.mark.parametrize("state", ["spoiled", "posted", ""])
def test_a_piece_leaves_again_once_as_a_copy_of_the_same_document(home: Home, state: str) -> None:
    partner, job = partner_of(home, "R-1", "R-2")
    piece, _ = pieces(home, job)
    if state:
        told(home, partner, "p.csv", f"{job};{piece.piece};{state}")
    assert [again(home, piece.subject) for _ in range(3)] == [1, 0, 0]
    home.run()
    assert print_now(home.house) == 1
    *_, copy = partner.sent
    assert len(partner.sent) == 3
    assert copy.key == f"{piece.piece}.1"
    assert copy.labels["document_id"] == partner.sent[0].labels["document_id"]
    with home.house.database.transaction() as connection:
        way = deliveries.get(connection, piece.keys[0].split(".")[0])
        assert len(documents.found(connection, tenant="nordwind")) == 2
    assert way is not None
    assert (way.is_copy, way.repeats) == (True, piece.piece)
    filed = [entry for entry in home.house.archive.entries() if entry.step == "reprint"]
    assert len(filed) == 1
    told(home, partner, "q.csv", f"{way.job};{copy.key};posted")
    assert "delivered" in states(home)


def test_a_copy_that_was_kept_back_can_be_asked_for_again(home: Home) -> None:
    """The line that says posted overtakes it, and then the customer has nothing."""
    partner, job = partner_of(home, "R-1")
    [piece] = pieces(home, job)
    assert again(home, piece.subject) == 1
    told(home, partner, "p.csv", f"{job};{piece.piece};posted")
    assert (states(home), print_now(home.house)) == (["delivered"], 0)
    assert [again(home, piece.subject) for _ in range(2)] == [1, 0]
    home.run()
    assert print_now(home.house) == 1
    copy = partner.sent[-1]
    assert (copy.labels["copy"], copy.labels["repeats"]) == ("copy", piece.piece)


def test_what_is_spoiled_is_proposed_until_it_is_made_again(home: Home) -> None:
    partner, job = partner_of(home, "R-1", "R-2")
    piece, _ = pieces(home, job)
    told(home, partner, "p.csv", f"{job};{piece.piece};spoiled;jammed")
    [group] = worklist(home.house)
    assert (group.kind, [item.subject for item in group.items]) == ("spoiled", [f"{job}#1"])
    assert "jammed" in group.items[0].words
    again(home, piece.subject)
    assert worklist(home.house) == []


def test_what_has_gone_on_is_not_made_again(home: Home) -> None:
    partner, job = partner_of(home, "R-1", "R-2")
    piece, _ = pieces(home, job)
    told(home, partner, "p.csv", f"{job};{piece.piece};rejected")
    home.run()
    for subject in (piece.subject, f"{job}#3", "nothing", "#", f"{job}#x"):
        with pytest.raises(NotReprinted):
            again(home, subject)
    with pytest.raises(NotReprinted, match="say why"):
        reprint(home.house, f"{job}#2", who="a clerk", reason=" ")
    with pytest.raises(NotReprinted, match="no such piece"):
        reprint(home.house, f"{job}#2", who="a clerk", reason="so", tenant="another")


def test_all_of_an_envelope_leave_again_together(home: Home) -> None:
    partner, job = partner_of(home, "R-1", "R-2", together=True)
    [piece] = pieces(home, job)
    assert again(home, piece.subject) == 2
    home.run()
    assert print_now(home.house) == 2
    copies = partner.sent[2:]
    assert [copy.labels["copy"] for copy in copies] == ["copy", "copy"]
    assert {copy.labels["repeats"] for copy in copies} == set(piece.keys)
