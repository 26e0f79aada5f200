"""Law: whatever bytes come, they are read or refused with a finding, in bounded time.

Samples of every format are spoilt byte by byte; what can still be read is judged by every rule set
and keeps its canonical form. PDFs are read, painted, parted and drafted for in a bounded child.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given

from formats import canonical, catalogue
from formats.guide import parse, shipped
from hub.engine.pool import Pool
from tests.formats.guided_samples import SAMPLES, guides_of
from tests.hub.invoices import CLEAN
from tests.properties.spoiling import (
    LONGEST_SECONDS,
    SPLICES,
    SPOILT,
    Seed,
    Splice,
    judge,
    seed,
    spoilt,
)
from tests.properties.spoilt_pages import judge_pages

LARGEST_BYTES = 1 << 16
DEMO_PDF = Path("hub/demo/samples/shop/order-20419.pdf")
TEXTS = [
    Seed("canonical", "in.json", canonical.encode(CLEAN)),
    *(
        seed(path, guides_of(path.parent))
        for path in sorted(SAMPLES.glob("*/*/in.*"))
        if path.suffix not in {".pdf", ".html"} and path.stat().st_size < LARGEST_BYTES
    ),
]
PDFS = [
    seed(SAMPLES / "pdf_text/example/in.pdf", (shipped("pdf-example"),)),
    seed(
        SAMPLES / "pdf_text/spool/in.pdf",
        (parse("spool", (SAMPLES / "pdf_text/spool/layout.toml").read_text("utf-8")),),
    ),
    seed(DEMO_PDF, ()),
]


def unpacked(packed: Seed) -> Seed:
    """Return a PDF whose objects and streams lie open, so that splices reach them."""
    out = BytesIO()
    with pikepdf.open(BytesIO(packed.data)) as pdf:
        pdf.save(
            out,
            static_id=True,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
    return packed._replace(label=f"{packed.label}, unpacked", data=out.getvalue())


PDFS += [unpacked(packed) for packed in PDFS]


@pytest.fixture(scope="module")
def bounded() -> Iterator[Pool]:
    made = Pool(
        1,
        memory_bytes=1 << 30,
        timeout_seconds=LONGEST_SECONDS,
        preload=("tests.properties.spoilt_pages",),
    )
    yield made
    made.close()


def test_no_reader_is_spared() -> None:
    readers = {catalogue.read(each.data, each.file, each.guides)[0] for each in (*TEXTS, *PDFS)}
    assert {reader.name for reader in readers} == {reader.name for reader in catalogue.READERS}


@pytest.mark.parametrize("sample", TEXTS, ids=lambda sample: sample.label)
@given(splices=SPLICES)
@SPOILT
def test_spoilt_bytes_are_read_or_refused(sample: Seed, splices: list[Splice]) -> None:
    judge(sample._replace(data=spoilt(sample.data, splices)))


@pytest.mark.parametrize("sample", PDFS, ids=lambda sample: sample.label)
@given(splices=SPLICES)
@SPOILT
def test_spoilt_pdfs_are_read_or_refused(
    bounded: Pool, sample: Seed, splices: list[Splice]
) -> None:
    bounded.submit(judge_pages, sample._replace(data=spoilt(sample.data, splices))).result()
