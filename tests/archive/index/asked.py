"""A small archive's index, and what an auditor must find in it: the same for every index."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from archive.entry import AsOf, Entry, KeptItem, Query
from archive.index.sqlite import Index
from archive.packs.pack import Place
from tests.archive.filing import sha256_hex

START = datetime(2025, 11, 1, tzinfo=UTC)
CRANE = "Portalkran, 12 m; Rücksendung über Łódź 株式会社"
BASE = {"kind": "invoice", "currency": "EUR", "sender": "erp"}
A = BASE | {
    "number": "R-2025-0007",
    "issue_date": "2025-11-20",
    "total": "119.00",
    "customer": "C1",
    "customer_name": "Müller & Söhne",
    "country": "DE",
    "vat_ids": "DE123456789 FR99",
    "vat": "S 19 100.00 19.00",
    "words": CRANE,
    "retention_until": "2033-12-31",
}
B = BASE | {
    "number": "R-2026-0001",
    "issue_date": "2026-01-10",
    "total": "1117.50",
    "customer": "C2",
    "customer_name": 'Société "Élan"',
    "country": "FR",
    "vat": "S 19 500.00 95.00; S 7 250 17.50; E - 255.00 0",
    "words": "Kran mit Zubehör; Portal",
}
C = BASE | {
    "number": "G-2026-0001",
    "kind": "credit_note",
    "issue_date": "2026-01-31",
    "total": "11.90",
    "customer": "C1",
    "customer_name": "Müller & Söhne",
    "country": "DE",
    "vat": "S 19.00 10.00 1.90",
    "corrects": "R-2025-0007\nR-1999-1",
    "words": "Gutschrift Kran",
}
D = BASE | {
    "number": "R-2026-0003",
    "issue_date": "2026-02-01",
    "total": "5.95",
    "vat": "S 19 5.00 0.95",
    "standing": "parked",
}
LETTER = {"number": "M-1", "kind": "reminder", "issue_date": "2026-01-31", "words": "Mahnung"}
FILED: tuple[tuple[str, int, str | None, str, dict[str, str]], ...] = (
    ("acme", 2025, "a", "enrich", A),
    ("acme", 2025, "a", "send", {"channel": "email", "state": "handed_over"}),
    ("acme", 2025, None, "propose", {}),
    ("acme", 2026, "a", "confirm", {"channel": "email", "state": "delivered"}),
    ("acme", 2026, "b", "enrich", B),
    ("acme", 2026, "b", "send", {"channel": "print", "state": "rejected_permanent"}),
    ("acme", 2026, "c", "enrich", C),
    ("acme", 2026, "d", "check", D),
    ("acme", 2026, "l", "enrich", LETTER),
    ("acme", 2026, "b", "again", {"customer": "C9"}),
    ("acme", 2026, None, "address-book", {"customer": "C1"}),
    ("acme", 2026, "d", "standing", {"standing": "working"}),
    ("other", 2026, "a", "enrich", A | {"customer": "X"}),
)
"""Tenant, year, document, step and fields, in the order of filing; each a commit of its own."""


def entries() -> list[Entry]:
    found: list[Entry] = []
    for at, (tenant, year, document, step, fields) in enumerate(FILED):
        log = f"{tenant}/{year}"
        position = sum(one.log == log for one in found)
        found.append(
            Entry(
                id=sha256_hex(f"{at}".encode()),
                log=log,
                position=position,
                at=START + timedelta(days=30 * at),
                key=f"key {at}",
                tenant=tenant,
                subject=document or "none",
                kind="document" if document else "operator",
                step=step,
                document=document,
                fields=fields,
                items=(item("everywhere"), item(f"of {at}")),
            )
        )
    return found


def item(text: str) -> KeptItem:
    sha256 = sha256_hex(text.encode())
    return KeptItem(role="r", name="n", media_type="m", size_bytes=4, sha256=sha256)


def fill(index: Index, filed: Iterable[Entry], erased: Collection[Entry] = ()) -> None:
    seen: set[tuple[str, str]] = set()
    for entry in filed:
        stored = [entry.id, *(one.sha256 for one in entry.items)]
        new = {n for n in index.missing(entry.log, stored[1:]) if (entry.log, n) not in seen}
        seen |= {(entry.log, name) for name in new}
        places = [
            Place(sha256=name, offset=94 * at, size_bytes=4)
            for at, name in enumerate(stored)
            if at == 0 or name in new
        ]
        note = f"{entry.position + 1}"
        index.add(
            entry.log,
            note,
            pack=entry.position,
            places=places[1:] if entry in erased else places,
            entries=[] if entry in erased else [entry],
            size=entry.position + 1,
        )


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked of `acme`, and which documents are found, the latest issue date first."""

    query: Query
    found: str


def case(found: str, **asked: object) -> Case:
    return Case(replace(Query(tenant="acme"), **asked), found)  # type: ignore[arg-type]


EARLY, LATE = AsOf(log="acme/2025", size=1), AsOf(log="acme/2026", size=6)
CASES = (
    case("dlcba"),
    case("", tenant="nobody"),
    case("a", tenant="other"),
    case("a", number="R-2025-0007"),
    case("", number="r-2025-0007"),
    case("db", number_fragment="2026-000", kind="document", document_kind="invoice"),
    case("c", number_fragment="g-"),
    case("dba", number_fragment="r-"),
    case("db", number_from="R-2026-0001"),
    case("b", number_from="R-2026-0", number_to="R-2026-2"),
    case("ca", customer="C1"),
    case("", customer="C2"),
    case("b", customer="C9"),
    case("ca", name_fragment="MULLER"),
    case("b", name_fragment='"elan"'),
    case("cba", name_fragment="ö"),
    case("a", vat_id="de 123.456.789"),
    case("a", vat_id="FR99"),
    case("", vat_id="FR9"),
    case("b", country="FR"),
    case("cb", words="kran"),
    case("ba", words="portal*"),
    case("a", words="ŁÓDŹ"),
    case("a", words="lodz"),
    case("a", words="会社"),
    case("a", words='"12 m"'),
    case("", words='"m 12"'),
    case("b", words="kran portal"),
    case("b", words='KRAN "mit zubehor"'),
    case("c", words="kran", customer="C1"),
    case("", words='kran" OR "gutschrift'),
    case("cb", words="kran", issued_to=date(2026, 1, 31)),
    case("b", words="kran", issued_to=date(2026, 1, 30)),
    case("dlcb", issued_from=date(2026, 1, 1)),
    case("lc", issued_from=date(2026, 1, 31), issued_to=date(2026, 1, 31)),
    case("d", filed_from=START + timedelta(days=200), filed_before=START + timedelta(days=220)),
    case("a", step="confirm"),
    case("a", state="delivered"),
    case("", state="handed_over"),
    case("a", channel="email", customer="C1"),
    case("b", state="rejected_permanent"),
    case("", standing="parked"),
    case("d", standing="working"),
    case("ba", amount_from=Decimal("119.00")),
    case("dca", amount_to=Decimal(119)),
    case("ca", amount_from=Decimal("11.9"), amount_to=Decimal(119)),
    case("a", retained_before=date(2034, 1, 1)),
    case("", retained_before=date(2033, 12, 31)),
    case("a", as_of=EARLY),
    case("", as_of=EARLY, state="handed_over"),
    case("a", as_of=AsOf(log="acme/2026", size=0), state="handed_over"),
    case("dlcba", as_of=LATE),
    case("b", as_of=LATE, customer="C2"),
    case("", as_of=LATE, customer="C9"),
    case("d", as_of=LATE, standing="parked"),
    case("cb", as_of=LATE, words="kran"),
    case("", as_of=EARLY, words="kran"),
    case("dl", limit=2),
)

UNREADABLE = (
    (Query(), "names a tenant"),
    (Query(tenant="acme", words=" - "), "no word in it"),
    (Query(tenant="acme", number_from="R-1", number_to="S-2"), "of one series"),
    (Query(tenant="acme", number_from="R"), "of one series"),
    (Query(tenant="acme", after="nowhere"), "no place to go on from"),
    (Query(tenant="other", as_of=EARLY), "says nothing of other"),
)

SUMS = (
    ("2025-11 EUR DE S 19", "100.00", "19.00", 1, 0),
    ("2026-01 EUR DE S 19", "-10.00", "-1.90", 1, 1),
    ("2026-01 EUR FR E None", "255.00", "0.00", 1, 0),
    ("2026-01 EUR FR S 7", "250.00", "17.50", 1, 0),
    ("2026-01 EUR FR S 19", "500.00", "95.00", 1, 0),
    ("2026-02 EUR  S 19", "5.00", "0.95", 1, 0),
)
