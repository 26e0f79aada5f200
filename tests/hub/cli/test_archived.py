import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.invoices import ubl


@pytest.fixture
def filled(facteur: Facteur, hub: Hub, tmp_path: Path) -> Hub:
    """A hub whose archive holds two invoices."""
    (tmp_path / "book.csv").write_text("key,name\nK1,Buyer\n")
    facteur("address-book", "book.csv", "--tenant", "nordwind")
    for number in ("R-1", "R-2"):
        (tmp_path / f"{number}.xml").write_bytes(ubl(number=number))
        facteur("submit", "--sender", "erp", f"{number}.xml")
    hub.work()
    return hub


def test_evidence_is_found_by_number_and_customer(facteur: Facteur, filled: Hub) -> None:
    found = facteur("archive", "find", "R-1", "--json")
    assert found.code == 0
    steps = ["send", "render", "route", "check", "enrich", "receive"]
    assert [entry["step"] for entry in found.json] == steps
    assert [item["role"] for item in found.json[-1]["items"]] == ["original"]
    everything = facteur("archive", "find", "--customer", "K1", "--json").json
    assert {entry["fields"]["number"] for entry in everything} == {"R-1", "R-2"}
    nothing = facteur("archive", "find", "R-77", "--json")
    assert (nothing.code, nothing.json) == (1, [])
    assert facteur("archive", "find", "R-77").out == "nothing is kept that fits\n"
    assert len(filled.outboxes["post"].sent) == 2


def test_what_is_found_can_be_got(facteur: Facteur, filled: Hub, tmp_path: Path) -> None:
    lines = facteur("archive", "find", "R-1").out.splitlines()
    (rendition,) = (line.split() for line in lines if "rendition" in line)
    (original,) = (line.split() for line in lines if "original" in line)
    assert facteur("archive", "get", original[0]).out.encode() == ubl(number="R-1")
    sha256, role, name = rendition
    assert (role, name) == ("rendition", "R-1.xml")
    assert facteur("archive", "get", sha256, "-o", "got.xml").code == 0
    sent = {parcel.labels["number"]: parcel for parcel in filled.outboxes["post"].sent}
    assert (tmp_path / "got.xml").read_bytes() == sent["R-1"].enclosures[0].data


def test_an_index_is_built_anew(
    facteur: Facteur, filled: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.cli.archived._TOLD_EVERY", 10)
    (tmp_path / "data" / "archive" / "index.db").write_bytes(b"none of ours")
    built = facteur("archive", "reindex", "--json")
    assert (built.code, list(built.json["entries"].values())) == (0, [15])
    assert re.search(r"nordwind/\d{4}: 1\d of 15 entries", built.err)
    assert len(facteur("archive", "find", "R-1", "--json").json) == 6
    assert len(filled.outboxes["post"].sent) == 2


def test_a_sound_archive_verifies_and_a_damaged_one_does_not(
    facteur: Facteur, filled: Hub, tmp_path: Path
) -> None:
    good = facteur("archive", "verify")
    assert good.code == 0
    assert re.search(r"^15 entries, \d+ files, 0 faults$", good.out, re.MULTILINE)
    assert facteur("archive", "verify", "--json").json["faults"] == []
    pack = max((tmp_path / "data/archive/nordwind").glob("*/packs/**/*"), key=size_bytes)
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 1
    pack.chmod(0o600)
    pack.write_bytes(data)
    bad = facteur("archive", "verify")
    assert bad.code == 1
    assert "0 faults" not in bad.out
    assert len(filled.outboxes["post"].sent) == 2


def test_a_key_is_made_and_changed_and_what_is_encrypted_verifies(
    facteur: Facteur, filled: Hub, tmp_path: Path
) -> None:
    first = facteur("archive", "rekey", "--json").json["master_key"]
    settings = tmp_path / "facteur.toml"
    settings.write_text(f"{settings.read_text()}[archive]\nencrypt = true\n")
    (tmp_path / "R-3.xml").write_bytes(ubl(number="R-3"))
    facteur("submit", "--sender", "erp", "R-3.xml")
    filled.work()
    second = facteur("archive", "rekey").out.split()[2]
    assert first != second
    checked = facteur("archive", "fsck", "--json")
    assert (checked.code, checked.json["faults"], checked.json["notes"]) == (0, [], [])
    assert facteur("archive", "find", "R-3").code == 0
    (tmp_path / "keys" / "archive-master.key").rename(tmp_path / "elsewhere")
    unopened = facteur("archive", "verify")
    assert (unopened.code, "encrypted" in unopened.out) == (0, True)
    refused = facteur("archive", "find", "R-3")
    assert (refused.code, "archive.master_key" in refused.err) == (2, True)


def size_bytes(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


@pytest.mark.parametrize("by", ["number", "id"])
def test_an_export_verifies_without_us(
    facteur: Facteur, filled: Hub, tmp_path: Path, by: str
) -> None:
    document = facteur("status", "R-1", "--json").json["id"]
    asked = {"number": "R-1", "id": document}[by]
    shown = facteur("archive", "export", asked, "-o", "export", "--json")
    assert (shown.json["folder"], shown.json["documents"]) == ("export", [document])
    verify = [sys.executable, "-I", "-S", "verify.py"]
    checked = subprocess.run(
        verify, cwd=tmp_path / "export", env={}, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    for path in (tmp_path / "export").rglob("*"):
        if b">R-1<" in content(path):
            path.chmod(0o600)
            path.write_bytes(content(path).replace(b">R-1<", b">R-9<"))
    unasked = facteur("archive", "export", "--query", '"', "-o", "unasked")
    assert (unasked.code, "has no word in it" in unasked.err) == (2, True)
    spoilt = subprocess.run(
        verify, cwd=tmp_path / "export", env={}, capture_output=True, text=True, check=False
    )
    assert spoilt.returncode != 0
    assert len(filled.outboxes["post"].sent) == 2


def test_a_period_goes_on_from_what_was_given_out_before(
    facteur: Facteur, filled: Hub, tmp_path: Path
) -> None:
    assert facteur("archive", "export", "R-1", "-o", "first").code == 0
    asked = ("--period", "2000-01-01..2099-12-31", "--as", "auditor Ms X")
    shown = facteur("archive", "export", *asked, "--earlier", "first", "-o", "all.zip", "--json")
    assert len(shown.json["documents"]) == 2
    with ZipFile(tmp_path / "all.zip") as packed:
        packed.extractall(tmp_path)
    verify = [sys.executable, "-I", "-S", "all/verify.py", "--earlier", "first"]
    checked = subprocess.run(verify, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    told = json.loads((tmp_path / "all/export.json").read_text("utf-8"))
    assert (told["by"], told["asked"]["period"]) == ("auditor Ms X", asked[1])
    assert [path.name for path in (tmp_path / "all/policy").iterdir()] == ["retention.json"]
    again = facteur("archive", "export", "R-1", "-o", "first")
    assert (again.code, "is there already" in again.err) == (2, True)
    assert len(filled.outboxes["post"].sent) == 2


MISUSE = {
    "get what": (("get",), "give one SHA-256"),
    "get what is not kept": (("get", "0" * 64), f"nothing is kept under {'0' * 64}"),
    "get what is no name": (("get", "../../keys"), "give one SHA-256, 64 hexadecimal digits"),
    "export what": (("export", "-o", "export"), "give ids or numbers of documents, or --period"),
    "export where": (("export", "R-1"), "give ids or numbers of documents, or --period"),
    "export two ways": (("export", "R-1", "--query", "x", "-o", "x"), "give ids or numbers"),
    "export of what time": (
        ("export", "--period", "May", "-o", "x"),
        "write 2026, 2026-03, 2026-Q1",
    ),
    "export of what day": (
        ("export", "--period", "2026-02-01..2026-02-31", "-o", "x"),
        "2026-02-31 is no day",
    ),
    "export of nothing": (
        ("export", "--period", "1999-Q4", "-o", "x"),
        "nothing is kept that fits",
    ),
    "find what is no text": (("find", "R-\udcff"), "no text in UTF-8"),
    "export after what": (("export", "R-1", "-o", "x", "--earlier", "none"), "--earlier"),
    "export what is not kept": (("export", "R-77", "-o", "x"), "nothing is kept about R-77"),
    "unknown act": (("shred",), "invalid choice: 'shred'"),
}


@pytest.mark.parametrize("case", MISUSE)
def test_what_cannot_be_done_is_said_with_exit_2(case: str, facteur: Facteur, hub: Hub) -> None:
    arguments, said = MISUSE[case]
    shown = facteur("archive", *arguments)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err
    assert hub.outboxes["post"].sent == []


def test_an_archive_that_was_never_opened_is_not_called_sound(facteur: Facteur, hub: Hub) -> None:
    shown = facteur("archive", "verify", "--json")
    assert (shown.code, shown.out) == (2, "")
    assert "data/archive: there is no archive yet" in shown.err
    assert hub.outboxes["post"].sent == []


def test_an_index_that_tells_otherwise_is_named(
    facteur: Facteur, filled: Hub, tmp_path: Path
) -> None:
    del filled
    with sqlite3.connect(tmp_path / "data" / "archive" / "index.db") as index:
        index.execute("UPDATE facts SET total = '9999.00'")
    index.close()
    told = facteur("archive", "fsck")
    assert told.code == 1
    assert "index.db" in told.out
    assert facteur("archive", "reindex").code == 0
    assert facteur("archive", "fsck").code == 0
