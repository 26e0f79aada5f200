"""A signature outlives its time stamps as long as each is renewed before its certificate ends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from formats.signatures.catalogue import SIGNATURES
from formats.signatures.renewal import holds_until, renew
from formats.signatures.report import Kind, Report
from formats.signatures.signer import KeySigner, Signer, Unsupported
from formats.signatures.trust import Trust
from formats.signatures.verify import verify
from hub.sealing.revocation import Revocation
from tests.formats.signatures.test_pades import PDFS
from tests.servers.certification import Certification, certification

PDF = PDFS["stream of objects"]
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certification]:
    """An authority whose first certificate for time stamps holds a hundred days."""
    with certification(tmp_path_factory.mktemp("town")) as made:
        stamps = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
        made.issue("brief", "issuing", stamps, *made.pointers("issuing"), days=100)
        made.issue("seal", "issuing", *made.pointers("issuing"), days=50)
        yield made


@pytest.fixture(scope="module")
def signer(town: Certification) -> Iterator[KeySigner]:
    with httpx.Client(timeout=5) as http:
        yield town.signer(http)


@pytest.fixture(scope="module")
def kept(town: Certification, signer: Signer) -> dict[str, bytes]:
    """What was signed while the first certificate stamped, and the same renewed under the next."""
    with town.stamping("brief"):
        data = SIGNATURES["pades-b-lta"](PDF, signer, town.now)
    return {"as it was": data, "renewed": renew(data, signer)}


def judged(data: bytes, town: Certification, days: int) -> Report:
    return verify(data, Trust(trusted=(town.der("root"),)), at=town.now + days * DAY)


@pytest.mark.parametrize(
    ("which", "days", "level"),
    [
        ("as it was", 0, "B-LTA"),
        ("as it was", 99, "B-LTA"),
        ("as it was", 101, None),
        ("renewed", 0, "B-LTA"),
        ("renewed", 101, "B-LTA"),
        ("renewed", 3_649, "B-LTA"),
        ("renewed", 3_651, None),
    ],
)
def test_it_holds_as_long_as_its_last_time_stamp(
    which: str, days: int, level: str | None, kept: dict[str, bytes], town: Certification
) -> None:
    (report,) = judged(kept[which], town, days).signatures
    kinds = [fault.kind for fault in report.faults]
    assert (report.level, kinds) == ((level, []) if level else ("B-B", [Kind.OUT_OF_TIME]))


def test_renewal_appends_and_keeps_what_was_there(
    kept: dict[str, bytes], town: Certification
) -> None:
    assert kept["renewed"].startswith(kept["as it was"])
    (report,) = judged(kept["renewed"], town, 101).signatures
    assert [stamp.authority for stamp in report.stamps] == ["CN=brief", "CN=brief", "CN=stamps"]
    assert report.notes == ()


def test_it_is_known_until_when_it_holds(kept: dict[str, bytes], town: Certification) -> None:
    found = {which: holds_until(data) for which, data in kept.items()}
    assert found == {
        "as it was": town.now + 100 * DAY,
        "renewed": town.now + 3_650 * DAY,
    }


def test_the_chain_may_be_known_from_the_pdf_alone(town: Certification, signer: KeySigner) -> None:
    with town.stamping("stamps", alone=True), httpx.Client(timeout=5) as http:
        data = SIGNATURES["pades-b-lta"](PDF, signer, town.now)
        stranger = replace(signer, prover=Revocation(http=http))
        (report,) = judged(renew(data, stranger), town, 0).signatures
    assert (report.level, report.faults) == ("B-LTA", ())


def test_what_was_not_stamped_is_not_renewed(signer: Signer, town: Certification) -> None:
    plain = SIGNATURES["pades-b-b"](PDF, signer, town.now)
    for attempt in (lambda: renew(plain, signer), lambda: holds_until(plain)):
        with pytest.raises(Unsupported, match="no archive time stamp"):
            attempt()


def test_a_revoked_authority_is_not_papered_over(
    kept: dict[str, bytes], signer: Signer, town: Certification
) -> None:
    town.revoke("brief")
    try:
        with pytest.raises(Unsupported, match="CN=brief was revoked"):
            renew(kept["as it was"], signer)
    finally:
        town.revoked.clear()
