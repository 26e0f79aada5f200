"""One validator in a process of its own: how long it takes over a document, and what it says.

    python bench/validator_child.py NAME FILE

prints a JSON object. Runs under the Python of whoever it measures and imports nothing of ours
except where we are measured.
"""

import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

_SECONDS = 1.5
_RUNS_AT_LEAST = 3
_FIRED = re.compile(r"<svrl:failed-assert\b[^>]*\bid=\"([^\"]*)\"")

Judge = Callable[[bytes], list[str]]
"""Takes a file, returns the ids of the rules it breaks."""


def ours_from_bytes(_file: Path) -> Judge:
    """Read the file, then judge syntax and content, as room 4 does."""
    return import_module("bench.ours").from_bytes  # type: ignore[no-any-return]


def ours_from_model(file: Path) -> Judge:
    """Judge the content of a document that has been read."""
    return import_module("bench.ours").from_model(file.read_bytes())  # type: ignore[no-any-return]


def official(file: Path) -> Judge:
    """Saxon with the official XSLT; the style sheets' paths end the command line."""
    saxonche = import_module("saxonche")
    saxon = saxonche.PySaxonProcessor(license=False)
    compiler = saxon.new_xslt30_processor()
    syntax = "cii" if b"CrossIndustryInvoice" in file.read_bytes()[:2000] else "ubl"
    sheets = [
        compiler.compile_stylesheet(stylesheet_file=path)
        for path in sys.argv[3:]
        if syntax in Path(path).name.lower()
    ]

    def judge(data: bytes) -> list[str]:
        node = saxon.parse_xml(xml_text=data.decode())
        return [
            rule
            for sheet in sheets
            for rule in _FIRED.findall(sheet.transform_to_string(xdm_node=node) or "")
        ]

    return judge


def verifyhash(_file: Path) -> Judge:
    """The native validator verifyhash-einvoice."""
    einvoice = import_module("einvoice")

    def judge(data: bytes) -> list[str]:
        report = einvoice.validate_bytes(data, profile="xrechnung")
        return [violation["rule"] for violation in report["violations"]]

    return judge


def mock_einvoice(_file: Path) -> Judge:
    """The native validator mock-einvoice, UBL only."""
    mock = import_module("mockeinvoice")

    def judge(data: bytes) -> list[str]:
        _, report = mock.validate(data)
        return [finding.code for finding in report.failures]

    return judge


JUDGES: dict[str, Callable[[Path], Judge]] = {
    "ours": ours_from_bytes,
    "ours, from model": ours_from_model,
    "official": official,
    "verifyhash-einvoice": verifyhash,
    "mock-einvoice": mock_einvoice,
}


def main() -> None:
    """Measure what the command line names, warm."""
    name, file = sys.argv[1], Path(sys.argv[2])
    judge, data = JUDGES[name](file), file.read_bytes()
    findings = judge(data)
    runs = _timed(judge, data)
    result: dict[str, Any] = {
        "milliseconds": statistics.median(runs) * 1000,
        "runs": len(runs),
        "peak_mb": _peak_mb(),
        "findings": sorted(set(findings)),
    }
    sys.stdout.write(json.dumps(result) + "\n")


def _timed(judge: Judge, data: bytes) -> list[float]:
    runs: list[float] = []
    while sum(runs) < _SECONDS or len(runs) < _RUNS_AT_LEAST:
        begun = time.perf_counter()
        judge(data)
        runs.append(time.perf_counter() - begun)
    return runs


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
