"""`facteur print`: jobs, one of them piece by piece, a piece made again, and what is refused."""

import pytest

from hub.pipeline.confirm import confirm
from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.printing import HEAD, Partner, partner_of


@pytest.fixture
def job(hub: Hub) -> str:
    """A job of two letters, of which the partner has spoiled one."""
    with hub.open() as home:
        partner, name = partner_of(home, "R-1", "R-2")
        spoil(partner, name)
        confirm(home.house, "post")
    return name


def spoil(partner: Partner, job: str) -> None:
    piece = partner.sent[0].key
    partner.say("p.csv", f"{HEAD}{job};;received\n{job};{piece};spoiled;torn\n")


def test_jobs_and_pieces_are_told(facteur: Facteur, job: str) -> None:
    [listed] = facteur("print", "jobs", "--json").json
    assert (listed["pieces"], listed["counts"]) == (2, {"received": 1, "spoiled": 1})
    assert job in facteur("print", "jobs").out
    shown = facteur("print", "job", job)
    assert shown.code == 0
    assert f"{job}  post  handed_over: 1 received, 1 spoiled" in shown.out
    assert "torn" in shown.out
    assert facteur("print", "job", job, "--json").json["missing"] == []


def test_a_piece_is_made_again_once(facteur: Facteur, job: str) -> None:
    wanted = ("print", "reprint", job, 1, "--reason", "torn", "--as", "a clerk")
    assert "1 letter again, as a copy: R-1" in facteur(*wanted).out
    assert "nothing is done twice" in facteur(*wanted).out
    assert "reprinted 20" in facteur("print", "job", job).out


def test_all_that_are_open_are_posted_by_a_persons_word(facteur: Facteur, job: str) -> None:
    wanted = ("print", "posted", job, "open", "--reason", "he rang up", "--as", "a clerk")
    assert facteur(*wanted).out == f"{job}#2: 1 letter posted: R-2\n"
    assert "1 spoiled, 1 posted" in facteur("print", "job", job).out
    assert "no piece of it is open" in facteur(*wanted).err
    assert "was known to be posted" in facteur(*wanted[:3], 2, *wanted[4:]).out


def test_what_is_spoiled_can_be_settled(facteur: Facteur, job: str) -> None:
    assert "Spoiled by post" in facteur("worklist").out
    settle = ("settle", f"{job}#1", "--reason", "nobody wants it", "--as", "a clerk")
    assert facteur(*settle).code == 0
    assert facteur(*settle).code == 2
    assert "Spoiled" not in facteur("worklist").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["job"], "write: facteur print jobs"),
        (["job", "x"], "x: no such print job"),
        (["reprint", "x", "1"], "--reason TEXT"),
        (["reprint", "x", "1", "--reason", "y"], "x: no such print job"),
        (["posted", "x", "1"], "--reason TEXT"),
        (["posted", "x", "1", "--reason", "y"], "x: no such print job"),
    ],
)
@pytest.mark.usefixtures("hub")
def test_what_cannot_be_done_is_said(facteur: Facteur, arguments: list[str], words: str) -> None:
    refused = facteur("print", *arguments)
    assert (refused.code, words in refused.err) == (2, True), refused.err
