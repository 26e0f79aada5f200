"""What a document says that a format cannot carry.

Found by trial, not from a list: the document is written and read back, and what is gone is lost. Of
national formats, which put several terms into one element, a table says what they have, and trial
what shows.
Letters have no report.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from types import ModuleType
from typing import Any, Final

import msgspec

from formats.cii import write as cii_write
from formats.cii.read import read_cii
from formats.codec import Material, Writer
from formats.facturae import carried as facturae_carried
from formats.facturae import write as facturae_write
from formats.facturx import write as facturx_write
from formats.facturx.levels import Level
from formats.facturx.overlay import FILE_NAME
from formats.facturx.room import narrowed
from formats.facturx.supplements import supplemented, supplements
from formats.fatturapa import carried as fatturapa_carried
from formats.fatturapa import write as fatturapa_write
from formats.findings import Actor, Finding, Severity
from formats.ksef_fa3 import carried as ksef_carried
from formats.ksef_fa3 import write as ksef_write
from formats.model import Document, Invoice
from formats.model.terms import TERMS, term_of
from formats.shown import Showing, hidden
from formats.ubl import write as ubl_write
from formats.ubl.read import read_ubl

Trial = Callable[[Invoice], Document]
"""What comes back of an invoice that was written."""

STATED: Final = frozenset({"BT-23", "BT-24", "extensions.it.regime"})
"""What each format states for itself, and what only one of them asks for."""


def losses(document: Document, writer_name: str) -> tuple[Finding, ...]:
    """Return a warning for each term of which the format carries less than the document says.

    Args:
        document: as it would be written.
        writer_name: key of `formats.catalogue.WRITERS`; of others nothing is known.

    Raises:
        ValueError: a text holds a character that XML cannot carry.

    >>> [finding.rule for finding in losses(Invoice(project="P-1"), "facturx-basic")]
    ['LOSS-BT-11']
    """
    if not isinstance(document, Invoice):
        return ()
    if writer_name in _SHOWING:
        paths: Iterable[str] = hidden(document, _SHOWING[writer_name])
    elif writer_name in _TRIALS:
        paths = _gone(document, _TRIALS[writer_name](document))
    else:
        return ()
    lost: dict[str, list[str]] = {}
    for path in paths:
        term = _term(path)
        if term not in STATED:
            lost.setdefault(term, []).append(path)
    return tuple(_finding(term, places, writer_name) for term, places in lost.items())


def _gone(document: Document, back: Document) -> Iterator[str]:
    """Yield the paths of values that have not come back; of equal ones as many as are missing."""
    apart = list(_apart("", document, back))
    kept = Counter((term, value) for at, _, other in apart for term, _, value in _said(at, other))
    for at, own, _ in apart:
        for term, path, value in _said(at, own):
            if kept[term, value]:
                kept[term, value] -= 1
            else:
                yield path


def _apart(path: str, one: object, other: object) -> Iterator[tuple[str, object, object]]:
    """Yield the smallest parts in which two documents differ; most come back as they were."""
    if one == other:
        return
    if isinstance(one, msgspec.Struct) and type(one) is type(other):
        dot = "." if path else ""
        for field in one.__struct_fields__:
            yield from _apart(f"{path}{dot}{field}", getattr(one, field), getattr(other, field))
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for number, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from _apart(f"{path}[{number}]", mine, theirs)
    else:
        yield path, one, other


def _said(at: str, part: object) -> Iterator[tuple[str, str, object]]:
    """Yield term, model path and value of all that a part says; blanks do not matter."""
    for path, value in _leaves(at, msgspec.to_builtins(part, builtin_types=(Decimal,))):
        if value is None:
            continue
        said = " ".join(value.split()) if isinstance(value, str) else value
        if said != "" and path != "kind":
            yield _term(path), path, said


def _term(path: str) -> str:
    return term_of(path) or re.sub(r"\[\d+\]", "", path)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _leaves(f"{path}.{name}" if path else name, below)
    elif isinstance(value, tuple | list):
        for number, below in enumerate(value):
            yield from _leaves(f"{path}[{number}]", below)
    else:
        yield path, value


def _finding(term: str, paths: list[str], writer_name: str) -> Finding:
    known = TERMS.get(term)
    name = f"{term} ({known.name})" if known else term
    times = f" {len(paths)} times" if len(paths) > 1 else ""
    return Finding(
        rule=f"LOSS-{term}",
        message=f"{name} is stated{times} and has no place in {writer_name}",
        severity=Severity.WARNING,
        term=term if known else None,
        path=paths[0],
        fix="send another format where this must arrive, or say it in a note",
        actor=Actor.OPERATOR,
    )


def _by_ubl(invoice: Invoice) -> Document:
    return read_ubl(ubl_write.write_ubl(invoice)).document


def _by_cii(invoice: Invoice) -> Document:
    return read_cii(cii_write.write_cii(invoice)).document


def _by_level(level: Level, invoice: Invoice) -> Document:
    inside = _by_cii(narrowed(invoice, level, strict=False))
    assert isinstance(inside, Invoice)
    return supplemented(inside, supplements(invoice, level, taken=FILE_NAME)).invoice


def _showing(writer: Writer, table: ModuleType, country: str) -> Showing:
    return Showing(
        write=lambda invoice: writer.write(invoice, Material()),
        carried=table.CARRIED,
        sometimes=table.SOMETIMES,
        country=country,
    )


_SHOWING: Final[Mapping[str, Showing]] = {
    writer.name: _showing(writer, table, country)
    for writer, table, country in (
        (fatturapa_write.WRITER, fatturapa_carried, "it"),
        (ksef_write.WRITER, ksef_carried, "pl"),
        (facturae_write.WRITER, facturae_carried, "es"),
    )
}
_TRIALS: Final[Mapping[str, Trial]] = {
    **{writer.name: _by_ubl for writer in ubl_write.WRITERS},
    **{writer.name: _by_cii for writer in cii_write.WRITERS},
    **{name: partial(_by_level, level) for name, (level, _) in facturx_write.FORMS.items()},
}
