"""What the demo shows, on paper and on a terminal."""

import io
import re

import pytest

from hub.demo.books import Known
from hub.demo.showing import Show, table


def known(name: str, state: str, *, waits_for_print: bool = False) -> Known:
    return Known(
        name=name,
        recipient="Hansekontor",
        roads=("email", "print-house"),
        why="default-invoice",
        state=state,
        evidence="250 2.0.0 kept\nin the maildir",
        entry="0123456789abcdef",
        waits_for_print=waits_for_print,
    )


DOCUMENTS = [known("1", "handed_over"), known("2", "sending", waits_for_print=True)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_row_says_which_way_a_document_went_and_what_proves_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    head, first, _ = table(DOCUMENTS)
    names = ["document", "recipient", "channel", "why", "state", "evidence", "entry"]
    cells = [
        *("1", "Hansekontor", "email > print-house", "default-invoice", "handed over"),
        *("250 2.0.0 kept in the maildir", "0123456789ab"),
    ]
    assert (head.split(), re.split(r"  +", first)) == (names, cells)


def test_a_letter_is_posted_and_not_delivered() -> None:
    (_, row) = table([known("1", "delivered")])
    assert "posted" in row
    assert "delivered" not in row


def test_the_evidence_gives_way_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert max(map(len, table(DOCUMENTS))) <= 100
    assert "…" in table(DOCUMENTS)[1]


def test_progress_is_drawn_in_place_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    terminal, paper = Terminal(), io.StringIO()
    for out in (terminal, paper):
        show = Show(out)
        show.progress(DOCUMENTS)
        show.step("the hub is up")
    drawn = terminal.getvalue()
    assert drawn.startswith("\r\x1b[K")
    assert drawn.endswith("\r\x1b[K  0.0 s  the hub is up\n")
    assert len(drawn.split("\r\x1b[K")[1]) < 40
    assert [line[9:] for line in paper.getvalue().splitlines()] == [
        "  2 documents: 1 handed over, 1 waiting for print",
        "the hub is up",
    ]
