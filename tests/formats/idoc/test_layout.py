"""The table of SAP's segments is SAP's, and no field of any of them vanishes."""

import csv
import re
from collections.abc import Iterable

import pytest

from formats.codec import Reading
from formats.idoc.layout import LAYOUTS, positions, rows, type_of
from formats.idoc.read import read
from tests.formats.idoc.forms import Row, flat, xml
from tests.formats.shared_examples import CORPORA, needs_corpora

TYPES = [kind for kind, layout in LAYOUTS.items() if kind == layout.type]
SEGMENTS = [kind for kind in TYPES if not kind.startswith("EDI_")]
TOLD_WITH_ITS_SEGMENT = {  # names what the others are about, or goes into a text or sign
    *("QUALF", "IDDAT", "SUMID", "PARVW", "TDID", "KSCHL", "QUALP", "ALCKZ"),
    *("TSSPRAS", "TSSPRAS_ISO", "TDOBJECT", "TDOBNAME", "TDLINE", "TDFORMAT", "ZTERM_TXT"),
}


@needs_corpora
def test_the_table_has_every_field_of_saps_own() -> None:
    with (CORPORA / "sap-idoc/invoic-segments.tsv").open(encoding="utf-8") as file:
        told = [
            (row["segment_definition"], row["segment_type"], row["field"], int(row["first_char"]))
            for row in csv.DictReader(file, delimiter="\t")
            if row["segment_type"] != "EDI_DD40"
        ]
    heads = {kind: 0 if kind.startswith("EDI_") else 63 for _, kind, _, _ in told}
    assert len(told) > 900
    for definition, kind, field, first in told:
        assert type_of(definition) == kind
        known = {name: start for name, start, _ in LAYOUTS[definition].fields}
        start = first - 1
        assert known[field] in (start, start - heads[kind])


def filled() -> list[Row]:
    """Every segment, with something in every field."""
    return [
        (kind, {name: "7" * (end - start) for name, start, end in LAYOUTS[kind].fields})
        for kind in SEGMENTS
    ]


def told(reading: Reading) -> set[str]:
    notices = [notice.place or "" for notice in reading.notices]
    sources = [part for place in reading.sources.values() for part in re.split(r" [+x] ", place)]
    return {re.sub(r"\[.*?\]", "", place) for place in (*sources, *reading.unmapped, *notices)}


def missing(reading: Reading, segments: Iterable[Row]) -> set[str]:
    return {
        f"{kind}.{field}"
        for number, (kind, fields) in enumerate(segments, start=1)
        for field in fields
        if f"{kind}.{field} (segment {number})" not in told(reading)
    }


@pytest.mark.parametrize("form", ["flat", "trimmed", "xml"])
def test_no_field_of_any_segment_vanishes(form: str) -> None:
    segments = filled()
    data = xml(segments) if form == "xml" else "\n".join(flat(segments))
    (reading,) = read((data.rstrip() if form == "trimmed" else data).encode(), [])
    left_out = {place.split(".")[1] for place in missing(reading, segments)}
    assert left_out <= TOLD_WITH_ITS_SEGMENT
    assert len({*reading.sources, *reading.unmapped}) > len(SEGMENTS)


def test_both_forms_leave_the_same_over() -> None:
    segments = filled()
    (one,), (other,) = (
        read(data.encode(), []) for data in ("\n".join(flat(segments)), xml(segments))
    )
    assert (one.document, one.sources, one.unmapped, one.notices) == (
        other.document,
        other.sources,
        other.unmapped,
        other.notices,
    )


def test_status_records_and_what_stands_behind_the_last_field_are_listed() -> None:
    records = flat(
        [
            ("E1EDS01", {"SDATA": "010119.00".ljust(28) + "a new field of a later release"}),
            ("EDI_DS40", {"TABNAM": "EDI_DS40", "STATUS": "03", "STATXT": "Passed to port"}),
        ]
    )
    (reading,) = read("\n".join(records).encode(), [])
    assert reading.unmapped["E1EDS01[010].SDATA (segment 1)"] == "a new field of a later release"
    assert reading.unmapped["EDI_DS40.STATXT (segment 1)"] == "Passed to port"
    assert [(notice.rule, notice.place) for notice in reading.notices] == [
        ("IN-IDOC-LONGER", "E1EDS01 (segment 1)")
    ]


def test_lengths_that_are_none_are_refused() -> None:
    for entry in ("A", ":3", "A:x", "A:-3", "A:99999"):
        with pytest.raises(ValueError, match="is not NAME:LENGTH"):
            positions([entry])
    assert rows("t", "# none\n") == {}
