"""What a sender states of a drop, beside it: how many documents, which sums, which bytes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TOTAL = re.compile(r"total\.([A-Z]{3})")
_ALMOST = re.compile(
    r"(counts?|documents?|invoices?|records?|sizes?|bytes|totals?|sums?|amounts?|sha-?256|md5|hash"
    r"|checksum)(\.\w{1,4})?",
    re.IGNORECASE,
)
"""Words of others for what would then be held against nothing."""
_DIGITS_MAX = 30
KEYS = "count, size, sha256, total.EUR"
"""The words that a statement may use, for messages."""


class Misstated(Exception):
    """A statement cannot be understood. Says which word of it, and how it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A statement; what it does not mention is None or empty.

    Attributes:
        count: documents in the drop.
        sums: currency to the sum of totals with VAT (BT-112), credit notes counted negative.
        sha256: of the file, in hex.
        size_bytes: of the file.
        files: how many files the count and the sums are about.
        group: what files of one statement have in common; empty for one alone.
    """

    count: int | None = None
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    sha256: str | None = None
    size_bytes: int | None = None
    files: int = 1
    group: str = ""

    @property
    def counts(self) -> bool:
        """Whether there is something to be held against the documents."""
        return self.count is not None or bool(self.sums)


NOTHING = Stated()
"""What most drops state."""


def is_word(key: str) -> bool:
    """Whether a statement may use this key.

    Raises:
        Misstated: it may not, but looks as if it should say the same.

    >>> is_word("count"), is_word("total.EUR"), is_word("operator")
    (True, True, False)
    >>> is_word("sum.EUR")
    Traceback (most recent call last):
    hub.pipeline.stated.Misstated: sum.EUR: known words are count, size, sha256, total.EUR
    """
    known = key in _PARTS or _TOTAL.fullmatch(key) is not None
    if not known and _ALMOST.fullmatch(key):
        raise Misstated(f"{key[:80]}: known words are {KEYS}")
    return known


def stated(pairs: Iterable[tuple[str, str]]) -> Stated:
    """Build a statement from keys and values; keys that are no words of one are passed over.

    Raises:
        Misstated: a value cannot be what its key says, or a key comes twice.

    >>> stated([("count", "2"), ("total.EUR", "119.00"), ("operator", "night run")]).sums
    {'EUR': Decimal('119.00')}
    """
    values: dict[str, Any] = {}
    sums: dict[str, Decimal] = {}
    for key, text in pairs:
        total = _TOTAL.fullmatch(key)
        name, read = _PARTS.get(key, ("", _amount))
        into, at = (sums, total[1]) if total else (values, name)
        if not at:
            continue
        if at in into:
            raise Misstated(f"{key} is stated twice")
        into[at] = _read(read, key, text.strip())
    return Stated(sums=sums, **values)


def disagreement(said: Stated, *, sha256: str, size_bytes: int) -> str:
    """Return in what bytes are not those that were stated; empty if they are."""
    if said.size_bytes is not None and said.size_bytes != size_bytes:
        return f"{said.size_bytes} bytes are stated, {size_bytes} came"
    if said.sha256 is not None and said.sha256 != sha256:
        return f"its SHA-256 is {sha256}, stated is {said.sha256}"
    return ""


def _read(read: Any, key: str, text: str) -> Any:
    try:
        return read(text)
    except (ValueError, InvalidOperation) as error:
        raise Misstated(f"{key}={text[:80]}: {_WANTED.get(key, _WANTED['total'])}") from error


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < _DIGITS_MAX):
        raise ValueError(text)
    return int(text)


def _amount(text: str) -> Decimal:
    if len(text) > _DIGITS_MAX or not re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII):
        raise ValueError(text)
    return Decimal(text)


def _hash(text: str) -> str:
    if not _SHA256.fullmatch(text.lower()):
        raise ValueError(text)
    return text.lower()


_PARTS: Mapping[str, tuple[str, Any]] = {
    "count": ("count", _whole),
    "size": ("size_bytes", _whole),
    "sha256": ("sha256", _hash),
}
_WANTED = {
    "count": "a whole number is wanted",
    "size": "a whole number of bytes is wanted",
    "sha256": "64 hexadecimal digits are wanted",
    "total": "an amount like 1234.56 is wanted",
}
