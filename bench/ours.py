"""Our own validation, as `bench.validator_child` calls it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from formats import catalogue
from formats.certificate.judge import Terms, judge_file
from formats.certificate.parts import parts
from formats.model import Invoice
from formats.rules.engine import check
from hub.engine.garbage import collect_seldom

_TERMS = Terms(at=datetime(2026, 11, 20, tzinfo=UTC), day=date(2026, 11, 20), by="bench")
collect_seldom()  # as the command line and the hub's children do
_KEYS = {"ubl": ("en16931", "xrechnung-3.0"), "cii": ("en16931-cii", "xrechnung-3.0-cii")}


def from_bytes(data: bytes) -> list[str]:
    """Return what a certificate says of a file: rules on its elements and on its content."""
    certificate = judge_file(data, "invoice.xml", _TERMS)
    return [finding.rule for each in certificate.documents for finding in each.findings]


def from_model(data: bytes) -> Callable[[bytes], list[str]]:
    """Read a file once; return what judges the document without reading it."""
    reader, (reading,) = catalogue.read(data, "invoice.xml")
    document, syntax = reading.document, reader.name
    assert isinstance(document, Invoice)
    sets = parts(_KEYS[syntax])
    return lambda _data: [finding.rule for each in sets for finding in check(document, each)]
