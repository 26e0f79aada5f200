"""What the demo's last line counts, without playing it."""

import pytest

from hub.demo.books import Known
from hub.demo.expected import PARKED
from hub.demo.peers import Arrival
from hub.demo.verdict import judge

ENDS = {"1": "email", "2": PARKED}


def known(name: str, state: str) -> Known:
    return Known(
        name=name, recipient="", roads=("email",), why="", state=state, evidence="", entry=""
    )


SENT, SHOWN = known("1", "handed_over"), known("2", PARKED)
MAIL = Arrival("1", "email", "a")
CASES: dict[str, tuple[list[Arrival], list[Known], str, list[str]]] = {
    "as it should be": (
        [MAIL],
        [SENT, SHOWN],
        "2 in, 1 delivered, 1 parked, 0 lost, 0 doubled",
        [],
    ),
    "our books say sent, no peer has it": (
        [],
        [SENT, SHOWN],
        "2 in, 0 delivered, 1 parked, 1 lost, 0 doubled",
        ["1 must end at email: it is at no peer; the hub says handed_over"],
    ),
    "never heard of again": (
        [MAIL],
        [SENT],
        "2 in, 1 delivered, 0 parked, 1 lost, 0 doubled",
        ["2 must end at parked: it is at no peer; the hub says unknown"],
    ),
    "twice by two channels": (
        [MAIL, Arrival("1", "print-house", "b")],
        [SENT, SHOWN],
        "2 in, 1 delivered, 1 parked, 0 lost, 1 doubled",
        ["1 must end at email: it is email a, print-house b; the hub says handed_over"],
    ),
    "by another channel": (
        [Arrival("1", "edi", "c")],
        [SENT, SHOWN],
        "2 in, 1 delivered, 1 parked, 0 lost, 0 doubled",
        ["1 must end at email: it is edi c; the hub says handed_over"],
    ),
    "parked and sent all the same": (
        [MAIL, Arrival("2", "email", "d")],
        [SENT, SHOWN],
        "2 in, 2 delivered, 0 parked, 0 lost, 0 doubled",
        ["2 must end at parked: it is email d; the hub says parked"],
    ),
    "parked and not meant to be": (
        [],
        [known("1", PARKED), SHOWN],
        "2 in, 0 delivered, 2 parked, 0 lost, 0 doubled",
        ["1 must end at email: it is at no peer; the hub says parked"],
    ),
    "something that nobody sent": (
        [MAIL, Arrival("?", "email", "e")],
        [SENT, SHOWN],
        "2 in, 1 delivered, 1 parked, 0 lost, 0 doubled",
        ["? arrived at email e and was never sent"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_last_line_counts_what_the_peers_have(case: str) -> None:
    arrived, books, line, wrong = CASES[case]
    verdict = judge(ENDS, arrived, {one.name: one for one in books})
    assert (str(verdict), list(verdict.wrong)) == (f"demo: {line}", wrong)
    assert verdict.good == (not wrong)
