"""A print partner: takes jobs over SFTP, looks at them as a machine would, and reports back.

Jobs come into `DIR/files/incoming`; when `<job>.done` is there the checksums, the page count and
every sheet mark are compared with the manifest. Return files appear in `DIR/files/return`; what was
found lies in `DIR/jobs/<job>.json`.

    python -m hub.simulators.print_house --dir /tmp/printer --password printer:open-sesame
"""

import asyncio
import csv
import hashlib
import io
import json
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped]

from hub.simulators import sftp_partner
from hub.simulators.plan import Known
from hub.simulators.process import Faults, Log, begin, serve
from hub.simulators.sftp_partner import listen, options_parser, root

CAN_READ_MARKS = find_spec("zxingcpp") is not None
"""Without the decoder, which is no dependency of the house, marks are not read."""

FATES = {
    "reject": ("rejected", "ordered: address outside the window"),
    "spoil": ("spoiled", "ordered: jammed in the inserter"),
    "return": ("returned", "ordered: moved away"),
}
FAULTS: Known = {
    **sftp_partner.FAULTS,
    "reject": {"piece": "does not print the piece"},
    "spoil": {"piece": "prints the piece and does not post it", **sftp_partner.FAULTS["spoil"]},
    "return": {"piece": "posts the piece, and it comes back"},
}
"""What a plan may order, those of the SFTP server among it; `piece` matches document numbers."""

_POLL_SECONDS = 0.1
_RENDER_SCALE = 200 / 72
_MARGIN_POINTS = 72


@dataclass(kw_only=True)
class Partner:
    """The mailroom behind the SFTP server."""

    incoming: Path
    returns: Path
    reports: Path
    faults: Faults
    log: Log

    def waiting(self) -> Iterator[str]:
        """Yield jobs that are complete and not yet handled."""
        for done in sorted(self.incoming.glob("*.done")):
            if not (self.reports / f"{done.stem}.json").exists():
                yield done.stem

    def handle(self, job: str) -> None:
        """Check a job and report on each piece, from `received` to the end of it."""
        try:
            report = inspect(self.incoming, job)
        except (OSError, ValueError, KeyError, pikepdf.PdfError) as fault:
            report = {"job": job, "faults": [f"{type(fault).__name__}: {fault}"], "pieces": []}
        sound = not report["faults"]
        fates = {piece["piece"]: self._fate(piece["documents"]) for piece in report["pieces"]}
        for status, lines in _stages(fates, report["faults"]).items():
            self._write(job, status, lines)
        (self.reports / f"{job}.json").write_text(json.dumps(report, indent=2), encoding="utf-8")
        self.log.write("job", job=job, sound=sound, pieces=len(fates), faults=report["faults"])

    def _fate(self, documents: Sequence[str]) -> str:
        struck = (
            fate
            for fate in FATES
            for number in documents
            if self.faults.strikes(fate, number, at="piece")
        )
        return next(struck, "")

    def _write(self, job: str, status: str, lines: Mapping[str, str]) -> None:
        """Put a return file where the client finds it, complete."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";")
        writer.writerow(["job", "piece", "status", "reason", "at"])
        at = datetime.now(UTC).isoformat(timespec="seconds")
        writer.writerows([job, piece, status, reason, at] for piece, reason in lines.items())
        if lines:
            part = self.returns / f"{job}-{status}.part"
            part.write_text(text.getvalue(), encoding="utf-8")
            part.rename(part.with_suffix(".csv"))


def inspect(folder: Path, job: str) -> dict[str, Any]:
    """Compare a job with its own manifest; return pieces, figures and faults."""
    faults = list(_wrong_checksums(folder, job))
    manifest = json.loads((folder / f"{job}.json").read_text(encoding="utf-8"))
    ticket = json.loads((folder / f"{job}.ticket.json").read_text(encoding="utf-8"))
    with pikepdf.open(folder / f"{job}.pdf") as pdf:
        pages = len(pdf.pages)
    if pages != ticket["printed_pages"]:
        faults.append(f"{pages} pages, the ticket says {ticket['printed_pages']}")
    expected = dict(_expected_marks(manifest, ticket))
    read = read_marks(folder / f"{job}.pdf", expected) if CAN_READ_MARKS else expected
    faults += [
        f"page {page}: mark {read.get(page)!r}, expected {mark!r}"
        for page, mark in expected.items()
        if read.get(page) != mark
    ]
    return {
        "job": job,
        "pieces": manifest["pieces"],
        "pages": pages,
        "marks_read": len(read) if CAN_READ_MARKS else 0,
        "marks_expected": len(expected),
        "faults": faults,
    }


def read_marks(file: Path, pages: Iterable[int]) -> dict[int, str]:
    """Return what the Data Matrix in the left margin of each page says, by page from 1."""
    import zxingcpp  # noqa: PLC0415 - only where it is installed

    found = {}
    document = pypdfium2.PdfDocument(file)
    try:
        for number in pages:
            page = document[number - 1]
            rest = page.get_width() - _MARGIN_POINTS
            picture = page.render(scale=_RENDER_SCALE, grayscale=True, crop=(0, 0, rest, 0))
            for code in zxingcpp.read_barcodes(picture.to_pil()):
                found[number] = code.text
    finally:
        document.close()
    return found


def _wrong_checksums(folder: Path, job: str) -> Iterator[str]:
    for line in (folder / f"{job}.sha256").read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        if hashlib.sha256((folder / Path(name).name).read_bytes()).hexdigest() != digest:
            yield f"{name} is not what its checksum says"


def _expected_marks(
    manifest: Mapping[str, Any], ticket: Mapping[str, Any]
) -> Iterator[tuple[int, str]]:
    """Yield page and text of each Data Matrix, as the ticket says that they are made up."""
    if ticket["sheet_mark"]["kind"] != "datamatrix":
        return
    sides = 2 if ticket["plex"] == "duplex" else 1
    inserts = sum(1 << (insert["station"] - 1) for insert in ticket["inserts"])
    for piece in manifest["pieces"]:
        for sheet in range(1, piece["sheets"] + 1):
            says = {
                "job": manifest["job_code"],
                "sequence": piece["sequence"],
                "sheet": sheet,
                "sheets": piece["sheets"],
                "end": int(sheet == piece["sheets"]),
                "inserts": f"{inserts:X}",
            }
            fields = (field.split(":") for field in ticket["sheet_mark"]["fields"])
            mark = "".join(str(says[name]).rjust(int(width), "0") for name, width in fields)
            yield piece["first_page"] + (sheet - 1) * sides, mark


def _stages(fates: Mapping[str, str], faults: list[str]) -> dict[str, dict[str, str]]:
    """Status to the pieces that reach it, with reasons, in the order of the mailroom."""
    if faults:
        return {"rejected": dict.fromkeys(fates or [""], "; ".join(faults)[:300])}

    def with_fate(*names: str) -> dict[str, str]:
        return {
            piece: FATES[fate][1] if fate else "" for piece, fate in fates.items() if fate in names
        }

    return {
        "received": dict.fromkeys(fates, ""),
        "rejected": with_fate("reject"),
        "printed": dict.fromkeys(with_fate("", "return"), ""),
        "spoiled": with_fate("spoil"),
        "posted": dict.fromkeys(with_fate("", "return"), ""),
        "returned": with_fate("return"),
    }


async def _run(options: Namespace) -> None:
    partner = Partner(
        incoming=_folder(root(options) / "incoming"),
        returns=_folder(root(options) / "return"),
        reports=_folder(options.dir / "jobs"),
        faults=Faults(options.faults, FAULTS),
        log=Log(options.dir),
    )
    port = await listen(options, partner.faults, partner.log)
    begin(port, die_with_parent=options.die_with_parent)
    while True:
        for job in list(partner.waiting()):
            await asyncio.to_thread(partner.handle, job)
        await asyncio.sleep(_POLL_SECONDS)


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def main() -> None:
    """Read the options and serve."""
    serve(_run(options_parser("A print partner for tests and demonstrations.").parse_args()))


if __name__ == "__main__":
    main()
