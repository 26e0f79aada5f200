"""Columns that are about one VAT rate each: `Netto 19 %` and `USt 19 %` beside `Netto 7 %`."""

import re
from collections.abc import Mapping

from formats.table_draft.contents import Content
from formats.table_draft.naming import SURE, Meaning, meanings

_RATE = re.compile(r"(?<![0-9.,])([0-9]{1,2}(?:[.,][0-9]{1,2})?)\s*%")
_FIELDS = {"net": "taxable", "vat": "tax", "gross": ""}


def rate_columns(contents: Mapping[str, Content]) -> dict[str, Meaning | None]:
    """Return what columns of one rate each mean; None for its gross amount, which nothing takes.

    Where no net amount is of one rate, no column is: `USt 19 %` may be all the VAT there is.
    """
    found: dict[str, Meaning | None] = {}
    for name, content in contents.items():
        said = _RATE.search(name)
        if said and (content.numbers or not content.filled):
            found |= _meaning(name, name.replace(said[0], ""), said[1].replace(",", "."))
    has_net = any(each and each.word.endswith("taxable") for each in found.values())
    return found if has_net else {}


def rates_of(words: Mapping[str, str]) -> tuple[str, ...]:
    """Return the rates that columns are about, by the paths that they fill.

    >>> rates_of({"vat_breakdown[rate=19].taxable": "N", "vat_breakdown[rate=19].tax": "U"})
    ('19',)
    """
    found = (path.partition("rate=")[2].partition("]")[0] for path in words if "[rate=" in path)
    return tuple(dict.fromkeys(found))


def _meaning(name: str, bare: str, rate: str) -> dict[str, Meaning | None]:
    for each in meanings(bare):
        if each.room == "amounts" and each.word in _FIELDS:
            field = _FIELDS[each.word]
            word = f"vat_breakdown[rate={rate}].{field}"
            why = f"{each.why} and {rate} %"
            said = Meaning(room="invoice", word=word, party="", level="", score=SURE, why=why)
            return {name: said if field else None}
    return {}
