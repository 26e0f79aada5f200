"""One reader in a process of its own: what it takes to read all files of a folder.

    python bench/intake_child.py NAME FOLDER

prints a JSON object. Runs under the Python of whoever it measures and imports nothing of ours
except where we are measured.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

Read = Callable[[Sequence[Path]], int]
"""Takes files, returns how much was found in them."""


def ours(folder: Path) -> Read:
    """To the model, with every place: as room 2 does."""
    catalogue, guides = import_module("formats.catalogue"), import_module("formats.guide")
    toml = folder / "guide.toml"
    known = [guides.parse("bench", toml.read_text("utf-8"))] if toml.exists() else []
    import_module("hub.engine.garbage").collect_seldom()  # as the hub's children do

    def read(files: Sequence[Path]) -> int:
        found = 0
        for file in files:
            _, readings = catalogue.read(file.read_bytes(), file.name, known)
            faults = [fault.message for reading in readings for fault in reading.notices]
            assert not faults, faults[:3]
            found += len(readings)
        return found

    return read


def pydifact(_folder: Path) -> Read:
    """Messages as segments; it looks for tables of theirs, and warns of each that it lacks."""
    warnings.simplefilter("ignore")
    interchanges = import_module("pydifact.segmentcollection").Interchange

    def read(files: Sequence[Path]) -> int:
        text = files[0].read_text("latin-1")
        return sum(1 for _ in interchanges.from_str(text).get_messages())

    return read


def pdfplumber(_folder: Path) -> Read:
    """Text of pages; each is forgotten after it was read, as its makers advise."""
    plumber = import_module("pdfplumber")

    def read(files: Sequence[Path]) -> int:
        pages = 0
        with plumber.open(files[0]) as pdf:
            for page in pdf.pages:
                assert "Invoice" in page.extract_text()
                page.close()
                pages += 1
        return pages

    return read


def pypdf(_folder: Path) -> Read:
    """Text of pages."""
    readers = import_module("pypdf").PdfReader

    def read(files: Sequence[Path]) -> int:
        return sum("Invoice" in page.extract_text() for page in readers(files[0]).pages)

    return read


def openpyxl(_folder: Path) -> Read:
    """Rows of cells."""
    load = import_module("openpyxl").load_workbook

    def read(files: Sequence[Path]) -> int:
        book = load(files[0], read_only=True, data_only=True)
        return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True)) - 1

    return read


def calamine(_folder: Path) -> Read:
    """Rows of cells."""
    books = import_module("python_calamine").CalamineWorkbook

    def read(files: Sequence[Path]) -> int:
        return len(books.from_path(str(files[0])).get_sheet_by_index(0).to_python()) - 1

    return read


READERS: dict[str, Callable[[Path], Read]] = {
    "ours": ours,
    "pydifact": pydifact,
    "pdfplumber": pdfplumber,
    "pypdf": pypdf,
    "openpyxl": openpyxl,
    "python-calamine": calamine,
}


def main() -> None:
    """Measure what the command line names, cold, once."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    files = [path for path in sorted(folder.iterdir()) if path.suffix != ".toml"]
    read = READERS[name](folder)
    idle_mb, begun = _peak_mb(), time.process_time()
    found = read(files)
    seconds = time.process_time() - begun
    peak = {"idle_mb": idle_mb, "peak_mb": _peak_mb()}
    sys.stdout.write(json.dumps({"cpu_seconds": seconds, "found": found, **peak}) + "\n")


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
