"""Others judge an export: Go its proofs, bagit and coreutils its lists, openssl its time stamps."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.closing.tree import Digest
from archive.verify import check
from archive.verify_time import read_stamp
from tests.archive.closing.office import DAY, Office
from tests.archive.closing.stamping import Town
from tests.archive.export.exporting import ORDER, exported, mend
from tests.archive.filing import draft
from tests.oracles.test_log_go import GO_LIBRARY, GO_PATH, flip
from tests.oracles.test_signatures import judge
from tests.oracles.verdicts import Verdicts

SOURCE = Path(__file__).parent / "go" / "verify_bundle.go"
START = datetime(2019, 11, 20, 8, tzinfo=UTC)
YEAR = timedelta(days=365)
GO = "Go x/mod/sumdb"


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days closed, renewed, rehashed; two documents of them, all leaf hashes."""
    folder = tmp_path_factory.mktemp("office")
    office = Office(folder, Town(folder, START))
    for day in range(3):
        office.at(START + day * DAY).file(3 * day, 3 * day + 1, 3 * day + 2)
        office.at(START + (day + 1) * DAY).close()
    office.at(START + 3 * YEAR).renewer("2022").renew("acme/2019")
    office.at(START + 6 * YEAR).renewer("2025").rehash("acme/2019", Digest.SHA512)
    office.archive.append([draft(1, key="late", step="late")])
    (office.root / "trust").mkdir()
    shutil.copy(folder / "roots.pem", office.root / "trust" / "authorities.pem")
    order = replace(ORDER, documents=("d1", "d4"), whole_logs=True)
    return exported(office.archive, folder / "bag", order).path


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (shutil.which("go") and GO_LIBRARY.exists()):
        pytest.skip("needs go and golang-golang-x-mod-dev")
    program = tmp_path_factory.mktemp("go") / "verify_bundle"
    settings = {"GO111MODULE": "off", "GOPATH": str(GO_PATH), "GOFLAGS": "", "GOTOOLCHAIN": "local"}
    command = ["go", "build", "-o", str(program), str(SOURCE)]
    subprocess.run(command, env=os.environ | settings, check=True)
    return program


def said(*command: object) -> str:
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout


def test_go_accepts_all_proofs(bag: Path, go: Path, verdict: Verdicts) -> None:
    words = said(go, bag)
    count = len(list(bag.glob("*/**/manifest.json")))
    assert check(bag).faults == []
    good = words == f"right: {count} entries, 3 earlier heads\n"
    verdict(GO, "export", agrees=good, says=words, files=count)


TAMPERING: dict[str, str] = {
    "manifest": "data/d1/*/manifest.json",
    "manifest of a closing": "closings/*/2019-11-20/manifest.json",
    "proof": "proofs/*/*.tlog-proof",
    "proof of consistency": "proofs/acme-2019/*.consistency",
    "checkpoint": "checkpoints/acme-2019.checkpoint",
    "leaf hashes": "proofs/acme-2019/leaf-hashes",
    "key": "keys/acme-2019.vkey",
}


@pytest.mark.parametrize("tampering", TAMPERING)
def test_go_refuses_what_we_refuse(
    bag: Path, go: Path, tmp_path: Path, tampering: str, verdict: Verdicts
) -> None:
    spoilt = Path(shutil.copytree(bag, tmp_path / "spoilt"))
    path, *_ = sorted(spoilt.glob(TAMPERING[tampering]))
    flip(path)
    mend(spoilt)
    assert not check(spoilt).ok
    words = said(go, spoilt)
    verdict(GO, f"export, changed: {tampering}", agrees=words.startswith("wrong: "), says=words)


def of_bagit(bag: Path) -> tuple[bool, str]:
    code = "import bagit, sys; bagit.Bag(sys.argv[1]).validate()"
    command = [sys.executable, "-W", "ignore", "-c", code, str(bag)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stderr


def of_coreutils(bag: Path) -> tuple[bool, str]:
    lists = [
        ("sha256sum", "manifest-sha256.txt"),
        ("sha512sum", "manifest-sha512.txt"),
        ("sha256sum", "tagmanifest-sha256.txt"),
        ("sha512sum", "tagmanifest-sha512.txt"),
    ]
    done = [
        subprocess.run(
            [tool, "-c", "--strict", "--quiet", name], cwd=bag, capture_output=True, check=False
        )
        for tool, name in lists
    ]
    return not any(each.returncode for each in done), str([each.stdout for each in done])


OF_LISTS: dict[str, Callable[[Path], tuple[bool, str]]] = {
    "bagit": of_bagit,
    "coreutils sha256sum, sha512sum": of_coreutils,
}
SPOILT: dict[str, Callable[[Path], object]] = {
    "as it is": lambda bag: bag,
    "a file changed": lambda bag: flip_long(bag / "README.txt"),
    "an original changed": lambda bag: flip_long(next(bag.glob("data/*/*/001-*"))),
    "an original gone": lambda bag: next(bag.glob("data/*/*/001-*")).unlink(),
    "a table gone": lambda bag: (bag / "tables/documents.csv").unlink(),
    "a list changed": lambda bag: flip_long(bag / "manifest-sha512.txt"),
}


def flip_long(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])


@pytest.mark.parametrize("spoiling", SPOILT)
@pytest.mark.parametrize("name", OF_LISTS)
def test_others_read_the_lists_as_we_do(
    bag: Path, tmp_path: Path, name: str, spoiling: str, verdict: Verdicts
) -> None:
    copy = Path(shutil.copytree(bag, tmp_path / "copy"))
    SPOILT[spoiling](copy)
    accepts, words = OF_LISTS[name](copy)
    verdict(name, f"export, {spoiling}", agrees=accepts == check(copy).ok, says=words)


def test_openssl_accepts_the_lines_that_are_printed(
    bag: Path, tmp_path: Path, verdict: Verdicts
) -> None:
    """Where nobody is believed, they are printed: one for each stamp, and each is right."""
    copy = Path(shutil.copytree(bag, tmp_path / "copy"))
    trusted = tmp_path / "authorities.pem"
    shutil.move(copy / "trust/authorities.pem", trusted)
    lines = check(copy).seals
    assert len(lines) == len(check(bag).stamped) == len(list(bag.glob("*ings/*/*/*.tsr"))) + 2
    for line in lines:
        right = shlex.split(line.replace("AUTHORITY.pem", str(trusted)))
        stamp = Path(right[right.index("-in") + 1])
        year = int(stamp.parent.name[:4])  # by whose end its certificate still holds
        at = datetime(year, 12, 31, tzinfo=UTC)
        code, words = judge(*right, "-attime", str(int(at.timestamp())))
        verdict("openssl ts", f"stamp of {stamp.parent.name}", agrees=code == 0, says=words)


def test_nobody_accepts_a_stamp_of_somebody_else(
    bag: Path, tmp_path: Path, verdict: Verdicts
) -> None:
    copy = Path(shutil.copytree(bag, tmp_path / "copy"))
    Town(tmp_path, START).authority("stranger")
    report = check(copy, authorities=[tmp_path / "roots.pem"])
    stamps = sorted(copy.glob("closings/*/*/evidence.tsr"))
    for stamp in stamps:
        code, words = judge(
            *("openssl", "ts", "-verify", "-in", stamp, "-CAfile", tmp_path / "roots.pem"),
            *("-digest", read_stamp(stamp.read_bytes()).imprint.hex()),
        )
        named = stamp.relative_to(copy).as_posix() in {fault.file for fault in report.faults}
        verdict(
            "openssl ts", f"stranger's {stamp.parent.name}", agrees=named and code != 0, says=words
        )


@pytest.mark.parametrize("years", [3, 8, 15])
def test_it_verifies_when_all_certificates_have_ended(
    bag: Path, years: int, verdict: Verdicts
) -> None:
    """By a clock that is years ahead, for Python and for openssl."""
    day = f"{2026 + years}-06-01"
    code, words = judge("faketime", day, sys.executable, "-I", "-S", bag / "verify.py")
    ended = words.count("by a certificate that has ended since")
    good = (
        code == 0 and words.endswith(" 0 wrong\n") and ended >= len(list(bag.glob("*/*/*/*.tsr")))
    )
    verdict("openssl ts, under faketime", f"export in {day[:4]}", agrees=good, says=words)
