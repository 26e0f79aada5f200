"""OpenPGP for files on their way: encrypted to the partner, signed by us."""

from collections.abc import Callable
from pathlib import Path

from pysequoia import Cert, Tsk, encrypt

SUFFIX = ".pgp"
"""What is added to the name of an encrypted file."""


def sealer(
    *, to_file: str, signing_key: str | None, password: str | None
) -> Callable[[bytes], bytes]:
    """Return what encrypts; two times the same content gives two different files.

    Args:
        to_file: the partner's public key, armoured or binary.
        signing_key: our secret key, armoured; None: what is sent is not signed.
        password: of our secret key, None where it has none.

    Raises:
        ValueError: a key cannot be read or used, or the password is not the key's.
    """
    partner = _certificate(to_file)
    key = _secret_key(signing_key) if signing_key else None

    def seal(data: bytes) -> bytes:
        signer = key.signer(password) if key else None
        return encrypt(recipients=[partner], bytes=data, signer=signer, armor=False)

    try:
        seal(b"")
    except Exception as fault:
        raise ValueError(f"cannot encrypt to {to_file}, or sign: {_words(fault)}") from fault
    return seal


def _certificate(file: str) -> Cert:
    try:
        return Cert.from_bytes(Path(file).read_bytes())
    except OSError as fault:
        raise ValueError(f"pgp_key_file: {file}: {fault.strerror}") from fault
    except Exception as fault:
        raise ValueError(f"pgp_key_file: {file}: no OpenPGP key: {_words(fault)}") from fault


def _secret_key(text: str) -> Tsk:
    try:
        return Tsk.from_bytes(text.encode())
    except Exception as fault:
        raise ValueError(f"pgp_signing_key_file: no secret OpenPGP key: {_words(fault)}") from fault


def _words(fault: Exception) -> str:
    return " ".join(str(fault).split()) or type(fault).__name__
