"""Keys and a clock that others believe: PKCS#12 seals, the log's key, the RFC 3161 client.

Key files are made once, readable by their owner only, and never overwritten.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx
from asn1crypto import algos, cms, parser, tsp  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from formats.signatures.signer import KeySigner, PrivateKey, TimeStamper

ANSWER_BYTES_MAX = 65_536
_MASTER_KEY_BYTES = 32
DIGESTS: Mapping[str, HashAlgorithm] = {
    "sha256": SHA256(),
    "sha384": SHA384(),
    "sha512": SHA512(),
}
SEAL_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


class KeyFault(Exception):
    """A key file cannot be made or used. Names the file, never the secret."""


class NoTimeStamp(Exception):
    """No token came, or one that does not prove what was asked for. Try again later."""


class KeyKind(StrEnum):
    """What a seal's key is made of."""

    EC_P256 = "ec-p256"
    RSA_3072 = "rsa-3072"


def create_seal(
    path: Path,
    *,
    password: bytes,
    name: str,
    valid_from: datetime,
    years: int = 10,
    kind: KeyKind = KeyKind.EC_P256,
) -> None:
    """Make a company's seal: a key and its self-signed certificate, as PKCS#12.

    Args:
        path: must not exist yet.
        password: protects the file.
        name: of the company, for the certificate.
        valid_from: aware.
        years: of 365 days each.
        kind: of key.

    Raises:
        KeyFault: the file is there already or cannot be written.
    """
    key = _new_key(kind)
    certificate = _self_signed(key, name, valid_from, timedelta(days=365 * years))
    protected = pkcs12.serialize_key_and_certificates(
        name.encode(), key, certificate, None, BestAvailableEncryption(password)
    )
    _write_secret(path, protected)


def load_seal(
    path: Path, *, password_file: Path | None, stamper: TimeStamper | None = None
) -> KeySigner:
    """Return the signer in a PKCS#12 file.

    Args:
        path: with the key, its certificate and, where there are any, those of its issuers.
        password_file: holds the password; a line end after it is not part of it.
        stamper: asks the time-stamp authority for B-T signatures.

    Raises:
        KeyFault: a file cannot be read, the password is wrong, or the key is of no use here.
    """
    password = _read(password_file).rstrip(b"\r\n") if password_file else None
    try:
        bundle = pkcs12.load_pkcs12(_read(path), password)
    except ValueError as fault:
        raise KeyFault(f"{path}: not PKCS#12, or the password is wrong") from fault
    if bundle.cert is None or not isinstance(bundle.key, PrivateKey):
        raise KeyFault(f"{path}: needs an RSA or EC key and its certificate")
    issuers = [extra.certificate for extra in bundle.additional_certs]
    chain = in_order(bundle.cert.certificate, issuers)
    return KeySigner(
        key=bundle.key,
        chain=tuple(certificate.public_bytes(Encoding.DER) for certificate in chain),
        stamper=stamper,
    )


def create_log_key(path: Path) -> None:
    """Make the Ed25519 key that signs the archive's log: 32 raw bytes, RFC 8032.

    Raises:
        KeyFault: the file is there already or cannot be written.
    """
    _write_secret(path, Ed25519PrivateKey.generate().private_bytes_raw())


def load_log_key(path: Path) -> Ed25519PrivateKey:
    """Return the key that signs the archive's log.

    Raises:
        KeyFault: the file cannot be read or does not hold 32 bytes.
    """
    try:
        return Ed25519PrivateKey.from_private_bytes(_read(path))
    except ValueError as fault:
        raise KeyFault(f"{path}: an Ed25519 key is 32 bytes") from fault


def create_master_key(path: Path) -> None:
    """Make the key under which the archive's contents are encrypted: 32 bytes of chance.

    Raises:
        KeyFault: the file is there already or cannot be written.
    """
    _write_secret(path, secrets.token_bytes(_MASTER_KEY_BYTES))


def load_master_key(path: Path) -> bytes:
    """Return the key under which the archive's contents are encrypted.

    Raises:
        KeyFault: the file cannot be read or does not hold 32 bytes.
    """
    key = _read(path)
    if len(key) != _MASTER_KEY_BYTES:
        raise KeyFault(f"{path}: a master key is {_MASTER_KEY_BYTES} bytes")
    return key


def expires_on(chain: Sequence[bytes]) -> date:
    """Return the last day (UTC) on which all certificates of a chain (DER) are valid."""
    return min(
        x509.load_der_x509_certificate(certificate).not_valid_after_utc for certificate in chain
    ).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeStampAuthority:
    """An RFC 3161 authority over HTTP; it is the `stamper` of a KeySigner.

    Attributes:
        url: where it answers.
        http: client with its time limits.
        draw_nonce: gives a fresh number each time.
        trusted: certificates (DER), one of which must be, or stand above, the token's signer;
            if empty, any signer is taken, and only the signature is checked.
        policy: of the authority, dotted, under which it must stamp; if empty, any.
    """

    url: str
    http: httpx.Client
    draw_nonce: Callable[[], int]
    trusted: tuple[bytes, ...] = ()
    policy: str = ""

    def __call__(self, digest: bytes) -> bytes:
        """Return a TimeStampToken over a SHA-256 digest.

        Raises:
            NoTimeStamp: with the authority's own words, or what is wrong with its answer.
        """
        return _granted(self.respond(digest))

    def response(self, data: bytes) -> bytes:
        """Return the whole TimeStampResp over the SHA-256 digest of `data`, as `.tsr` files hold.

        Raises:
            NoTimeStamp: as above.
        """
        return self.respond(hashlib.sha256(data).digest())

    def respond(self, digest: bytes, algorithm: str = "sha256") -> bytes:
        """Return the whole TimeStampResp over a digest, checked.

        Raises:
            NoTimeStamp: as above.
        """
        nonce = self.draw_nonce()
        try:
            answer = self._ask(_request((algorithm, digest), nonce, self.policy))
            _check(_granted(answer), (algorithm, digest), nonce, self)
        except (ValueError, LookupError, TypeError) as fault:
            raise NoTimeStamp(f"{self.url}: not a time-stamp token: {fault}") from fault
        except NoTimeStamp as fault:
            raise NoTimeStamp(f"{self.url}: {fault}") from fault
        return answer

    def _ask(self, request: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query"}
        try:
            with self.http.stream("POST", self.url, content=request, headers=headers) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise NoTimeStamp(f"HTTP status {answer.status_code}")
                return _bounded(answer)
        except httpx.HTTPError as fault:
            raise NoTimeStamp(f"cannot be reached: {type(fault).__name__}") from fault


def _request(over: tuple[str, bytes], nonce: int, policy: str) -> bytes:
    algorithm, digest = over
    imprint = tsp.MessageImprint(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}),
            "hashed_message": digest,
        }
    )
    request = {"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    if policy:
        request["req_policy"] = policy
    return bytes(tsp.TimeStampReq(request).dump())


def _bounded(answer: httpx.Response) -> bytes:
    data = b""
    for part in answer.iter_bytes():
        data += part
        if len(data) > ANSWER_BYTES_MAX:
            raise NoTimeStamp(f"the answer is larger than {ANSWER_BYTES_MAX} bytes")
    return data


def _granted(answer: bytes) -> bytes:
    """Return the token in a TimeStampResp, byte for byte as it was signed."""
    first, *rest = _parts(parser.parse(answer, strict=True)[4])
    status = tsp.PKIStatusInfo.load(first)
    if status["status"].native not in {"granted", "granted_with_mods"}:
        words = status["status_string"].native or sorted(status["fail_info"].native or ())
        raise NoTimeStamp(f"{status['status'].native}: {'; '.join(words)}")
    return rest[0]


def _check(
    token: bytes, over: tuple[str, bytes], nonce: int, authority: TimeStampAuthority
) -> None:
    """Check what RFC 3161 section 2.2 asks of the requester."""
    algorithm, digest = over
    signed = cms.ContentInfo.load(token, strict=True)["content"]
    if signed["encap_content_info"]["content_type"].native != "tst_info":
        raise NoTimeStamp("granted, but the token says nothing about time")
    stated = signed["encap_content_info"]["content"].parsed
    imprint = stated["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != algorithm:
        raise NoTimeStamp("the token is over another digest algorithm")
    if imprint["hashed_message"].native != digest:
        raise NoTimeStamp("the token is over another digest")
    if stated["nonce"].native != nonce:
        raise NoTimeStamp("the token answers another request (nonce)")
    if authority.policy and stated["policy"].dotted != authority.policy:
        raise NoTimeStamp(f"the token is of policy {stated['policy'].dotted}")
    certificates = list(_parts(signed["certificates"].contents))
    signer = _signer_of(signed, certificates)
    _check_purpose(signer)
    above = [x509.load_der_x509_certificate(each) for each in certificates]
    trusted = authority.trusted
    if trusted and not _stands_below(signer, above, trusted):
        raise NoTimeStamp("the token's signer is not below a trusted certificate")


def _signer_of(signed: cms.SignedData, certificates: Sequence[bytes]) -> x509.Certificate:
    """Return the certificate whose key made the signature, RFC 5652 section 5.4."""
    info = signed["signer_infos"][0]
    data = bytes(parser.emit(0, 1, 17, info["signed_attrs"].contents))
    told = {each["type"].native: each["values"][0] for each in info["signed_attrs"]}
    digest_name = info["digest_algorithm"]["algorithm"].native
    content = signed["encap_content_info"]["content"].contents
    if told["message_digest"].native != hashlib.new(digest_name, content).digest():
        raise NoTimeStamp("the token's signature is over something else")
    signer = _named(told, certificates)
    algorithm = DIGESTS[digest_name]
    try:
        match signer.public_key():
            case rsa.RSAPublicKey() as key:
                key.verify(info["signature"].native, data, PKCS1v15(), algorithm)
            case ec.EllipticCurvePublicKey() as key:
                key.verify(info["signature"].native, data, ec.ECDSA(algorithm))
            case other:
                raise NoTimeStamp(f"the token is signed with a {type(other).__name__}")
    except InvalidSignature as fault:
        raise NoTimeStamp("the token's signature is wrong") from fault
    return signer


def _named(told: Mapping[str, Any], certificates: Sequence[bytes]) -> x509.Certificate:
    """Return the certificate that the signature names by its digest, RFC 5816."""
    if "signing_certificate_v2" in told:
        name = told["signing_certificate_v2"]["certs"][0]
        algorithm = name["hash_algorithm"]["algorithm"].native
    else:
        name, algorithm = told["signing_certificate"]["certs"][0], "sha1"
    for certificate in certificates:
        if hashlib.new(algorithm, certificate).digest() == name["cert_hash"].native:
            return x509.load_der_x509_certificate(certificate)
    raise NoTimeStamp("the token does not hold its signer's certificate")


def _parts(contents: bytes) -> Iterator[bytes]:
    """Yield the values that stand one after the other, byte for byte."""
    while contents:
        size = parser.peek(contents)
        yield contents[:size]
        contents = contents[size:]


def _check_purpose(certificate: x509.Certificate) -> None:
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        purposes = x509.ExtendedKeyUsage([])
    if list(purposes) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise NoTimeStamp("the token's signer is not certified for time stamps alone")


def _stands_below(
    certificate: x509.Certificate, above: Sequence[x509.Certificate], trusted: Sequence[bytes]
) -> bool:
    roots = [x509.load_der_x509_certificate(each) for each in trusted]
    chain = in_order(certificate, above)
    return any(each == root or _issued_by(each, root) for each in chain for root in roots)


def in_order(own: x509.Certificate, others: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Return the chain from a certificate upwards, as far as others issued it."""
    chain = [own]
    while issuer := next(
        (each for each in others if each not in chain and _issued_by(chain[-1], each)), None
    ):
        chain.append(issuer)
    return chain


def _issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _new_key(kind: KeyKind) -> PrivateKey:
    match kind:
        case KeyKind.EC_P256:
            return ec.generate_private_key(ec.SECP256R1())
        case KeyKind.RSA_3072:
            return rsa.generate_private_key(public_exponent=65_537, key_size=3_072)


def _self_signed(
    key: PrivateKey, name: str, valid_from: datetime, lifetime: timedelta
) -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
        ]
    )
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_from + lifetime)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(SEAL_USAGE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )


def _write_secret(path: Path, data: bytes) -> None:
    try:
        with open(path, "xb", opener=_for_owner_only) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as fault:
        raise KeyFault(f"{path}: is there already, and a key is never overwritten") from fault
    except OSError as fault:
        raise KeyFault(f"{path}: cannot be written: {fault.strerror}") from fault


def _for_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise KeyFault(f"{path}: cannot be read: {fault.strerror}") from fault
