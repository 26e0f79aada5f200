"""Disposal on the command line: proposed by one, shown, approved by another."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entry import Draft
from archive.packs.vault import Masters
from hub.config.loading import load
from hub.keys import load_log_key
from tests.archive.filing import chance, item
from tests.hub.cli.conftest import Facteur

MISUSED = {
    ("disposal", "propose"): "say who you are",
    ("disposal", "approve"): "facteur archive disposal propose|show [ID]|approve ID",
    ("disposal", "burn"): "facteur archive disposal propose|show [ID]|approve ID",
    ("disposal", "show", "7"): "disposal:7: there is none",
}


def file_in_2010(folder: Path, masters: Masters) -> None:
    """File what nobody could read, sixteen years ago."""
    config = load(folder / "facteur.toml")
    with Archive(
        config.archive_root,
        origin=config.archive.origin,
        key=load_log_key(config.path(config.archive.key)),
        clock=lambda: datetime(2010, 5, 2, tzinfo=UTC),
        random_bytes=chance(),
        masters=masters,
    ) as archive:
        archive.append(
            [
                Draft(
                    key="s1/receive",
                    tenant="nordwind",
                    subject="s1",
                    kind="submission",
                    step="receive",
                    items=(item("x"),),
                )
            ]
        )


@pytest.mark.usefixtures("hub")
def test_one_proposes_and_another_approves(facteur: Facteur, tmp_path: Path) -> None:
    assert facteur("archive", "disposal").out == "nothing was proposed\n"
    file_in_2010(tmp_path, Masters())
    proposed = facteur("archive", "disposal", "propose", "--as", "A")
    assert proposed.out.splitlines()[1].split()[0] == "disposal:1"
    assert proposed.out.splitlines()[-1].split()[:3] == ["s1", "2018-12-31", "DE:"]
    own = facteur("archive", "disposal", "approve", "1", "--as", "a")
    assert (own.code, "somebody else must approve" in own.err) == (2, True)
    plain = facteur("archive", "disposal", "approve", "1", "--by", "B")
    assert plain.code == 1
    assert "what was filed unencrypted cannot be erased" in " ".join(plain.out.split())
    (shown,) = facteur("archive", "disposal", "show", "--json").json
    assert (shown["approved"]["by"], shown["accepted"], shown["erased"]) == ("B", ["s1"], [])
    for words, why in MISUSED.items():
        refused = facteur("archive", *words)
        assert (refused.code, why in refused.err) == (2, True), (words, refused.err)
