import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from hub.auditor import app as auditor_app
from tests.hub.auditor.bureau import Auditor, Bureau, shared_with
from tests.hub.houses import raised


def unpacked(data: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        assert bundle.testzip() is None
        bundle.extractall(folder)
    (found,) = folder.glob("*/verify.py")
    return found.parent


def verified(bundle: Path) -> subprocess.CompletedProcess[str]:
    """Check a bundle with a bare Python that knows nothing of us."""
    command = [sys.executable, "-I", "-S", "verify.py"]
    return subprocess.run(command, cwd=bundle, capture_output=True, text=True, check=False)


def test_what_is_picked_is_taken_away_and_proves_itself(bureau: Bureau, tmp_path: Path) -> None:
    auditor = bureau.auditor()
    numbers = ("R-2026-0001", "R-2026-0003")
    ids = [bureau.documents[number] for number in numbers]
    beyond = bureau.documents["S-1"]
    answer = auditor.send("/picks", {"add": [*ids, beyond, "nothing"], "back": "/?all="})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?all=")
    assert auditor.numbers("/picks") == list(numbers)
    assert 'class="badge">2<' in auditor.get("/").text
    bundle = auditor.send("/export", {"what": "picks"})
    assert bundle.headers["content-type"] == "application/zip"
    folder = unpacked(bundle.content, tmp_path)
    company = bureau.home.house.config.tenants["nordwind"].name
    assert f"<Name>{company}</Name>" in (folder / "tables/index.xml").read_text("utf-8")
    text = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert all(each.encode() in text for each in ids)
    assert not any(bureau.documents[each].encode() in text for each in ("S-1", "R-2025-0001"))
    result = verified(folder)
    assert result.returncode == 0, result.stdout + result.stderr
    changed = next(path for path in folder.rglob("*in.xml"))
    changed.write_bytes(changed.read_bytes().replace(b"119.00", b"919.00"))
    result = verified(folder)
    assert result.returncode == 1
    assert changed.name in result.stdout
    acts = [asked for asked in bureau.filed(auditor.access) if asked.act == "export"]
    assert [(asked.hits, asked.documents) for asked in acts] == [(2, tuple(ids))]
    assert list((bureau.home.house.config.data / "exports").iterdir()) == []


def test_all_that_a_query_finds_is_taken_away(bureau: Bureau, tmp_path: Path) -> None:
    auditor = bureau.auditor()
    month = {"what": "found", "issued_from": "2026-10-01", "issued_to": "2026-10-31"}
    folder = unpacked(auditor.send("/export", month).content, tmp_path)
    assert verified(folder).returncode == 0
    *_, asked = bureau.filed(auditor.access)
    expected = {bureau.documents[number] for number in ("R-2026-0003", "R-2026-0005")}
    assert (asked.act, set(asked.documents)) == ("export", expected)
    assert asked.asked == month


def test_a_file_with_others_documents_stays_out_of_the_bundle(
    bureau: Bureau, tmp_path: Path
) -> None:
    auditor = bureau.auditor()
    shared_with(bureau, "R-2026-0007", "2025-03-01")
    auditor.send("/picks", {"add": bureau.documents["R-2026-0007"]})
    assert "1 of them came in files" in auditor.get("/picks").text
    folder = unpacked(auditor.send("/export", {"what": "picks"}).content, tmp_path)
    names = [path.name for path in folder.rglob("*") if path.is_file()]
    assert not any("in.xml" in name for name in names)
    assert any("R-2026-0007.xml" in name for name in names)
    assert verified(folder).returncode == 0


def test_an_export_larger_than_the_disk_is_not_begun(bureau: Bureau) -> None:
    access, code = bureau.access()
    house = raised(bureau.home.house, min_free_mb=1 << 40)
    auditor = Auditor(auditor_app.create(house), access, code).entered()
    auditor.send("/picks", {"add": bureau.documents["R-2026-0001"]})
    answer = auditor.send("/export", {"what": "picks"})
    assert answer.status_code == 507
    assert "There is not enough room" in answer.text
    assert [asked.act for asked in bureau.filed(access)][-1] != "export"


@pytest.mark.parametrize("form", [{"what": "picks"}, {"what": "found", "words": "nothing"}])
def test_nothing_is_no_export(bureau: Bureau, form: dict[str, str]) -> None:
    answer = bureau.auditor().send("/export", form)
    assert answer.status_code == 422
    assert "None of the documents asked for can be given out" in answer.text


def test_picks_stay_for_the_next_session_and_can_be_taken_out(bureau: Bureau) -> None:
    auditor = bureau.auditor()
    ids = [bureau.documents[number] for number in ("R-2026-0003", "R-2026-0001")]
    auditor.send("/picks", {"add": ids})
    again = Auditor(auditor_app.create(bureau.home.house), auditor.access, auditor.code).entered()
    assert again.numbers("/picks") == ["R-2026-0003", "R-2026-0001"]
    again.send("/picks", {"remove": ids[0]})
    assert again.numbers("/picks") == ["R-2026-0001"]
    for away in (
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "x\ny",
    ):
        answer = again.send("/picks", {"add": ids[1], "back": away})
        assert answer.headers["location"] == "/picks"
