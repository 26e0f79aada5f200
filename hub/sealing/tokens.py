"""Keys that never leave a token: smart cards, USB tokens, security modules (PKCS#11).

Needs python-pkcs11, which is installed by `facteur[pkcs11]`, and the maker's own library.
"""

import hashlib
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from formats.signatures.signer import Proof, Prover, TimeStamper
from hub.keys import KeyFault, in_order

SCHEME = "pkcs11:"


class TokenAway(Exception):
    """The token did not sign: it was pulled, or its session has ended. Try again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSigner:
    """A Signer whose key is in a token.

    Attributes:
        key: where it is.
        chain, stamper, prover: as in KeySigner.
    """

    key: "TokenKey"
    chain: tuple[bytes, ...]
    stamper: TimeStamper | None = None
    prover: Prover | None = None

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`.

        Raises:
            TokenAway: the token gave none.
        """
        return self.key.sign(data)

    def time_stamp(self, digest: bytes) -> bytes | None:
        """Return a TimeStampToken over `digest`, or None without an authority."""
        return self.stamper(digest) if self.stamper else None

    def prove(self, certificate: bytes, known: Sequence[bytes]) -> Proof | None:
        """Return what shows that `certificate` is good, or None without anybody to ask."""
        return self.prover(certificate, known) if self.prover else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """A private key in a token: where it is, and what opens the token."""

    uri: str
    pin: str | None = field(repr=False)
    is_rsa: bool

    def sign(self, data: bytes) -> bytes:
        """Return RSASSA-PKCS1-v1_5 or DER-coded ECDSA with SHA-256; hashed here for ECDSA.

        Raises:
            TokenAway: the token gave none; the next call opens it anew.
        """
        library = _library()
        mechanism = library.Mechanism
        try:
            handle = _handle(self.uri, self.pin)
            if self.is_rsa:
                return bytes(handle.sign(data, mechanism=mechanism.SHA256_RSA_PKCS))
            digest = hashlib.sha256(data).digest()  # many tokens know no ECDSA_SHA256
            raw = bytes(handle.sign(digest, mechanism=mechanism.ECDSA))
        except library.PKCS11Error as fault:
            _handle.cache_clear()
            _session.cache_clear()
            raise TokenAway(f"the token did not sign: {type(fault).__name__}") from fault
        half = len(raw) // 2
        r, s = (int.from_bytes(part, "big") for part in (raw[:half], raw[half:]))
        return encode_dss_signature(r, s)


def open_token(uri: str, pin: str | None) -> TokenSigner:
    """Return the signer that a PKCS#11 URI names (RFC 7512).

    Args:
        uri: `pkcs11:token=NAME;object=LABEL?module-path=/usr/lib/....so`; `id` instead of `object`
            where a key has no label. The certificate has the key's id.
        pin: of the token's user.

    Raises:
        KeyFault: the URI, library, token, PIN or key is wrong, or its certificate is not there.
    """
    library = _library()
    try:
        handle = _handle(uri, pin)
        identifier = bytes(handle.id)
        own = _certificates(handle.session, {library.Attribute.ID: identifier})
        others = _certificates(handle.session, {})
    except KeyError as fault:
        raise KeyFault(f"{uri}: {fault.args[0]} is missing") from fault
    except (library.PKCS11Error, RuntimeError, ValueError) as fault:
        raise KeyFault(f"{uri}: {type(fault).__name__} {fault}".rstrip()) from fault
    if not own:
        raise KeyFault(f"{uri}: no certificate has the key's id, {identifier.hex()}")
    public = own[0].public_key()
    if not isinstance(public, RSAPublicKey | EllipticCurvePublicKey):
        raise KeyFault(f"{uri}: needs an RSA or EC key, not {type(public).__name__}")
    return TokenSigner(
        key=TokenKey(uri=uri, pin=pin, is_rsa=isinstance(public, RSAPublicKey)),
        chain=tuple(each.public_bytes(Encoding.DER) for each in in_order(own[0], others)),
    )


@cache
def _handle(uri: str, pin: str | None) -> Any:
    """Return the private key; a process looks for it once."""
    path, query = _parts(uri)
    session = _session(unquote(query["module-path"]), unquote(path["token"]), pin)
    named = (
        {"id": unquote_to_bytes(path["id"])} if "id" in path else {"label": unquote(path["object"])}
    )
    return session.get_key(object_class=_library().ObjectClass.PRIVATE_KEY, **named)


@cache
def _session(module: str, token: str, pin: str | None) -> Any:
    """Return a session; who has logged in once in a process need not again."""
    library = _library()
    held = library.lib(module).get_token(token_label=token)
    try:
        return held.open(user_pin=pin)
    except library.UserAlreadyLoggedIn:
        return held.open()


def _certificates(session: Any, wanted: Mapping[Any, bytes]) -> list[x509.Certificate]:
    library = _library()
    kind = {library.Attribute.CLASS: library.ObjectClass.CERTIFICATE}
    return [
        x509.load_der_x509_certificate(bytes(each[library.Attribute.VALUE]))
        for each in session.get_objects({**kind, **wanted})
    ]


def _parts(uri: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the attributes of path and query.

    >>> _parts("pkcs11:token=My%20card;object=seal?module-path=/usr/lib/a.so")
    ({'token': 'My%20card', 'object': 'seal'}, {'module-path': '/usr/lib/a.so'})
    """
    path, _, query = uri.removeprefix(SCHEME).partition("?")
    first, second = (
        dict(each.partition("=")[::2] for each in text.split(mark) if each)
        for text, mark in ((path, ";"), (query, "&"))
    )
    return first, second


def _library() -> Any:
    try:
        return importlib.import_module("pkcs11")
    except ImportError as fault:
        raise KeyFault("a key in a token needs python-pkcs11: install facteur[pkcs11]") from fault
