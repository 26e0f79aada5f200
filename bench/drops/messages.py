"""IDocs, EDIFACT and X12 messages of ten lines: a sample's own lines again and again.

The sums stay those of the sample: rules would mind, readers do not.
"""

import re
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from bench.drops.drop import Drop

LINES = 10
_DEMO = Path("hub/demo/samples")
_SAMPLES = Path("tests/samples")
_NUMBERS_AT = slice(49, 61)
"""SEGNUM and PSGNUM in a record of an IDoc; its DOCNUM stands before, its HLEVEL behind."""


def idocs_flat(count: int) -> Drop:
    """INVOIC01 IDocs in one file of fixed records."""
    text = (_DEMO / "IDOCS_20261120_0615.txt").read_bytes().decode("latin-1")
    first = re.split(r"(?m)^(?=EDI_DC40)", text)[1].splitlines()
    head, lines, tail = _parted(first, "E2EDP01", "E2EDS01")
    records = _numbered([*head, *_ten(lines), *tail])
    docnum, belnr = records[0][13:29], "900100115"
    idocs = (
        "\n".join(records).replace(docnum, f"{new:016}").replace(belnr, str(new))
        for new in range(910_000_000, 910_000_000 + count)
    )
    return Drop(files=[("idocs.txt", "\n".join(idocs).encode("latin-1"))])


def idocs_xml(count: int) -> Drop:
    """INVOIC02 IDocs, one a file."""
    text = (_DEMO / "INVOIC_0000000007100101.xml").read_text("utf-8")
    head, lines, tail = _parted(text.splitlines(), r"\s*<E1EDP01 ", r"\s*<E1EDS01 ")
    idoc = "\n".join([*head, *_ten(lines), *tail])
    belnr, docnum = "900100101", "0000000007100101"
    return Drop(
        files=(
            (f"{new}.xml", idoc.replace(docnum, f"{new:016}").replace(belnr, str(new)).encode())
            for new in range(910_000_000, 910_000_000 + count)
        )
    )


def edifact(count: int) -> Drop:
    """D.96A messages in one interchange, ISO 8859-1, decimal comma."""
    text = (_SAMPLES / "edifact/eancom-d96a/in.txt").read_bytes().decode("latin-1")
    una, unb, _unh, *body, _unt, _unz = text.splitlines()
    head, lines, tail = _parted(body, "LIN", "UNS")
    segments = [line.replace("CNT+2:2", f"CNT+2:{LINES}") for line in (*head, *_ten(lines), *tail)]
    invoice = "\n".join(segments)
    messages = (
        f"UNH+{new}+INVOIC:D:96A:UN:EAN008'\n"
        f"{invoice.replace('R-2026-0815', f'R-{new}')}\n"
        f"UNT+{len(segments) + 2}+{new}'"
        for new in range(1, count + 1)
    )
    interchange = "\n".join([una, unb, *messages, f"UNZ+{count}+815'"])
    return Drop(files=[("interchange.edi", interchange.encode("latin-1"))])


def x12(count: int) -> Drop:
    """810 transactions of 4010 in one group."""
    text = (_SAMPLES / "x12/invoice-4010/in.txt").read_text("ascii")
    isa, gs, _st, *body, _se, _ge, _iea = text.splitlines()
    head, lines, tail = _parted(body, r"IT1\*", r"TDS\*")
    segments = [line.replace("CTT*2", f"CTT*{LINES}") for line in (*head, *_ten(lines), *tail)]
    invoice = "\n".join(segments)
    transactions = (
        f"ST*810*{new:04}~\n{invoice.replace('INV-100', f'INV-{new}')}\n"
        f"SE*{len(segments) + 2}*{new:04}~"
        for new in range(1, count + 1)
    )
    ends = [f"GE*{count}*100~", "IEA*1*000000100~"]
    return Drop(files=[("810.x12", "\n".join([isa, gs, *transactions, *ends]).encode())])


def _parted(
    rows: Sequence[str], line: str, end: str
) -> tuple[Sequence[str], list[Sequence[str]], Sequence[str]]:
    """Return what stands before the lines of an invoice, the rows of each line, and the rest."""
    starts = [number for number, row in enumerate(rows) if re.match(line, row)]
    last = next(number for number, row in enumerate(rows) if re.match(end, row))
    ends = [*starts[1:], last]
    lines = [rows[start:stop] for start, stop in zip(starts, ends, strict=True)]
    return rows[: starts[0]], lines, rows[last:]


def _ten(lines: Sequence[Sequence[str]]) -> list[str]:
    return [row for line in islice(cycle(lines), LINES) for row in line]


def _numbered(records: Sequence[str]) -> list[str]:
    """Number the segments of an IDoc anew, each below the last one that is a level higher."""
    numbered, above = [records[0]], 0
    for number, record in enumerate(records[1:], 1):
        is_below = record[61:63] == "03"
        above = above if is_below else number
        numbers = f"{number:06}{above if is_below else 0:06}"
        numbered.append(record[: _NUMBERS_AT.start] + numbers + record[_NUMBERS_AT.stop :])
    return numbered
