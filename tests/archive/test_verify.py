"""The tamper suite: whatever is done to an archive, the verifier says so and names the file.

What it need not notice: the index and the locks, which hold no evidence, and a time stamp's own
signature, for which it prints the openssl line.
"""

import itertools
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive import ledger
from archive.content import measure
from archive.evidence import read_pack
from archive.manifest import leaf, prepare, write_manifest
from archive.packs.pack import write_pack
from archive.report import Report
from archive.seal import sign_checkpoint, verifier_key
from archive.verify import check, main
from tests.archive.filing import (
    NOON,
    ORIGIN,
    chance,
    draft,
    drafts,
    item,
    opened,
    sha256_hex,
    stamp,
)

LOG = "acme/2026"
NAME = f"{ORIGIN}/{LOG}"
STEPS = ((0, 2), (2, 3), (3, 251), (251, 262))


def build(root: Path) -> Path:
    """An archive of two logs and six commits, with a full tile, two seals and a stamp."""
    with opened(root, random_bytes=chance()) as archive:
        for number, (start, end) in enumerate(STEPS):
            archive.append(drafts(range(start, end)))
            if number in {1, 2}:
                archive.close_day(date(2026, 11, 20 + number), stamp)
        archive.append([draft(1, tenant="other")])
        archive.append([draft(2, tenant="other")])
    return root


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def spoiled(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "spoiled"))


def evidence_files(root: Path) -> list[str]:
    found = (path.relative_to(root).as_posix() for path in sorted(root.glob("**/*")))
    return [f for f in found if (root / f).is_file() and "index." not in f and "/lock" not in f]


def said(report: Report) -> str:
    return "\n".join(map(str, report.faults))


# ---- one file at a time --------------------------------------------------------------------------


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


DAMAGE: dict[str, Callable[[bytes], bytes | None]] = {
    "first byte flipped": lambda data: flipped(data, 0),
    "a middle byte flipped": lambda data: flipped(data, len(data) // 2),
    "last byte flipped": lambda data: flipped(data, len(data) - 1),
    "last byte cut off": lambda data: data[:-1],
    "half cut off": lambda data: data[: len(data) // 2],
    "emptied": lambda _: b"",
    "a byte added": lambda data: data + b"\0",
    "zeroed": lambda data: bytes(len(data)),
    "deleted": lambda _: None,
}
SHORT = ("a middle byte flipped", "half cut off", "deleted")
"""What is done in the fast suite; the others are done among the scenarios."""
STAMPS = ("first byte flipped", "a middle byte flipped", "last byte flipped", "deleted")


def needless(file: str, damage: str) -> bool:
    """Stamps are openssl's business; a partial tile of the past may go."""
    if file.endswith(".tsr"):
        return damage in STAMPS
    return damage == "deleted" and ("seals/" in file or "000.p/" in file)


@pytest.mark.parametrize(
    "damage",
    [each if each in SHORT else pytest.param(each, marks=pytest.mark.scenario) for each in DAMAGE],
)
def test_damage_to_any_file_is_named(whole: Path, spoiled: Path, damage: str) -> None:
    files = [f for f in evidence_files(whole) if not needless(f, damage)]
    assert len(files) >= 13
    for file in files:
        path = spoiled / file
        original = path.read_bytes()
        changed = DAMAGE[damage](original)
        path.unlink()
        if changed is not None:
            path.write_bytes(changed)
        report = check(spoiled)
        tenant = "other" if "other" in file else "acme"
        assert any(file == fault.file for fault in report.faults), (file, said(report))
        assert tenant in said(report)
        assert file.startswith("keys/") or all(
            fault.file.startswith((tenant, f"keys/{tenant}")) for fault in report.faults
        )
        path.write_bytes(original)
    assert check(spoiled).faults == []


def test_files_that_change_places_are_named(spoiled: Path) -> None:
    for folder in ("packs", "log/tile/0/001.p", "log/tile/entries/001.p", "seals"):
        files = sorted((spoiled / LOG / folder).iterdir())
        for one, other in [*itertools.pairwise(files), (files[0], files[-1])]:
            if one == other or one.suffix != other.suffix:
                continue
            here, there = one.read_bytes(), other.read_bytes()
            one.write_bytes(there)
            other.write_bytes(here)
            report = check(spoiled)
            assert {one.name, other.name} & {Path(f.file).name for f in report.faults}
            one.write_bytes(here)
            other.write_bytes(there)
    assert check(spoiled).faults == []


# ---- with more understanding ---------------------------------------------------------------------


def members(root: Path, pack: str) -> list[tuple[str, bytes]]:
    found, _ = read_pack((root / LOG / "packs" / pack).read_bytes())
    return [(name, bytes(data)) for name, data in found]


def repack(root: Path, pack: str, changed: Sequence[tuple[str, bytes]]) -> None:
    made = [replace(measure(data), sha256=name) for name, data in changed]
    (root / LOG / "packs" / pack).write_bytes(b"".join(write_pack(made)[0]))


def another_file(root: Path) -> Iterator[str]:
    """Another document under the old name."""
    found = members(root, "000000002.zip")
    (name, _) = found[1]
    repack(root, "000000002.zip", [found[0], (name, b"another invoice")])
    yield f"{LOG}/packs/000000002.zip member {name} (of d2): was changed"


def another_manifest(root: Path) -> Iterator[str]:
    """A manifest with another number, under its true hash."""
    found = members(root, "000000002.zip")
    data = found[0][1].replace(b"R-0002", b"R-9999")
    repack(root, "000000002.zip", [(sha256_hex(data), data), *found[1:]])
    yield f"{LOG}/packs/000000002.zip: entry 2 is not the one logged"


def another_document_throughout(root: Path) -> Iterator[str]:
    """Document and manifest replaced, and log and tiles made to fit, but for the signature."""
    found = members(root, "000000002.zip")
    old = leaf(found[0][1])
    data = found[0][1].replace(b"R-0002", b"R-9999")
    repack(root, "000000002.zip", [(sha256_hex(data), data), *found[1:]])
    swaps = {old: leaf(data), ledger.leaf_hash(old): ledger.leaf_hash(leaf(data))}
    for path in (root / LOG / "log" / "tile").glob("**/*"):
        if path.is_file():
            tile = path.read_bytes()
            for one, other in swaps.items():
                tile = tile.replace(one, other)
            path.write_bytes(tile)
    yield f"{LOG}/log/checkpoint: the 262 entries here are not those signed"
    yield f"{LOG}/seals/2026-11-21.checkpoint"


def entries_reordered(root: Path) -> Iterator[str]:
    found = members(root, "000000000.zip")
    repack(root, "000000000.zip", [found[1], found[0], *found[2:]])
    yield f"{LOG}/packs/000000000.zip: entry 0 is not the one logged"


def files_reordered(root: Path) -> Iterator[str]:
    found = members(root, "000000000.zip")
    repack(root, "000000000.zip", [*found[:2], *reversed(found[2:])])
    (root / LOG / "packs" / "000000000.zip").write_bytes(
        (root / LOG / "packs" / "000000000.zip").read_bytes() + b"\0"
    )
    yield f"{LOG}/packs/000000000.zip: is not as it was written"


def file_taken_out(root: Path) -> Iterator[str]:
    found = members(root, "000000002.zip")
    repack(root, "000000002.zip", found[:1])
    yield f"{LOG}/packs/000000002.zip member {found[1][0]} (of d2): original 'original.txt'"


def member_doubled(root: Path) -> Iterator[str]:
    found = members(root, "000000002.zip")
    repack(root, "000000002.zip", [*found, found[1]])
    yield f"{LOG}/packs/000000002.zip member {found[1][0]}: is there more than once"


def file_put_in(root: Path) -> Iterator[str]:
    extra = b"a file nobody filed"
    repack(root, "000000002.zip", [*members(root, "000000002.zip"), (sha256_hex(extra), extra)])
    yield f"{LOG}/packs/000000002.zip member {sha256_hex(extra)}: belongs to no entry"


def pack_put_in(root: Path) -> Iterator[str]:
    (root / LOG / "packs" / "000000300.zip").write_bytes(b"".join(write_pack([])[0]))
    yield f"{LOG}/packs/000000300.zip: lies beyond the checkpoint"


def stray_files(root: Path) -> Iterator[str]:
    for file in ("notes.txt", "acme/x", f"{LOG}/packs/1.zip", f"{LOG}/log/tile/0/1", "keys/x"):
        (root / file).write_bytes(b"x")
        yield f"{file}: does not belong here"


def log_gone(root: Path) -> Iterator[str]:
    shutil.rmtree(root / LOG)
    yield f"{LOG}: the log is missing"


def key_not_the_given_one(root: Path) -> Iterator[str]:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    (root / "keys/acme-2026.vkey").write_text(verifier_key(NAME, key), "utf-8")
    yield "keys/acme-2026.vkey: is not the key that was given"


def log_copied(root: Path) -> Iterator[str]:
    shutil.copytree(root / LOG, root / "acme" / "2027")
    yield "acme/2027/log/checkpoint: is of log"


def logs_exchanged(root: Path) -> Iterator[str]:
    shutil.rmtree(root / LOG)
    shutil.copytree(root / "other" / "2026", root / LOG)
    yield f"{LOG}/log/checkpoint: is of log"


def signed_by_another(root: Path) -> Iterator[str]:
    """All checkpoints signed anew by somebody else, and the key beside them exchanged."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    for path in [root / LOG / "log" / "checkpoint", *root.glob(f"{LOG}/seals/*.checkpoint")]:
        origin, size, _ = path.read_text("utf-8").split("\n")[:3]
        with opened(root) as archive:
            head = archive._logs.log(LOG).checkpoint(path.read_text("utf-8"))
        assert (head.origin, head.size) == (origin, int(size))
        path.write_text(sign_checkpoint(head, key), "utf-8")
    (root / "keys/acme-2026.vkey").write_text(verifier_key(NAME, key.public_key()), "utf-8")
    yield "keys/acme-2026.vkey: is not the key that was given"
    yield f"{LOG}/log/checkpoint: is not signed by the log's key"


def rolled_back(root: Path) -> Iterator[str]:
    """The whole log as it was three commits before; its seals gone, too."""
    younger = root / "younger"
    with opened(younger, random_bytes=chance()) as archive:
        archive.append(drafts(range(*STEPS[0])))
    shutil.rmtree(root / LOG)
    shutil.move(younger / LOG, root / LOG)
    shutil.rmtree(younger)
    yield f"{LOG}/log/checkpoint: shows 2 entries, but kept.checkpoint shows 262: rolled back"


def checkpoint_rolled_back(root: Path) -> Iterator[str]:
    seal = root / LOG / "seals" / "2026-11-21.checkpoint"
    shutil.copy(seal, root / LOG / "log" / "checkpoint")
    yield f"{LOG}/log/checkpoint: shows 3 entries"
    yield f"{LOG}/packs/000000251.zip: lies beyond the checkpoint of 3 entries"


def forked(root: Path) -> Iterator[str]:
    """Another history of the same length, signed with the true key."""
    shutil.rmtree(root)
    with opened(root, random_bytes=chance(1)) as archive:
        for start, end in STEPS:
            archive.append(drafts(range(start, end)))
        archive.append([draft(1, tenant="other")])
    yield f"{LOG}/log/checkpoint: the 262 entries here are not those signed in kept.checkpoint"


def history_rewritten_and_grown(root: Path) -> Iterator[str]:
    """As before, and longer than what the witness saw."""
    for fault in forked(root):
        with opened(root) as archive:
            archive.append(drafts(range(300, 400)))
        yield fault


def entry_wiped_out(root: Path) -> Iterator[str]:
    """A pack, and with it every trace of its entries in the log."""
    for file in ("packs/000000002.zip", "log/tile/0/000", "log/tile/entries/000"):
        (root / LOG / file).unlink()
        yield f"{LOG}/{file}: is missing"
    yield f"{LOG}/log/checkpoint: cannot be checked: entry 2 is nowhere to be found"


def key_renamed(root: Path) -> Iterator[str]:
    (root / "keys/acme-2026.vkey").rename(root / "keys/acme-2025.vkey")
    yield f"keys/acme-2025.vkey: is the key of {NAME}"
    yield "keys/acme-2026.vkey: is missing"


def unrelated_witness(root: Path) -> Iterator[str]:
    shutil.rmtree(root / "acme")
    (root / "keys/acme-2026.vkey").unlink()
    yield "kept.checkpoint: there is no log"


TAMPERING = (
    another_file,
    another_manifest,
    another_document_throughout,
    entries_reordered,
    files_reordered,
    file_taken_out,
    member_doubled,
    file_put_in,
    pack_put_in,
    stray_files,
    log_gone,
    key_not_the_given_one,
    log_copied,
    logs_exchanged,
    signed_by_another,
    rolled_back,
    checkpoint_rolled_back,
    forked,
    history_rewritten_and_grown,
    entry_wiped_out,
    key_renamed,
    unrelated_witness,
)


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda tamper: tamper.__name__)
def test_tampering_with_understanding_is_named(
    whole: Path, spoiled: Path, tamper: Callable[[Path], Iterator[str]]
) -> None:
    witness = (whole / LOG / "log" / "checkpoint").read_text("utf-8")
    keys = [path.read_text("utf-8") for path in sorted((whole / "keys").iterdir())]
    expected = list(tamper(spoiled))
    report = check(spoiled, earlier=[("kept.checkpoint", witness)], keys=keys)
    assert expected
    for fault in expected:
        assert fault in said(report)


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda tamper: tamper.__name__)
def test_the_archive_itself_sees_the_same(
    spoiled: Path, tamper: Callable[[Path], Iterator[str]]
) -> None:
    shutil.copy(spoiled / "index.db", spoiled.parent)
    list(tamper(spoiled))
    shutil.copy(spoiled.parent / "index.db", spoiled)
    with opened(spoiled) as archive:
        assert not archive.verify().ok


@pytest.mark.parametrize(
    ("told", "instead"), [('"sha512":"', '"sha512":"0'), ('"size":10', '"size":11')]
)
def test_a_manifest_that_lies_though_it_was_logged(tmp_path: Path, told: str, instead: str) -> None:
    prepared = prepare(draft(1, items=(item("document 1"),)))
    manifest = write_manifest(prepared, log=LOG, at=NOON, salt=b"").decode()
    assert told in manifest
    with opened(tmp_path) as archive:
        lie = manifest.replace(told, instead).encode()
        archive._logs.log(LOG).append([lie], prepared.contents)
    (fault,) = check(tmp_path).faults
    assert str(fault).endswith("(of d1): original 'original.txt' is another file")


def test_a_witness_that_is_none(whole: Path) -> None:
    witness = (whole / LOG / "log" / "checkpoint").read_text("utf-8")
    for note in (witness.replace("262", "263"), witness[:-20], "no checkpoint"):
        report = check(whole, earlier=[("kept.checkpoint", note)])
        assert {fault.file for fault in report.faults} == {"kept.checkpoint"}


def test_a_seal_without_its_stamp_is_worth_a_note_unless_a_later_one_has_one(spoiled: Path) -> None:
    (spoiled / LOG / "seals/2026-11-22.tsr").unlink()
    report = check(spoiled)
    assert report.faults == []
    assert report.notes == [f"{LOG}/seals/2026-11-22.checkpoint: not stamped yet"]
    (spoiled / LOG / "seals/2026-11-22.tsr").write_bytes(b"")
    (spoiled / LOG / "seals/2026-11-21.tsr").unlink()
    assert f"{LOG}/seals/2026-11-21.checkpoint: has lost its time stamp" in said(check(spoiled))


# ---- what is well --------------------------------------------------------------------------------


def test_a_whole_archive_is_never_suspected(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        heads: list[str] = []
        for size in (1, 2, 1, 60, 191, 1, 1, 255, 1, 300):
            archive.append(drafts(range(1000 * len(heads), 1000 * len(heads) + size)))
            heads.append(archive.checkpoint(LOG))
            earlier = [(str(n), note) for n, note in enumerate(heads)]
            keys = [archive.verifier_key(LOG)]
            report = check(tmp_path, earlier=earlier, keys=keys)
            assert (report.faults, report.notes) == ([], [])
            assert archive.verify().faults == []
        assert archive.verify().entries == {LOG: 813}


def test_an_archive_that_grows_while_it_is_checked(tmp_path: Path) -> None:
    def grow() -> None:
        for n in range(245, 262):
            archive.append([draft(n), draft(n, tenant=f"t{n}")])

    with opened(tmp_path) as archive:
        archive.append(drafts(range(245)))
        growing = threading.Thread(target=grow)
        growing.start()
        while growing.is_alive():
            assert check(tmp_path).faults == []
            assert archive.verify().faults == []
        growing.join()
        assert check(tmp_path).entries == {LOG: 262} | {f"t{n}/2026": 1 for n in range(245, 262)}


# ---- command line --------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    code = main([str(argument) for argument in arguments])
    return code, capsys.readouterr().out


def test_the_command_line(
    spoiled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    witness, key = tmp_path / "witness", tmp_path / "key"
    shutil.copy(spoiled / LOG / "log" / "checkpoint", witness)
    key.write_text("".join(p.read_text("utf-8") for p in (spoiled / "keys").iterdir()), "utf-8")
    code, out = run(capsys, spoiled, "--checkpoint", witness, "--key", key)
    assert code == 0
    assert out.splitlines()[:2] == ["acme/2026: 262 entries", "other/2026: 2 entries"]
    assert f"openssl ts -verify -data {spoiled}/{LOG}/seals/2026-11-21.checkpoint -in" in out
    assert out.endswith(" 0 wrong\n")
    pack = spoiled / LOG / "packs" / "000000002.zip"
    pack.write_bytes(pack.read_bytes().replace(b"document 2", b"document 3"))
    code, out = run(capsys, spoiled)
    assert code == 1
    assert f"WRONG {LOG}/packs/000000002.zip member" in out
    assert "(of d2): was changed" in out
    assert out.endswith(" 1 wrong\n")


def test_who_waits_is_told_how_far_it_is(
    whole: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.verify._EVERY_BYTES", 1000)
    main([str(whole), "--json"])
    out, err = capsys.readouterr()
    assert json.loads(out)["entries"] == {LOG: 262, "other/2026": 2}
    assert err.splitlines()[0].endswith(" 0 MB")


@pytest.mark.parametrize("wrong", ["no such folder", "--checkpoint"])
def test_the_command_line_misused(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([wrong])
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_nothing_but_the_standard_library_is_loaded(whole: Path) -> None:
    """In a Python that sees no installed package and no code but the archive's."""
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); import archive.verify as v;"
    code += "code = v.main(sys.argv[1:]); names = {m.split('.')[0] for m in sys.modules};"
    code += "print(sorted(names - sys.stdlib_module_names - {'__main__'})); sys.exit(code)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, ".", str(whole)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "['archive']"
