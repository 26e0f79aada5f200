"""The address book: looked through, one entry changed by hand, or many taken from CSV."""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response
from msgspec.structs import replace

from formats.model import Identifier, PostalAddress
from hub.console.consents import consents_of
from hub.console.pages import PAGE_SIZE, Count, PageNumber, page
from hub.console.suppressed import suppression_of
from hub.console.visitor import Posted, Signed, TheHouse, Visitor, text, upload
from hub.enrichment.address_book import (
    COLUMNS,
    WANTS,
    BadAddressBook,
    certificate_fault,
    read_csv,
)
from hub.pipeline.house import House
from hub.pipeline.master_data import Change, change_recipients
from hub.store import recipients
from hub.worklist.parked import cause_of
from outbound.mail_encryption import one_line
from routing_rules.recipient import Recipient

_VAT: Final = "vat"
_SHAPES: Final = {
    "country": (r"[A-Z]{2}", "two capital letters, like DE (ISO 3166-1)"),
    "language": (r"[a-z]{2}", "two small letters, like de (ISO 639-1)"),
    "email": (r"[^@\s]+@[^@\s]+", "one address, like invoices@customer.example"),
    "endpoint_scheme": (r"[0-9A-Z]{2,4}", "a code of the EAS list, like 0204"),
}
"""Field to the shape that it must have where it is filled in, and how that is said."""

FIELDS: Final = (
    *("key", "name", "group", "language", "email"),
    *("line_1", "line_2", "line_3", "post_code", "city", "subdivision", "country"),
    *("vat_identifier", "endpoint_scheme", "endpoint_id"),
    *("capabilities", "wishes", "folder", "wants", "smime_certificate"),
)
"""Of the form."""

router = APIRouter()


@router.get("/recipients")
def listed(
    house: TheHouse,
    visitor: Signed,
    q: str = "",
    taken: Count = -1,
    number: PageNumber = 1,
) -> Response:
    """Show the address book by customer number."""
    return _book(house, visitor, q=q, number=number, taken=taken)


@router.post("/recipients")
def take(house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Take an address book from CSV, or say all that is wrong with it."""
    tenant = _tenant(house, visitor, text(form, "tenant"))
    data, name = upload(form)
    try:
        entries = read_csv(data.decode("utf-8"))
    except UnicodeDecodeError:
        faults = [f"{name} is not UTF-8; save it as CSV in UTF-8"]
    except BadAddressBook as error:
        faults = [f"{name}, {fault}" for fault in str(error).split("; ")]
    else:
        _change(house, visitor, tenant, entries, data)
        return RedirectResponse(f"/recipients?taken={len(entries)}", 303)
    return _book(house, visitor, faults=faults, status=422)


@router.get("/recipient/new")
def blank(
    house: TheHouse,
    visitor: Signed,
    *,
    tenant: str = "",
    key: str = "",
    name: str = "",
    focus: str = "",
    parked: str = "",
) -> Response:
    """Show a form that is empty but for what a parked document says."""
    return page(
        "recipient.html",
        visitor,
        new=True,
        tenant=tenant if visitor.sees(tenant) else "",
        tenants=_tenants(house, visitor),
        values=dict.fromkeys(FIELDS, "") | {"key": key, "name": name},
        channels=sorted(house.channels),
        faults={},
        suppressed=None,
        consents=None,
        saved=False,
        focus=focus,
        parked=parked,
        cause=None,
    )


@router.get("/recipient")
def shown(
    house: TheHouse,
    visitor: Signed,
    tenant: str,
    key: str,
    *,
    saved: bool = False,
    focus: str = "",
    parked: str = "",
) -> Response:
    """Show one entry as a form; once it is saved, what waited for it can go on from here."""
    entry = _entry(house, visitor, tenant, key)
    if entry is None:
        raise HTTPException(404)
    return page(
        "recipient.html",
        visitor,
        new=False,
        tenant=tenant,
        tenants=[tenant],
        values=_values(entry),
        channels=sorted(house.channels),
        faults={},
        suppressed=suppression_of(house, tenant, entry.email),
        consents=consents_of(house, tenant, key),
        saved=saved,
        focus=focus,
        parked=parked,
        cause=cause_of(house, visitor.tenant, parked) if saved and parked else None,
    )


@router.post("/recipient")
def save(house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Keep one entry, or say all that is wrong with it."""
    tenant = _tenant(house, visitor, text(form, "tenant"))
    new = text(form, "new") == "yes"
    values = {name: text(form, name) for name in FIELDS}
    known = _entry(house, visitor, tenant, values["key"])
    if known is None and not new:
        raise HTTPException(404)
    faults = _faults(house, values)
    if new and known is not None:
        faults["key"] = "there is an entry with this number already"
    if faults:
        return page(
            "recipient.html",
            visitor,
            status=422,
            new=new,
            tenant=tenant,
            tenants=_tenants(house, visitor),
            values=values,
            channels=sorted(house.channels),
            faults=faults,
            suppressed=None,
            consents=None,
            saved=False,
            focus=next(iter(faults)),
            parked=text(form, "parked"),
            cause=None,
        )
    entry = _changed(known or Recipient(), values)
    _change(house, visitor, tenant, [entry])
    return RedirectResponse(_address(tenant, entry.key, text(form, "parked")), 303)


def _change(
    house: House,
    visitor: Visitor,
    tenant: str,
    entries: Sequence[Recipient],
    source: bytes | None = None,
) -> None:
    change = Change(
        id=house.new_id(),
        at=house.clock(),
        tenant=tenant,
        who=visitor.name,
        entries=entries,
        source=source,
    )
    change_recipients(house.database, house.archive, change)


def _book(
    house: House,
    visitor: Visitor,
    *,
    q: str = "",
    number: int = 1,
    taken: int = -1,
    faults: list[str] | None = None,
    status: int = 200,
) -> Response:
    with house.database.transaction() as connection:
        found = recipients.listed(
            connection,
            visitor.tenant,
            words=q.strip(),
            limit=PAGE_SIZE + 1,
            offset=(number - 1) * PAGE_SIZE,
        )
    return page(
        "recipients.html",
        visitor,
        status=status,
        recipients=found[:PAGE_SIZE],
        tenants=_tenants(house, visitor),
        columns=COLUMNS,
        q=q,
        number=number,
        more=len(found) > PAGE_SIZE,
        taken=taken,
        faults=faults or [],
    )


def _tenants(house: House, visitor: Visitor) -> list[str]:
    return sorted(tenant for tenant in house.config.tenants if visitor.sees(tenant))


def _tenant(house: House, visitor: Visitor, tenant: str) -> str:
    if tenant not in _tenants(house, visitor):
        raise HTTPException(404)
    return tenant


def _entry(house: House, visitor: Visitor, tenant: str, key: str) -> Recipient | None:
    if not visitor.sees(tenant):
        return None
    with house.database.transaction() as connection:
        return recipients.get(connection, tenant, key)


def _values(entry: Recipient) -> dict[str, str]:
    """Return an entry as the form has it."""
    address = entry.address or PostalAddress()
    endpoint = entry.endpoint
    own = {name: getattr(entry, name, None) for name in FIELDS}
    values = own | {
        **{name: getattr(address, name) for name in PostalAddress.__struct_fields__},
        "country": entry.country or address.country,
        "vat_identifier": next((i.value for i in entry.identifiers if i.scheme == _VAT), None),
        "endpoint_scheme": endpoint.scheme if endpoint else None,
        "endpoint_id": endpoint.value if endpoint else None,
        "capabilities": " ".join(entry.capabilities),
        "wishes": " ".join(entry.wishes),
    }
    return {name: values[name] or "" for name in FIELDS}


def _changed(entry: Recipient, values: Mapping[str, str]) -> Recipient:
    """Return an entry as the form wants it; what the form does not have stays."""
    given = {name: value or None for name, value in values.items()}
    address = PostalAddress(**{name: given[name] for name in PostalAddress.__struct_fields__})
    others = tuple(one for one in entry.identifiers if one.scheme != _VAT)
    vat = given["vat_identifier"]
    endpoint = given["endpoint_id"]
    return replace(
        entry,
        key=values["key"],
        name=values["name"],
        **{name: given[name] for name in ("group", "country", "language", "email", "folder")},
        address=None if address == PostalAddress(country=address.country) else address,
        identifiers=((Identifier(value=vat, scheme=_VAT), *others) if vat else others),
        endpoint=Identifier(value=endpoint, scheme=given["endpoint_scheme"]) if endpoint else None,
        capabilities=tuple(values["capabilities"].split()),
        wishes=tuple(values["wishes"].split()),
        wants=WANTS.get(values["wants"], ""),
        smime_certificate=one_line(values["smime_certificate"]) or None,
    )


def _faults(house: House, values: Mapping[str, str]) -> dict[str, str]:
    """Return field to what is wrong with it."""
    faults = {
        name: f"write {wanted}"
        for name, (shape, wanted) in _SHAPES.items()
        if values[name] and not re.fullmatch(shape, values[name])
    }
    faults |= {name: "is needed" for name in ("key", "name") if not values[name]}
    if bool(values["endpoint_id"]) != bool(values["endpoint_scheme"]):
        missing = "endpoint_scheme" if values["endpoint_id"] else "endpoint_id"
        faults[missing] = "scheme and address go together"
    if values["wants"] not in WANTS:
        faults["wants"] = "write attachment or link, or nothing"
    if fault := certificate_fault(values["smime_certificate"], values["email"]):
        faults["smime_certificate"] = fault
    unknown = [wish for wish in values["wishes"].split() if wish not in house.channels]
    if unknown:
        known = ", ".join(sorted(house.channels))
        faults["wishes"] = f"no channel is called {', '.join(unknown)}; known: {known}"
    return faults


def _address(tenant: str, key: str, parked: str) -> str:
    more = {"parked": parked} if parked else {}
    return f"/recipient?{urlencode({'tenant': tenant, 'key': key, 'saved': 'true'} | more)}"
