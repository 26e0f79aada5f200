"""Keys are made once, for their owner; a token is taken only if it proves what was asked."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

import httpx
import pytest
from asn1crypto import cms, tsp  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from hub.keys import (
    KeyFault,
    KeyKind,
    NoTimeStamp,
    TimeStampAuthority,
    create_log_key,
    create_seal,
    expires_on,
    load_log_key,
    load_seal,
)
from tests.servers.simulators import Peer, simulator

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DIGEST = sha256(b"a checkpoint").digest()


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    path = tmp_path / "seal.password"
    path.write_bytes(b"correct horse\n")
    return path


@pytest.mark.parametrize("kind", KeyKind)
def test_a_seal_that_was_made_signs(kind: KeyKind, tmp_path: Path, password_file: Path) -> None:
    path = tmp_path / "seal.p12"
    create_seal(path, password=b"correct horse", name="Muster AG", valid_from=NOON, kind=kind)
    assert path.stat().st_mode & 0o777 == 0o600

    signer = load_seal(path, password_file=password_file)
    (certificate,) = map(x509.load_der_x509_certificate, signer.chain)
    match certificate.public_key():
        case ec.EllipticCurvePublicKey() as key:
            assert kind is KeyKind.EC_P256
            key.verify(signer.sign(b"data"), b"data", ec.ECDSA(SHA256()))
        case rsa.RSAPublicKey() as key:
            assert (kind, key.key_size) == (KeyKind.RSA_3072, 3_072)
            key.verify(signer.sign(b"data"), b"data", padding.PKCS1v15(), SHA256())
        case other:
            pytest.fail(f"unexpected key {other}")
    assert certificate.subject.rfc4514_string() == "CN=Muster AG,O=Muster AG"
    assert expires_on(signer.chain) == date(2036, 11, 19)
    assert signer.time_stamp(DIGEST) is None


def test_the_log_key_is_32_bytes_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    create_log_key(path)
    assert (path.stat().st_mode & 0o777, path.stat().st_size) == (0o600, 32)
    load_log_key(path).public_key().verify(load_log_key(path).sign(b"root"), b"root")


def certificate(
    name: str, key: ec.EllipticCurvePrivateKey, above: str, above_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    return (
        x509.CertificateBuilder(subject_name=named(name), issuer_name=named(above))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOON)
        .not_valid_after(NOON + timedelta(days=len(name)))
        .sign(above_key, SHA256())
    )


def test_the_chain_is_put_in_order_and_expires_with_its_first(
    tmp_path: Path, password_file: Path
) -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    root = certificate("the root", keys[0], "the root", keys[0])
    middle = certificate("the middle", keys[1], "the root", keys[0])
    own = certificate("own", keys[2], "the middle", keys[1])
    path = tmp_path / "bought.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"bought", keys[2], own, [root, middle], BestAvailableEncryption(b"correct horse")
        )
    )
    chain = load_seal(path, password_file=password_file).chain
    assert [x509.load_der_x509_certificate(each) for each in chain] == [own, middle, root]
    assert expires_on(chain) == date(2026, 11, 25)


def make_seal(path: Path, password: bytes = b"other") -> None:
    create_seal(path, password=password, name="Muster AG", valid_from=NOON)


def make_seal_again(path: Path, _: Path) -> None:
    make_seal(path)
    make_seal(path)


def make_log_key_again(path: Path, _: Path) -> None:
    create_log_key(path)
    create_log_key(path)


def load_with_wrong_password(path: Path, password_file: Path) -> None:
    make_seal(path)
    load_seal(path, password_file=password_file)


def load_ed25519(path: Path, password_file: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    encryption = BestAvailableEncryption(b"correct horse")
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"", key, None, None, encryption))
    load_seal(path, password_file=password_file)


FAULTS: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "seal is there": (make_seal_again, "never overwritten"),
    "log key is there": (make_log_key_again, "never overwritten"),
    "no folder": (lambda path, _: create_log_key(path / "deep"), "No such file"),
    "no file": (lambda path, word: load_seal(path, password_file=word), "No such file"),
    "no password file": (lambda path, word: load_seal(word, password_file=path), "No such file"),
    "wrong password": (load_with_wrong_password, "the password is wrong"),
    "not PKCS#12": (lambda _, word: load_seal(word, password_file=word), "not PKCS#12"),
    "key of no use": (load_ed25519, "needs an RSA or EC key"),
    "log key too short": (lambda _, word: load_log_key(word), "32 bytes"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_fault_names_the_file_and_not_the_secret(
    case: str, tmp_path: Path, password_file: Path
) -> None:
    attempt, words = FAULTS[case]
    with pytest.raises(KeyFault, match=words) as caught:
        attempt(tmp_path / "key", password_file)
    assert str(tmp_path) in str(caught.value)
    assert "correct horse" not in str(caught.value)


MISBEHAVIOUR = {
    "refuse": "rejection: no time today",
    "busy": "HTTP status 503",
    "garbage": "not a time-stamp token",
    "huge": "larger than 65536 bytes",
    "other-nonce": r"answers another request \(nonce\)",
    "other-digest": "over another digest",
    "bad-signature": "signature is wrong",
}


@pytest.fixture(scope="module", params=["ec", "rsa"])
def authority(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Peer]:
    """The simulator as its own process; it misbehaves as the path of the request says."""
    faults = [{"do": what, "match": f"/{what}"} for what in MISBEHAVIOUR]
    folder = tmp_path_factory.mktemp("tsa")
    with simulator("time_stamp", folder, "--key", request.param, faults=faults) as peer:
        yield peer


def asking(peer: Peer, path: str = "", trusted: Path | None = None) -> TimeStampAuthority:
    pem = (trusted or peer.folder / "ca.pem").read_bytes()
    return TimeStampAuthority(
        url=f"http://127.0.0.1:{peer.port}/{path}",
        http=httpx.Client(timeout=5),
        draw_nonce=count(1).__next__,
        trusted=(x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER),),
    )


@pytest.mark.parametrize("trusted", ["ca.pem", "tsa.pem"])
def test_a_token_says_when_the_digest_was_there(authority: Peer, trusted: str) -> None:
    stamp = asking(authority, trusted=authority.folder / trusted)
    tokens = (
        cms.ContentInfo.load(stamp(DIGEST)),
        tsp.TimeStampResp.load(stamp.response(b"a checkpoint"))["time_stamp_token"],
    )
    for nonce, token in enumerate(tokens, 1):
        stated = token["content"]["encap_content_info"]["content"].parsed
        assert stated["message_imprint"]["hashed_message"].native == DIGEST
        assert stated["nonce"].native == nonce
    stamp.http.close()


@pytest.mark.parametrize("path", MISBEHAVIOUR)
def test_what_is_no_proof_is_not_taken(authority: Peer, path: str) -> None:
    stamp = asking(authority, path)
    with pytest.raises(NoTimeStamp, match=MISBEHAVIOUR[path]):
        stamp(DIGEST)
    stamp.http.close()


def test_a_token_from_a_stranger_is_not_taken(authority: Peer, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    stranger = certificate("Simulated CA", key, "Simulated CA", key)
    (tmp_path / "stranger.pem").write_bytes(stranger.public_bytes(Encoding.PEM))
    stamp = asking(authority, trusted=tmp_path / "stranger.pem")
    with pytest.raises(NoTimeStamp, match="not below a trusted certificate"):
        stamp(DIGEST)
    stamp.http.close()


def test_an_authority_that_is_away_is_named() -> None:
    with httpx.Client(timeout=5) as http:
        stamp = TimeStampAuthority(url="http://127.0.0.1:9/", http=http, draw_nonce=lambda: 1)
        with pytest.raises(NoTimeStamp, match=r"127\.0\.0\.1:9/: cannot be reached: ConnectError"):
            stamp(DIGEST)
