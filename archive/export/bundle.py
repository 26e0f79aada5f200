"""An export for an auditor: a folder or ZIP file that proves itself, with the program to check it.

README.txt  CONTENTS.html  export.json            what it is, what is in it, what was asked for
data/<document or file>/<entry>/                  manifest.json and all files of an entry
tables/*.csv  tables/index.xml                    exact to the byte, described for audit programs
spreadsheet/tables.xlsx                           the same for people
proofs/<log>/<entry id>.tlog-proof                that each entry is in its log
proofs/<log>/<size>.consistency                   that the log once had this size
proofs/<log>/leaf-hashes  proofs/<log>/others.csv all positions, and which are not in here
checkpoints/  keys/  closings/  trust/  policy/   heads, keys, time stamps, their authorities, rules
verify.py  verifier/                              `python verify.py`
"""

import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Container, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from itertools import groupby, islice

from archive.archive import Archive
from archive.content import PIECE_SIZE_BYTES
from archive.entry import Entry
from archive.export import spreadsheet, tables, texts
from archive.export.bag import Bag
from archive.export.logs import LogView, origin_and_size
from archive.export.order import Evidence, Evidences, Order, about_logs
from archive.export.tables import TABLES, Sheet
from archive.export.z3 import write_index
from archive.manifest import instant

_VERIFIER = (
    *("__init__.py", "ed25519.py", "evidence.py", "report.py", "verify.py"),
    *("verify_archive.py", "verify_bundle.py", "verify_closings.py", "verify_keys.py"),
    *("verify_log.py", "verify_packs.py", "verify_places.py", "verify_time.py"),
)
_LAUNCHER = '''\
"""Check this folder: `python verify.py`. Needs Python 3.11 and, for time stamps, openssl."""

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


@dataclass(slots=True, kw_only=True)
class Written:
    """What has been written of an export.

    Attributes:
        positions: of the entries that are in it, by log.
        documents: how many.
    """

    positions: dict[str, set[int]] = field(default_factory=dict)
    documents: int = 0

    def take(self, entry: Entry) -> bool:
        """Note an entry; say whether it is new."""
        positions = self.positions.setdefault(entry.log, set())
        is_new = entry.position not in positions
        positions.add(entry.position)
        return is_new

    def entries(self) -> int:
        """Return how many entries."""
        return sum(map(len, self.positions.values()))


class Bundle:
    """Writes one export into a bag.

    Raises:
        ArchiveDamaged: the archive itself is not whole; run its verifier.
    """

    def __init__(self, archive: Archive, order: Order, bag: Bag) -> None:
        self._archive = archive
        self._order = order
        self._bag = bag
        self._views: dict[str, LogView] = {}
        self._sheets: dict[str, Sheet] = {}
        self._erased: defaultdict[str, set[int]] = defaultdict(set)
        self.written = Written()

    def write(self, at: datetime) -> str:
        """Write everything; return the SHA-256 that seals it."""
        with ExitStack() as open_files:
            for table in TABLES:
                file = open_files.enter_context(tempfile.TemporaryFile())
                self._sheets[table.name] = Sheet(table=table, file=file)
            for evidence in Evidences(self._archive, self._order):
                self._add_document(evidence)
            for entry in about_logs(self._archive, self._order.tenant, tuple(self._views)):
                self._note_erased(entry)
                self._add_entry(entry, _folder_of_log(entry))
            self._add_tables()
            self._add_lists()
        self._add_logs()
        self._add_words(at)
        counts = f"{self.written.documents} documents, {self.written.entries()} entries"
        info = [("Bagging-Date", f"{at:%Y-%m-%d}"), ("External-Description", counts)]
        return self._bag.finish(info)

    def _view(self, log: str) -> LogView:
        if log not in self._views:
            self._views[log] = LogView(self._archive, log)
        return self._views[log]

    # -- documents and entries

    def _add_document(self, evidence: Evidence) -> None:
        self.written.documents += 1
        folder = f"data/{safe(evidence.document)}"
        for entry in evidence.entries:
            self._add_entry(entry, f"data/{safe(_owner(entry))}/{_entry_folder(entry)}")
        row = tables.of_document(evidence, folder, len(evidence.entries))
        self._sheets["documents"].add(row)
        for vat in tables.vat_of_document(evidence):
            self._sheets["vat_lines"].add(vat)

    def _add_entry(self, entry: Entry, folder: str) -> None:
        """Write an entry once, though several documents may share it."""
        if not self.written.take(entry):
            return
        manifest = self._archive.get(entry.id)
        log, proof = entry.log.replace("/", "-"), self._view(entry.log).proof
        self._bag.add(f"{folder}/manifest.json", [manifest])
        self._bag.add(
            f"proofs/{log}/{entry.id}.tlog-proof",
            [proof(entry.position, manifest).encode()],
        )
        row = tables.of_entry(entry, folder)
        for table in tables.tables_of_entry(entry):
            self._sheets[table.name].add(row)
        for number, (name, item) in enumerate(zip(_names(entry), entry.items, strict=True), 1):
            self._bag.add(f"{folder}/{name}", self._archive.locate(item.sha256).pieces())
            known = {"item": number, "file": f"{folder}/{name}"}
            shown = {name: getattr(item, name) for name in item.__slots__}
            self._sheets["files"].add(row | shown | known)

    def _note_erased(self, entry: Entry) -> None:
        for item in entry.items if entry.kind == "erase" else ():
            if item.role == "erased":
                for each in json.loads(self._archive.get(item.sha256))["entries"]:
                    self._erased[each["log"]].add(each["position"])

    # -- tables

    def _add_tables(self) -> None:
        sheets = list(self._sheets.values())
        for sheet in sheets:
            self._bag.add(f"tables/{sheet.table.name}.csv", _pieces_of(sheet))
        comment = "; ".join(f"{name}: {value}" for name, value in self._order.asked.items())
        index = write_index(sheets, supplier=self._order.tenant, comment=comment)
        self._bag.add("tables/index.xml", [index])
        with tempfile.TemporaryFile() as book:
            spreadsheet.write_workbook(book, ((s.table.name, s.read()) for s in sheets))
            book.seek(0)
            self._bag.add("spreadsheet/tables.xlsx", iter(lambda: book.read(PIECE_SIZE_BYTES), b""))

    def _add_lists(self) -> None:
        sheet = self._sheets["documents"]
        header = [column.name for column in sheet.table.columns]
        rows = islice(sheet.read(), 1, None)
        documents = (dict(zip(header, row, strict=True)) for row in rows)
        counts = {name: sheet.rows for name, sheet in self._sheets.items()}
        self._bag.add("CONTENTS.html", texts.contents(self._order.asked, counts, documents))
        self._bag.add("README.txt", [texts.readme(self._order.asked)])

    # -- logs

    def _add_logs(self) -> None:
        earlier = [origin_and_size(note) for note in self._order.earlier]
        for name, view in sorted(self._views.items()):
            safe_name = name.replace("/", "-")
            self._bag.add(f"checkpoints/{safe_name}.checkpoint", [view.note.encode()])
            self._add_keys(name)
            origin, size = origin_and_size(view.note)
            sizes = {old for other, old in earlier if other == origin and 0 < old < size}
            for old in sorted(sizes | self._closed_sizes(name, size)):
                proof = view.consistency(old).encode()
                self._bag.add(f"proofs/{safe_name}/{old:09}.consistency", [proof])
            if self._order.whole_logs:
                self._bag.add(f"proofs/{safe_name}/leaf-hashes", view.hashes())
                others = _others(self.written.positions[name], self._erased[name], size)
                self._bag.add(f"proofs/{safe_name}/others.csv", others)

    def _add_keys(self, log: str) -> None:
        """Take along the key of a log, and the notes by which it was exchanged."""
        folder = self._archive.beside(log).parents[1] / "keys"
        name = log.replace("/", "-")
        found = sorted(folder.glob(f"{name}.vkey")) + sorted(folder.glob(f"{name}.*.rotation"))
        for path in found:
            self._bag.add(f"keys/{path.name}", [path.read_bytes()])

    def _closed_sizes(self, log: str, size: int) -> set[int]:
        """Take along a log's seals; return at which sizes it was closed or sealed."""
        folder, name = self._archive.beside(log), log.replace("/", "-")
        sealed = sorted(folder.glob("seals/*"))
        for path in sealed:
            self._bag.add(f"closings/{name}/{path.name}", [path.read_bytes()])
        notes = [path for path in sealed if path.suffix == ".checkpoint"]
        notes += sorted(folder.glob("closings/*/checkpoint"))
        sizes = {origin_and_size(path.read_text("utf-8"))[1] for path in notes}
        return {old for old in sizes if 0 < old < size}

    # -- words

    def _add_words(self, at: datetime) -> None:
        for path in sorted((self._archive.beside("x/y").parents[1] / "trust").glob("*.pem")):
            self._bag.add(f"trust/{path.name}", [path.read_bytes()])
        for name, data in self._order.policy():
            self._bag.add(f"policy/{'/'.join(map(safe, name.split('/')))}", [data])
        told = {
            "v": 1,
            "at": instant(at),
            "by": self._order.by,
            "asked": dict(self._order.asked),
            "documents": self.written.documents,
            "logs": {name: len(found) for name, found in sorted(self.written.positions.items())},
        }
        self._bag.add("export.json", [json.dumps(told, ensure_ascii=False, indent=1).encode()])
        self._bag.add("verify.py", [_LAUNCHER.encode()])
        for name in _VERIFIER:
            source = resources.files("archive").joinpath(name).read_bytes()
            self._bag.add(f"verifier/archive/{name}", [source])


def safe(label: str) -> str:
    """Return a label as a file name: what senders call their files is no path.

    >>> safe("../../etc/passwd")
    'etc_passwd'
    """
    name = re.sub(r"[^A-Za-z0-9._-]+", "_", label).lstrip("._-")
    return name[:100] or "_"


def _owner(entry: Entry) -> str:
    return entry.document or entry.subject


def _entry_folder(entry: Entry) -> str:
    return f"{entry.log.replace('/', '-')}-{entry.position:09}-{safe(entry.step)}"


def _folder_of_log(entry: Entry) -> str:
    """Return where an entry about a log lies: `closings/acme-2026/2026-11-21` for a closing."""
    if entry.kind in {"closing", "renewal", "rehash"}:
        _, log, name = [*entry.subject.split(":"), "", ""][:3]
        place = "closings" if entry.kind == "closing" else "renewals"
        return f"{place}/{safe(log.replace('/', '-'))}/{safe(name)}"
    return f"data/{safe(entry.subject)}/{_entry_folder(entry)}"


def _names(entry: Entry) -> Iterator[str]:
    """Yield under which names an entry's files lie; a closing's keep their own."""
    for number, item in enumerate(entry.items, 1):
        if entry.kind in {"closing", "renewal", "rehash"}:
            yield safe(item.name)
        else:
            yield f"{number:03}-{safe(item.role)}-{safe(item.name)}"


def _pieces_of(sheet: Sheet) -> Iterator[bytes]:
    sheet.file.seek(0)
    while piece := sheet.file.read(PIECE_SIZE_BYTES):
        yield piece


def _others(inside: Container[int], erased: Container[int], size: int) -> Iterator[bytes]:
    """Yield which positions of a log are not in here, as ranges, and why."""
    yield b"from,to,why\r\n"

    def why(position: int) -> str:
        if position in inside:
            return ""
        return "erased" if position in erased else "not asked for"

    for reason, positions in groupby(range(size), why):
        first, *rest = positions
        if reason:
            yield f"{first},{[first, *rest][-1]},{reason}\r\n".encode()
