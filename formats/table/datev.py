"""Files in DATEV's format (EXTF, DTVF): known by name, so that people learn what else to send.

Their first row is a header of its own: "EXTF", version, number and name of the category, …
"""

import csv
from typing import Final

from formats.codec import Unreadable
from formats.notation import decode
from formats.table import faults

_MARKS: Final = (b'"EXTF"', b'"DTVF"', b"EXTF;", b"DTVF;")
_BOOKINGS: Final = "21"
_PARTNERS: Final = "16"
_HOLDS: Final = {
    _BOOKINGS: "bookings of whole documents: no buyer with an address, no lines",
    _PARTNERS: "customers and suppliers: no documents",
}
_FIXES: Final = {
    _PARTNERS: "name its columns as the address book's and take it with `facteur address-book`; "
    "as invoices send the ERP's own export",
}


def refusal_of(data: bytes) -> Unreadable | None:
    """Return why a DATEV file is not read as invoices; nothing if it is none."""
    start = data[:1000].removeprefix(b"\xef\xbb\xbf")
    if not start.startswith(_MARKS):
        return None
    first = decode(start.splitlines()[0], "cp1252")
    fields = [*next(csv.reader([first], delimiter=";"), []), "", "", "", ""]
    category, name = fields[2], fields[3][:40]
    holds = _HOLDS.get(category, "data of accounting: no documents")
    return faults.not_a_table(
        "IN-DATEV",
        f"this is a DATEV file, {name or 'of no named category'}; it holds {holds}",
        _FIXES.get(category, "send the ERP's own export of invoices, with buyers and lines"),
        "row 1",
    )
