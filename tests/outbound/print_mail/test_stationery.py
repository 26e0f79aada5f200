"""What a partner has, as the operator writes it."""

import tomllib

import msgspec
import pytest

from outbound.print_mail.stationery import Envelope, Insert, Stationery
from outbound.print_mail.zones import Box

WRITTEN = """
duplex = false
colour = "mono"
window = "nf-right"
posted_in = "FR"
edge_mm = 5
envelopes = [
  { name = "DL", sheets_max = 5, weight_mg = 4500, width_mm = 220, height_mm = 110 },
]
inserts = [{ name = "flyer", weight_mg = 5000, station = 2 }]
clear = [{ name = "franking", left_mm = 136, top_mm = 5, width_mm = 74, height_mm = 40 }]
mark = { kind = "omr", left_mm = 5, tracks = ["always", "end", "parity"] }
"""


def read(text: str) -> Stationery:
    return msgspec.convert(tomllib.loads(text), type=Stationery)


def test_it_is_read_from_the_settings() -> None:
    made = read(WRITTEN)
    assert made.envelope_for(5) == Envelope(
        name="DL", sheets_max=5, weight_mg=4500, width_mm=220, height_mm=110
    )
    assert made.envelope_for(6) is None
    assert made.insert("flyer") == Insert(name="flyer", weight_mg=5000, station=2)
    assert made.insert("leaflet") is None
    assert made.clear[0].box == Box(136, 5, 210, 45)
    assert made.mark.tracks == ("always", "end", "parity")
    assert (made.cover, made.shift_max_mm, made.returns) == (True, 8, "return")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('window = "round"', "unknown window 'round'; known: din5008-a, din5008-b"),
        ("envelopes = []", "a partner without an envelope"),
        ('mark = { kind = "qr" }', "Invalid enum value 'qr'"),
        ('mark = { fields = ["price:3"] }', "a mark has fields like job:7"),
        ('mark = { fields = ["job:5"] }', "job of a mark has 7 signs and more, not 5"),
        ('mark = { fields = ["sequence:2"] }', "sequence of a mark has 3 signs and more, not 2"),
        ('mark = { fields = ["job:47", "sequence:6"] }', "a Data Matrix of 53 signs; .* are 52"),
        ('mark = { kind = "omr", tracks = ["station-a"] }', "not 'station-a'"),
        (
            'mark = { fields = ["sheet:1"] }',
            "an envelope takes 90 sheets, a mark says that in 1 sign",
        ),
        (
            'inserts = [{ name = "a", weight_mg = 1, station = 5 }]',
            "insert `a` is in feeder 5, inserts of the mark have room for feeders 1 to 4",
        ),
        (
            'inserts = [{ name = "a", weight_mg = 1, station = 0 }]',
            "insert `a` is in feeder 0; they are counted from 1",
        ),
        ('returns = "burn"', "Invalid enum value 'burn'"),
    ],
)
def test_what_cannot_be_is_refused_in_words(text: str, fault: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=fault):
        read(text)
