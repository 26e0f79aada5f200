"""Entries of invoices that nobody wrote, the same for the same number: for indexes of any size."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

from archive.entry import Entry, KeptItem
from archive.index.vat import VatLine, write_vat
from archive.packs.pack import Place

TENANTS = tuple(f"company-{n:02}" for n in range(20))
YEARS = (2024, 2025, 2026)
EVENTS = (
    ("document", "route", "", ""),
    ("delivery", "render", "", ""),
    ("delivery", "send", "email", "handed_over"),
    ("event", "confirm", "email", "delivered"),
    ("event", "confirm", "email", "business_accepted"),
)
"""What is filed of a document after it is complete."""
_SYLLABLES = tuple(a + b for a in "bdfgklmnprstvw" for b in ("a", "e", "i", "o", "u", "é", "ü"))
_VOCABULARY = 50_000
_COUNTRIES = ("DE", "DE", "DE", "FR", "IT", "AT", "CH")
_RATES = (Decimal(19), Decimal(19), Decimal(7))
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


def vocabulary() -> tuple[str, ...]:
    """Return words, the common ones first."""
    chance = random.Random(7)  # noqa: S311  (no secret)
    return tuple(
        "".join(chance.choices(_SYLLABLES, k=2 + n % 4)) + (str(n) if n > 2_000 else "")
        for n in range(_VOCABULARY)
    )


class Generator:
    """Entries of a tenant's documents, a year's in one log; half of those that fail are told."""

    def __init__(self, documents: int) -> None:
        self.words = vocabulary()
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(_VOCABULARY)))
        self.each = max(documents // (len(TENANTS) * len(YEARS)), 1)

    def commits(self, tenant: str, year: int, at_once: int) -> Iterator[tuple[list[Entry], int]]:
        """Yield the entries of so many documents at once, with the position of the first."""
        position = 0
        for start in range(0, self.each, at_once):
            entries = [
                entry
                for n in range(start, min(start + at_once, self.each))
                for entry in self._entries(tenant, year, n, position + (n - start) * 6)
            ]
            yield entries, position
            position += len(entries)

    def _entries(self, tenant: str, year: int, n: int, position: int) -> Iterator[Entry]:
        first = self.entry(tenant, year, n, position)
        yield first
        listed = {name: first.fields[name] for name in _LISTED}
        for at, (kind, step, channel, state) in enumerate(EVENTS, 1):
            moved = {"channel": channel, "state": state} if state else {}
            if state and n % 97 == 0:
                moved["state"] = "rejected_permanent"
            key = f"{first.document}/{step}/{at}"
            yield replace(
                first,
                id=hashlib.sha256(key.encode()).hexdigest(),
                position=position + at,
                key=key,
                subject=first.subject if kind == "document" else f"{first.subject}-d0",
                kind=kind,
                step=step,
                fields=listed | moved,
                items=(first.items[0],),
            )

    def entry(self, tenant: str, year: int, n: int, position: int) -> Entry:
        """Return the entry that brings the facts of a document."""
        chance = random.Random(f"{tenant}{year}{n}")  # noqa: S311
        document = hashlib.sha256(f"{tenant}/{year}/{n}".encode()).hexdigest()[:32] + "-1"
        at = _EPOCH.replace(year=year) + timedelta(seconds=n * 300_000 // max(self.each, 100) * 100)
        return Entry(
            id=hashlib.sha256(document.encode()).hexdigest(),
            log=f"{tenant}/{year}",
            position=position,
            at=at,
            key=f"{document}/enrich/0",
            tenant=tenant,
            subject=document,
            kind="document",
            step="enrich",
            document=document,
            fields=self._fields(chance, year, n),
            items=tuple(_item(document, role) for role in ("enriched", "recipient", "additions")),
        )

    def _fields(self, chance: random.Random, year: int, n: int) -> dict[str, str]:
        customer = chance.randrange(5_000)
        day = date(year, 1, 1) + timedelta(days=n * 365 // max(self.each, 1))
        net = Decimal(chance.randrange(1_000, 2_000_000)).scaleb(-2)
        rate = chance.choice(_RATES)
        tax = (net * rate / 100).quantize(Decimal("0.01"))
        return {
            "number": f"R-{year}-{n + 1:07}",
            "kind": "credit_note" if n % 50 == 0 else "invoice",
            "issue_date": day.isoformat(),
            "currency": "EUR",
            "total": str(net + tax),
            "payable": str(net + tax),
            "customer": f"C{customer:05}",
            "customer_name": f"{self.words[customer].title()} {self.words[customer + 9]} GmbH",
            "sender": "erp",
            "country": chance.choice(_COUNTRIES),
            "vat_ids": f"DE999999999 XX{customer:09}",
            "vat": write_vat([VatLine(category="S", rate=rate, net=net, tax=tax)]),
            "words": " ".join(self._sentence(chance)),
        }

    def _sentence(self, chance: random.Random) -> list[str]:
        many = chance.randrange(40, 81)
        return chance.choices(self.words, cum_weights=self._weights, k=many)


_LISTED = (
    "number",
    "kind",
    "issue_date",
    "currency",
    "total",
    "customer",
    "customer_name",
    "sender",
)


def places(entries: list[Entry]) -> list[Place]:
    """Return where the manifests and new files of a commit would lie."""
    names = [entry.id for entry in entries]
    names += [item.sha256 for entry in entries for item in entry.items if entry.step == "enrich"]
    return [
        Place(sha256=name, offset=94 + 900 * at, size_bytes=900) for at, name in enumerate(names)
    ]


def _item(document: str, role: str) -> KeptItem:
    sha256 = hashlib.sha256(f"{document}{role}".encode()).hexdigest()
    media_type = "application/json"
    return KeptItem(role=role, name=role, media_type=media_type, size_bytes=900, sha256=sha256)
