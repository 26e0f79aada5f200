"""How right a drafted layout is, unchanged, on the file from which it was drafted.

python -m bench.layout_draft [--faults]

For each of strangers' PDF invoices with a text layer: whether the draft reads its number, date,
seller, total, VAT and the nets of its lines, and whether what it read adds up. The truth is what
the page says (TRUTH), or the XML inside a hybrid. Kept in bench/layout_draft.json.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from formats.cii.read import read_cii
from formats.codec import Unreadable
from formats.facturx.read import invoice_xml
from formats.findings import is_fatal, sentence
from formats.model import Invoice
from formats.pdf_text.draft.draft import draft

RESULTS: Final = Path(__file__).with_suffix(".json")
CORPORA: Final = Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora"))
FIELDS: Final = ("number", "date", "seller", "total", "vat", "lines")
PLUMBING: Final = "Stanford Plumbing & Heating"
Seen = Mapping[str, Any]


def _said(number: str, day: str, seller: str, amounts: str, lines: str) -> Seen:
    """Return what a page says; amounts are the total and the VAT."""
    total, vat = amounts.split()
    return {
        "number": number,
        "date": date.fromisoformat(day),
        "seller": seller,
        "total": Decimal(total),
        "vat": Decimal(vat),
        "lines": [Decimal(net) for net in lines.split()],
    }


TRUTH: Final[Mapping[str, Seen]] = {
    "Invoice-6.pdf": _said(
        "9876", "2020-09-10", "Contoso, Ltd.", "10686.25 311.25", "3500 3500 3375"
    ),
    "sample-invoice.pdf": _said("INV-100", "2019-11-15", "CONTOSO LTD.", "110 10", "100"),
    "AmazonWebServices.pdf": _said(
        "42183017", "2014-08-03", "Amazon Web Services, Inc.", "4.11 0", "0.01 1.87 2.22 0.01"
    ),
    "free_fiber.pdf": _said("562044387", "2015-07-02", "Free SAS", "29.99 5.00", "24.99 0 0"),
    "QualityHosting.pdf": _said(
        "30064443",
        "2014-05-07",
        "QualityHosting AG",
        "34.73 0",
        "3.89 5.39 5.39 5.39 5.39 5.39 3.89",
    ),
    "saeco.pdf": _said(
        "VF1005193039", "2022-09-08", "e-Luscious Nederland B.V.", "49.99 8.68", "49.99 0"
    ),
    "AzureInterior.pdf": _said(
        "INV/2023/03/0008", "2023-03-20", "Azure Interior", "279.84 16.94", "42 70 0.90 150"
    ),
    "coolblue1.pdf": _said(
        "993548900",
        "2014-04-19",
        "Coolblue B.V.",
        "717.97 124.61",
        "399 4.24 69.99 189 14.99 44.99",
    ),
    "Invoice1.pdf": _said("INV03051", "2018-10-18", PLUMBING, "1536.52 100.52", "720 720"),
    "Invoice2.pdf": _said("INV01699", "2018-07-09", PLUMBING, "761.17 22.17", "183 576"),
    "Invoice3.pdf": _said("INV08664", "2018-11-19", PLUMBING, "866.16 64.16", "128 690"),
}
"""What a reader of the page takes each file of pdf-invoices to say."""


class Score(msgspec.Struct, kw_only=True):
    """How many of a folder's files a draft reads right, by field; `all`: every field of a file."""

    files: int
    right: dict[str, int]


def main() -> int:
    """Draft, read, compare, print and keep."""
    parser = argparse.ArgumentParser(description="how right drafted layouts are, unchanged")
    parser.add_argument("--faults", action="store_true", help="say what was read instead")
    options = parser.parse_args()
    scores = {}
    for folder, files in (("pdf-invoices", plain()), ("zugferd-facturx-pdf", _hybrids())):
        found = [(name, *compared(name, data, truth)) for name, data, truth in files]
        rows = [(name, right) for name, right, _ in found]
        if options.faults:
            print("\n".join(line for *_, told in found for line in told))
        scores[folder] = _score([right for _, right in rows])
        _print(folder, rows, scores[folder])
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(scores), indent=2) + b"\n")
    return 0


def plain() -> Iterator[tuple[str, bytes, Seen]]:
    """Yield each plain PDF by name, and what its page says."""
    for path in sorted((CORPORA / "pdf-invoices").rglob("*.pdf")):
        if path.name in TRUTH:
            yield path.name, path.read_bytes(), TRUTH[path.name]


def _hybrids() -> Iterator[tuple[str, bytes, Seen]]:
    for path in sorted((CORPORA / "zugferd-facturx-pdf").rglob("*.pdf")):
        data = path.read_bytes()
        try:
            stated = read_cii(invoice_xml(data)).document
        except Unreadable:
            continue
        if isinstance(stated, Invoice):
            yield path.name, data, _seen(stated)


def compared(name: str, data: bytes, truth: Seen) -> tuple[dict[str, bool], list[str]]:
    """Return which fields the draft reads right, and what it reads instead."""
    try:
        drafted = draft(data, name)
    except Unreadable as error:
        return dict.fromkeys([*FIELDS, "proof"], False), [f"{name}: {error}"]
    reading = drafted.reading
    document = reading.document if reading else None
    seen = _seen(document) if isinstance(document, Invoice) else dict.fromkeys(FIELDS)
    right = {field: _same(seen[field], truth[field]) for field in FIELDS}
    wrong = [field for field in FIELDS if not right[field]]
    told = [f"{name}: {field} is {seen[field]!s}, not {truth[field]!s}" for field in wrong]
    told += [f"{name}: {sentence(fault)}" for fault in drafted.faults]
    return {**right, "proof": reading is not None and not is_fatal(drafted.faults)}, told


def _seen(invoice: Invoice) -> Seen:
    totals = invoice.totals
    return {
        "number": invoice.number,
        "date": invoice.issue_date,
        "seller": invoice.seller.name if invoice.seller else None,
        "total": totals.with_vat if totals else None,
        "vat": (totals.vat or Decimal(0)) if totals else None,
        "lines": [line.net for line in invoice.lines],
    }


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
    return one == other


def _score(rows: Sequence[Mapping[str, bool]]) -> Score:
    right = {field: sum(row[field] for row in rows) for field in (*FIELDS, "proof")}
    return Score(files=len(rows), right={**right, "all": sum(map(_is_all, rows))})


def _is_all(row: Mapping[str, bool]) -> bool:
    return all(row[field] for field in FIELDS)


def _print(folder: str, rows: Sequence[tuple[str, dict[str, bool]]], score: Score) -> None:
    heads = (*FIELDS, "proof")
    print(f"{folder:44}" + "".join(f"{head:>8}" for head in heads))
    for name, right in rows:
        print(f"  {name[:42]:42}" + "".join(f"{'yes' if right[h] else '-':>8}" for h in heads))
    print(f"  {f'of {score.files}':42}" + "".join(f"{score.right[head]:>8}" for head in heads))
    print(f"  every field right: {score.right['all']} of {score.files}\n")


if __name__ == "__main__":
    sys.exit(main())
