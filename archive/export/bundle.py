"""An export for an auditor: a folder or ZIP file that proves itself, with the program to check it.

README.txt  CONTENTS.html  export.json            what it is, what is in it, what was asked for
data/<document or file>/<entry>/                  manifest.json and all files of an entry
tables/*.csv  tables/index.xml                    exact to the byte, described for audit programs
spreadsheet/tables.xlsx                           the same for people
proofs/<log>/<entry id>.tlog-proof                that each entry is in its log
proofs/<log>/<entry id>.er                        since when it was there (RFC 4998)
proofs/<log>/<size>.consistency                   that the log once had this size
proofs/trails                                     where the trail of each document ends, signed
proofs/<log>/leaf-hashes  proofs/<log>/others.csv all positions, and which are not in here
checkpoints/  keys/  closings/  trust/  policy/   heads, keys, time stamps, their authorities, rules
verify.py  verifier/                              `python verify.py`
"""

import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import resources
from itertools import islice

import msgspec

from archive.archive import Archive
from archive.entry import Entry, NotKept
from archive.export import parquet, spreadsheet, tables, texts
from archive.export.bag import Bag, pieces_of
from archive.export.logs import LogView
from archive.export.order import Evidence, Evidences, Order, about_logs
from archive.export.proofs import files_of_log, files_of_positions
from archive.export.tables import TABLES, Sheet
from archive.export.trails import Ends
from archive.export.z3 import write_index
from archive.manifest import instant

_VERIFIER = (
    *("__init__.py", "ed25519.py", "evidence.py", "report.py", "verify.py"),
    *("verify_archive.py", "verify_bundle.py", "verify_closings.py", "verify_keys.py"),
    *("verify_der.py", "verify_lists.py", "verify_log.py", "verify_members.py"),
    *(
        "verify_packs.py",
        "verify_places.py",
        "verify_records.py",
        "verify_signatures.py",
        "verify_time.py",
        "verify_told.py",
        "verify_trails.py",
    ),
)
_LAUNCHER = '''\
"""Check this folder: `python verify.py`. Needs Python 3.11 and, for time stamps, openssl."""

import hashlib
import re
import runpy
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
lists = "".join(path.read_text("utf-8", "replace") for path in here.glob("tagmanifest-*.txt"))
wrong = []
for name in sorted({*re.findall(r"(?m)^[0-9a-f]+  (verifier/archive/\\w+\\.py)$", lists)}):
    data = (here / name).read_bytes() if (here / name).is_file() else None
    if data is None:
        wrong.append(f"WRONG {name}: is missing")
    elif not any(hashlib.new(by, data).hexdigest() in lists for by in ("sha256", "sha512")):
        wrong.append(f"WRONG {name}: was changed")
if wrong:
    print(*wrong, "nothing else was checked: run verify.py of another export on this", sep="\\n")
    sys.exit(1)
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
        NotKept: something was erased meanwhile; begin anew.
    """

    def __init__(self, archive: Archive, order: Order, bag: Bag) -> None:
        self._archive = archive
        self._order = order
        self._bag = bag
        self._views: dict[str, LogView] = {}
        self._sheets: dict[str, Sheet] = {}
        self._closed: list[str] = []
        self._erased: defaultdict[str, set[int]] = defaultdict(set)
        self._trails = Ends()
        self.written = Written()

    def write(self, at: datetime) -> str:
        """Write everything; return the SHA-256 that seals it."""
        with ExitStack() as open_files:
            for table in TABLES:
                file = open_files.enter_context(tempfile.TemporaryFile())
                self._sheets[table.name] = Sheet(table=table, file=file)
            for evidence in Evidences(self._archive, self._order):
                self._add_document(self._as_of_heads(evidence))
            closings = {name: set(view.closings) for name, view in self._views.items()}
            for entry in about_logs(self._archive, self._order, closings):
                self._note_erased(entry)
                self._add_entry(entry, _folder_of_log(entry))
            for entry in self._trails.explained(self._archive, self._order.tenant):
                self._explain(entry)
            self._add_tables()
            self._add_lists()
        self._add_logs()
        self._add_words(at)
        counts = f"{self.written.documents} documents, {self.written.entries()} entries"
        info = [("Bagging-Date", f"{at:%Y-%m-%d}"), ("External-Description", counts)]
        return self._bag.finish(info)

    def heads(self) -> dict[str, int]:
        """Return how many entries each log had, by the checkpoints that are in it."""
        return {name: view.size for name, view in sorted(self._views.items())}

    def _view(self, log: str) -> LogView:
        if log not in self._views:
            self._views[log] = LogView(self._archive, log)
        return self._views[log]

    def _is_covered(self, entry: Entry) -> bool:
        """Whether a checkpoint covers an entry: the archive goes on while this is written."""
        return entry.position < self._view(entry.log).size

    def _as_of_heads(self, evidence: Evidence) -> Evidence:
        return replace(evidence, entries=tuple(filter(self._is_covered, evidence.entries)))

    # -- documents and entries

    def _add_document(self, evidence: Evidence) -> None:
        if not evidence.entries:
            raise NotKept(f"{evidence.document} was erased while it was written")
        self.written.documents += 1
        folder = f"data/{safe(evidence.document)}"
        for entry in evidence.entries:
            self._add_entry(entry, f"data/{safe(_owner(entry))}/{_entry_folder(entry)}")
        self._trails.add(evidence)
        row = tables.of_document(evidence, folder, len(evidence.entries))
        self._sheets["documents"].add(row)
        for vat in tables.vat_of_document(evidence):
            self._sheets["vat_lines"].add(vat)

    def _add_entry(self, entry: Entry, folder: str) -> None:
        """Write an entry once, though several documents may share it."""
        if not self._is_covered(entry) or not self.written.take(entry):
            return
        manifest = self._archive.get(entry.id)
        view = self._view(entry.log)
        self._bag.add(f"{folder}/manifest.json", [manifest])
        proof = view.proof(entry.position, manifest).encode()
        self._bag.add(f"proofs/{view.label}/{entry.id}.tlog-proof", [proof])
        if record := view.evidence(entry):
            self._bag.add(f"proofs/{view.label}/{entry.id}.er", [record])
        row = tables.of_entry(entry, folder)
        for table in tables.tables_of_entry(entry):
            self._sheets[table.name].add(row)
        self._closed += [
            self._archive.get(item.sha256).decode()
            for item in entry.items
            if (entry.kind, item.name) == ("closing", "checkpoint")
        ]
        for number, (name, item) in enumerate(zip(_names(entry), entry.items, strict=True), 1):
            self._bag.add(f"{folder}/{name}", self._archive.locate(item.sha256).pieces())
            known = {"item": number, "file": f"{folder}/{name}"}
            self._sheets["files"].add(row | msgspec.structs.asdict(item) | known)

    def _note_erased(self, entry: Entry) -> None:
        is_told = entry.kind == "erase" and self._is_covered(entry)
        for item in entry.items if is_told else ():
            if item.role == "erased":
                for each in json.loads(self._archive.get(item.sha256))["entries"]:
                    self._erased[each["log"]].add(each["position"])

    def _explain(self, erasure: Entry) -> None:
        """Add the entry that says where others have gone."""
        if not self._is_covered(erasure):
            raise NotKept("some of its entries were erased while it was written")
        self._add_entry(erasure, _folder_of_log(erasure))

    # -- tables

    def _add_tables(self) -> None:
        sheets = list(self._sheets.values())
        for sheet in sheets:
            self._bag.add(f"tables/{sheet.table.name}.csv", pieces_of(sheet.file))
        comment = "; ".join(f"{name}: {value}" for name, value in self._order.asked.items())
        supplier = self._order.supplier or self._order.tenant
        index = write_index(sheets, supplier=supplier, comment=comment)
        self._bag.add("tables/index.xml", [index])
        for sheet in sheets if parquet.is_possible() else ():
            with tempfile.TemporaryFile() as table:
                parquet.write_parquet(table, sheet)
                self._bag.add(f"tables/{sheet.table.name}.parquet", pieces_of(table))
        with tempfile.TemporaryFile() as book:
            spreadsheet.write_workbook(book, ((s.table.name, s.read()) for s in sheets))
            self._bag.add("spreadsheet/tables.xlsx", pieces_of(book))

    def _add_lists(self) -> None:
        sheet = self._sheets["documents"]
        header = [column.name for column in sheet.table.columns]
        rows = islice(sheet.read(), 1, None)
        documents = (dict(zip(header, row, strict=True)) for row in rows)
        counts = {name: sheet.rows for name, sheet in self._sheets.items()}
        self._bag.add("CONTENTS.html", texts.contents(self._order.asked, counts, documents))
        self._bag.add("README.txt", [texts.readme(self._order.asked)])

    def _add_logs(self) -> None:
        if note := self._trails.signed(self._archive, list(self._views.values())):
            self._bag.add("proofs/trails", [note.encode()])
        for name, view in sorted(self._views.items()):
            earlier = (*self._order.earlier, *self._closed)
            for file, pieces in files_of_log(self._archive, view, earlier):
                self._bag.add(file, pieces)
            if self._order.whole_logs:
                inside, erased = self.written.positions[name], self._erased[name]
                for file, pieces in files_of_positions(view, inside, erased):
                    self._bag.add(file, pieces)

    # -- words

    def _add_words(self, at: datetime) -> None:
        for path in sorted((self._archive.beside("x/y").parents[1] / "trust").glob("*.pem")):
            self._bag.add(f"trust/{path.name}", [path.read_bytes()])
        if self._order.authorities:
            self._bag.add("trust/settings.pem", [self._order.authorities])
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
