import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from archive.entry import NotKept
from archive.export import export_documents
from archive.seal import Checkpoint, sign_checkpoint
from archive.verify import check
from tests.archive.filing import KEY, draft, drafts, item, opened, sha256_hex

HOSTILE = replace(item("hostile"), name="../../etc/manifest.json\n.tlog-proof")


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two documents of one submission with all their evidence, out of an archive of many."""
    root, bag = tmp_path_factory.mktemp("root"), tmp_path_factory.mktemp("out") / "a" / "bag"
    submission = draft(0, key="s0", subject="sub0", document=None, step="receive")
    foreign = draft(1, key="x", subject="sub0", document="d9", step="read")
    read = [
        draft(n, key=f"r{n}", document=f"d{n}", step="read", fields={"submission": "sub0"})
        for n in (1, 2)
    ]
    sent = draft(1, key="p1", subject="del1", document="d1", step="../send", items=(HOSTILE,))
    with opened(root) as archive:
        archive.append([submission, *drafts(range(3, 9))])
        archive.append([*read, foreign])
        archive.append([sent, *drafts(range(10, 300))])
        assert export_documents(archive, ["d1", "d2", "d1"], bag) == 2 + 1 + 2
    return bag


def run(bag: Path, *arguments: str, code: int = 0) -> str:
    """Check it as an auditor would: another folder, no installed package, only the bag."""
    command = [sys.executable, "-I", "-S", str(bag / "verify.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=bag.parent, check=False)
    assert (done.returncode, done.stderr) == (code, "")
    return done.stdout


def test_what_is_in_an_export(bag: Path) -> None:
    files = sorted(path.relative_to(bag).as_posix() for path in bag.glob("**/*") if path.is_file())
    assert [f for f in files if not f.startswith("verifier/")] == [
        "bag-info.txt",
        "bagit.txt",
        "checkpoints/acme-2026.checkpoint",
        "data/d1/acme-2026-000000000-receive/001-original-original.txt",
        "data/d1/acme-2026-000000000-receive/002-terms-terms.txt",
        "data/d1/acme-2026-000000000-receive/manifest.json",
        "data/d1/acme-2026-000000000-receive/proof.tlog-proof",
        "data/d1/acme-2026-000000007-read/001-original-original.txt",
        "data/d1/acme-2026-000000007-read/002-terms-terms.txt",
        "data/d1/acme-2026-000000007-read/manifest.json",
        "data/d1/acme-2026-000000007-read/proof.tlog-proof",
        "data/d1/acme-2026-000000010-_send/001-original-_.._etc_manifest.json_.tlog-proof",
        "data/d1/acme-2026-000000010-_send/manifest.json",
        "data/d1/acme-2026-000000010-_send/proof.tlog-proof",
        "data/d2/acme-2026-000000000-receive/001-original-original.txt",
        "data/d2/acme-2026-000000000-receive/002-terms-terms.txt",
        "data/d2/acme-2026-000000000-receive/manifest.json",
        "data/d2/acme-2026-000000000-receive/proof.tlog-proof",
        "data/d2/acme-2026-000000008-read/001-original-original.txt",
        "data/d2/acme-2026-000000008-read/002-terms-terms.txt",
        "data/d2/acme-2026-000000008-read/manifest.json",
        "data/d2/acme-2026-000000008-read/proof.tlog-proof",
        "keys/acme-2026.vkey",
        "manifest-sha256.txt",
        "tagmanifest-sha256.txt",
        "verify.py",
    ]


def test_an_auditor_checks_it_alone(bag: Path, tmp_path: Path) -> None:
    assert run(bag).endswith(" 0 wrong\n")
    assert run(bag, str(bag)).startswith("acme/2026: 5 entries\n")
    key = tmp_path / "key"
    key.write_text((bag / "keys/acme-2026.vkey").read_text("utf-8"), "utf-8")
    head = str(bag / "checkpoints/acme-2026.checkpoint")
    assert run(bag, "--key", str(key), "--checkpoint", head).endswith(" 0 wrong\n")
    assert not list(bag.glob("**/__pycache__"))


def test_a_changed_file_is_named_on_the_command_line(bag: Path) -> None:
    path = bag / "data/d1/acme-2026-000000007-read/001-original-original.txt"
    original = path.read_bytes()
    path.write_bytes(b"another")
    said = run(bag, code=1)
    path.write_bytes(original)
    assert f"WRONG {path.relative_to(bag)}: was changed" in said
    assert "(of d1): original 'original.txt' is not there" in said


def test_any_change_is_named(bag: Path) -> None:
    for path in sorted(p for p in bag.glob("**/*") if p.is_file()):
        original = path.read_bytes()
        for changed in (b"", original[:-1], b"\0" + original, original[:9] + b"~" + original[10:]):
            path.write_bytes(changed)
            named = {fault.file for fault in check(bag).faults}
            by_others = path.name == "tagmanifest-sha256.txt" and named
            assert by_others or path.relative_to(bag).as_posix() in named
        path.unlink()
        assert path.name == "bagit.txt" or not check(bag).ok
        path.write_bytes(original)
    assert check(bag).faults == []


def test_lists_made_to_fit_do_not_help(bag: Path) -> None:
    """A forger who also mends the lists of files is stopped by the signed root."""
    folder = bag / "data/d2/acme-2026-000000008-read"
    lists = [bag / "manifest-sha256.txt", bag / "tagmanifest-sha256.txt"]
    for name, old, new in (
        ("manifest.json", b'"sub0"', b'"sub9"'),
        ("manifest.json", b'"read"', b'"sent"'),
        ("001-original-original.txt", b"document", b"forgery "),
        ("proof.tlog-proof", b"index 8", b"index 7"),
        ("proof.tlog-proof", b"index 8", b"index 8000"),
    ):
        saved = {p: p.read_bytes() for p in (*lists, folder / name)}
        path = folder / name
        path.write_bytes(saved[path].replace(old, new))
        assert saved[path] != path.read_bytes()
        mend(bag, lists)
        faults = check(bag).faults
        assert [fault.documents for fault in faults] == [("d2",)] * len(faults)
        assert faults
        for each, data in saved.items():
            each.write_bytes(data)


def mend(bag: Path, lists: list[Path]) -> None:
    for file in lists:
        names = [line.split("  ")[1] for line in file.read_text("utf-8").splitlines()]
        lines = [f"{sha256_hex((bag / name).read_bytes())}  {name}\n" for name in names]
        file.write_text("".join(lines), "utf-8")


def test_another_signer_and_another_witness(bag: Path) -> None:
    name, own = "post.example/archive/acme/2026", (bag / "keys/acme-2026.vkey").read_text("utf-8")
    note = (bag / "checkpoints/acme-2026.checkpoint").read_text("utf-8")
    size = int(note.split("\n")[1])
    forked = sign_checkpoint(Checkpoint(origin=name, size=size, root=bytes(32)), KEY)
    younger = sign_checkpoint(Checkpoint(origin=name, size=size + 1, root=bytes(32)), KEY)
    assert [str(f) for f in check(bag, earlier=[("kept", forked)]).faults] == [
        "kept: the log was rewritten: same size, another root"
    ]
    assert check(bag, earlier=[("kept", younger)]).ok
    assert "is not signed" in str(check(bag, earlier=[("kept", note[:-20] + "AAAA\n")]).faults[0])
    stranger = own.replace(own[-5:-1], "AAAA")
    with pytest.raises(ValueError, match="verifier key"):
        check(bag, keys=[stranger])


def test_what_cannot_be_exported(tmp_path: Path) -> None:
    with opened(tmp_path / "root") as archive:
        archive.append([draft(1)])
        with pytest.raises(NotKept, match="d2, d3"):
            export_documents(archive, ["d1", "d2", "d3"], tmp_path / "bag")
        assert not (tmp_path / "bag").exists()
        (tmp_path / "bag").mkdir()
        with pytest.raises(FileExistsError):
            export_documents(archive, ["d1"], tmp_path / "bag")
