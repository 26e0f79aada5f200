"""A small certification authority: root, issuing CA, OCSP and time stamps by OpenSSL itself."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import NameOID

from formats.signatures.signer import KeySigner
from hub.keys import TimeStampAuthority
from hub.sealing.revocation import Revocation

TSA = """
[tsa]
serial = serial
signer_cert = stamps.pem
signer_key = stamps.key
certs = issuing.pem
signer_digest = sha256
default_policy = 2.25.3161
digests = sha256
ess_cert_id_alg = sha256
"""
DAY = timedelta(days=1)


@dataclass(kw_only=True)
class Certified:
    """A name, its key and certificate."""

    name: str
    key: Any
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


@dataclass(kw_only=True)
class Certification:
    """The authority; `seal` is a company's certificate under its issuing CA.

    While it is `silent`, it says nothing about revocation.
    """

    folder: Path
    url: str
    now: datetime
    held: dict[str, Certified] = field(default_factory=dict)
    revoked: dict[int, datetime] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    silent: bool = False

    def issue(
        self,
        name: str,
        by: str | None,
        *extensions: tuple[Any, bool],
        days: int = 3_650,
        key: Any = None,
    ) -> Certified:
        """Issue a certificate; what is not a root names its OCSP responder and CRL."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = self.held[by] if by else None
        builder = (
            x509.CertificateBuilder(subject_name=subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - 10 * DAY)
            .not_valid_after(self.now + days * DAY)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
        )
        above = issuer.key.public_key() if issuer else key.public_key()
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(above)
        for extension, critical in ((identifier, False), *extensions):
            builder = builder.add_extension(extension, critical)
        made = builder.sign(issuer.key if issuer else key, SHA256())
        self.held[name] = Certified(name=name, key=key, certificate=made)
        (self.folder / f"{name}.pem").write_bytes(made.public_bytes(Encoding.PEM))
        (self.folder / f"{name}.key").write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        return self.held[name]

    def pointers(self, issuer: str, *, ocsp: bool = True) -> tuple[tuple[Any, bool], ...]:
        """Return where revocation is to be asked for."""
        address = x509.UniformResourceIdentifier(f"{self.url}/ocsp/{issuer}")
        listed = x509.UniformResourceIdentifier(f"{self.url}/crl/{issuer}")
        point = x509.DistributionPoint([listed], None, None, None)
        access = x509.AuthorityInformationAccess([x509.AccessDescription(Access.OCSP, address)])
        return ((access, False),) * ocsp + ((x509.CRLDistributionPoints([point]), False),)

    def der(self, name: str) -> bytes:
        return self.held[name].der

    def revoke(self, name: str) -> None:
        self.revoked[self.held[name].certificate.serial_number] = self.now - DAY

    def crl(self, issuer: str) -> bytes:
        by = self.held[issuer]
        builder = x509.CertificateRevocationListBuilder(
            issuer_name=by.certificate.subject,
            last_update=self.now - timedelta(hours=1),
            next_update=self.now + DAY,
        )
        for serial, moment in self.revoked.items():
            entry = x509.RevokedCertificateBuilder(serial, moment).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(by.key, SHA256()).public_bytes(Encoding.DER)

    def ocsp(self, issuer: str, request: bytes) -> bytes:
        """Let OpenSSL answer for an issuer, by a responder that the issuer certified."""
        rows = []
        for each in self.held.values():
            serial = each.certificate.serial_number
            ends = f"{each.certificate.not_valid_after_utc:%y%m%d%H%M%SZ}"
            moment = self.revoked.get(serial)
            state, when = ("R", f"{moment:%y%m%d%H%M%SZ}") if moment else ("V", "")
            number = f"{serial:X}"
            number = number.zfill(len(number) + len(number) % 2)
            rows.append(f"{state}\t{ends}\t{when}\t{number}\tunknown\t/CN={each.name}\n")
        (self.folder / "index.txt").write_text("".join(rows))
        (self.folder / "asked.der").write_bytes(request)
        self.run(
            *("ocsp", "-index", "index.txt", "-CA", f"{issuer}.pem", "-ndays", "1"),
            *("-rsigner", "responder.pem", "-rkey", "responder.key"),
            *("-reqin", "asked.der", "-respout", "told.der"),
        )
        return (self.folder / "told.der").read_bytes()

    def stamp(self, request: bytes) -> bytes:
        """Let OpenSSL stamp the time."""
        (self.folder / "query.tsq").write_bytes(request)
        self.run(
            *("ts", "-reply", "-config", "tsa.conf", "-section", "tsa"),
            *("-queryfile", "query.tsq", "-out", "reply.tsr"),
        )
        return (self.folder / "reply.tsr").read_bytes()

    @contextmanager
    def stamping(self, name: str, *, alone: bool = False) -> Iterator[None]:
        """Stamp by another certificate until the block ends; `alone`: without its chain."""
        configured = self.folder / "tsa.conf"
        text = TSA.replace("certs = issuing.pem\n", "") if alone else TSA
        configured.write_text(text.replace("stamps.", f"{name}."))
        try:
            yield
        finally:
            configured.write_text(TSA)

    def run(self, *command: str) -> None:
        done = subprocess.run(
            ["openssl", *command], cwd=self.folder, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()

    def signer(self, http: httpx.Client, name: str = "seal") -> KeySigner:
        """Return a company that signs, asks for the time and about revoked certificates."""
        return KeySigner(
            key=self.held[name].key,
            chain=(self.der(name), self.der("issuing")),
            stamper=TimeStampAuthority(
                url=f"{self.url}/tsa", http=http, draw_nonce=count(2**63).__next__
            ),
            prover=Revocation(http=http, known=(self.der("root"),)),
        )

    def answer(self, path: str, body: bytes) -> bytes:
        self.asked.append(path)
        match path.strip("/").split("/"):
            case ["tsa"]:
                return self.stamp(body)
            case ["ocsp" | "crl", _] if self.silent:
                raise KeyError(path)
            case ["ocsp", issuer]:
                return self.ocsp(issuer, body)
            case ["crl", issuer]:
                return self.crl(issuer)
            case _:
                raise KeyError(path)


class Handler(BaseHTTPRequestHandler):
    authority: ClassVar[Certification]

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self) -> None:
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        try:
            data = self.authority.answer(self.path, body)
        except KeyError:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def certification(folder: Path) -> Iterator[Certification]:
    """Run the authority until the block ends."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    own = type("OwnHandler", (Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), own)
    now = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - OpenSSL has its own clock
    made = Certification(folder=folder, url=f"http://127.0.0.1:{server.server_port}", now=now)
    own.authority = made  # type: ignore[attr-defined]
    _found(made)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _found(made: Certification) -> None:
    """Make root, issuing CA, responder, time stamps and a company's seal."""
    ca = (x509.BasicConstraints(ca=True, path_length=None), True)
    leaf = (x509.BasicConstraints(ca=False, path_length=None), True)
    certify = (_usage(certify=True), True)
    seal = (_usage(certify=False), True)
    made.issue("root", None, ca, certify)
    made.issue("issuing", "root", ca, certify, *made.pointers("root", ocsp=False))
    made.issue(
        *("responder", "issuing", leaf),
        (x509.ExtendedKeyUsage([Purpose.OCSP_SIGNING]), False),
        (x509.OCSPNoCheck(), False),
    )
    stamps = (x509.ExtendedKeyUsage([Purpose.TIME_STAMPING]), True)
    made.issue("stamps", "issuing", leaf, seal, stamps, *made.pointers("issuing", ocsp=False))
    made.issue("seal", "issuing", leaf, seal, *made.pointers("issuing"))
    (made.folder / "tsa.conf").write_text(TSA)
    (made.folder / "serial").write_text("01")


def _usage(*, certify: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certify,
        content_commitment=not certify,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certify,
        crl_sign=certify,
        encipher_only=False,
        decipher_only=False,
    )
