"""The invoices that others wrote: which of the shared corpora's files a reader claims."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

CORPORA = Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora"))
FOLDERS = (
    "en16931-examples",
    "xrechnung",
    "peppol",
    "france-ctc",
    "romania-cius-ro",
    "zugferd-facturx-pdf",
)
HEAD_BYTES = 4096

needs_corpora = pytest.mark.skipif(not CORPORA.exists(), reason="the shared corpora are not here")


def examples(claims: Callable[[bytes, str], bool], *folders: str) -> list[Path]:
    """Return the files of these folders, or of all that hold invoices, in a stable order."""
    files = (
        file
        for folder in folders or FOLDERS
        for file in sorted((CORPORA / folder).rglob("*"))
        if file.suffix.lower() == ".xml"
    )
    return [file for file in files if claims(file.read_bytes()[:HEAD_BYTES], file.name)]


def name_of_example(path: Path) -> str:
    return path.relative_to(CORPORA).as_posix()
