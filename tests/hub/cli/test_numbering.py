"""Which numbers are missing or there twice is shown, and that nobody knows why ends with 1."""

from pathlib import Path

from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.invoices import ubl


def test_gaps_are_shown(facteur: Facteur, hub: Hub, tmp_path: Path) -> None:
    assert facteur("archive", "numbers").out == "no document with a number is kept\n"
    for number in ("R-2026-001", "R-2026-002", "R-2026-005"):
        (tmp_path / f"{number}.xml").write_bytes(ubl(number=number))
        facteur("submit", "--sender", "erp", f"{number}.xml")
    hub.work()
    shown = facteur("archive", "numbers")
    assert shown.code == 1
    head, gap = shown.out.splitlines()
    assert head.startswith("erp  R-2026-#  ")
    assert head.endswith("R-2026-001 to R-2026-005: 3 issued")
    assert gap.startswith("  missing  R-2026-003 to R-2026-004 (2): ")
    assert facteur("archive", "numbers", "--series", "X-#").code == 0
    assert facteur("archive", "numbers", "--json").json[0]["count"] == 3
