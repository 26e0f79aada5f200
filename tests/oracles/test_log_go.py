"""Go's golang.org/x/mod/sumdb (note, tlog) judges logs that the archive wrote.

For every case its verdict and that of archive.verify must be the same.
"""

import base64
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.ledger import consistency, tile_nodes
from archive.manifest import leaf
from archive.verify import check
from tests.archive.filing import draft, drafts, opened
from tests.oracles.verdicts import Verdicts

GO_PATH = Path("/usr/share/gocode")
GO_LIBRARY = GO_PATH / "src/golang.org/x/mod/sumdb/tlog"
SOURCE = Path(__file__).parent / "go" / "verify_log.go"
LOG = "acme/2026"
JUDGE = "Go x/mod/sumdb"

pytestmark = [
    pytest.mark.skipif(not shutil.which("go"), reason="needs go"),
    pytest.mark.skipif(not GO_LIBRARY.exists(), reason="needs golang-golang-x-mod-dev"),
]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = tmp_path_factory.mktemp("go") / "verify_log"
    environment = os.environ | {"GO111MODULE": "off", "GOPATH": str(GO_PATH), "GOFLAGS": ""}
    command = ["go", "build", "-o", str(program), str(SOURCE)]
    subprocess.run(command, env=environment | {"GOTOOLCHAIN": "local"}, check=True)
    return program


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """An archive, and beside it what the judge is shown."""

    root: Path
    shown: Path

    def log(self) -> Path:
        return self.root / LOG / "log"

    def shown_to(self, judge: Path) -> str:
        names = ("vkey", "earlier", "proof", "leaf", "consistency")
        command = [str(judge), str(self.log()), *(str(self.shown / name) for name in names)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def prepared(folder: Path, old_size: int, size: int) -> Exhibit:
    root, shown = folder / "root", folder / "shown"
    shown.mkdir(parents=True)
    with opened(root) as archive:
        filed = archive.append(drafts(range(old_size)))
        (shown / "earlier").write_text(archive.checkpoint(LOG), "utf-8")
        filed += archive.append(drafts(range(old_size, size)))
        entry = filed[size * 2 // 3]
        (shown / "vkey").write_text(archive.verifier_key(LOG), "utf-8")
        (shown / "proof").write_text(archive.proof(entry.id), "utf-8")
        (shown / "leaf").write_bytes(leaf(archive.get(entry.id)))
        (shown / "consistency").write_text(consistency_text(archive, old_size, size), "utf-8")
    return Exhibit(root=root, shown=shown)


def consistency_text(archive: Archive, old_size: int, size: int) -> str:
    nodes = tile_nodes(size, archive._logs.log(LOG)._read_tile)
    proof = consistency(old_size, size, nodes)
    return "".join(base64.b64encode(each).decode() + "\n" for each in proof)


@pytest.mark.parametrize(
    ("old_size", "size"), [(1, 1), (1, 2), (3, 7), (255, 256), (256, 257), (200, 600), (512, 769)]
)
def test_both_accept_what_the_archive_wrote(
    tmp_path: Path, judge: Path, old_size: int, size: int, verdict: Verdicts
) -> None:
    exhibit = prepared(tmp_path, old_size, size)
    words = exhibit.shown_to(judge)
    good = words == f"right: {size} leaves after {old_size}\n"
    verdict(JUDGE, f"log of {old_size}, then {size}", agrees=good, says=words)
    earlier = (exhibit.shown / "earlier").read_text("utf-8")
    assert check(exhibit.root, earlier=[("earlier", earlier)]).ok


def swap(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert data.count(old) >= 1
    path.write_bytes(data.replace(old, new, 1))


def flip(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-40] + bytes([data[-40] ^ 1]) + data[-39:])


def forge_earlier(exhibit: Exhibit) -> None:
    """Somebody was once shown another history, under the same key."""
    with opened(exhibit.root.parent / "forged") as archive:
        archive.append([draft(n, step="forged") for n in range(7)])
        (exhibit.shown / "earlier").write_text(archive.checkpoint(LOG), "utf-8")


TAMPERING: dict[str, Callable[[Exhibit], None]] = {
    "leaf in a bundle": lambda e: flip(e.log() / "tile/entries/000"),
    "leaf in the last bundle": lambda e: flip(e.log() / "tile/entries/001.p/44"),
    "hash in a tile": lambda e: flip(e.log() / "tile/0/000"),
    "hash in the last tile": lambda e: flip(e.log() / "tile/0/001.p/44"),
    "hash above": lambda e: swap(e.log() / "tile/1/000.p/1", b"", b"x"),
    "size": lambda e: swap(e.log() / "checkpoint", b"\n300\n", b"\n299\n"),
    "signature": lambda e: flip(e.log() / "checkpoint"),
    "bundle missing": lambda e: (e.log() / "tile/entries/000").unlink(),
    "earlier checkpoint": lambda e: flip(e.shown / "earlier"),
    "another's history": forge_earlier,
}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original")
    prepared(folder, 7, 300)
    return folder


@pytest.mark.parametrize("tampering", TAMPERING)
def test_both_refuse_what_was_tampered_with(
    original: Path, tmp_path: Path, judge: Path, tampering: str, verdict: Verdicts
) -> None:
    folder = Path(shutil.copytree(original, tmp_path / "copy"))
    exhibit = Exhibit(root=folder / "root", shown=folder / "shown")
    TAMPERING[tampering](exhibit)
    earlier = (exhibit.shown / "earlier").read_text("utf-8")
    assert not check(exhibit.root, earlier=[("earlier", earlier)]).ok
    words = exhibit.shown_to(judge)
    verdict(JUDGE, f"log, changed: {tampering}", agrees=words.startswith("wrong: "), says=words)


@pytest.mark.parametrize("shown", ["proof", "leaf", "consistency", "vkey"])
def test_go_refuses_a_proof_that_was_tampered_with(
    original: Path, tmp_path: Path, judge: Path, shown: str, verdict: Verdicts
) -> None:
    folder = Path(shutil.copytree(original, tmp_path / "copy"))
    exhibit = Exhibit(root=folder / "root", shown=folder / "shown")
    flip(exhibit.shown / shown)
    words = exhibit.shown_to(judge)
    verdict(JUDGE, f"{shown}, changed", agrees=words.startswith("wrong: "), says=words)
