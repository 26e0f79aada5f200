"""A time-stamp authority (RFC 3161 over HTTP) with a certificate of its own making.

`python -m hub.simulators.time_stamp --port 0 --dir DIR` writes `ca.pem`, `tsa.pem` and `log.jsonl`
to DIR. Faults, matched against the path of the request: `refuse`, `busy`, `garbage`, `huge`,
`other-nonce`, `other-digest`, `bad-signature`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import randbits
from typing import ClassVar

from asn1crypto import algos, cms, core, parser, tsp  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hub.simulators.process import Faults, Log, arguments, begin

FAULTS = ("refuse", "busy", "garbage", "huge", "other-nonce", "other-digest", "bad-signature")
POLICY = "2.25.3161"
"""Of no meaning: the arc of UUIDs needs no registration."""
DIGEST_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
REQUEST_BYTES_MAX = 10_000

_SHA256 = cms.DigestAlgorithm({"algorithm": "sha256"}).dump()
_TST_INFO = cms.ContentType("1.2.840.113549.1.9.16.1.4").dump()  # its name may come too late

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Signs the time; one key, one certificate, one above it."""

    key: Key
    certificate: x509.Certificate
    issuer: x509.Certificate
    clock: Callable[[], datetime]

    def answer(self, request: bytes, fault: str) -> bytes:
        """Return a TimeStampResp to a TimeStampReq, wrong in the way that `fault` names."""
        try:
            asked = tsp.TimeStampReq.load(request, strict=True)
            algorithm = asked["message_imprint"]["hash_algorithm"]["algorithm"].native
            digest = asked["message_imprint"]["hashed_message"].native
            nonce = asked["nonce"].native
        except (ValueError, TypeError, KeyError):
            return _rejection("bad_data_format", "not a TimeStampReq")
        if len(digest) != DIGEST_SIZES.get(algorithm):
            return _rejection("bad_alg", "digest algorithm not accepted")
        if fault == "refuse":
            return _rejection("time_not_available", "no time today")
        if fault == "other-nonce":
            nonce = randbits(63)
        if fault == "other-digest":
            digest = bytes(len(digest))
        stated = _tst_info(algorithm, digest, nonce, self.clock())
        return _granted(self._signed(stated, spoil=fault == "bad-signature"))

    def _signed(self, stated: bytes, *, spoil: bool) -> bytes:
        """Return the SignedData of RFC 3161 section 2.4.2 over a TSTInfo."""
        own, above = (each.public_bytes(Encoding.DER) for each in (self.certificate, self.issuer))
        attributes = (
            _attribute("content_type", _TST_INFO),
            _attribute("message_digest", core.OctetString(sha256(stated).digest()).dump()),
            _attribute("signing_certificate_v2", _certificate_id(own)),
        )
        signature = self._sign(b"spoilt" if spoil else _set(*attributes))
        signer = _sequence(
            core.Integer(1).dump(),
            _sequence(
                self.certificate.issuer.public_bytes(),
                core.Integer(self.certificate.serial_number).dump(),
            ),
            _SHA256,
            _context(0, *sorted(attributes)),
            cms.SignedDigestAlgorithm({"algorithm": self._signature_algorithm()}).dump(),
            core.OctetString(signature).dump(),
        )
        content = _sequence(
            core.Integer(3).dump(),
            _set(_SHA256),
            _sequence(_TST_INFO, _context(0, core.OctetString(stated).dump())),
            _context(0, *sorted((own, above))),
            _set(signer),
        )
        return _sequence(cms.ContentType("signed_data").dump(), _context(0, content))

    def _sign(self, data: bytes) -> bytes:
        match self.key:
            case rsa.RSAPrivateKey():
                return self.key.sign(data, PKCS1v15(), SHA256())
            case ec.EllipticCurvePrivateKey():
                return self.key.sign(data, ec.ECDSA(SHA256()))

    def _signature_algorithm(self) -> str:
        return "sha256_rsa" if isinstance(self.key, rsa.RSAPrivateKey) else "sha256_ecdsa"


def _tst_info(algorithm: str, digest: bytes, nonce: int | None, now: datetime) -> bytes:
    stated = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": {
                "hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}),
                "hashed_message": digest,
            },
            "serial_number": randbits(63),
            "gen_time": now.replace(microsecond=0),
            "accuracy": {"seconds": 1},
        }
    )
    if nonce is not None:
        stated["nonce"] = nonce
    return bytes(stated.dump())


def _certificate_id(certificate: bytes) -> bytes:
    """Return SigningCertificateV2 (RFC 5035) with SHA-256, which is its default."""
    return _sequence(_sequence(_sequence(core.OctetString(sha256(certificate).digest()).dump())))


def _granted(token: bytes) -> bytes:
    return _sequence(tsp.PKIStatusInfo({"status": "granted"}).dump(), token)


def _rejection(failure: str, words: str) -> bytes:
    status = {"status": "rejection", "status_string": [words], "fail_info": {failure}}
    return _sequence(tsp.PKIStatusInfo(status).dump())


def _attribute(name: str, value: bytes) -> bytes:
    return _sequence(cms.CMSAttributeType(name).dump(), _set(value))


def _sequence(*parts: bytes) -> bytes:
    return bytes(parser.emit(0, 1, 16, b"".join(parts)))


def _set(*parts: bytes) -> bytes:
    return bytes(parser.emit(0, 1, 17, b"".join(sorted(parts))))


def _context(tag: int, *parts: bytes) -> bytes:
    return bytes(parser.emit(2, 1, tag, b"".join(parts)))


def make_authority(
    *, kind: str, clock: Callable[[], datetime], days: int = 3_650, name: str = "Simulated"
) -> Authority:
    """Make a certification authority and under it one for time stamps, both good for some days."""
    ca_key, key = _new_key(kind), _new_key(kind)
    valid = (clock() - timedelta(days=1), clock() + timedelta(days=days))
    ca = _certificate(f"{name} CA", ca_key, None, ca_key, valid)
    own = _certificate(f"{name} TSA", key, ca, ca_key, valid)
    return Authority(key=key, certificate=own, issuer=ca, clock=clock)


def _new_key(kind: str) -> Key:
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def _certificate(
    name: str,
    key: Key,
    issuer: x509.Certificate | None,
    issuer_key: Key,
    valid: tuple[datetime, datetime],
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder(subject_name=subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if issuer:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    return builder.sign(issuer_key, SHA256())


class Handler(BaseHTTPRequestHandler):
    """One request, one answer."""

    authority: ClassVar[Authority]
    faults: ClassVar[Faults]
    log: ClassVar[Log]

    def do_POST(self) -> None:
        """Answer a time-stamp query."""
        length = int(self.headers.get("Content-Length", 0))
        fault = next((what for what in FAULTS if self.faults.strikes(what, self.path)), "")
        self.log.write("query", path=self.path, fault=fault)
        if length > REQUEST_BYTES_MAX or fault == "busy":
            self.send_error(503)
            return
        match fault:
            case "garbage":
                answer = b"this is no ASN.1"
            case "huge":
                answer = bytes(1_000_000)
            case _:
                answer = self.authority.answer(self.rfile.read(length), fault)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def main() -> None:
    """Read the options and serve."""
    parser = arguments("A time-stamp authority for tests and demonstrations.")
    parser.add_argument("--key", choices=("ec", "rsa"), default="ec")
    parser.add_argument("--days", type=int, default=3_650, help="until its certificates end")
    parser.add_argument("--seconds-ahead", type=int, default=0, help="how wrong its clock is")
    options = parser.parse_args()
    ahead = timedelta(seconds=options.seconds_ahead)
    Handler.authority = make_authority(
        kind=options.key, clock=lambda: datetime.now(UTC) + ahead, days=options.days
    )
    Handler.faults, Handler.log = Faults(options.faults), Log(options.dir)
    for name, certificate in (
        ("ca.pem", Handler.authority.issuer),
        ("tsa.pem", Handler.authority.certificate),
    ):
        (options.dir / name).write_bytes(certificate.public_bytes(Encoding.PEM))
    server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    begin(server.server_port, die_with_parent=options.die_with_parent)
    server.serve_forever()


if __name__ == "__main__":
    main()
