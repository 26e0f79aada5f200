"""An archive to be exported from, and how an auditor checks what comes out."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from archive.archive import Archive
from archive.export.handing_out import Exported, export
from archive.export.order import Order
from tests.archive.filing import NOON, chance, draft, drafts, item, opened, stamp

LOG = "acme/2026"
HOSTILE = replace(item("hostile"), name="../../etc/manifest.json\n.tlog-proof")
FACTS = {
    "submission": "sub0",
    "issue_date": "2026-03-31",
    "currency": "EUR",
    "total": "1190.00",
    "customer": "C-1",
    "customer_name": '=HYPERLINK("x";"Müller & Söhne")',
    "vat": "S 19 1000.00 190.00; E - 50.0000 0",
}
ORDER = Order(
    tenant="acme", by="tester", asked={"documents": "d1, d2 <&>"}, documents=("d1", "d2", "d1")
)


def filled(root: Path) -> Archive:
    """Two documents of one file with all their evidence, in a log of many; sealed once."""
    archive = opened(root, random_bytes=chance())
    submission = draft(
        0, key="s0", subject="sub0", document=None, kind="submission", step="receive"
    )
    foreign = draft(1, key="x", subject="sub0", document="d9", step="read")
    read = [draft(n, key=f"r{n}", step="read", fields=FACTS | {"number": f"R-{n}"}) for n in (1, 2)]
    sent = draft(
        1,
        key="p1",
        subject="del1",
        kind="delivery",
        step="../send",
        fields={"channel": "email", "state": "delivered"},
        items=(HOSTILE,),
    )
    held = draft(1, key="h1", subject="hold:1", kind="hold", step="place", fields={}, items=())
    archive.append([submission, *drafts(range(3, 9))])
    archive.close_day(date(2026, 11, 20), stamp)
    archive.append([*read, foreign])
    archive.append([sent, held, *drafts(range(10, 300))])
    return archive


def exported(archive: Archive, target: Path, order: Order = ORDER) -> Exported:
    return export(archive, order, target, clock=lambda: NOON)


def verified(bag: Path, *arguments: object, code: int = 0) -> str:
    """Check it as an auditor would: another folder, no installed package, only the bag."""
    command = [sys.executable, "-I", "-S", str(bag / "verify.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=bag.parent, check=False)
    assert (done.returncode, done.stderr) == (code, ""), done
    return done.stdout


def mend(bag: Path) -> None:
    """Make all lists of files fit, as a forger would."""
    for part in ("manifest", "tagmanifest"):
        for digest in ("sha256", "sha512"):
            file = bag / f"{part}-{digest}.txt"
            names = [line.split("  ")[1] for line in file.read_text("utf-8").splitlines()]
            there = [name for name in names if (bag / name).exists()]
            lines = [f"{hash_of(bag / name, digest)}  {name}\n" for name in there]
            file.write_text("".join(lines), "utf-8")


def hash_of(path: Path, digest: str) -> str:
    return hashlib.new(digest, path.read_bytes()).hexdigest()
