import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from archive.entry import NotKept
from archive.export.bundle import safe
from archive.seal import Checkpoint, sign_checkpoint, sign_note
from archive.verify import check
from tests.archive.export.exporting import ORDER, exported, filled, mend, verified
from tests.archive.filing import KEY, ORIGIN, draft, opened

ENTRIES = (
    "d1/acme-2026-000000007-read",
    "d1/acme-2026-000000010-send",
    "d1/acme-2026-000000011-place",
    "d2/acme-2026-000000008-read",
    "sub0/acme-2026-000000000-receive",
)
ITEMS = ("001-original-original.txt", "002-terms-terms.txt", "manifest.json")


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    with filled(folder / "root") as archive:
        got = exported(archive, folder / "a" / "bag")
    assert (got.documents, got.entries) == (2, 5)
    return got.path


def test_what_is_in_an_export(bag: Path) -> None:
    files = {path.relative_to(bag).as_posix() for path in bag.glob("**/*") if path.is_file()}
    entries = {file.removeprefix("data/") for file in files if file.startswith("data/")}
    assert entries == {
        *(f"{entry}/{name}" for entry in (ENTRIES[0], *ENTRIES[3:]) for name in ITEMS),
        f"{ENTRIES[1]}/001-original-etc_manifest.json_.tlog-proof",
        f"{ENTRIES[1]}/manifest.json",
        f"{ENTRIES[2]}/manifest.json",
    }
    proofs = {file for file in files if file.startswith("proofs/")}
    assert len(proofs) == len(ENTRIES) + 2
    assert proofs > {"proofs/acme-2026/000000007.consistency", "proofs/trails"}
    verifier = {path.name for path in bag.glob("verifier/archive/verify*")}
    assert verifier == {path.name for path in Path("archive").glob("verify*.py")}
    assert sorted(
        file
        for file in files - proofs
        if not file.startswith(("data/", "verifier/", "tables/", "manifest", "tagmanifest"))
    ) == [
        "CONTENTS.html",
        "README.txt",
        "bag-info.txt",
        "bagit.txt",
        "checkpoints/acme-2026.checkpoint",
        "closings/acme-2026/2026-11-20.checkpoint",
        "closings/acme-2026/2026-11-20.tsr",
        "export.json",
        "keys/acme-2026.vkey",
        "spreadsheet/tables.xlsx",
        "verify.py",
    ]


def test_an_auditor_checks_it_alone(bag: Path, tmp_path: Path) -> None:
    assert verified(bag).endswith(" 0 wrong\n")
    assert verified(bag, bag).startswith("acme/2026: 5 entries\n")
    key = tmp_path / "key"
    key.write_text((bag / "keys/acme-2026.vkey").read_text("utf-8"), "utf-8")
    head = bag / "checkpoints/acme-2026.checkpoint"
    assert verified(bag, "--key", key, "--earlier", head).endswith(" 0 wrong\n")
    assert '"ok": true' in verified(bag, "--json", "--earlier", bag)
    assert not list(bag.glob("**/__pycache__"))


def test_what_people_read(bag: Path) -> None:
    readme = (bag / "README.txt").read_text("utf-8")
    assert readme.count("  documents: d1, d2 <&>") == 2
    assert max(map(len, readme.splitlines())) <= 100
    contents = (bag / "CONTENTS.html").read_text("utf-8")
    assert "d1, d2 &lt;&amp;&gt;" in contents
    assert "<td>R-1</td><td>2026-03-31</td>" in contents
    assert '<td class="amount">1190.00 EUR</td><td>4</td><td>data/d1</td>' in contents
    assert "=HYPERLINK(&quot;x&quot;;&quot;Müller &amp; Söhne&quot;)" in contents


def test_any_change_of_any_file_is_named(bag: Path) -> None:
    """At the lists as well: what one digest says and the other denies is the list's fault."""
    for path in sorted(p for p in bag.glob("**/*") if p.is_file()):
        original, file = path.read_bytes(), path.relative_to(bag).as_posix()
        for changed in (original[:-1], original[:9] + b"~" + original[10:], flipped(original)):
            path.write_bytes(changed)
            named = {fault.file for fault in check(bag).faults}
            assert file in named, (file, changed[:20], named)
        path.unlink()
        assert file in {fault.file for fault in check(bag).faults}
        path.write_bytes(original)
    assert check(bag).faults == []


def flipped(data: bytes) -> bytes:
    """Put another digit, or else another character, in the place of the tenth."""
    return data[:9] + (b"1" if data[9:10] != b"1" else b"2") + data[10:]


def test_a_changed_verifier_says_so_and_does_not_run(bag: Path) -> None:
    part = bag / "verifier/archive/ed25519.py"
    original = part.read_bytes()
    for changed in (original + b"!", original.replace(b"import", b"1mport", 1), b""):
        part.write_bytes(changed)
        told = verified(bag, code=1)
        assert told.startswith("WRONG verifier/archive/ed25519.py: was changed\nnothing else")
    part.unlink()
    told = verified(bag, code=1)
    assert told.startswith("WRONG verifier/archive/ed25519.py: is missing\nnothing else")
    part.write_bytes(original)
    assert verified(bag).endswith(" 0 wrong\n")


def test_lists_made_to_fit_do_not_help(bag: Path) -> None:
    """A forger who also mends the lists of files is stopped by the signed root."""
    place, (proof,) = f"data/{ENTRIES[3]}", proofs_of(bag, "index 8\n")
    for file, old, new in (
        (f"{place}/manifest.json", b'"sub0"', b'"sub9"'),
        (f"{place}/manifest.json", b'"read"', b'"sent"'),
        (f"{place}/001-original-original.txt", b"document", b"forgery "),
        (proof, b"index 8", b"index 7"),
        (proof, b"index 8", b"index 8000"),
        (proof, b"c2sp", b"else"),
        (proof, b"/acme/2026\n", b"/acme/2026\n1"),
    ):
        lists = [*bag.glob("*manifest-*.txt")]
        saved = {path: path.read_bytes() for path in (*lists, bag / file)}
        (bag / file).write_bytes(saved[bag / file].replace(old, new))
        assert saved[bag / file] != (bag / file).read_bytes()
        mend(bag)
        faults = check(bag).faults
        assert faults
        told = {fault.file for fault in faults} - {proof, "proofs/trails"}
        assert {fault.documents for fault in faults} <= {("d2",), ()}
        assert told <= {f"{place}/{name}" for name in ITEMS} | {proof}
        for each, data in saved.items():
            each.write_bytes(data)
    assert check(bag).ok


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        (ENTRIES[0], "entry 1 of 3 of document d1 is missing"),
        (ENTRIES[1], "entry 2 of 3 of document d1 is missing"),
        (ENTRIES[2], "entry 3 of 3 of document d1 is missing"),
        (ENTRIES[4], "nothing of file sub0 is here"),
    ],
)
def test_an_entry_that_is_left_out_of_a_trail_is_named(
    bag: Path, tmp_path: Path, left_out: str, named: str
) -> None:
    """Though the forger takes its proof away and mends the lists; the last is signed for."""
    copy = Path(shutil.copytree(bag, tmp_path / "copy"))
    folder = copy / "data" / left_out
    manifest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    (copy / f"proofs/acme-2026/{manifest}.tlog-proof").unlink()
    shutil.rmtree(folder)
    mend(copy)
    (fault,) = check(copy).faults
    assert fault.what == named


def test_where_trails_end_is_signed_and_of_this_export(bag: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(bag, tmp_path / "copy"))
    path = copy / "proofs/trails"
    note, size = path.read_text("utf-8"), "\n302\n"
    assert size in note
    for changed, said in (
        (note.replace('"d1" 3', '"d1" 2'), "has a wrong signature"),
        (note.replace("trails", "tails", 1), "does not say where trails end"),
        (signed_trails(note.replace(size, "\n301\n")), "is of another export"),
        (signed_trails(note.replace('"d2"', '"d3"')), "nothing of document d3 is here"),
        ("", "is missing"),
    ):
        path.write_text(changed, "utf-8")
        if not changed:
            path.unlink()
        mend(copy)
        assert f"proofs/trails: {said}" in map(str, check(copy).faults)


def signed_trails(note: str) -> str:
    return sign_note(note.partition("\n\n")[0] + "\n", f"{ORIGIN}/acme/2026", KEY)


def proofs_of(bag: Path, text: str) -> list[str]:
    found = sorted(bag.glob("proofs/*/*.tlog-proof"))
    return [p.relative_to(bag).as_posix() for p in found if text in p.read_text("utf-8")]


def test_another_signer_and_another_witness(bag: Path) -> None:
    name, own = f"{ORIGIN}/acme/2026", (bag / "keys/acme-2026.vkey").read_text("utf-8")
    note = (bag / "checkpoints/acme-2026.checkpoint").read_text("utf-8")
    size = int(note.split("\n")[1])

    def signed(count: int) -> tuple[str, str]:
        return "kept", sign_checkpoint(Checkpoint(origin=name, size=count, root=bytes(32)), KEY)

    for earlier, said in (
        (signed(size), f"the log was rewritten: other {size} entries"),
        (signed(7), "the log was rewritten: other 7 entries"),
        (signed(5), "nothing here shows that the log continues it; ask for"),
        (
            signed(size + 1),
            f"shows {size + 1} entries, this export {size}: rolled back, or the other way",
        ),
        (("kept", note[:-20] + "AAAA\n"), "is not signed by the log's key"),
        (("kept", note.replace("acme", "other")), "nothing here is of log"),
    ):
        (fault,) = check(bag, earlier=[earlier]).faults
        assert str(fault).startswith(f"kept: {said}")
    with pytest.raises(ValueError, match="verifier key"):
        check(bag, keys=[own.replace(own[-5:-1], "AAAA")])


def test_a_later_head_that_does_not_continue_it(bag: Path, tmp_path: Path) -> None:
    note = (bag / "checkpoints/acme-2026.checkpoint").read_text("utf-8")
    origin, size = note.split("\n")[0], int(note.split("\n")[1])
    forged = sign_checkpoint(Checkpoint(origin=origin, size=size + 1, root=bytes(32)), KEY)
    proof = tmp_path / f"proofs/acme-2026/{size:09}.consistency"
    proof.parent.mkdir(parents=True)
    for old in (size, size - 1):
        proof.write_text(f"old {old}\n\n{forged}", "utf-8")
        (fault,) = check(bag, earlier=[(f"{tmp_path}/checkpoints/later", forged)]).faults
        assert "rolled back, or the other way round" in fault.what


def test_of_no_document_there_is_no_trail(tmp_path: Path) -> None:
    with opened(tmp_path / "root") as archive:
        archive.append([draft(1, document=None)])
        out = exported(archive, tmp_path / "bag", replace(ORDER, documents=(), whole_logs=True))
    assert not (out.path / "proofs/trails").exists()
    assert check(out.path).faults == []


def test_what_cannot_be_exported(tmp_path: Path) -> None:
    with opened(tmp_path / "root") as archive:
        archive.append([draft(1), draft(2, tenant="other")])
        with pytest.raises(NotKept, match="about d2, d3"):
            exported(archive, tmp_path / "bag", replace(ORDER, documents=("d1", "d2", "d3")))
        (tmp_path / "bag").mkdir()
        with pytest.raises(FileExistsError):
            exported(archive, tmp_path / "bag")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bag", "root"]


@pytest.mark.parametrize(
    ("label", "name"),
    [("../../a", "a"), ("", "_"), ("...", "_"), ("a/b\0c", "a_b_c"), ("x" * 200, "x" * 100)],
)
def test_labels_as_file_names(label: str, name: str) -> None:
    assert safe(label) == name
