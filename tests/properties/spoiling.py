"""How files are spoilt: bytes cut out and awkward ones put in; and what is owed to whoever sent it.

FACTEUR_FUZZ says how many examples a sample gets, if it is set.
"""

import os
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from formats import canonical, catalogue
from formats.codec import Guide, Reading, Unreadable
from formats.findings import Finding
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from tests.properties.examples import examples

EXAMPLES = int(os.environ.get("FACTEUR_FUZZ") or examples(5))
LONGEST_SECONDS = 10
SPOILT = settings(
    max_examples=EXAMPLES,
    deadline=LONGEST_SECONDS * 1000,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
AWKWARD = (
    *(b"", b"\0", b"\xff\xfe", b"\xc3", b"<", b">", b"</", b"<!--", b"]]>", b"&#x0;", b"&lt;"),
    *(b"<a>", b'="', b"-", b"--1", b"1E9", b"NaN", b"1,000.00-", b"9" * 400, b"\r", b"\n\n", b";"),
    *(b"2026-02-31", b"20261301", b"EDI_DC40", b"E1EDK01", b'"', b"''", b"\t" * 60),
    *(b"\xe2\x80\xae", b"{", b"]", b"null", b"\\u0000", b"1e999999999", b"[" * 400),
    *(b"'", b"?", b"+", b":", b"*", b"~", b"UNA++++++", b"UNA:+.?*'", b"ISA*", b"LIN+1'" * 60),
    *(b"UNB+UNOY:4+A+B'", b"UNH+1+INVOIC:D:14B:UN'", b"UNO+1+1:a+13+99999999'", b"UNS+S'"),
    *(b"/Kids[1 0 R]", b"/Length 99999999999", b" 0 R", b"endobj", b"endstream", b"<</A" * 400),
    *(b"BT", b"ET", b"Tj", b"Do", b"q " * 400, b"-1e38 0 0 1e38 0 0 cm", b"/FlateDecode"),
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


class Seed(NamedTuple):
    """A good file, and how it is to be read."""

    label: str
    file: str
    data: bytes
    guides: tuple[Guide, ...] = ()


def seed(path: Path, guides: tuple[Guide, ...]) -> Seed:
    """Return a sample as a seed."""
    return Seed("/".join(path.parts[-3:-1]), path.name, path.read_bytes(), guides)


def spoilt(data: bytes, splices: list[Splice]) -> bytes:
    """Return data after all splices."""
    for splice in splices:
        start = int(splice.at * len(data))
        data = data[:start] + splice.put + data[start + splice.cut_bytes :]
    return data


def judge(given: Seed) -> None:
    """Read a file: a finding refuses it, or all rules judge it and its canonical form holds.

    Raises:
        AssertionError: neither is so.
    """
    refused, readings = tried(given)
    if refused:
        assert refused.message
        assert refused.fix
    for reading in readings:
        content = canonical.encode(reading.document)
        assert canonical.encode(canonical.decode(content)) == content
        for rules in RULESETS.values():
            assert all(found.message for found in check(reading.document, rules))


def tried(given: Seed) -> tuple[Finding | None, tuple[Reading, ...]]:
    """Return why a file cannot be read, or what it holds."""
    try:
        _, readings = catalogue.read(given.data, given.file, given.guides)
    except Unreadable as refused:
        return refused.finding, ()
    return None, readings
