from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

from formats.catalogue import WRITERS
from formats.signatures.catalogue import SIGNATURES
from formats.signatures.trust import Trust
from formats.signatures.verify import verify
from hub.keys import create_seal
from hub.pipeline.receive import Arrival, receive
from hub.sealing.seal import Seal
from hub.store import deliveries, events, work
from hub.store.events import Event
from routing_rules import grammar
from routing_rules.roads import Vocabulary
from tests.hub.houses import START, Home
from tests.hub.invoices import ubl
from tests.servers.certification import certification
from tests.servers.simulators import simulator

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

RULES = """
[[rule]]
name = "all"
because = "test"
source = "test"
roads = [
  {{ channel = "post", format = "{form}", signature = "{signature}" }},
  {{ channel = "second", format = "ubl" }},
]
"""


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    create_seal(tmp_path / "seal.p12", password=b"word", name="Nordwind", valid_from=START)
    (tmp_path / "word").write_text("word")
    return Seal(key=tmp_path / "seal.p12", password_file=tmp_path / "word")


def sealing(home: Home, signature: str, seal: Seal | None, form: str = "ubl") -> Home:
    """Let all documents take a road that asks for a signature; without `seal` there is no key."""
    vocabulary = Vocabulary(
        channels={"post": "sftp", "second": "sftp"},
        formats={name: writer.kinds for name, writer in WRITERS.items()},
        signatures=frozenset(SIGNATURES),
    )
    rules = RULES.format(form=form, signature=signature)
    home.house = replace(
        home.house,
        rules=grammar.load([("test.toml", rules)], vocabulary),
        seals={"nordwind": seal} if seal else {},
    )
    return home


def drop(home: Home) -> None:
    receive(home.house, Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api"))
    home.run()


def timeline(home: Home) -> list[Event]:
    with home.house.database.transaction() as connection:
        (delivery,) = deliveries.listed(connection)
        lines = events.of_document(connection, delivery.document, "")
    return [line for line in lines if line.room == "sign"]


def test_what_is_signed_is_what_is_sent_and_kept(home: Home, seal: Seal) -> None:
    drop(sealing(home, "xades-b-b", seal))
    (parcel,) = home.post.sent
    (line,) = timeline(home)
    assert line.text == "signed with xades-b-b"
    (entry,) = (e for e in home.house.archive.entries(subject=line.delivery) if e.step == "sign")
    assert home.house.archive.get(entry.items[0].sha256) == parcel.enclosures[0].data
    assert b"SignedProperties" in parcel.enclosures[0].data


def test_an_envelope_around_the_file_has_its_own_name_and_type(home: Home, seal: Seal) -> None:
    drop(sealing(home, "cades-b-b", seal))
    (enclosure,) = home.post.sent[0].enclosures
    assert enclosure.name.endswith(".xml.p7m")
    assert enclosure.media_type == "application/pkcs7-mime"
    assert b"<Invoice" in enclosure.data


def sealed_from(seal: Seal, begins: datetime) -> Seal:
    other = replace(seal, key=seal.key.with_name("other.p12"))
    create_seal(other.key, password=b"word", name="Nordwind", valid_from=begins)
    return other


WRONG_WORD: Callable[[Seal], Seal] = lambda seal: replace(seal, password_file=seal.key)  # noqa: E731
CLOSED: dict[str, tuple[str, str, Callable[[Seal], Seal | None], str]] = {
    "no key": (
        "xades-b-b",
        "ubl",
        lambda _: None,
        "post: xades-b-b is wanted and [tenant.nordwind] has no seal_key; taking the next road",
    ),
    "key that does not open": (
        "xades-b-b",
        "ubl",
        WRONG_WORD,
        "post: cannot be signed as xades-b-b: ",
    ),
    "no authority for a stamp": (
        "xades-b-t",
        "ubl",
        lambda seal: seal,
        "post: cannot be signed as xades-b-t: ",
    ),
    "key that has ended": (
        "xades-b-b",
        "ubl",
        lambda seal: sealed_from(seal, START - timedelta(days=3_651)),
        "post: cannot be signed as xades-b-b: CN=Nordwind,O=Nordwind is valid from 2016-11-21",
    ),
    "key of tomorrow": (
        "cades-b-b",
        "ubl",
        lambda seal: sealed_from(seal, START + timedelta(days=1)),
        "post: cannot be signed as cades-b-b: CN=Nordwind,O=Nordwind is valid from 2026-11-21",
    ),
    "format that cannot carry it": (
        "pades-b-b",
        "ubl",
        lambda seal: seal,
        "post: cannot be signed as pades-b-b: ",
    ),
}


@pytest.mark.parametrize("case", CLOSED)
def test_what_cannot_be_signed_takes_the_next_road(home: Home, seal: Seal, case: str) -> None:
    signature, form, key, words = CLOSED[case]
    drop(sealing(home, signature, key(seal), form))
    first, second = timeline(home)
    assert first.text.startswith(words)
    assert second.text == "no signature wanted"
    assert home.post.sent == []
    (parcel,) = home.second.sent
    assert b"SignedProperties" not in parcel.enclosures[0].data


def test_without_a_word_on_revocation_it_waits_and_leaves_with_one_later(
    home: Home, tmp_path: Path
) -> None:
    with certification(tmp_path / "town") as town:
        own, *above = (town.held[name] for name in ("seal", "issuing", "root"))
        bundle = pkcs12.serialize_key_and_certificates(
            b"seal", own.key, own.certificate, [each.certificate for each in above], NoEncryption()
        )
        (tmp_path / "seal.p12").write_bytes(bundle)
        seal = Seal(key=tmp_path / "seal.p12", time_stamp_url=f"{town.url}/tsa")
        town.silent = True
        home.clock.now = town.now
        drop(sealing(home, "pades-b-lta-visible", seal, "letter-din5008"))
        assert (home.post.sent, home.second.sent) == ([], [])
        (line, *_) = timeline(home)
        assert line.text.startswith("no word on revocation now, again in 5 minutes: CN=seal: ")
        town.silent = False
        home.clock.forward(minutes=5)
        home.run()
        trust = Trust(trusted=(town.der("root"),))
        (parcel,) = home.post.sent
        (report,) = verify(parcel.enclosures[0].data, trust, at=town.now).signatures
    assert (report.level, report.faults) == ("B-LTA", ())


def test_without_a_time_stamp_it_waits_and_leaves_with_one_later(
    home: Home, seal: Seal, tmp_path: Path
) -> None:
    away = replace(seal, time_stamp_url="http://127.0.0.1:9/")
    drop(sealing(home, "xades-b-t", away))
    for _ in range(2):
        assert (home.post.sent, home.second.sent) == ([], [])
        (line, *_) = timeline(home)
        assert line.text.startswith("no time stamp now, again in 5 minutes: http://127.0.0.1:9/")
        with home.house.database.transaction() as connection:
            (waiting,) = connection.execute(work.work.select()).all()
        assert (waiting.room, (waiting.due_at - home.clock.now).seconds) == ("sign", 300)
        home.clock.forward(minutes=5)
        home.run()
    with simulator("time_stamp", tmp_path) as authority:
        there = replace(seal, time_stamp_url=f"http://127.0.0.1:{authority.port}/")
        home.house = replace(home.house, seals={"nordwind": there})
        home.clock.forward(minutes=5)
        home.run()
    (parcel,) = home.post.sent
    assert b"SignatureTimeStamp" in parcel.enclosures[0].data
