"""The recipient: found in the address book, or made up from what the document says of the buyer."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec.structs import replace

from formats.model import Document, Identifier, Invoice, Party, PostalAddress, Reminder, Statement
from hub.enrichment.additions import Addition, fill
from hub.store import consents, recipients
from hub.store.database import Connection
from outbound.mail_encryption import certificate_of, is_anothers, key_faults, one_line
from routing_rules.conditions.leitweg import SCHEME, is_leitweg_id
from routing_rules.recipient import Recipient

COLUMNS = (
    "key",
    "name",
    "group",
    "country",
    "language",
    "email",
    "street",
    "city",
    "post_code",
    "vat_identifier",
    "endpoint_scheme",
    "endpoint_id",
    "capabilities",
    "wishes",
    "folder",
    "wants",
    "smime_certificate",
)
"""Of an address book as CSV; `capabilities` and `wishes` are lists, separated by blanks."""

WANTS: Mapping[str, Literal["", "attachment", "link"]] = {
    "": "",
    "attachment": "attachment",
    "link": "link",
}
"""How files may come by email, as an address book says it."""

_COUNTRY = re.compile(r"[A-Z]{2}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class BadAddressBook(Exception):
    """The CSV cannot be taken; the message names every fault with its row and column."""


def find_recipient(connection: Connection, tenant: str, document: Document) -> Recipient:
    """Return whom a document goes to.

    Looked for by customer number, VAT id, electronic address and name, in this order. A buyer who
    is not in the book gives a Recipient of what the document says, with `known=False`; one who is
    comes with what he agrees to.
    """
    buyer = document.buyer or Party()
    said = _said_endpoint(document, buyer)
    for found in _lookups(connection, tenant, document, buyer):
        if found is not None:
            agreeing = consents.agreeing(connection, tenant, found)
            return agreeing if agreeing.endpoint else replace(agreeing, endpoint=said)
    return replace(_from_buyer(buyer), endpoint=said)


def _said_endpoint(document: Document, buyer: Party) -> Identifier | None:
    """Return the network address that a document names: BT-49, or a Leitweg-ID in BT-10."""
    if buyer.electronic_address is not None:
        return buyer.electronic_address
    reference = document.buyer_reference if isinstance(document, Invoice) else None
    if reference and is_leitweg_id(reference):
        return Identifier(value=reference, scheme=SCHEME)
    return None


def add_buyer(invoice: Invoice, recipient: Recipient) -> tuple[Invoice, list[Addition]]:
    """Fill what the buyer (BG-7) lacks from the address book, and his reference (BT-10).

    A German public buyer wants his Leitweg-ID there, which the book has as his address (XRechnung,
    BR-DE-15).
    """
    if not recipient.known:
        return invoice, []
    source, endpoint = f"address book {recipient.key}", recipient.endpoint
    vat = next((i.value for i in recipient.identifiers if i.scheme == "vat"), None)
    buyer, added = fill(
        invoice.buyer or Party(),
        {
            "name": recipient.name,
            "vat_identifier": vat,
            "electronic_address": endpoint,
            "address": recipient.address,
        },
        path="buyer",
        source=source,
    )
    leitweg_id = endpoint.value if endpoint and endpoint.scheme == SCHEME else None
    referred, more = fill(invoice, {"buyer_reference": leitweg_id}, path="", source=source)
    return replace(referred, buyer=buyer), added + more


def read_csv(text: str) -> list[Recipient]:
    """Read an address book from CSV with the header COLUMNS, comma or semicolon.

    Raises:
        BadAddressBook: columns are missing or unknown, a key is empty or stands twice, a cell
            cannot be what its column says.
    """
    first = text.lstrip("\ufeff").splitlines()[0] if text.strip() else ""
    reader = csv.DictReader(
        io.StringIO(text.lstrip("\ufeff")), delimiter=";" if ";" in first else ","
    )
    faults = list(_heading_faults(reader.fieldnames or ()))
    result: dict[str, Recipient] = {}
    for number, row in enumerate(reader, start=2):
        if None in row:
            faults.append(
                f"row {number}: more cells than columns; put text with separators in quotes"
            )
            continue
        cells = {name: (cell or "").strip() for name, cell in row.items()}
        key = cells.get("key", "")
        faults += [f"row {number}, column {fault}" for fault in _cell_faults(cells, key in result)]
        result[key] = _from_row(key, cells)
    if faults:
        raise BadAddressBook("; ".join(faults))
    return list(result.values())


def _heading_faults(names: Sequence[str]) -> Iterator[str]:
    for name in dict.fromkeys(names):
        if name not in COLUMNS:
            yield f"row 1: unknown column {name!r}"
        elif names.count(name) > 1:
            yield f"row 1: column {name!r} stands twice"
    for name in ("key", "name"):
        if name not in names:
            yield f"row 1: column {name!r} is missing"


def _cell_faults(cells: Mapping[str, str], known: bool) -> Iterator[str]:  # noqa: FBT001
    key, country, email = (cells.get(name, "") for name in ("key", "country", "email"))
    if "key" in cells and not key:
        yield "key: a customer number is needed"
    elif key and known:
        yield f"key: {key!r} stands twice"
    if country and not _COUNTRY.fullmatch(country):
        yield f"country: {country!r} is not an ISO 3166-1 code like DE"
    if email and not _EMAIL.fullmatch(email):
        yield f"email: {email!r} is not an email address"
    if cells.get("wants", "") not in WANTS:
        yield f"wants: {cells['wants']!r} is neither attachment nor link"
    if fault := certificate_fault(cells.get("smime_certificate", ""), email):
        yield f"smime_certificate: {fault}"
    if cells.get("endpoint_id") and not cells.get("endpoint_scheme"):
        yield "endpoint_scheme: it is needed with an endpoint_id, as in 0204"


def certificate_fault(text: str, email: str) -> str:
    """Return what is wrong with a recipient's certificate as text; its time is asked on sending."""
    if not text:
        return ""
    try:
        faults = ", ".join(key_faults(certificate_of(text)))
    except ValueError as error:
        return str(error)
    if not faults and email and is_anothers(text, email):
        return "it is of another email address; clear it, or take his new one"
    return faults


def _lookups(
    connection: Connection, tenant: str, document: Document, buyer: Party
) -> Sequence[Recipient | None]:
    keys = [i.value for i in buyer.identifiers]
    if isinstance(document, Reminder | Statement):
        keys = [document.customer]
    keys += [key.lstrip("0") for key in keys if key.startswith("0")]
    found = [recipients.get(connection, tenant, key) for key in keys if key]
    if buyer.vat_identifier:
        found.append(recipients.by_vat(connection, tenant, buyer.vat_identifier))
    if buyer.electronic_address and buyer.electronic_address.scheme:
        address = buyer.electronic_address
        found.append(
            recipients.by_endpoint(connection, tenant, address.scheme or "", address.value)
        )
    if buyer.name:
        found.append(recipients.by_name(connection, tenant, buyer.name))
    return found


def _from_buyer(buyer: Party) -> Recipient:
    identifiers = list(buyer.identifiers)
    if buyer.vat_identifier:
        identifiers.append(Identifier(value=buyer.vat_identifier, scheme="vat"))
    return Recipient(
        name=buyer.name or "",
        country=buyer.address.country if buyer.address else None,
        email=buyer.contact.email if buyer.contact else None,
        address=buyer.address,
        identifiers=tuple(identifiers),
        known=False,
    )


def _from_row(key: str, row: dict[str, str]) -> Recipient:
    address = PostalAddress(
        line_1=row.get("street") or None,
        city=row.get("city") or None,
        post_code=row.get("post_code") or None,
        country=row.get("country") or None,
    )
    endpoint = row.get("endpoint_id")
    vat = row.get("vat_identifier")
    return Recipient(
        key=key,
        name=row.get("name", ""),
        group=row.get("group") or None,
        country=row.get("country") or None,
        language=row.get("language") or None,
        email=row.get("email") or None,
        address=address if address.line_1 or address.city else None,
        identifiers=(Identifier(value=vat, scheme="vat"),) if vat else (),
        endpoint=Identifier(value=endpoint, scheme=row.get("endpoint_scheme") or None)
        if endpoint
        else None,
        capabilities=tuple(row.get("capabilities", "").split()),
        wishes=tuple(row.get("wishes", "").split()),
        folder=row.get("folder") or None,
        wants=WANTS.get(row.get("wants", ""), ""),
        smime_certificate=one_line(row.get("smime_certificate", "")) or None,
    )
