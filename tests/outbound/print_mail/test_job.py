"""A print job: what is in it, what is not and why, and that the same letters are the same job."""

import csv
import hashlib
import io
import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pikepdf
import pytest

from outbound.channel import Enclosure, Parcel
from outbound.print_mail.batches import Batch, Make
from outbound.print_mail.job import build, job_code
from outbound.print_mail.marks import Mark
from outbound.print_mail.stationery import Envelope, Insert, Stationery
from outbound.print_mail.ticket import SCHEMA
from outbound.print_mail.xjdf import NAMESPACE
from tests.outbound.rigs import parcel, pdf

C5 = Envelope(name="C5", sheets_max=20, weight_mg=5000, width_mm=229, height_mm=162)
LETTER = Enclosure(name="letter.pdf", media_type="application/pdf", data=pdf())


def letter(key: str, pages: int = 1, *, post_code: str = "12345", country: str = "DE") -> Parcel:
    made = parcel(key, replace(LETTER, data=pdf(pages)))
    to = replace(made.destination, post_code=post_code, country=country)
    return replace(made, destination=to)


MIXED = [
    letter("b", 3, post_code="80331"),
    letter("c", 1, post_code="10115"),
    letter("a", 2, post_code="10115"),
    letter("d", 4, post_code="1010", country="AT"),
]


def test_letters_are_sorted_padded_and_counted() -> None:
    built = build("job-1", MIXED, Stationery())
    assert [
        (p.piece, p.sequence, p.first_page, p.last_page, p.pages, p.sheets, p.weight_g)
        for p in built.pieces
    ] == [
        ("d", 1, 1, 4, 4, 2, "14.980"),
        ("a", 2, 5, 6, 2, 1, "9.990"),
        ("c", 3, 7, 8, 1, 1, "9.990"),
        ("b", 4, 9, 12, 3, 2, "14.980"),
    ]
    with pikepdf.open(io.BytesIO(built.files["job-1.pdf"])) as document:
        marked = [isinstance(page.obj["/Contents"], pikepdf.Array) for page in document.pages]
    assert marked == [True, False] * 6


def test_simplex_has_no_blank_backs() -> None:
    built = build("job-1", MIXED, Stationery(duplex=False))
    assert [(p.first_page, p.last_page, p.sheets) for p in built.pieces] == [
        (1, 4, 4),
        (5, 6, 2),
        (7, 7, 1),
        (8, 10, 3),
    ]


def test_same_letters_in_any_order_are_the_same_bytes() -> None:
    assert (
        build("job-1", MIXED, Stationery()).files == build("job-1", MIXED[::-1], Stationery()).files
    )


def test_manifest_ticket_and_checksums_agree() -> None:
    files = build("job-1", MIXED, Stationery(envelopes=(C5,))).files
    manifest, ticket = json.loads(files["job-1.json"]), json.loads(files["job-1.ticket.json"])
    *rows, total = csv.DictReader(io.StringIO(files["job-1.csv"].decode()), delimiter=";")
    assert [row["piece"] for row in rows] == [piece["piece"] for piece in manifest["pieces"]]
    sums = [total[name] for name in ("line", "piece", "pages", "sheets", "weight_g")]
    assert sums == ["total", "4", "10", "6", "49.940"]
    assert rows[0]["address_1"] == "Bäckerei Süßmund GmbH"
    assert rows[0]["address_6"] == ""
    assert rows[0]["sha256"] == hashlib.sha256(MIXED[3].enclosures[0].data).hexdigest()
    assert manifest["job_code"] == ticket["job_code"] == job_code("job-1")
    assert (ticket["pieces"], ticket["pages"], ticket["printed_pages"], ticket["sheets"]) == (
        4,
        10,
        12,
        6,
    )
    assert (ticket["plex"], ticket["envelope"]) == ("duplex", "C5")
    [*others, last] = files
    assert last == "job-1.sha256"
    assert files[last].decode().splitlines() == [
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in others
    ]


@pytest.mark.parametrize(
    ("sheets", "sheet_weight_mg", "weight_g"),
    [(3, 4990, "19.970"), (3, 5001, "20.003"), (4, 4990, "24.960"), (3, 6240, "23.720")],
)
def test_weight_is_exact_at_the_edge_of_a_class(
    sheets: int, sheet_weight_mg: int, weight_g: str
) -> None:
    stationery = Stationery(sheet_weight_mg=sheet_weight_mg)
    [piece] = build("j", [letter("w", sheets * 2)], stationery).pieces
    assert piece.weight_g == weight_g


def encrypted() -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.save(buffer, encryption=pikepdf.Encryption(owner="o", user="u"))
    return buffer.getvalue()


NO_ADDRESS = replace(parcel("x").destination, address_lines=())
LONG_ADDRESS = replace(parcel("x").destination, address_lines=tuple("1234567"))
UNFIT: dict[str, tuple[dict[str, Any], str]] = {
    "no address": ({"destination": NO_ADDRESS}, "an address has 1 to 6 lines, this one 0"),
    "long address": ({"destination": LONG_ADDRESS}, "an address has 1 to 6 lines, this one 7"),
    "nothing": ({"enclosures": ()}, "the parcel holds no letter"),
    "no PDF": (
        {"enclosures": (replace(LETTER, data=b"<xml/>"),)},
        "the letter is not a PDF with pages",
    ),
    "empty": ({"enclosures": (replace(LETTER, data=b""),)}, "the letter is not a PDF with pages"),
    "encrypted": (
        {"enclosures": (replace(LETTER, data=encrypted()),)},
        "the letter is encrypted",
    ),
    "US Letter": (
        {"enclosures": (replace(LETTER, data=pdf(size=(612, 792))),)},
        "page 1 measures 216 by 279 mm, not A4 upright",
    ),
    "landscape": (
        {"enclosures": (replace(LETTER, data=pdf(size=(842, 595))),)},
        "page 1 measures 297 by 210 mm, not A4 upright",
    ),
    "too thick": (
        {"enclosures": (replace(LETTER, data=pdf(181)),)},
        "the letter has 91 sheets, the envelope takes 8",
    ),
    "no page": (
        {"enclosures": (replace(LETTER, data=pdf(0)),)},
        "the letter is not a PDF with pages",
    ),
}


@pytest.mark.parametrize("what", UNFIT)
def test_unfit_letter_stays_out_with_its_reason_and_the_others_go(what: str) -> None:
    changes, reason = UNFIT[what]
    built = build("job-1", [replace(parcel("bad"), **changes), letter("good")], Stationery())
    assert built.unfit == {"bad": reason}
    assert [piece.piece for piece in built.pieces] == ["good"]


FLYER = Insert(name="flyer", weight_mg=31, station=2)


def test_an_order_says_who_shares_an_envelope_and_how_it_is_made() -> None:
    make = Make(
        duplex=True,
        colour="mono",
        paper="A4",
        envelope="C5",
        inserts=("flyer",),
        product="Großbrief",
        price="1.80",
        currency="EUR",
        is_verified=False,
    )
    order = Batch(make=make, pieces=(("c", "a"), ("b",)))
    stationery = Stationery(inserts=(FLYER,), envelopes=(C5,), xjdf=True)
    copied = {**MIXED[2].labels, "copy": "copy", "repeats": "c.0"}
    letters = [MIXED[0], MIXED[1], replace(MIXED[2], labels=copied)]
    built = build("job-1", letters, stationery, msgspec.json.encode(order).decode())
    shared, alone = built.pieces
    assert (shared.piece, shared.documents) == ("c+a", ("c", "a"))
    assert (shared.copy, alone.copy) == (("original", "copy"), ("original",))
    assert (shared.repeats, alone.repeats) == (("-", "c.0"), ("-",))
    rows = csv.DictReader(io.StringIO(built.files["job-1.csv"].decode()), delimiter=";")
    assert [row["copy"] for row in rows] == ["original copy", "original", ""]
    pieces = json.loads(built.files["job-1.json"])["pieces"]
    assert [piece["copy"] for piece in pieces] == [["original", "copy"], ["original"]]
    assert (shared.pages, shared.sheets) == (3, 2)
    assert (shared.first_page, shared.last_page, alone.first_page) == (1, 4, 5)
    assert shared.keys == ["c", "a"]
    assert shared.weight_g == "15.011"
    assert len(shared.sha256) == 2
    ticket = json.loads(built.files["job-1.ticket.json"])
    assert ticket["inserts"] == [{"name": "flyer", "station": 2}]
    assert ticket["posting_list"] == [
        {
            "product": "Großbrief",
            "zone": "home",
            "country": "DE",
            "sort_bucket": bucket,
            "pieces": 1,
            "weight_g": weight,
            "postage": "1.80",
            "currency": "EUR",
            "postage_is": "unverified",
        }
        for bucket, weight in (("10", "15.011"), ("80", "15.011"))
    ]
    xjdf = ET.fromstring(built.files["job-1.xjdf"])  # noqa: S314  (we have just written it)
    space = f"{{{NAMESPACE}}}"
    assert xjdf.tag == f"{space}XJDF"
    assert [part.get("Amount") for part in xjdf.iter(f"{space}PartAmount")] == ["4"]
    assert [part.get("URL") for part in xjdf.iter(f"{space}FileSpec")] == ["job-1.pdf"]
    [layout] = xjdf.iter(f"{space}LayoutIntent")
    assert layout.get("Sides") == "TwoSidedHeadToHead"
    products = {each.get("ProductType"): each for each in xjdf.iter(f"{space}Product")}
    whole = products.pop("FilledEnvelope")
    assert (xjdf.get("Types"), whole.get("Amount")) == ("Product", "2")
    named = {kind: each.get("DescriptiveName") for kind, each in products.items()}
    assert named == {"Envelope": "C5", "Letter": None, "Insert": "flyer"}
    held = [each.get("ChildRef") for each in xjdf.iter(f"{space}BlowIn")]
    assert held == [products[kind].get("ID") for kind in ("Letter", "Insert")]


STATIONERIES = {
    "plain": Stationery(),
    "dashes, inserts, simplex": Stationery(
        duplex=False, inserts=(FLYER,), mark=Mark(kind="omr"), returns="scan", posted_in="FR"
    ),
    "no marks": Stationery(mark=Mark(kind="none")),
}


@pytest.mark.parametrize("case", STATIONERIES)
def test_the_ticket_is_as_its_schema_says(case: str) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    files = build("job-1", MIXED, STATIONERIES[case]).files
    ticket = json.loads(files["job-1.ticket.json"])
    assert [fault.message for fault in judge.iter_errors(ticket)] == []
    wrong = ticket | {"plex": "triplex", "pieces": -1, "weight_g": "12"}
    assert {fault.json_path for fault in judge.iter_errors(wrong)} == {
        "$.plex",
        "$.pieces",
        "$.weight_g",
    }
    assert [fault.validator for fault in judge.iter_errors({**ticket, "more": 1})] == [
        "additionalProperties"
    ]


def test_nothing_hidden_in_a_letter_is_carried_into_print() -> None:
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.attachments["invoice.xml"] = b"<secret/>"
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.beep()"))
        document.Root.OpenAction = script
        page = document.pages[0].obj
        page.AA = pikepdf.Dictionary(O=script)
        page.Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=script)])
        buffer = io.BytesIO()
        document.save(buffer)
    parcel_ = parcel("x", replace(LETTER, data=buffer.getvalue()))
    printed = build("job-1", [parcel_], Stationery()).files["job-1.pdf"]
    with pikepdf.open(io.BytesIO(printed)) as document:
        said = b"".join(each.unparse() for each in document.objects)
        assert document.attachments.keys() == set()
        assert not document.is_encrypted
    assert b"JavaScript" not in said
    assert b"/Annots" not in said
