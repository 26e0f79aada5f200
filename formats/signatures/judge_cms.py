"""SignedData judged (RFC 5652, 5.4 and 5.6; ETSI EN 319 122-1), and time stamps (RFC 3161, 2.2)."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from asn1crypto import algos, cms, parser  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID

from formats.signatures.der import certificates_in, signed_data_in
from formats.signatures.report import Fault, Kind, Stamp
from formats.signatures.revocation import is_signed_by
from formats.signatures.trust import Trust, called, judged, name_of

DIGESTS: Mapping[str, HashAlgorithm] = {
    "sha256": SHA256(),
    "sha384": SHA384(),
    "sha512": SHA512(),
}
CHANGED = "what was signed has been changed"
FORGED = "the signature is not the signer's"
_NAMING = {"signing_certificate_v2", "signing_certificate"}
_CLOCKS_DIFFER = timedelta(minutes=5)
Padding = PSS | None
Content = Callable[[str], bytes]
"""Takes the name of a digest algorithm, gives the digest of what is signed."""


class Misshapen(Exception):
    """This is no signature that could be judged. Says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Who signed, and what is wrong with the signature itself.

    Attributes:
        names_certificate: whether what is signed names the signer's certificate, as AdES asks.
    """

    signer: x509.Certificate
    certificates: tuple[bytes, ...]
    claimed_at: datetime | None
    value: bytes
    faults: tuple[Fault, ...]
    names_certificate: bool = True


def digest_of(data: bytes) -> Content:
    """Return the digests of bytes by name of the algorithm."""
    return lambda name: hashlib.new(name, data).digest()


def judge_signed(signed: cms.SignedData, content: Content) -> Made:
    """Return who signed, and whether signature and digest are right.

    Raises:
        Misshapen: as `judge_each`, or not one signer.
    """
    signers = signed["signer_infos"]
    if len(signers) != 1:
        raise Misshapen(f"{len(signers)} signers, not one")
    return judge_each(signed, signers[0], content)


def judge_each(signed: cms.SignedData, info: cms.SignerInfo, content: Content) -> Made:
    """Return the same of one of the signers.

    Raises:
        Misshapen: without signed attributes or certificate, other algorithms.
    """
    name = info["digest_algorithm"]["algorithm"].native
    _hash(name)
    told = {each["type"].native: each["values"][0] for each in info["signed_attrs"] or ()}
    if "message_digest" not in told:
        raise Misshapen("no signed attributes")
    certificates = certificates_in(signed)
    der = _signer(info["sid"], certificates)
    signer = x509.load_der_x509_certificate(der)
    data = bytes(parser.emit(0, 1, 17, info["signed_attrs"].contents))
    value = info["signature"].native
    own = is_signed_by(signer, value, data, *_way(info["signature_algorithm"], name))
    judgements = (
        (Kind.CHANGED, CHANGED, told["message_digest"].native == content(name)),
        (Kind.FORGED, FORGED, own),
        (Kind.FORGED, "another certificate than the one in it was signed", _names(told, der)),
    )
    return Made(
        signer=signer,
        certificates=certificates,
        claimed_at=told["signing_time"].native if "signing_time" in told else None,
        value=value,
        faults=failed(judgements),
        names_certificate=bool(_NAMING & told.keys()),
    )


def _way(algorithm: algos.SignedDigestAlgorithm, digest: str) -> tuple[HashAlgorithm, Padding]:
    """Return hash and padding of a signature (RFC 5754; RFC 4056 for RSASSA-PSS)."""
    kind = algorithm["algorithm"].native
    if kind == "rsassa_pss":
        stated = algorithm["parameters"]
        mask = stated["mask_gen_algorithm"]["parameters"]["algorithm"].native
        salt = stated["salt_length"].native
        return _hash(stated["hash_algorithm"]["algorithm"].native), PSS(MGF1(_hash(mask)), salt)
    if kind == "rsassa_pkcs1v15":
        return _hash(digest), None
    name, _, family = kind.partition("_")
    if family not in {"rsa", "ecdsa"}:
        raise Misshapen(f"signature algorithm {kind} is not accepted")
    return _hash(name), None


def _hash(name: str) -> HashAlgorithm:
    if name not in DIGESTS:
        raise Misshapen(f"digest algorithm {name} is not accepted")
    return DIGESTS[name]


def failed(judgements: Iterable[tuple[Kind, str, bool]]) -> tuple[Fault, ...]:
    """Return as faults what is not so."""
    return tuple(Fault(kind=kind, words=words) for kind, words, good in judgements if not good)


def _signer(sid: cms.SignerIdentifier, certificates: Sequence[bytes]) -> bytes:
    for der in certificates:
        held = x509.load_der_x509_certificate(der)
        if sid.name == "issuer_and_serial_number":
            issuer = sid.chosen["issuer"].dump()
            serial = sid.chosen["serial_number"].native
            found = (held.issuer.public_bytes(), held.serial_number) == (issuer, serial)
        else:
            found = sid.chosen.native in _key_identifiers(held)
        if found:
            return der
    raise Misshapen("the signer's certificate is not in it")


def _key_identifiers(certificate: x509.Certificate) -> Iterator[bytes]:
    """Yield what the certificate says, and what RFC 5280, 4.2.1.2 makes of its key."""
    for each in certificate.extensions:
        if isinstance(each.value, x509.SubjectKeyIdentifier):
            yield each.value.digest
    yield x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest


def _names(told: Mapping[str, Any], certificate: bytes) -> bool:
    """Return whether ESSCertID (RFC 2634, RFC 5035), if there is one, is the certificate's."""
    if "signing_certificate_v2" in told:
        named = told["signing_certificate_v2"]["certs"][0]
        algorithm = named["hash_algorithm"]["algorithm"].native
    elif "signing_certificate" in told:
        named, algorithm = told["signing_certificate"]["certs"][0], "sha1"
    else:
        return True
    return bool(named["cert_hash"].native == hashlib.new(algorithm, certificate).digest())


def judge_token(
    token: bytes,
    content: Content,
    trust: Trust,
    *,
    over: Literal["signature", "document", "file"],
    at: datetime,
) -> Stamp:
    """Return what a time stamp proves.

    Args:
        token: DER.
        content: of what it should be over.
        trust: whom one believes.
        over: what that is.
        at: now, or when a later time stamp was set over this one; its authority must be good then.

    Raises:
        Misshapen: it is none.
    """
    try:
        signed = signed_data_in(token)
        held = signed["encap_content_info"]["content"].contents
        stated = signed["encap_content_info"]["content"].parsed
        made = judge_signed(signed, digest_of(held))
        imprint = stated["message_imprint"]
        name = imprint["hash_algorithm"]["algorithm"].native
        moment = stated["gen_time"].native
        hashed = imprint["hashed_message"].native
    except (ValueError, LookupError, TypeError) as fault:
        raise Misshapen(f"no time stamp: {fault}") from fault
    found = judged(made.signer, max(at, moment), trust.knowing(made.certificates))
    own = called(made.signer)
    early = moment >= made.signer.not_valid_before_utc
    judgements = (
        (Kind.CHANGED, f"it is over something else than the {over}", _is_of(name, hashed, content)),
        (Kind.UNTRUSTED, f"{own} is not certified for time stamps", _stamps(made.signer)),
        (Kind.OUT_OF_TIME, f"it is of before {own} was valid", early),
        (Kind.OUT_OF_TIME, f"{moment:%Y-%m-%d} is yet to come", moment <= at + _CLOCKS_DIFFER),
    )
    return Stamp(
        over=over,
        at=moment,
        authority=name_of(made.signer),
        valid_until=made.signer.not_valid_after_utc,
        path=found.path,
        faults=(*made.faults, *found.faults, *failed(judgements)),
    )


def _is_of(name: str, hashed: bytes, content: Content) -> bool:
    return name in DIGESTS and hashed == content(name)


def _stamps(certificate: x509.Certificate) -> bool:
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in purposes
