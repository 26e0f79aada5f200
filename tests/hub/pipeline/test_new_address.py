"""A letter that came back with a new address: taken by a person, once, into book and letter."""

from dataclasses import replace

import pytest

from archive.entry import Query
from formats.catalogue import WRITERS
from hub.pipeline.new_address import accept_address
from hub.pipeline.reprint import NotReprinted
from hub.runs.print_batches import print_now
from hub.store import recipients
from hub.worklist.gathering import worklist
from routing_rules import grammar
from routing_rules.roads import Vocabulary
from routing_rules.rule import Rules
from tests.hub.houses import RULES, Home
from tests.hub.printing import partner_of, pieces, told

MOVED = ";;;;;Neue Gasse 2;20095;Hamburg;DE"
TO = ("Neue Gasse 2", "20095 Hamburg")


def one_road() -> Rules:
    formats = {name: writer.kinds for name, writer in WRITERS.items()}
    vocabulary = Vocabulary(channels={"post": "sftp"}, formats=formats)
    text = RULES.replace('  { channel = "second", format = "ubl" },\n', "")
    return grammar.load([("test.toml", text)], vocabulary)


def kinds(home: Home) -> list[str]:
    return [group.kind for group in worklist(home.house)]


@pytest.mark.parametrize("has_other_road", [True, False])
def test_a_new_address_is_taken_into_the_book_and_the_letter(
    home: Home, *, has_other_road: bool
) -> None:
    if not has_other_road:
        home.house = replace(home.house, rules=one_road())
    partner, job = partner_of(home, "R-1")
    [piece] = pieces(home, job)
    told(home, partner, "p.csv", f"{job};{piece.piece};posted")
    told(home, partner, "r.csv", f"{job};{piece.piece};returned{MOVED}")
    home.run()
    assert "moved" in kinds(home)
    [group] = [each for each in worklist(home.house) if each.kind == "moved"]
    assert "Neue Gasse 2, 20095 Hamburg, DE" in group.items[0].words
    count = accept_address(home.house, piece.subject, who="a clerk")
    assert count == (not has_other_road)
    assert "moved" not in kinds(home)
    with home.house.database.transaction() as connection:
        booked = recipients.get(connection, "nordwind", "K1")
    assert booked is not None
    assert booked.address is not None
    assert (booked.address.line_1, booked.address.city) == ("Neue Gasse 2", "Hamburg")
    home.run()
    assert print_now(home.house) == count
    if count:
        assert partner.sent[-1].destination.address_lines[-2:] == TO
        assert partner.sent[-1].key == f"{piece.piece}.1"
    found = home.house.archive.find(Query(tenant="nordwind"))
    assert "by-hand" in [entry.step for entry in found]
    with pytest.raises(NotReprinted, match="already"):
        accept_address(home.house, piece.subject, who="a clerk")


def test_without_a_new_address_there_is_nothing_to_take(home: Home) -> None:
    _, job = partner_of(home, "R-1")
    for subject in (f"{job}#1", f"{job}#2", "x"):
        with pytest.raises(NotReprinted, match="no piece that came back"):
            accept_address(home.house, subject, who="a clerk")
