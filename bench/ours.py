"""Our own validation, as `bench.validator_child` calls it."""

from collections.abc import Callable

from formats import catalogue
from formats.model import Invoice
from formats.rules.catalogue import RULESETS
from formats.rules.engine import RuleSet, check

_CORE = {"ubl": "en16931", "cii": "en16931-cii"}
_NATIONAL = RULESETS["xrechnung-3.0"]


def from_bytes(data: bytes) -> list[str]:
    """Read a file and judge it."""
    reader, (reading,) = catalogue.read(data, "invoice.xml")
    document = reading.document
    assert isinstance(document, Invoice)
    return _ids(document, _sets(reader.name))


def from_model(data: bytes) -> Callable[[bytes], list[str]]:
    """Read a file once; return what judges the document without reading it."""
    reader, (reading,) = catalogue.read(data, "invoice.xml")
    document, sets = reading.document, _sets(reader.name)
    assert isinstance(document, Invoice)
    return lambda _data: _ids(document, sets)


def _sets(reader: str) -> tuple[RuleSet, ...]:
    return RULESETS[_CORE[reader]], _NATIONAL


def _ids(document: Invoice, sets: tuple[RuleSet, ...]) -> list[str]:
    return [finding.rule for each in sets for finding in check(document, each)]
