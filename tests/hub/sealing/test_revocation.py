"""Authorities are asked in their order, and believed only where they speak for themselves."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from formats.signatures.catalogue import SIGNATURES
from formats.signatures.signer import NoProof, Proof, Revoked, Unsupported
from formats.signatures.trust import Trust
from formats.signatures.verify import verify
from hub.sealing.revocation import Revocation
from tests.formats.signatures.test_pades import PDFS
from tests.servers.certification import Certification, certification

Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certification]:
    with certification(tmp_path_factory.mktemp("town")) as made:
        made.issue("silent", "issuing")
        made.issue("lost", "issuing", *made.pointers("issuing", ocsp=False))
        made.revoke("lost")
        yield made


def asking(town: Certification, answer: Answer) -> Revocation:
    http = httpx.Client(transport=httpx.MockTransport(answer))
    return Revocation(http=http, known=(town.der("root"), town.der("issuing")))


def by_path(town: Certification, **instead: bytes | int) -> Answer:
    """Answer as the authority does, but at some paths with other bytes or a status."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        other = instead.get(path.split("/")[1])
        if isinstance(other, int):
            return httpx.Response(other)
        return httpx.Response(200, content=other or town.answer(path, request.content))

    return answer


def test_ocsp_is_enough_and_brings_its_responder(town: Certification) -> None:
    proof = asking(town, by_path(town, crl=500))(town.der("seal"), ())
    assert (len(proof.ocsp), proof.crls) == (1, ())
    assert proof.certificates == (town.der("issuing"), town.der("responder"))


@pytest.mark.parametrize("ocsp", [503, b"not ASN.1", b"\x30\x03\x0a\x01\x06"])
def test_a_list_is_asked_for_where_ocsp_does_not_tell(
    town: Certification, ocsp: bytes | int
) -> None:
    proof = asking(town, by_path(town, ocsp=ocsp))(town.der("seal"), ())
    assert (proof.ocsp, len(proof.crls)) == ((), 1)


def test_an_answer_of_somebody_else_is_not_believed(town: Certification, tmp_path: Path) -> None:
    with certification(tmp_path / "other") as other:
        other.held["seal"] = town.held["seal"]
        foreign = by_path(town, ocsp=503, crl=other.crl("issuing"))
        with pytest.raises(NoProof, match="or is not the issuer's"):
            asking(town, foreign)(town.der("seal"), ())


WRONG: dict[str, tuple[str, dict[str, bytes | int], type[Exception], str]] = {
    "nobody answers": ("seal", {"ocsp": 500, "crl": 404}, NoProof, "HTTP status 404"),
    "huge": ("seal", {"ocsp": 500, "crl": bytes(20_000_001)}, NoProof, "larger than"),
    "names nobody": ("silent", {}, Unsupported, "neither an OCSP responder nor a CRL"),
    "revoked": ("lost", {}, Revoked, "CN=lost was revoked on"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_stands_against_a_proof_is_named(town: Certification, case: str) -> None:
    name, instead, kind, words = WRONG[case]
    with pytest.raises(kind, match=words):
        asking(town, by_path(town, **instead))(town.der(name), ())


def test_an_issuer_that_nobody_knows_is_named(town: Certification) -> None:
    http = httpx.Client(transport=httpx.MockTransport(by_path(town)))
    with pytest.raises(Unsupported, match="issuer of CN=seal is not known"):
        Revocation(http=http)(town.der("seal"), (town.der("root"),))


def test_an_authority_whose_issuer_nobody_knows_is_an_anchor(town: Certification) -> None:
    http = httpx.Client(transport=httpx.MockTransport(by_path(town)))
    alone = Revocation(http=http)
    assert alone(town.der("issuing"), ()) == Proof()
    signer = replace(town.signer(http), prover=alone)
    data = SIGNATURES["pades-b-lt"](PDFS["table of objects"], signer, town.now)
    trust = Trust(trusted=(town.der("issuing"),))
    (report,) = verify(data, trust, at=town.now).signatures
    assert (report.level, report.path) == ("B-LT", ("CN=seal", "CN=issuing"))


def test_a_line_that_is_down_is_tried_again_later(town: Certification) -> None:
    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down", request=request)

    with pytest.raises(NoProof, match="cannot be reached: ConnectError"):
        asking(town, down)(town.der("seal"), ())
