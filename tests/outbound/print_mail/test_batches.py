"""Which letters leave together: envelope by sheets, class by weight, in the order of the post."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from outbound.print_mail.batches import (
    PIECES_MAX,
    Batch,
    batched,
    make_of,
    sheets_of,
    sort_bucket,
    weight_mg,
)
from outbound.print_mail.letters import Letter
from outbound.print_mail.postage import Rate
from outbound.print_mail.stationery import Envelope, Insert, Stationery

LINES = ("Bäckerei Süßmund GmbH", "Ofenweg 3", "12345 Musterstadt")
LETTER = Letter(
    key="a",
    tenant="nord",
    pages=1,
    country="DE",
    post_code="12345",
    address_lines=LINES,
)
FLYER = Insert(name="flyer", weight_mg=31, station=1)
STATIONERY = Stationery(inserts=(FLYER,))
RATES = tuple(
    Rate(
        product=product,
        country=country,
        weight_max_mg=grams * 1000,
        long_max_mm=long_mm,
        short_max_mm=short_mm,
        price=Decimal(price),
        currency="EUR",
    )
    for product, country, grams, long_mm, short_mm, price in (
        ("Standardbrief", "DE", 20, 235, 125, "0.95"),
        ("Kompaktbrief", "DE", 50, 235, 125, "1.10"),
        ("Großbrief", "DE", 500, 353, 250, "1.80"),
        ("Standardbrief international", None, 20, 235, 125, "1.25"),
    )
)


def pages(key: str, count: int, **changes: Any) -> Letter:
    return replace(LETTER, key=key, pages=count, **changes)


ENVELOPES = {  # pages, duplex, inserts: sheets, envelope, grams, class
    (1, True, ()): (1, "DL", "9.990", "Standardbrief"),
    (6, True, ()): (3, "DL", "19.970", "Standardbrief"),
    (6, True, ("flyer",)): (3, "DL", "20.001", "Kompaktbrief"),
    (7, True, ()): (4, "DL", "24.960", "Kompaktbrief"),
    (16, True, ()): (8, "DL", "44.920", "Kompaktbrief"),
    (17, True, ()): (9, "C5", "51.910", "Großbrief"),
    (40, True, ()): (20, "C5", "106.800", "Großbrief"),
    (41, True, ()): (21, "C4", "119.790", "Großbrief"),
    (9, False, ()): (9, "C5", "51.910", "Großbrief"),
    (180, True, ()): (90, "C4", "464.100", "Großbrief"),
    (181, True, ()): (91, "", "469.090", ""),
}


@pytest.mark.parametrize("case", ENVELOPES)
def test_a_letter_takes_the_smallest_envelope_and_the_class_of_its_weight(
    case: tuple[int, bool, tuple[str, ...]],
) -> None:
    count, duplex, inserts = case
    letter = pages("a", count, inserts=inserts, plex="duplex" if duplex else "simplex")
    make = make_of((letter,), STATIONERY, RATES)
    sheets = sheets_of((letter,), duplex=duplex)
    grams = Decimal(weight_mg(sheets, inserts, make.envelope, STATIONERY)) / 1000
    assert (sheets, make.envelope, f"{grams:.3f}", make.product) == ENVELOPES[case]
    assert make.duplex == duplex


def test_heavier_paper_tips_the_class_of_three_sheets() -> None:
    edge = pages("a", 6)
    assert make_of((edge,), STATIONERY, RATES).product == "Standardbrief"
    heavy = Stationery(sheet_weight_mg=6240)
    assert make_of((edge,), heavy, RATES).product == "Kompaktbrief"


def shown(batches: tuple[Batch, ...]) -> list[tuple[str, ...]]:
    return [(b.make.envelope, b.make.product, *("+".join(p) for p in b.pieces)) for b in batches]


def test_what_is_made_alike_leaves_together_sorted_as_the_post_wants() -> None:
    letters = [
        pages("1", 1, post_code="80331"),
        pages("2", 1, post_code="01067"),
        pages("3", 20, post_code="10115"),
        pages("4", 1, country="CH", post_code="8001"),
        pages("5", 2, country="AT", post_code="1010"),
        pages("6", 8, post_code="10115"),
        pages("7", 1, colour="mono"),
        pages("8", 2, plex="simplex"),
        pages("9", 2, post_code="01067"),
    ]
    found = shown(batched(letters, STATIONERY, RATES))
    assert sorted(found) == sorted(
        [
            ("DL", "Standardbrief", "2", "9", "1"),
            ("C5", "Großbrief", "3"),
            ("DL", "Standardbrief international", "5", "4"),
            ("DL", "Kompaktbrief", "6"),
            ("DL", "Standardbrief", "7"),
            ("DL", "Standardbrief", "8"),
        ]
    )
    assert found == shown(batched(letters[::-1], STATIONERY, RATES))


HOUSEHOLDS: dict[str, tuple[dict[str, Any], bool]] = {
    "the same address": ({}, True),
    "written otherwise": ({"address_lines": tuple(line.upper() for line in LINES)}, True),
    "another street": ({"address_lines": (LINES[0], "Ofenweg 4", LINES[2])}, False),
    "another company's letter": ({"tenant": "sued"}, False),
    "who does not want it": ({"together": False}, False),
    "a copy": ({"copy": True}, False),
    "on one side": ({"plex": "simplex"}, False),
    "in black": ({"colour": "mono"}, False),
    "another country": ({"country": "AT"}, False),
}


@pytest.mark.parametrize("case", HOUSEHOLDS)
def test_letters_to_one_address_share_an_envelope_where_that_is_allowed(case: str) -> None:
    changes, shared = HOUSEHOLDS[case]
    letters = [pages("a", 3, together=True), replace(pages("b", 3, together=True), **changes)]
    found = {piece for batch in batched(letters, STATIONERY, RATES) for piece in batch.pieces}
    assert found == ({("a", "b")} if shared else {("a",), ("b",)})


def test_a_household_fills_envelopes_no_fuller_than_the_largest_and_inserts_go_in_once() -> None:
    letters = [pages(f"{n}", 80, together=True, inserts=("flyer",)) for n in range(5)]
    [batch] = batched(letters, STATIONERY, RATES)
    assert batch.pieces == (("0", "1"), ("2", "3"), ("4",))
    assert make_of(letters[:2], STATIONERY).inserts == ("flyer",)


def test_a_partner_s_own_envelopes() -> None:
    own = Envelope(name="C6/5", sheets_max=5, weight_mg=4500, width_mm=229, height_mm=114)
    only = Stationery(envelopes=(own,))
    assert make_of((pages("a", 10),), only, RATES).envelope == "C6/5"
    assert make_of((pages("a", 11),), only, RATES).envelope == ""


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"window": "round"}, "unknown window 'round'"),
        ({"envelopes": ()}, "without an envelope"),
        ({"envelopes": STATIONERY.envelopes[::-1]}, "from the smallest"),
    ],
)
def test_stationery_that_cannot_be_is_refused(settings: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Stationery(**settings)


def test_a_batch_is_no_larger_than_a_job_should_be() -> None:
    letters = [pages(f"{n:04d}", 1) for n in range(PIECES_MAX + 1)]
    assert [len(batch.pieces) for batch in batched(letters, STATIONERY)] == [PIECES_MAX, 1]


def test_sort_buckets() -> None:
    codes = {("DE", "01067"): "01", ("FR", "20000"): "20", ("FR", "97 110"): "971", ("XX", ""): ""}
    assert {case: sort_bucket(*case) for case in codes} == codes


LETTERS = st.lists(
    st.builds(
        Letter,
        key=st.text("abcdef", min_size=1, max_size=4),
        pages=st.integers(1, 200),
        country=st.sampled_from(["DE", "AT", "FR"]),
        post_code=st.text("019", max_size=3),
        address_lines=st.sampled_from([LINES, LINES[:2]]),
        plex=st.sampled_from(["", "simplex", "duplex"]),
        inserts=st.sampled_from([(), ("flyer",)]),
        together=st.booleans(),
    ),
    unique_by=lambda letter: letter.key,
    max_size=40,
)


@given(LETTERS)
def test_every_letter_is_in_one_batch_that_holds_it(letters: list[Letter]) -> None:
    batches = batched(letters, STATIONERY, RATES)
    by_key = {letter.key: letter for letter in letters}
    assert sorted(key for batch in batches for key in batch.keys) == sorted(by_key)
    for batch in batches:
        for piece in batch.pieces:
            members = [by_key[key] for key in piece]
            assert make_of(members, STATIONERY, RATES) == batch.make
            sheets = sheets_of(members, duplex=batch.make.duplex)
            if batch.make.envelope:
                assert sheets <= STATIONERY.envelope(batch.make.envelope).sheets_max
            else:
                assert sheets > STATIONERY.envelopes[-1].sheets_max
