import msgspec
import pytest

from formats.codec import Confidence, Mark, Reading
from formats.model import Invoice
from hub.pipeline.provenance import Provenance, encoded


@pytest.mark.parametrize("count", [0, 1, 10_000, 10_001])
def test_what_is_filed_piece_by_piece_is_what_is_known(count: int) -> None:
    reading = Reading(
        document=Invoice(),
        sources={f"lines[{n}].note": f'/a/b[{n}] "ä" (line {n})' for n in range(count)},
        unmapped={"/a/c (line 2)": "left"},
        marks={"number": Mark(page=1, box=(1, 2, 3, 4))},
        confidence={"number": Confidence.READ},
        pages=(1, 2),
    )
    filed = msgspec.json.decode(encoded(reading), type=Provenance)
    assert filed == Provenance.of(reading)
    assert list(filed.sources) == list(reading.sources)
