"""SignedData judged (RFC 5652, 5.4 and 5.6; ETSI EN 319 122-1), and time stamps (RFC 3161, 2.2)."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from asn1crypto import cms, parser  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID

from formats.signatures.der import certificates_in, signed_data_in
from formats.signatures.report import Fault, Kind, Stamp
from formats.signatures.revocation import is_signed_by
from formats.signatures.trust import Trust, judged, name_of

DIGESTS: Mapping[str, HashAlgorithm] = {
    "sha256": SHA256(),
    "sha384": SHA384(),
    "sha512": SHA512(),
}
CHANGED = "what was signed has been changed"
FORGED = "the signature is not the signer's"
_NAMING = {"signing_certificate_v2", "signing_certificate"}
_CLOCKS_DIFFER = timedelta(minutes=5)
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
        Misshapen: not one signer, without signed attributes or certificate, other algorithms.
    """
    if len(signed["signer_infos"]) != 1:
        raise Misshapen(f"{len(signed['signer_infos'])} signers, not one")
    info = signed["signer_infos"][0]
    name = info["digest_algorithm"]["algorithm"].native
    if name not in DIGESTS:
        raise Misshapen(f"digest algorithm {name} is not accepted")
    told = {each["type"].native: each["values"][0] for each in info["signed_attrs"] or ()}
    if "message_digest" not in told:
        raise Misshapen("no signed attributes")
    certificates = certificates_in(signed)
    der = _signer(info["sid"], certificates)
    signer = x509.load_der_x509_certificate(der)
    data = bytes(parser.emit(0, 1, 17, info["signed_attrs"].contents))
    value = info["signature"].native
    judgements = (
        (Kind.CHANGED, CHANGED, told["message_digest"].native == content(name)),
        (Kind.FORGED, FORGED, is_signed_by(signer, value, data, DIGESTS[name])),
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
            own = x509.SubjectKeyIdentifier.from_public_key(held.public_key()).digest
            found = own == sid.chosen.native
        if found:
            return der
    raise Misshapen("the signer's certificate is not in it")


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
    own = name_of(made.signer)
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
        authority=own,
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
