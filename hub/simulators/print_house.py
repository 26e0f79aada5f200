"""A print partner: takes jobs over SFTP, looks at them as a machine would, and reports back.

Jobs come into `DIR/files/incoming`; when `<job>.done` is there the checksums and the page count are
compared, every sheet's mark is read off the rendered page, envelopes are filled by the marks and
compared with the manifest. A receipt for the whole job (JSON) and a file for each step (CSV) appear
in `DIR/files/return`; what was found, and how each piece really ended, in `DIR/jobs/<job>.json`.

    python -m hub.simulators.print_house --dir /tmp/printer --password printer:open-sesame
"""

import asyncio
import csv
import hashlib
import io
import json
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Final

import pikepdf

from hub.simulators import sftp_partner
from hub.simulators.inserter import CAN_READ_MARKS, compare, fill, read_marks, sides_of
from hub.simulators.mailroom import FATES, Fate, Report, reports
from hub.simulators.plan import Known
from hub.simulators.process import Faults, Log, begin, serve
from hub.simulators.sftp_partner import listen, options_parser, root

_OF_PIECES: Final[Known] = {
    "reject": {"piece": "does not print the piece"},
    "spoil": {"piece": "spoils the piece and does not make it again"},
    "remake": {"piece": "spoils the piece, makes it again and posts it"},
    "return": {"piece": "posts the piece, and it comes back"},
    "move": {"piece": "posts the piece, and it comes back with a new address"},
    "lose": {
        "piece": "loses the piece after its receipt, and says nothing more",
        "receipt": "gives no receipt for the job",
    },
    "silent": {"piece": "posts the piece and does not say so"},
    "duplicate": {"piece": "says twice that the piece is posted, after_seconds apart (1)"},
    "contradict": {"piece": "says posted, and after_seconds (1) rejected"},
    "disorder": {"piece": "says posted, and after_seconds (1) printed"},
    "late": {"piece": "says after_seconds later (1) that the piece is posted"},
    "wrong-hash": {"receipt": "names another PDF in its receipt"},
    "miscount": {"receipt": "counts a piece too many in its receipt"},
    "garbage": {"report": "writes a file among its reports that is none"},
}
FAULTS: Known = {
    **sftp_partner.FAULTS,
    **{word: {**told, **sftp_partner.FAULTS.get(word, {})} for word, told in _OF_PIECES.items()},
}
"""What a plan may order, those of the SFTP server among it; `piece` matches document numbers, the
others names of jobs."""

_POLL_SECONDS = 0.1
_HEAD = ("job", "piece", "status", "reason", "at")
_HEAD_MOVED = ("new_street", "new_post_code", "new_city", "new_country")


@dataclass(kw_only=True)
class Partner:
    """The mailroom behind the SFTP server.

    Attributes:
        held: files that are written later: when, called what, with what in them.
    """

    incoming: Path
    returns: Path
    reports: Path
    faults: Faults
    log: Log
    held: list[tuple[float, str, bytes]] = field(default_factory=list)

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
        report["fates"] = {piece: fate.word for piece, fate in fates.items()}
        report["ends"] = {piece: fate.end if sound else "rejected" for piece, fate in fates.items()}
        if sound:
            self._receipt(job, report)
            self._tell(job, fates)
        else:
            self._reject(job, report)
        (self.reports / f"{job}.json").write_text(json.dumps(report, indent=2), encoding="utf-8")
        self.log.write("job", job=job, sound=sound, pieces=len(fates), faults=report["faults"])

    def write_due(self) -> None:
        """Write what was held back long enough."""
        now = monotonic()
        for due, name, data in [one for one in self.held if one[0] <= now]:
            self.held.remove((due, name, data))
            self._write(name, data)

    def _fate(self, documents: Sequence[str]) -> Fate:
        struck = (
            Fate(word=word, after_seconds=fault.seconds(1))
            for word in FATES
            if word
            for number in documents
            if (fault := self.faults.due(word, number, at="piece"))
        )
        return next(struck, Fate())

    def _receipt(self, job: str, report: Mapping[str, Any]) -> None:
        """Say that the whole job is there."""
        if self.faults.strikes("lose", job, at="receipt"):
            return
        count = len(report["pieces"]) + self.faults.strikes("miscount", job, at="receipt")
        wrong = self.faults.strikes("wrong-hash", job, at="receipt")
        line = {
            "status": "received",
            "at": _now(0),
            "count": count,
            "sha256": "0" * 64 if wrong else report["sha256"],
        }
        self._write(f"{job}-receipt.json", json.dumps({"job": job, "lines": [line]}).encode())

    def _tell(self, job: str, fates: Mapping[str, Fate]) -> None:
        for report in reports(fates):
            name = f"{job}-{report.name}.csv"
            if report.after_seconds:
                due = monotonic() + report.after_seconds
                self.held.append((due, name, as_csv(job, report)))
            else:
                self._write(name, as_csv(job, report))
        if self.faults.strikes("garbage", job, at="report"):
            self._write(f"{job}-garbage.csv", bytes(range(256)) * 4)

    def _reject(self, job: str, report: Mapping[str, Any]) -> None:
        """Send back all of a job that is not what its papers say."""
        why = "; ".join(report["faults"])[:300]
        names = [piece["piece"] for piece in report["pieces"]] or [""]
        lines = [{"piece": name, "status": "rejected", "reason": why} for name in names]
        told = Report(name="rejected", step=1, lines=lines)
        self._write(f"{job}-rejected.csv", as_csv(job, told))

    def _write(self, name: str, data: bytes) -> None:
        """Put a return file where the client finds it, complete."""
        part = self.returns / f"{name}.part"
        part.write_bytes(data)
        part.rename(self.returns / name)


def inspect(folder: Path, job: str) -> dict[str, Any]:
    """Compare a job with its own papers; return pieces, figures and faults."""
    faults = list(_wrong_checksums(folder, job))
    file = folder / f"{job}.pdf"
    manifest = json.loads((folder / f"{job}.json").read_text(encoding="utf-8"))
    ticket = json.loads((folder / f"{job}.ticket.json").read_text(encoding="utf-8"))
    with pikepdf.open(file) as pdf:
        pages = len(pdf.pages)
    if pages != ticket["printed_pages"]:
        faults.append(f"{pages} pages, the ticket says {ticket['printed_pages']}")
    fronts = range(1, pages + 1, sides_of(ticket))
    kind = ticket["sheet_mark"]["kind"]
    is_read = kind == "omr" or (kind == "datamatrix" and CAN_READ_MARKS)
    read = read_marks(file, ticket) if is_read else {}
    if is_read:
        envelopes, stops = fill(read, fronts, ticket)
        faults += [*stops, *compare(envelopes, manifest, ticket)]
    return {
        "job": job,
        "pieces": manifest["pieces"],
        "pages": pages,
        "marks_read": len(read),
        "marks_expected": 0 if kind == "none" else len(fronts),
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "faults": faults,
    }


def _wrong_checksums(folder: Path, job: str) -> Iterator[str]:
    for line in (folder / f"{job}.sha256").read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        if hashlib.sha256((folder / Path(name).name).read_bytes()).hexdigest() != digest:
            yield f"{name} is not what its checksum says"


def as_csv(job: str, report: Report) -> bytes:
    """Return a file of lines as the partner writes it."""
    text = io.StringIO()
    moved = _HEAD_MOVED if any("new_street" in line for line in report.lines) else ()
    writer = csv.DictWriter(text, [*_HEAD, *moved], delimiter=";")
    writer.writeheader()
    writer.writerows({"job": job, "at": _now(report.step), **line} for line in report.lines)
    return text.getvalue().encode()


def _now(step: int) -> str:
    """Return the partner's own clock: a millisecond for each step of his day."""
    return (datetime.now(UTC) + timedelta(milliseconds=step)).isoformat(timespec="milliseconds")


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
        partner.write_due()
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
