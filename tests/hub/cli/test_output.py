import io
import sys
from argparse import Namespace

import pytest

from hub.cli.output import answer, progress, table


def test_columns_are_as_wide_as_their_widest_and_lines_as_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = table(["document", "words"], [["R-1", "x" * 45], ["R-1000", ""]])
    below = " " * 10 + "x" * 15
    assert lines == ["document  words", "R-1       " + "x" * 30, below, "R-1000"]


def test_nothing_to_show_is_a_head_alone() -> None:
    assert table(["documents", "count"], []) == ["documents  count"]


@pytest.mark.parametrize(("json", "shown"), [(True, '{\n  "n": 1\n}\n'), (False, "one\ntwo\n")])
def test_programs_get_json_and_people_get_lines(
    capsys: pytest.CaptureFixture[str], shown: str, *, json: bool
) -> None:
    answer(Namespace(json=json), {"n": 1}, ["one", "two"])
    assert capsys.readouterr().out == shown


class Terminal(io.StringIO):
    """Somebody who watches."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("out", "shown"), [(Terminal(), "\r\x1b[K2 of 9"), (io.StringIO(), "")])
def test_progress_is_for_who_watches(
    monkeypatch: pytest.MonkeyPatch, out: io.StringIO, shown: str
) -> None:
    monkeypatch.setattr(sys, "stderr", out)
    progress("2 of 9")
    assert out.getvalue() == shown
