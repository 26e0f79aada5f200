"""An export for an auditor: a folder that proves itself, with the program to check it.

bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt    BagIt (RFC 8493)
data/<document>/<entry>/                                                one folder per entry
manifest.json  proof.tlog-proof  001-original-in.xml  …
checkpoints/  keys/                                                     head and key per log
verify.py  verifier/                                                    `python verify.py .`
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path

from archive.archive import Archive
from archive.entry import Entry, NotKept

_VERIFIER = (
    *("__init__.py", "ed25519.py", "evidence.py", "report.py"),
    *("verify.py", "verify_log.py", "verify_packs.py"),
)
_LAUNCHER = '''\
"""Check this folder: `python verify.py`. Needs Python 3.11 and nothing else."""

import runpy
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(here / "verifier"))
if all(argument.startswith("-") for argument in sys.argv[1:2]):
    sys.argv.insert(1, str(here))
runpy.run_module("archive.verify", run_name="__main__")
'''


def export_documents(archive: Archive, document_ids: Iterable[str], target_dir: Path) -> int:
    """Write everything kept about some documents into a new folder; return how many entries.

    All evidence of each document goes in: the entries that carry its id as `document` or
    `subject`, and those of the submission that one of them names in its field `submission`.

    Raises:
        NotKept: nothing is kept about one of the documents; no folder was made.
        FileExistsError: the folder is there already.
        ArchiveDamaged: the archive itself is not whole; run its verifier.
    """
    documents = {each: _evidence(archive, each) for each in dict.fromkeys(document_ids)}
    if missing := [document for document, entries in documents.items() if not entries]:
        raise NotKept(f"nothing is kept about {', '.join(missing)}")
    target_dir.mkdir(parents=True)
    payload, tags = _Bag(target_dir), _Bag(target_dir)
    for document, entries in documents.items():
        for entry in entries:
            for name, pieces in _entry_files(archive, entry):
                payload.add(f"data/{_safe(document)}/{name}", pieces)
    for name, data in _tag_files(archive, documents.values(), payload):
        tags.add(name, [data])
    (target_dir / "tagmanifest-sha256.txt").write_bytes(tags.manifest())
    return sum(map(len, documents.values()))


class _Bag:
    """Files written below a folder, and the list of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hashes: dict[str, str] = {}
        self.size_bytes = 0

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        hashed = hashlib.sha256()
        with path.open("wb") as file:
            for piece in pieces:
                hashed.update(piece)
                file.write(piece)
            self.size_bytes += file.tell()
        self._hashes[name] = hashed.hexdigest()

    def oxum(self) -> str:
        return f"{self.size_bytes}.{len(self._hashes)}"

    def manifest(self) -> bytes:
        return "".join(f"{sha256}  {name}\n" for name, sha256 in self._hashes.items()).encode()


def _evidence(archive: Archive, document: str) -> list[Entry]:
    own = [*archive.entries(document=document), *archive.entries(subject=document)]
    submissions = {e.fields["submission"]: None for e in own if "submission" in e.fields}
    of_submission = [e for each in submissions for e in archive.entries(subject=each)]
    shared = [e for e in of_submission if e.document in (None, document)]
    return list({entry.id: entry for entry in (*shared, *own)}.values())


def _entry_files(archive: Archive, entry: Entry) -> Iterator[tuple[str, Iterable[bytes]]]:
    folder = f"{entry.log.replace('/', '-')}-{entry.position:09}-{_safe(entry.step)}"
    yield f"{folder}/manifest.json", [archive.get(entry.id)]
    yield f"{folder}/proof.tlog-proof", [archive.proof(entry.id).encode()]
    for number, item in enumerate(entry.items, 1):
        name = f"{number:03}-{_safe(item.role)}-{_safe(item.name)}"
        yield f"{folder}/{name}", archive.locate(item.sha256).pieces()


def _tag_files(
    archive: Archive, evidence: Iterable[Sequence[Entry]], payload: _Bag
) -> Iterator[tuple[str, bytes]]:
    yield "bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    yield "bag-info.txt", f"Payload-Oxum: {payload.oxum()}\n".encode()
    yield "manifest-sha256.txt", payload.manifest()
    for log in sorted({entry.log for entries in evidence for entry in entries}):
        name = log.replace("/", "-")
        yield f"checkpoints/{name}.checkpoint", archive.checkpoint(log).encode()
        yield f"keys/{name}.vkey", archive.verifier_key(log).encode()
    yield "verify.py", _LAUNCHER.encode()
    for name in _VERIFIER:
        yield f"verifier/archive/{name}", resources.files("archive").joinpath(name).read_bytes()


def _safe(label: str) -> str:
    """Return a label as a file name: what senders call their files is no path."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "_", label).lstrip(".-")
    return name[:100] or "_"
