"""Law: whatever bytes come, they are read or refused with a finding, in bounded time.

Samples of every text format are spoilt byte by byte; what can still be read is judged by every rule
set and keeps its canonical form. FACTEUR_FUZZ says how many examples a sample gets.
"""

import os
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from formats import canonical, catalogue
from formats.codec import Reading, Unreadable
from formats.findings import Finding
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from tests.formats.guided_samples import SAMPLES, guides_of

EXAMPLES = int(os.environ.get("FACTEUR_FUZZ", "15"))
LONGEST_SECONDS = 10
FILES = sorted(
    path
    for path in SAMPLES.glob("*/*/in.*")
    if path.suffix in {".xml", ".txt", ".csv", ".xlsx", ".zip"} and path.stat().st_size < 1 << 16
)
AWKWARD = (
    *(b"", b"\0", b"\xff\xfe", b"\xc3", b"<", b">", b"</", b"<!--", b"]]>", b"&#x0;", b"&lt;"),
    *(b"<a>", b'="', b"-", b"--1", b"1E9", b"NaN", b"1,000.00-", b"9" * 400, b"\r", b"\n\n", b";"),
    *(
        b"2026-02-31",
        b"20261301",
        b"EDI_DC40",
        b"E1EDK01",
        b'"',
        b"''",
        b"\t" * 60,
        b"\xe2\x80\xae",
    ),
    *(b"'", b"?", b"+", b":", b"*", b"~", b"UNA++++++", b"UNA:+.?*'", b"ISA*", b"LIN+1'" * 60),
    *(b"UNB+UNOY:4+A+B'", b"UNH+1+INVOIC:D:14B:UN'", b"UNO+1+1:a+13+99999999'", b"UNS+S'"),
)


class Splice(NamedTuple):
    """One cut: where, as a part of the whole; how much goes; what comes instead."""

    at: float
    cut_bytes: int
    put: bytes


SPLICES = st.lists(
    st.builds(
        Splice,
        at=st.floats(0, 1),
        cut_bytes=st.integers(0, 3) | st.integers(0, 2000),
        put=st.sampled_from(AWKWARD) | st.binary(max_size=4),
    ),
    min_size=1,
    max_size=4,
)


def spoilt(data: bytes, splices: list[Splice]) -> bytes:
    for splice in splices:
        start = int(splice.at * len(data))
        data = data[:start] + splice.put + data[start + splice.cut_bytes :]
    return data


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}/{file.parts[-2]}")
@given(splices=SPLICES)
@settings(
    max_examples=EXAMPLES,
    deadline=LONGEST_SECONDS * 1000,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_spoilt_bytes_are_read_or_refused(file: Path, splices: list[Splice]) -> None:
    data = spoilt(file.read_bytes(), splices)
    refused, readings = tried(data, file)
    if refused:
        assert refused.message
        assert refused.fix
    for reading in readings:
        content = canonical.encode(reading.document)
        assert canonical.encode(canonical.decode(content)) == content
        for rules in RULESETS.values():
            assert all(found.message for found in check(reading.document, rules))


def tried(data: bytes, file: Path) -> tuple[Finding | None, tuple[Reading, ...]]:
    """Return why a file cannot be read, or what it holds."""
    try:
        _, readings = catalogue.read(data, file.name, guides_of(file.parent))
    except Unreadable as refused:
        return refused.finding, ()
    return None, readings
