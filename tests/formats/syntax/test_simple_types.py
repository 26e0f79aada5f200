"""Texts that are of a simple type, and texts that are not, as XML Schema's own words have it."""

import pytest

from formats.syntax.simple_types import SIMPLE_TYPES, only

TEXTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "decimal": (
        ("1", "+1", "-1", "1.", "-.5", " 1.00\n", "00012.50", "-0"),
        ("", ".", "+", "1e3", "1 2", "1,5", "\u0661", "\u00a01", "NaN", "--1", "1..2"),
    ),
    "boolean": (("true", "false", "1", "0", " true "), ("TRUE", "yes", "", "2")),
    "date": (
        (
            *(
                "2026-01-31",
                "2024-02-29",
                "2000-02-29",
                "-0001-01-01",
                "12026-01-01",
                " 2026-01-31 ",
            ),
            *("2026-01-31Z", "2026-01-31+14:00", "2026-01-31-13:59"),
        ),
        (
            *("2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00"),
            *("0000-01-01", "02026-01-01", "26-01-31", "2026-1-31", "20260131", ""),
            *("2026-01-31+14:01", "2026-01-31+1:00", "2026-01-31 Z", "2026-01-31T00:00:00"),
        ),
    ),
    "time": (
        ("13:20:00", "13:20:00.5", "13:20:00Z", "13:20:00-05:00", "24:00:00", "24:00:00.0"),
        ("13:20", "24:00:01", "25:00:00", "13:60:00", "13:20:60", "13:20:00.", "1:20:00", ""),
    ),
    "dateTime": (
        ("2026-01-31T13:20:00", "2026-01-31T24:00:00", "2026-01-31T13:20:00.5Z"),
        ("2026-01-31", "2026-01-31 13:20:00", "2026-02-30T13:20:00", "20260131132000"),
    ),
    "base64Binary": (
        ("", "AAAA", "AAA=", "AA==", "AA\n= =", "A A A A", "Zm8="),
        (
            *("A", "AAA", "AAAAA", "AB==", "AAB=", "A===", "=", "AAAA==", "AAAA====", "AA=A"),
            *("AAA*", "AA-_", "AAA\u00e9"),
        ),
    ),
    "language": (
        ("en", "de-AT", "x-klingon", "zh-Hans-CN"),
        ("", "en_US", "abcdefghi", "a1", "en-", "\u00e4"),
    ),
    "anyURI": (
        (
            *("", "urn:x:y", "http://a.example/\u00e4 b?c=/d#e", "a/b:c", "#x", "http://[::1]:80/"),
            *("mailto:a@b.example", "//a//b", "<x>"),
        ),
        ("%zz", "a%4", "1:2", ":", "a#b#c", "http://[", "http://a.example:x/", "http://a/[x]"),
    ),
    "1..3": (("KGM", "1"), ("", "KGMS")),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_of_its_type_or_not(name: str) -> None:
    good, bad = TEXTS[name]
    fits = SIMPLE_TYPES[name].fits
    assert [text for text in good if not fits(text)] == []
    assert [text for text in bad if fits(text)] == []


def test_all_types_are_shown() -> None:
    assert TEXTS.keys() == SIMPLE_TYPES.keys()


def test_what_is_fixed_is_one_text_however_blank() -> None:
    fits = only("4405_Accounting Debit Credit").fits
    assert fits(" 4405_Accounting  Debit Credit\n")
    assert not fits("4405_Accounting Debit")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("anyURI", "http://" + "a" * 300_000 + "["),
        ("anyURI", "a" * 300_000 + ":" * 300_000 + "["),
        ("decimal", " " * 300_000 + "x"),
        ("decimal", "1" * 300_000 + "x"),
        ("date", "1" * 300_000 + "x"),
        ("base64Binary", "A" * 300_001),
        ("language", "abcdefgh-" * 50_000 + "_"),
    ],
)
def test_long_texts_are_refused_in_linear_time(name: str, text: str) -> None:
    assert not SIMPLE_TYPES[name].fits(text)
