"""What goes along and what stays behind a link; and that a parcel made again has the same link."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from hub.pipeline.links import LinkMaker, stays_behind
from hub.pipeline.parcels import parcel_for
from hub.pipeline.tokens import hash_of
from hub.store import deliveries, documents, links
from outbound.channel import Channel, Enclosure
from tests.hub.houses import Home, Outbox
from tests.hub.linked import BUYER, MAKER, Mailbox, linked, token_in

SMALL = Enclosure(name="a.pdf", media_type="application/pdf", data=b"x" * 57)
LARGE = replace(SMALL, data=b"x" * 58)
FITS = 78
"""What 57 bytes weigh as a line of base64 with its CRLF."""

CASES: dict[str, tuple[Channel, str, Enclosure, bool]] = {
    "fits": (Mailbox(), "", SMALL, False),
    "does not fit": (Mailbox(), "", LARGE, True),
    "wanted along": (Mailbox(), "attachment", LARGE, False),
    "wanted by link": (Mailbox(), "link", SMALL, True),
    "not by this channel": (Outbox(), "link", LARGE, False),
}
TWICE = 156
"""The same, encrypted: two such lines."""


@pytest.mark.parametrize("case", CASES)
def test_what_stays_behind(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    channel, wants, file, behind = CASES[case]
    monkeypatch.setattr(Mailbox, "attachment_bytes_max", FITS)
    assert stays_behind(channel, changed(BUYER, wants=wants), [file]) is behind


@pytest.mark.parametrize(("fits", "behind"), [(TWICE, False), (TWICE - 1, True)])
def test_encrypted_it_weighs_more(
    fits: int, monkeypatch: pytest.MonkeyPatch, *, behind: bool
) -> None:
    monkeypatch.setattr(Mailbox, "attachment_bytes_max", fits)
    assert stays_behind(Mailbox(), changed(BUYER, smime_certificate="MIIB"), [SMALL]) is behind


def test_parcel_made_again_has_the_same_link_and_writes_no_second(home: Home) -> None:
    parcel = linked(home)
    with home.house.database.transaction() as connection:
        [delivery] = deliveries.listed(connection)
        row = documents.get(connection, delivery.document)
    assert row is not None
    home.clock.forward(days=1)
    again = parcel_for(home.house, delivery, row)
    assert (again.text, again.html) == (parcel.text, parcel.html)
    with home.house.database.transaction() as connection:
        [link] = links.of_deliveries(connection, [delivery.id])[delivery.id]
    assert link.token_sha256 == hash_of(token_in(parcel))
    assert link.file_sha256 == delivery.rendition_sha256


def test_tokens_are_another_for_each_parcel_and_each_key() -> None:
    other = LinkMaker(url=MAKER.url, key=bytes(31) + b"\1", valid_days=90)
    tokens = {maker.token(key) for maker in (MAKER, other) for key in ("d.0", "d.1", "e.0")}
    assert len(tokens) == 6


def test_all_goes_along_where_there_are_no_links(home: Home) -> None:
    assert linked(home).enclosures == ()
    without = replace(home.house, links=None)
    with home.house.database.transaction() as connection:
        [delivery] = deliveries.listed(connection)
        row = documents.get(connection, delivery.document)
    assert row is not None
    assert [file.name for file in parcel_for(without, delivery, row).enclosures] == [
        delivery.file_name
    ]
