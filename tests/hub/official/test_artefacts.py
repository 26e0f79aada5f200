import hashlib
import zipfile
from pathlib import Path

import pytest

from formats.artefacts import ARTEFACTS, PACKAGES, Artefact, Package
from hub.official.artefacts import Stock, folder_of

HAND = b"<xsl:stylesheet/>"


def wheel(folder: Path) -> str:
    """Lay a wheel with a schema, code and a bad name into a folder; return its SHA-256."""
    with zipfile.ZipFile(folder / "any-name.whl", "w") as archive:
        archive.writestr("rules/a.xsd", "<schema/>")
        archive.writestr("rules/code.py", "raise SystemExit")
        archive.writestr("../outside.xsd", "<schema/>")
    return hashlib.sha256((folder / "any-name.whl").read_bytes()).hexdigest()


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "free.xslt").write_bytes(HAND)
    (folder / "pinned.xslt").write_bytes(HAND)
    (folder / "other.xslt").write_bytes(HAND + b" ")
    return folder


@pytest.fixture
def stock(tmp_path: Path, given: Path) -> Stock:
    pin = hashlib.sha256(HAND).hexdigest()
    by_hand = {"free": "", "pinned": pin, "other": pin, "absent": ""}
    artefacts = {
        name: Artefact(
            name=name, file=f"{name}.xslt", provenance="p", licence="by hand", sha256=sha256
        )
        for name, sha256 in by_hand.items()
    }
    packaged = Artefact(name="packed", package="box", member="rules/a.xsd", provenance="p")
    box = Package(name="box", version="1", sha256=wheel(given), licence="MIT")
    return Stock(
        folder=tmp_path / "cache",
        artefacts={"packed": packaged, **artefacts},
        packages={"box": box},
    )


def test_a_folder_gives_what_has_the_pinned_hash_and_nothing_else(
    stock: Stock, given: Path
) -> None:
    assert stock.find("packed") is None
    said = list(stock.take(given))
    assert [line.partition(": ")[2].partition(" ")[0] for line in said] == [
        "taken",
        "taken",
        "taken",
        "not",
    ]
    assert [each.name for each in stock.missing()] == ["other", "absent"]
    kept = {path.relative_to(stock.folder).as_posix() for path in stock.folder.rglob("*.*")}
    assert "box-1/rules/a.xsd" in kept
    assert {path.rpartition(".")[2] for path in kept} <= {"1", "xsd", "xslt"}
    assert not list(stock.folder.parent.glob("*.xsd"))
    assert list(stock.take(given)) == [line for line in said if not line.startswith("box")]


def test_a_file_that_was_changed_later_is_not_available(stock: Stock, given: Path) -> None:
    list(stock.take(given))
    found = stock.find("pinned")
    assert found is not None
    found.write_bytes(b"another")
    assert stock.find("pinned") is None


def test_a_wheel_with_another_hash_is_not_taken(stock: Stock, given: Path) -> None:
    with zipfile.ZipFile(given / "any-name.whl", "a") as archive:
        archive.writestr("more.xsd", "")
    (given / "any-name.whl").rename(given / "box-1-py3-none-any.whl")
    said = list(stock.take(given))
    assert stock.find("packed") is None
    assert "box-1: not taken, box-1-py3-none-any.whl has not the SHA-256 of the table" in said


def test_the_folder_is_the_named_one_before_the_hubs_before_the_users(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("FACTEUR_ARTEFACTS", raising=False)
    assert folder_of(tmp_path) == tmp_path / "artefacts"
    assert folder_of() == Path.home() / ".cache/facteur/artefacts"
    monkeypatch.setenv("FACTEUR_ARTEFACTS", "/named")
    assert folder_of(tmp_path) == Path("/named")


def test_every_artefact_says_where_it_is_from_and_on_which_terms() -> None:
    stock = Stock(folder=Path("none"))
    for each in ARTEFACTS.values():
        assert each.provenance
        assert stock.licence(each)
        assert bool(each.file) != bool(each.package and each.member)
        assert not each.package or len(PACKAGES[each.package].sha256) == 64
