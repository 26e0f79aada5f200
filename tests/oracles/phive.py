"""Rules of Peppol and Romania and CIP4's schema, which no wheel has: out of Maven artifacts.

`python -m tests.oracles.phive` puts it where a file placed by hand is looked for. Files are taken
out of the jars; no code of theirs is run.
"""

import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from formats.artefacts import ARTEFACTS
from hub.official.artefacts import Stock, folder_of
from tests.oracles.maven import Jar

GROUP = "com.helger.phive.rules"
PEPPOL = Jar(
    group=GROUP,
    name="phive-rules-peppol",
    version="4.3.7",
    sha256="c82aaeda5ca16166034421393d160ec6cf77460b16e027eecc4bb5fe67a552ce",
)
ROMANIA = Jar(
    group=GROUP,
    name="phive-rules-cius-ro",
    version="4.2.3",
    sha256="5dc6ff95976dda054f9c32fe5ac4ae845ffdbd3203cf3230cae39d4305a872d0",
)
CIP4 = Jar(
    group="org.cip4.lib.xjdf",
    name="xJdfLib",
    version="2.3.12",
    sha256="1b2ae6712115701227021dd55d5b9dd003a053bb983fae5408997c0f9ff3b308",
)
BIS = "external/schematron/openpeppol/2026.5/xslt"
"""BIS Billing 3.0.21, published in May 2026."""
WANTED: Mapping[str, tuple[Jar, str]] = {
    "peppol-ubl-xslt": (PEPPOL, BIS),
    "peppol-selfbilling-ubl-xslt": (PEPPOL, BIS),
    "cius-ro-ubl-xslt": (ROMANIA, "external/schematron/1.0.9"),
    "xjdf-xsd": (CIP4, "org/cip4/lib/xjdf/schema"),
}
"""Artefact to the jar it is in, and the folder there."""


def make() -> None:
    """Place what is missing; AssertionError says why that cannot be done."""
    stock = Stock(folder=folder_of())
    with tempfile.TemporaryDirectory() as given:
        for name, (jar, folder) in WANTED.items():
            if stock.find(name) is None:
                jar.fetch()
                file = ARTEFACTS[name].file
                with zipfile.ZipFile(jar.path) as opened:
                    Path(given, file).write_bytes(opened.read(f"{folder}/{file}"))
        for _ in stock.take(Path(given)):
            pass


if __name__ == "__main__":
    make()
