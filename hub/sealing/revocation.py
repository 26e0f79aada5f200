"""Asks certification authorities whether a certificate is still good: OCSP first, then its CRL."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID as Access

from formats.signatures.revocation import Answer, by_crl, by_ocsp
from formats.signatures.signer import NoProof, Proof, Revoked, Unsupported

ANSWER_BYTES_MAX = 20_000_000
"""The largest public CRLs have some megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """The `prover` of a KeySigner.

    Attributes:
        http: client with its time limits.
        known: certificates (DER) of authorities that signatures do not carry, roots above all.
    """

    http: httpx.Client
    known: tuple[bytes, ...] = ()

    def __call__(self, certificate: bytes, known: Sequence[bytes]) -> Proof:
        """Return what shows that a certificate is good now.

        Nothing shows it of an authority whose own issuer is nowhere: trusted lists (ETSI TS
        119 612) name such authorities themselves, and need no root above them.

        Raises:
            NoProof: nobody answered.
            Revoked: so its issuer says.
            Unsupported: its issuer is unknown, or it names nobody to ask.
        """
        own = x509.load_der_x509_certificate(certificate)
        name = own.subject.rfc4514_string()
        issuer = self._issuer(own, (*known, *self.known))
        if issuer is None and _is_authority(own):
            return Proof()
        if issuer is None:
            raise Unsupported(f"the issuer of {name} is not known")
        responders = list(_access(own, Access.OCSP))
        lists = list(_lists(own))
        if not responders and not lists:
            raise Unsupported(f"{name} names neither an OCSP responder nor a CRL")
        above = (issuer.public_bytes(Encoding.DER),)
        faults: list[str] = []
        for url in (*responders, *lists):
            is_ocsp = url in responders
            try:
                told = self._ask(url, own, issuer) if is_ocsp else self._get(url)
            except NoProof as fault:
                faults.append(str(fault))
                continue
            answer = (by_ocsp if is_ocsp else by_crl)(told, own, issuer)
            if answer is None:
                faults.append(f"{url}: the answer does not tell, or is not the issuer's")
                continue
            _judge(answer, name)
            if is_ocsp:
                return Proof(ocsp=(told,), certificates=(*above, *_responders(told)))
            return Proof(crls=(told,), certificates=above)
        raise NoProof(f"{name}: {'; '.join(faults)}")

    def _issuer(self, own: x509.Certificate, known: Sequence[bytes]) -> x509.Certificate | None:
        """Return who issued a certificate: one that is known, or where it says it lies."""
        for each in map(x509.load_der_x509_certificate, known):
            if _issued(own, each):
                return each
        for url in _access(own, Access.CA_ISSUERS):
            for each in _certificates(self._get(url)):
                if _issued(own, each):
                    return each
        return None

    def _ask(self, url: str, own: x509.Certificate, issuer: x509.Certificate) -> bytes:
        builder = ocsp.OCSPRequestBuilder().add_certificate(own, issuer, SHA1())  # noqa: S303 - a name, RFC 5019
        request = builder.build().public_bytes(Encoding.DER)
        return self._fetch("POST", url, request)

    def _get(self, url: str) -> bytes:
        return self._fetch("GET", url, None)

    def _fetch(self, method: str, url: str, content: bytes | None) -> bytes:
        headers = {"Content-Type": "application/ocsp-request"} if content else {}
        data = b""
        try:
            with self.http.stream(method, url, content=content, headers=headers) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise NoProof(f"{url}: HTTP status {answer.status_code}")
                for part in answer.iter_bytes():
                    data += part
                    if len(data) > ANSWER_BYTES_MAX:
                        raise NoProof(f"{url}: larger than {ANSWER_BYTES_MAX} bytes")
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise NoProof(f"{url}: cannot be reached: {type(fault).__name__}") from fault
        return data


def _judge(answer: Answer, name: str) -> None:
    if answer.revoked_at:
        raise Revoked(name, answer.revoked_at, answer.source)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _access(certificate: x509.Certificate, method: x509.ObjectIdentifier) -> Iterator[str]:
    try:
        held = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    except x509.ExtensionNotFound:
        return
    for each in held.value:
        if each.access_method == method and _is_web(each.access_location):
            yield each.access_location.value


def _lists(certificate: x509.Certificate) -> Iterator[str]:
    try:
        held = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints)
    except x509.ExtensionNotFound:
        return
    for point in held.value:
        yield from (each.value for each in point.full_name or () if _is_web(each))


def _is_web(name: x509.GeneralName) -> bool:
    return isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith("http")


def _responders(response: bytes) -> tuple[bytes, ...]:
    held = ocsp.load_der_ocsp_response(response).certificates
    return tuple(each.public_bytes(Encoding.DER) for each in held)


def _certificates(data: bytes) -> Sequence[x509.Certificate]:
    """Return what a caIssuers address serves: one certificate, or some in PKCS#7 (RFC 5280)."""
    try:
        return [x509.load_der_x509_certificate(data)]
    except ValueError:
        return pkcs7.load_der_pkcs7_certificates(data)
