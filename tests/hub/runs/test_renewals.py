"""What was stamped for the archive is stamped anew in time, once, and who must act is told."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from archive.entry import Entry
from formats.signatures.trust import Trust
from formats.signatures.verify import verify
from hub.runs.endings import alarms
from hub.runs.renewals import renew_when_due
from hub.sealing.seal import Seal
from hub.store import archive_stamps, deliveries, events
from hub.store.archive_stamps import ArchiveStamp
from tests.hub.houses import Home
from tests.hub.pipeline.test_sign import drop, sealing
from tests.servers.certification import Certification, certification

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
BRIEF_DAYS = 100


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certification]:
    """An authority that has a certificate for time stamps of a hundred days, and one of years."""
    with certification(tmp_path_factory.mktemp("town")) as made:
        stamps = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
        made.issue("brief", "issuing", stamps, *made.pointers("issuing"), days=BRIEF_DAYS)
        yield made


@pytest.fixture
def signed(home: Home, town: Certification, tmp_path: Path) -> Home:
    """A house that has signed one letter for the archive, under the brief certificate."""
    own, *above = (town.held[name] for name in ("seal", "issuing", "root"))
    bundle = pkcs12.serialize_key_and_certificates(
        b"seal", own.key, own.certificate, [each.certificate for each in above], NoEncryption()
    )
    (tmp_path / "seal.p12").write_bytes(bundle)
    seal = Seal(
        key=tmp_path / "seal.p12", time_stamp_url=f"{town.url}/tsa", trusted=(town.der("root"),)
    )
    home.clock.now = town.now
    with town.stamping("brief"):
        drop(sealing(home, "pades-b-lta", seal, "letter-din5008"))
    return home


def stamp_of(home: Home) -> ArchiveStamp:
    far = home.clock.now + timedelta(days=99_999)
    with home.house.database.transaction() as connection:
        (stamp,) = archive_stamps.due(connection, "nordwind", now=far, limit=2)
    return stamp


def kept(home: Home, step: str) -> list[Entry]:
    with home.house.database.transaction() as connection:
        (delivery,) = deliveries.listed(connection)
    return [e for e in home.house.archive.entries(subject=delivery.id) if e.step == step]


def told(home: Home, tenant: str = "nordwind") -> list[str]:
    with home.house.database.transaction() as connection:
        found = alarms(home.house, connection, lambda each: each == tenant)
    return [f"{alarm.head}. {alarm.words}" for alarm in found]


def test_it_is_stamped_anew_in_its_time_and_not_before(signed: Home, town: Certification) -> None:
    before = stamp_of(signed)
    assert before.holds_until == town.now + timedelta(days=BRIEF_DAYS)
    assert (renew_when_due(signed.house), told(signed)) == (0, [])
    signed.clock.forward(days=11)
    assert (renew_when_due(signed.house), renew_when_due(signed.house)) == (1, 0)
    after = stamp_of(signed)
    assert (after.holds_until, after.renewals) == (town.now + timedelta(days=3_650), 1)
    (original,), (renewed,) = kept(signed, "sign"), kept(signed, "renew")
    old, new = (signed.house.archive.get(e.items[0].sha256) for e in (original, renewed))
    assert new.startswith(old)
    assert (renewed.document, renewed.items[0].role) == (original.document, "renewed")
    late = town.now + timedelta(days=BRIEF_DAYS + 1)
    trust = Trust(trusted=(town.der("root"),))
    assert [verify(data, trust, at=late).good for data in (old, new)] == [True, True]
    assert [verify(data, trust, at=late).signatures[0].level for data in (old, new)] == [
        "B-B",
        "B-LTA",
    ]
    with signed.house.database.transaction() as connection:
        lines = events.of_document(connection, original.document or "", "")
    assert [line.text for line in lines if line.room == "renew"] == [
        f"archive time stamp renewed, holds until {after.holds_until:%Y-%m-%d}"
    ]
    (parcel,) = signed.post.sent
    assert parcel.enclosures[0].data == old


def no_gain(_: Home, town: Certification) -> None:
    """The authority has no newer certificate."""
    (town.folder / "tsa.conf").write_text(
        (town.folder / "tsa.conf").read_text().replace("stamps.", "brief.")
    )


def away(home: Home, _: Certification) -> None:
    seal = replace(home.house.seals["nordwind"], time_stamp_url="http://127.0.0.1:9/")
    home.house = replace(home.house, seals={"nordwind": seal})


def no_seal(home: Home, _: Certification) -> None:
    home.house = replace(home.house, seals={})


def revoked(_: Home, town: Certification) -> None:
    town.revoke("brief")


def lost(home: Home, _: Certification) -> None:
    with home.house.database.transaction() as connection:
        stamp = replace(stamp_of(home), sha256="0" * 64)
        archive_stamps.put(connection, stamp)


HINDRANCES: dict[str, tuple[Callable[[Home, Certification], None], str]] = {
    "no newer certificate": (no_gain, "only: the authority needs a new certificate first"),
    "authority away": (away, "http://127.0.0.1:9/: cannot be reached"),
    "no seal any more": (no_seal, "[tenant.nordwind] has no seal with a time_stamp_url"),
    "authority revoked": (revoked, "CN=brief was revoked on"),
    "file lost": (lost, "nothing is kept under 0000"),
}


@on_one_database
@pytest.mark.parametrize("case", HINDRANCES)
def test_what_hinders_is_told_and_tried_again_the_next_day(
    case: str, signed: Home, town: Certification
) -> None:
    hinder, words = HINDRANCES[case]
    configuration = (town.folder / "tsa.conf").read_text()
    hinder(signed, town)
    try:
        signed.clock.forward(days=50)
        assert renew_when_due(signed.house) == 0
        (line,) = [
            line for line in told(signed) if ": 1 archive time stamp ends, the first" in line
        ]
        assert words in line
        assert told(signed, "other") == []
        tried = stamp_of(signed).look_at
        assert tried == signed.clock.now + timedelta(days=1)
        assert renew_when_due(signed.house) == 0
        assert stamp_of(signed).look_at == tried
    finally:
        (town.folder / "tsa.conf").write_text(configuration)
        town.revoked.clear()
    assert kept(signed, "renew") == []


@on_one_database
def test_an_authority_that_ends_or_is_silent_is_told(signed: Home, town: Certification) -> None:
    with town.stamping("brief"):
        signed.clock.forward(days=1)
        renew_when_due(signed.house)
        assert told(signed) == []
        signed.clock.forward(days=45)
        renew_when_due(signed.house)
    (line, *_) = told(signed)
    until = town.now + timedelta(days=BRIEF_DAYS)
    assert line.startswith(f"nordwind: time stamps hold until {until:%Y-%m-%d} only. Ask http://")
    signed.clock.forward(days=1)
    renew_when_due(signed.house)
    assert told(signed) == []
    away(signed, town)
    signed.clock.forward(days=1)
    renew_when_due(signed.house)
    (line,) = told(signed)
    assert line.startswith("nordwind: no time stamps. http://127.0.0.1:9/: cannot be reached")
    signed.clock.forward(days=3)
    assert told(signed) == []
