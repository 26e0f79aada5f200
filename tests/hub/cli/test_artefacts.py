from pathlib import Path

import pytest

from formats.artefacts import ARTEFACTS
from tests.hub.cli.conftest import Facteur

HAND = "peppol-ubl-xslt"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTEUR_ARTEFACTS", str(tmp_path / "cache"))


def test_each_artefact_is_listed_with_its_state(facteur: Facteur) -> None:
    shown = facteur("artefacts", "list")
    assert shown.code == 0
    assert all(name in shown.out for name in ARTEFACTS)
    assert shown.out.endswith(f"0 of {len(ARTEFACTS)} available\n")
    listed = facteur("artefacts", "list", "--json").json
    assert [each["name"] for each in listed] == list(ARTEFACTS)
    assert not any(each["available"] for each in listed)
    assert all(each["licence"] and each["provenance"] for each in listed)


def test_a_file_placed_by_hand_is_available_from_then_on(facteur: Facteur, tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / ARTEFACTS[HAND].file).write_text("<xsl:stylesheet/>")
    shown = facteur("artefacts", "sync", "--from-dir", "given")
    assert f"{HAND}: taken from" in shown.out
    assert shown.code == 1, "the packages are not there"
    listed = facteur("artefacts", "list", "--json").json
    assert [each["name"] for each in listed if each["available"]] == [HAND]


def test_a_folder_that_is_not_there_is_said(facteur: Facteur) -> None:
    shown = facteur("artefacts", "sync", "--from-dir", "none")
    assert (shown.code, shown.err) == (2, "facteur: none: there is no such folder\n")
