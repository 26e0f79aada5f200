"""`facteur layout draft` writes a layout and a picture, and says what is sure."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.formats.pdf_text.draft.test_draft import page
from tests.formats.pdf_text.drawing import drawn
from tests.hub.cli.conftest import Facteur


def test_a_layout_is_drafted_and_reads_its_sample(facteur: Facteur, tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(drawn(page("de")))
    shown = facteur("layout", "draft", "in.pdf", "--out", "l.toml", "--picture", "p.png")
    assert (shown.code, shown.err) == (0, "")
    assert "BT-112 Invoice total amount with VAT" in shown.out
    assert "its amounts add up" in shown.out
    assert Image.open(BytesIO((tmp_path / "p.png").read_bytes())).format == "PNG"
    read = facteur("read", "in.pdf", "--guide", "l.toml")
    assert (read.code, read.json["number"]) == (0, "R-2026/17")


def test_doubts_are_said_and_counted(facteur: Facteur, tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(drawn(page("de")[:8]))
    shown = facteur("layout", "draft", "in.pdf")
    assert shown.code == 1
    assert 'format = "pdf_text"' in shown.out
    assert "look at: the lines" in shown.out


def test_a_row_that_means_nothing_is_a_fault_and_no_field(facteur: Facteur, tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(drawn([*page("de"), (175, 112, "siehe Anlage")]))
    shown = facteur("layout", "draft", "in.pdf", "--out", "l.toml")
    assert (shown.code, "IN-PDF-ROW" in shown.out) == (1, True)
    assert "strange" not in shown.out


def test_what_is_no_sample_is_refused(facteur: Facteur, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(drawn([]))
    assert facteur("layout", "draft", "scan.pdf").code == 2
    (tmp_path / "in.pdf").write_bytes(drawn(page("de")))
    shown = facteur("layout", "draft", "in.pdf", "--picture", "p.png", "--page", "7")
    assert (shown.code, "there is no page 7" in shown.err) == (2, True)
