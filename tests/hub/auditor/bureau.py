"""A house of two companies with documents of two years, and auditors who may see part of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from itertools import count
from typing import Any

import httpx
from fastapi import FastAPI
from msgspec.structs import replace as changed

from archive.closing.closing import Closer
from archive.entry import Entry
from formats.model import Identifier, Party
from hub.auditor import app as auditor
from hub.auditor.filing import Asked, asked_in
from hub.auditor.granting import grant, subject_of
from hub.store import documents
from hub.store.auditors import Access
from tests.hub.console.town import PARIS, Person, drop
from tests.hub.houses import Home
from tests.hub.invoices import CLEAN, ubl, wrong_sum

_IDS = count(1)
_NUMBER = r'<th scope="row"><a href="[^"]*/documents/[^"]*">([^<]*)</a>'
HOSTILE = "<script>alert('x')</script>"
PERIOD = (date(2026, 1, 1), date(2026, 12, 31))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bureau:
    """The house, the auditors' pages, and the ids of documents by number."""

    home: Home
    app: FastAPI
    documents: Mapping[str, str]

    def access(self, tenant: str = "nordwind", **changes: Any) -> tuple[Access, str]:
        """Give an access for 2026 and thirty days; returns it and its code."""
        now = self.home.clock.now
        made = Access(
            id=f"a{next(_IDS)}",
            tenant=tenant,
            issued_from=PERIOD[0],
            issued_to=PERIOD[1],
            purpose="VAT audit 2026",
            invited_by="Office",
            made_at=now,
            expires_at=now + timedelta(days=30),
        )
        house, access = self.home.house, replace(made, **changes)
        return access, grant(house.database, house.archive, access, f"secret-{access.id}")

    def auditor(self, tenant: str = "nordwind", **changes: Any) -> "Auditor":
        """Return somebody who has come in."""
        access, code = self.access(tenant, **changes)
        return Auditor(self.app, access, code).entered()

    def filed(self, access: Access) -> list[Asked]:
        """Return what is filed of an access, the first act first."""
        archive = self.home.house.archive
        return [asked_in(archive, entry) for entry in self.entries(access)]

    def entries(self, access: Access) -> list[Entry]:
        found = self.home.house.archive.entries(subject=subject_of(access.id))
        return [entry for entry in found if entry.step not in ("invite", "revoke")]


class Auditor(Person):
    """Somebody with a browser and a code."""

    def __init__(self, app: FastAPI, access: Access, code: str) -> None:
        super().__init__(app)
        self.access = access
        self.code = code

    def entered(self) -> "Auditor":
        answer = self.ask("POST", "/enter", data={"code": self.code})
        assert answer.status_code == 303, answer.text
        return self

    def token(self) -> str:
        return self.get("/").text.split('name="token" value="')[1].split('"')[0]

    def send(self, path: str, fields: Mapping[str, Any]) -> httpx.Response:
        """Send a form of ours; a field may have several values."""
        return self.ask("POST", path, data={"token": self.token()} | dict(fields))

    def numbers(self, path: str) -> list[str]:
        """Return the numbers that a list shows, in its order."""
        found = re.findall(_NUMBER, self.get(path).text)
        return [unescape(each) for each in found]


def invoice(number: str, day: date, **changes: Any) -> bytes:
    return ubl(number=number, issue_date=day, due_date=day + timedelta(days=30), **changes)


def fill(home: Home) -> Bureau:
    """File a year: a gap that nobody knows, one that is parked, a letter, things beyond."""
    home.clock.now = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    files = {
        "R-2026-0001": invoice("R-2026-0001", date(2026, 9, 1)),
        "R-2026-0002": invoice("R-2026-0002", date(2026, 9, 30)),
        "R-2026-0003": invoice("R-2026-0003", date(2026, 10, 1)),
        "R-2026-0005": invoice(
            "R-2026-0005", date(2026, 10, 15), buyer=named("Café Zoë", "C1", address=PARIS)
        ),
        "R-2026-0006": wrong_sum("R-2026-0006"),
        "R-2026-0007": invoice("R-2026-0007", date(2026, 11, 2), buyer=named(HOSTILE, "H1")),
        "R-2025-0001": invoice("R-2025-0001", date(2025, 12, 31)),
    }
    ids = {number: f"{drop(home, data)}-1" for number, data in files.items()}
    ids["S-1"] = (
        f"{drop(home, invoice('S-1', date(2026, 10, 1)), sender='sap', tenant='suedwind')}-1"
    )
    home.clock.forward(days=1)
    Closer(archive=home.house.archive, authorities=(), clock=home.clock).close_all()
    return Bureau(home=home, app=auditor.create(home.house), documents=ids)


def named(name: str, key: str, **changes: Any) -> Party:
    """Return a buyer of this name and number."""
    assert CLEAN.buyer is not None
    identifiers = (Identifier(value=key),)
    return changed(CLEAN.buyer, name=name, identifiers=identifiers, **changes)


def shared_with(bureau: Bureau, number: str, issued: str) -> None:
    """Let the file of a document hold another one, too, that was issued on another day."""
    with bureau.home.house.database.transaction() as connection:
        row = documents.get(connection, bureau.documents[number])
        assert row is not None
        other = replace(row, id=f"{row.submission}-2", position=1, issue_date=issued, number="X")
        documents.add(connection, other)
