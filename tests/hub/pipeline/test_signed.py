"""A signed file enters as itself, with what its signature is worth; what is inside goes on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from formats.findings import Severity
from formats.signatures.catalogue import SIGNATURES
from formats.signatures.signer import KeySigner
from hub.config.checking import TrustSection
from hub.doors.listing import Listing
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.signed import REPORT
from hub.pipeline.stated import Stated
from hub.store import drops, events, submissions
from hub.store.drops import Verdict
from hub.store.submissions import Submission, SubmissionState
from tests.formats.signatures.conftest import chain
from tests.hub.houses import START, Home
from tests.hub.invoices import ubl
from tests.hub.packing import zipped

P7M = Arrival(data=b"", name="R-1.xml.p7m", tenant="nordwind", sender="erp", door="sftp")
ONE = ubl(number="R-1")
LATER = START + timedelta(days=1)
SignOf = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def signer() -> KeySigner:
    key = ec.generate_private_key(ec.SECP256R1())
    return KeySigner(key=key, chain=chain(key))


@pytest.fixture
def sign(signer: KeySigner) -> SignOf:
    return lambda data: SIGNATURES["cades-b-b"](data, signer, datetime(2026, 3, 2, tzinfo=UTC))


def drop(home: Home, data: bytes, name: str = P7M.name) -> Submission:
    submission, _ = receive(home.house, replace(P7M, data=data, name=name))
    home.run()
    with home.house.database.transaction() as connection:
        found = submissions.get(connection, submission.id)
    assert found
    return found


def sent(home: Home) -> list[str]:
    return sorted(parcel.labels["number"] for parcel in home.post.sent)


def lines(home: Home, file: Submission) -> list[str]:
    with home.house.database.transaction() as connection:
        told = events.of_submission(connection, file.id)
    return [each.text for each in told]


def trusting(home: Home, signer: KeySigner, folder: Path) -> None:
    root = folder / "root.der"
    root.write_bytes(signer.chain[0])
    config = msgspec.structs.replace(home.house.config, trust=TrustSection(roots=(str(root),)))
    home.house = replace(home.house, config=config)


def test_what_is_inside_leaves_and_the_report_is_kept(
    home: Home, sign: SignOf, signer: KeySigner, tmp_path: Path
) -> None:
    trusting(home, signer, tmp_path)
    data = sign(ONE)
    file = drop(home, data)
    assert file.state is SubmissionState.READ
    assert home.house.archive.get(file.sha256) == data
    assert sent(home) == ["R-1"]
    assert "unpacked: 1 file; signed by CN=Muster & Söhne AG: good" in lines(home, file)
    assert file.findings == ()
    entry = next(iter(home.house.archive.kept("nordwind", [f"{file.id}/unpack/0"]).values()))
    kept = {item.name: item.sha256 for item in entry.items}
    report = msgspec.json.decode(home.house.archive.get(kept[REPORT]))
    assert report["verdict"] == "good"
    with home.house.database.transaction() as connection:
        (inside,) = drops.of_parent(connection, file.id)
    assert (inside.name, inside.door) == ("R-1.xml", "p7m")


def test_who_is_not_trusted_is_a_warning(home: Home, sign: SignOf) -> None:
    file = drop(home, sign(ONE))
    assert sent(home) == ["R-1"]
    (finding,) = file.findings
    assert (finding.rule, finding.severity) == ("IN-P7M-UNTRUSTED", Severity.WARNING)
    assert "CN=Muster & Söhne AG" in finding.message
    assert "no roots are set" in finding.message


def test_a_broken_signature_stops_it(home: Home, sign: SignOf) -> None:
    file = drop(home, sign(ONE).replace(b"R-1<", b"R-7<"))
    assert file.state is SubmissionState.PARKED
    assert [finding.rule for finding in file.findings] == ["IN-P7M-BROKEN"]
    assert sent(home) == []


def test_the_same_document_unsigned_is_the_same_document(home: Home, sign: SignOf) -> None:
    drop(home, ONE, "R-1.xml")
    drop(home, sign(ONE))
    assert sent(home) == ["R-1"]


def test_signed_files_lie_in_a_zip_and_a_zip_in_a_signed_file(home: Home, sign: SignOf) -> None:
    folder = home.house.config.path("in")
    folder.mkdir(exist_ok=True)
    listing = Listing(home.house, "erp", door="sftp", folder=folder)
    listing.look()
    data = zipped(("a.xml.p7m", sign(ONE)))
    receive(home.house, replace(P7M, data=data, name="run.zip", stated=Stated(count=1)))
    home.run_lane("documents")
    listing.look()
    home.run()
    listing.look()
    (status,) = (folder / "processed" / "run.zip.status.csv").read_text().splitlines()[1:]
    assert ",R-1," in status
    assert ",handed_over," in status
    with home.house.database.transaction() as connection:
        (verdict,) = {
            d.verdict for d in drops.between(connection, start=START, end=LATER) if d.states
        }
    assert verdict is Verdict.AGREES
    drop(home, sign(zipped(("b.xml", ubl(number="R-2")))), "run.zip.p7m")
    assert sent(home) == ["R-1", "R-2"]
    nested = zipped(("c.zip.p7m", sign(zipped(("c.xml", ubl(number="R-3"))))))
    drop(home, nested, "nested.zip")
    assert sent(home) == ["R-1", "R-2"]
