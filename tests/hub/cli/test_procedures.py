from pathlib import Path

import pytest

from tests.hub.cli.conftest import Facteur


@pytest.mark.usefixtures("hub")
def test_the_documentation_is_filed_once_and_written_as_asked(
    facteur: Facteur, tmp_path: Path
) -> None:
    first = facteur("archive", "procedure", "-o", "procedure.html", "--language", "fr")
    assert (first.code, first.out) == (0, "procedure.html: version 1, filed now\n")
    assert "piste d'audit fiable" in (tmp_path / "procedure.html").read_text().replace("&#39;", "'")
    again = facteur("archive", "procedure", "--out", "procedure.pdf")
    assert again.out == "procedure.pdf: version 1, as filed before\n"
    assert (tmp_path / "procedure.pdf").read_bytes().startswith(b"%PDF-")
    shown = facteur("archive", "procedure")
    assert "<h1>Procedure documentation</h1>" in shown.out
