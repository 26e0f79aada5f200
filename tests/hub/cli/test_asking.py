"""Whoever asks learns what is stuck, under which id, and why."""

from pathlib import Path

from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.cli.test_traffic import submit
from tests.hub.invoices import ubl, wrong_sum


def test_the_overview_names_what_is_parked_and_a_file_its_documents(
    facteur: Facteur, hub: Hub, tmp_path: Path
) -> None:
    (tmp_path / "bad.xml").write_bytes(wrong_sum("R-2"))
    (tmp_path / "noise.dat").write_bytes(b"\x89noise")
    bad, noise = submit(facteur, hub, "bad.xml", "noise.dat")
    shown = facteur("status")
    assert shown.code == 1
    for subject, name, rule in ((f"{bad}-1", "R-2", "BR-CO-15"), (noise, "noise.dat", "IN-FORMAT")):
        (line,) = (line for line in shown.out.splitlines() if line.startswith(subject))
        assert line.split()[1] == name
        assert rule in line
    assert {one["id"] for one in facteur("status", "--json").json["parked"]} == {f"{bad}-1", noise}
    assert f"  {bad}-1  R-2  needs a person" in facteur("status", bad).out.splitlines()


def test_what_is_parked_before_a_road_was_chosen_says_so(
    facteur: Facteur, hub: Hub, tmp_path: Path
) -> None:
    (tmp_path / "bad.xml").write_bytes(wrong_sum("R-2"))
    submit(facteur, hub, "bad.xml")
    shown = facteur("explain", "R-2")
    assert shown.code == 2
    assert "R-2: no road was chosen: it is parked; `facteur status R-2` says why" in shown.err


def test_a_timeline_is_told_in_words(facteur: Facteur, hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "good.xml").write_bytes(ubl())
    submit(facteur, hub, "good.xml")
    said = facteur("status", "R-1").out
    assert "handed over by post: taken" in said
    assert said.splitlines()[0].endswith("  R-1  handed over")
    assert "handed_over" not in said
    assert "handed_over" not in facteur("status").out


def test_a_short_number_is_found_among_many_that_contain_it(
    facteur: Facteur, hub: Hub, tmp_path: Path
) -> None:
    numbers = ["7", *(f"7{n:02}" for n in range(51))]
    for number in numbers:
        (tmp_path / f"{number}.xml").write_bytes(ubl(number=number))
    submit(facteur, hub, *(f"{number}.xml" for number in numbers))
    assert facteur("status", "7", "--json").json["number"] == "7"
