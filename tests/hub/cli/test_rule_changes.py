"""`route propose` and `approve`: the hub starts with what two people agreed on."""

from pathlib import Path

import pytest

from hub.config.faults import Faulty
from hub.config.loading import load
from hub.wiring.building import build, close, tool
from tests.hub.cli.conftest import Facteur
from tests.hub.houses import RULES


@pytest.mark.usefixtures("hub")
def test_rules_are_in_force_once_another_has_approved_them(
    facteur: Facteur, tmp_path: Path
) -> None:
    settings = tmp_path / "facteur.toml"
    settings.write_text(settings.read_text() + "four_eyes = true\n")
    config = load(settings)
    with pytest.raises(Faulty, match=r"rules\.toml, shipped = false are not approved"):
        build(config, children=1, nudge=lambda: None)
    close(tool(config))
    (proposed,) = facteur("route", "propose", "rules.toml", "--as", "A", "--json").json
    own = facteur("route", "approve", proposed["id"], "--as", "a")
    assert (own.code, "somebody else must approve" in own.err) == (2, True)
    assert facteur("route", "approve", proposed["id"][:8], "--as", "B").code == 0
    close(build(config, children=1, nudge=lambda: None))
    (line,) = facteur("route", "history").out.splitlines()[1:]
    assert line.split()[0] == proposed["id"][:12]
    assert line.split("  ")[-1].strip() == "rules.toml, shipped = false"
    assert line.split()[-6:-4] == ["A", "B"]
    settings.write_text(settings.read_text().replace("shipped = false", "shipped = true"))
    with pytest.raises(Faulty, match="not approved"):
        build(load(settings), children=1, nudge=lambda: None)
    (tmp_path / "rules.toml").write_text(RULES + "# touched\n")
    with pytest.raises(Faulty, match="not approved"):
        build(config, children=1, nudge=lambda: None)


MISUSED = {
    ("propose", "--as", "A"): "propose files: facteur route propose FILE… --as NAME",
    ("propose", "rules.toml"): "say who you are: --as NAME",
    ("propose", "bad.toml", "--as", "A"): "bad.toml:1: not TOML",
    ("approve", "--as", "A"): "approve one proposal: facteur route approve ID --as NAME",
    ("approve", "0123456789", "--as", "A"): "0123456789: no single proposal has this id",
    ("diff",): "name the rules to try: facteur route diff --rules NEW.toml",
}


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("words", MISUSED)
def test_what_cannot_be_done_is_said(
    words: tuple[str, ...], facteur: Facteur, tmp_path: Path
) -> None:
    (tmp_path / "bad.toml").write_text("[[")
    shown = facteur("route", *words)
    assert (shown.code, MISUSED[words] in shown.err) == (2, True)
