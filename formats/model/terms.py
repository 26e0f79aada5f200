"""The terms of EN 16931, from terms.toml: which BT or BG number a field of the model has."""

import re
import tomllib
from pathlib import Path
from typing import Final

import msgspec


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One business term (BT) or group (BG)."""

    name: str
    cardinality: str
    """`1..1`, `0..1`, `0..n`, `1..n`, within the group around it."""
    path: str | None = None
    """In the model, `[]` for any item of a list; None where the model has no such group."""
    ubl: str | None = None
    """XPath in a UBL 2.1 Invoice, without namespaces."""
    cii: str | None = None
    """XPath in a Cross Industry Invoice."""
    credit_note: str | None = None
    """XPath in a UBL CreditNote where it differs by more than the name of root and line."""


TERMS: Final[dict[str, Term]] = msgspec.convert(
    tomllib.loads((Path(__file__).parent / "terms.toml").read_text("utf-8")), dict[str, Term]
)
"""All terms, by number: `BT-1` to `BT-165`, `BG-1` to `BG-32`, and parts such as `BT-29-1`."""

_INDEX: Final = re.compile(r"\[[^]]*\]")
_ITSELF: Final = re.compile(r"\.(?:value|data|code)$")
_NUMBER_OF: Final = {
    _INDEX.sub("", term.path): number for number, term in TERMS.items() if term.path
}


def term_of(model_path: str) -> str | None:
    """Return the number of the term that the model keeps at a path; None if it has none.

    An identifier's `value` is the identifier itself, an attachment's `data` the attachment.

    >>> term_of("lines[4].net"), term_of("lines[4]"), term_of("seller.identifiers[0].value")
    ('BT-131', 'BG-25', 'BT-29')
    """
    path = _INDEX.sub("", model_path)
    return _NUMBER_OF.get(path) or _NUMBER_OF.get(_ITSELF.sub("", path))
