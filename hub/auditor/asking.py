"""What is asked for in an address, read into a query that never leaves the access."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from archive.entry import AsOf, Query
from archive.index.series import parts
from hub.auditor.reader import Reader
from hub.store.auditors import Access

LONGEST: Final = 500
"""Characters of one field; nobody has a number or a name that is longer."""
PAGE_SIZE: Final = 50
_AMOUNT_MAX: Final = Decimal(10) ** 13
_HEAD: Final = re.compile(r"([a-z0-9-]{1,40}/[0-9]{4})@([0-9]{1,15})")
_GROUPED: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}([.,])[0-9]{3}(\1[0-9]{3})*")
_SPOKEN_AMOUNT: Final = re.compile(r"[+-]?[0-9][0-9.,' \u00a0\u202f]*")


class Unclear(ValueError):
    """A field cannot be understood; `word` names the sentence that says why."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for.

    Attributes:
        values: every field of the form as it was written.
        query: what it means, within the access; None where a field cannot be understood.
        faults: field to the sentence that says why it cannot.
    """

    values: Mapping[str, str]
    query: Query | None
    faults: Mapping[str, str]

    @property
    def given(self) -> dict[str, str]:
        """The fields that say something."""
        return {name: value for name, value in self.values.items() if value}


def _text(text: str) -> str:
    if len(text) > LONGEST:
        raise Unclear("too_long")
    if "\0" in text:
        raise Unclear("no_text")
    return text


def _upper(text: str) -> str:
    return _text(text).upper()


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unclear("no_date") from error


def amount(text: str) -> Decimal:
    """Read an amount as people write it: the last point or comma parts the decimals.

    >>> amount("1.234,50"), amount("1,234.50"), amount("1 234"), amount("12,345")
    (Decimal('1234.50'), Decimal('1234.50'), Decimal('1234'), Decimal('12345'))
    """
    if len(text) > LONGEST or not _SPOKEN_AMOUNT.fullmatch(text):
        raise Unclear("no_amount")
    bare = re.sub(r"['\s]", "", text)
    whole, mark, rest = _parted(bare)
    try:
        read = Decimal(f"{whole}.{rest}" if mark else whole)
    except InvalidOperation as error:
        raise Unclear("no_amount") from error
    if abs(read) > _AMOUNT_MAX:
        raise Unclear("no_amount")
    return read


def _parted(bare: str) -> tuple[str, str, str]:
    """Part an amount at its decimal mark; groups of three digits after a single mark are none."""
    at = max(bare.rfind("."), bare.rfind(","))
    if at < 0 or _GROUPED.fullmatch(bare):
        return re.sub("[.,]", "", bare), "", ""
    if bare.count(bare[at]) > 1:
        raise Unclear("no_amount")
    return re.sub("[.,]", "", bare[:at]), ".", bare[at + 1 :]


def _as_of(text: str) -> AsOf:
    """Read a moment: `company/2026@118`, or the lines of a checkpoint."""
    if found := _HEAD.fullmatch(text):
        return AsOf(log=found[1], size=int(found[2]))
    try:
        return AsOf.of_checkpoint("\n".join(text.split()) + "\n")
    except ValueError as error:
        raise Unclear("no_checkpoint") from error


FIELDS: Final[Mapping[str, Callable[[str], Any]]] = {
    "number_fragment": _text,
    "words": _text,
    "issued_from": _date,
    "issued_to": _date,
    "name_fragment": _text,
    "customer": _text,
    "vat_id": _text,
    "country": _upper,
    "amount": amount,
    "tolerance": amount,
    "currency": _upper,
    "number_from": _text,
    "number_to": _text,
    "document_kind": _text,
    "channel": _text,
    "state": _text,
    "standing": _text,
    "as_of": _as_of,
}
"""Field of the form to how its text is read."""


def read(
    values: Mapping[str, str],
    reader: Reader,
    size_of: Callable[[str], int],
    *,
    limit: int = PAGE_SIZE,
) -> Asked:
    """Read a form.

    Args:
        values: every one of FIELDS.
        reader: who asks.
        size_of: returns how many entries a log has; 0 if there is none.
        limit: how many documents at once.
    """
    meant: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, value in values.items():
        try:
            if value:
                meant[name] = FIELDS[name](value)
        except Unclear as fault:
            faults[name] = fault.word
    moment = meant.get("as_of")
    if isinstance(moment, AsOf) and moment.log.split("/")[0] != reader.access.tenant:
        faults["as_of"] = "no_checkpoint"
    elif isinstance(moment, AsOf) and moment.size > size_of(moment.log):
        faults["as_of"] = "yet_to_come"
    if _is_backwards(meant.get("issued_from"), meant.get("issued_to")):
        faults["issued_to"] = "backwards"
    if not _are_of_one_series(meant.get("number_from"), meant.get("number_to")):
        faults["number_from"] = "no_series"
    query = None if faults else _query(meant, reader.access, limit)
    return Asked(values=values, query=query, faults=faults)


def _are_of_one_series(*ends: str | None) -> bool:
    found = [parts(each) for each in ends if each is not None]
    return None not in found and len({each.pattern for each in found if each}) <= 1


def _is_backwards(first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and last < first


def within(access: Access, **more: Any) -> Query:
    """Return a query for what an access opens, and no more."""
    return clipped(Query(tenant=access.tenant, **more), access)


def clipped(query: Query, access: Access) -> Query:
    """Return a query that finds nothing beyond an access."""
    return replace(
        query,
        tenant=access.tenant,
        issued_from=max(query.issued_from or access.issued_from, access.issued_from),
        issued_to=min(query.issued_to or access.issued_to, access.issued_to),
    )


def _query(meant: dict[str, Any], access: Access, limit: int) -> Query:
    wanted = meant.pop("amount", None)
    around = abs(meant.pop("tolerance", Decimal(0)))
    if wanted is not None:
        meant |= {"amount_from": wanted - around, "amount_to": wanted + around}
    return clipped(Query(limit=limit, **meant), access)
