"""Files for the benchmarks: one real-looking IDoc, multiplied under new numbers."""

from collections.abc import Iterator
from importlib import resources

_SAMPLE = "INVOIC_0000000007100101.xml"


def idocs(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of `count` INVOIC02 files that differ in document number."""
    text = resources.files("hub.demo").joinpath("samples", _SAMPLE).read_text("utf-8")
    number = text.partition("<BELNR>")[2].partition("</BELNR>")[0]
    for position in range(count):
        new = f"{10_000_000 + position}"
        yield f"INVOIC_{new}.xml", text.replace(number, new).encode()
