"""Broken and hostile PDFs that nobody here made: each is refused in words, in bounds, no crash."""

import os
from pathlib import Path

import pytest

from hub.engine.pool import Pool
from outbound.print_mail.preflight import Unfit, fit
from outbound.print_mail.stationery import Stationery

CORPUS = (
    Path(os.environ.get("FACTEUR_CORPORA", Path(__file__).parents[4] / "shared" / "corpora"))
    / "pdf-hostile"
)
LINES = ("Bäckerei Süßmund GmbH", "Ofenweg 3", "12345 Musterstadt")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus of hostile PDFs here")
def test_no_hostile_file_is_printed_or_brings_a_child_down() -> None:
    files = sorted(CORPUS.rglob("*.pdf"))
    pool = Pool(1, memory_bytes=1 << 30, timeout_seconds=30)
    try:
        found = pool.map(fit, [(file.read_bytes(), LINES, Stationery()) for file in files])
    finally:
        pool.close()
    assert len(files) > 30
    printed = {
        file.name: result
        for file, result in zip(files, found, strict=True)
        if not isinstance(result, Unfit)
    }
    assert printed == {}
    assert all(result.faults for result in found if isinstance(result, Unfit))
