"""The key that signs the archive's logs: where it lies, and how another takes its place.

keys/archive.key          the one in force
keys/archive.key.next     made by an exchange that is not finished
keys/archive.key.former   public keys of those before, one in hexadecimal a line
"""

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hub.config.config import Config
from hub.keys import KeyFault, create_log_key, load_log_key


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKeys:
    """The key in force, and those before it, whose signatures are still believed."""

    key: Ed25519PrivateKey
    former: tuple[Ed25519PublicKey, ...] = ()


def log_keys_of(config: Config) -> LogKeys:
    """Return the keys.

    Raises:
        KeyFault: the key in force is not there, or a file is no key.
    """
    path = config.path(config.archive.key)
    try:
        return LogKeys(key=load_log_key(path), former=_former(path))
    except KeyFault as fault:
        raise KeyFault(f"archive.key: {fault}") from fault


def log_keys_to_change(config: Config) -> LogKeys:
    """Return the keys with the next one first; it is made unless an exchange has begun.

    Raises:
        KeyFault: a key cannot be read or made.
    """
    now, path = log_keys_of(config), config.path(config.archive.key)
    if not is_changing(config):
        create_log_key(_beside(path, "next"))
    key = load_log_key(_beside(path, "next"))
    return LogKeys(key=key, former=(now.key.public_key(), *now.former))


def is_changing(config: Config) -> bool:
    """Whether an exchange was begun and cut off."""
    return _beside(config.path(config.archive.key), "next").exists()


def settle_log_key(config: Config) -> None:
    """Put the next key in force; of the one before only the public half stays."""
    path = config.path(config.archive.key)
    public = load_log_key(path).public_key()
    if public not in _former(path):
        with _beside(path, "former").open("a", encoding="ascii") as file:
            file.write(f"{public.public_bytes_raw().hex()}\n")
            file.flush()
            os.fsync(file.fileno())
    _beside(path, "next").replace(path)


def _former(path: Path) -> tuple[Ed25519PublicKey, ...]:
    file = _beside(path, "former")
    if not file.exists():
        return ()
    try:
        lines = file.read_text("ascii").split()
        return tuple(Ed25519PublicKey.from_public_bytes(bytes.fromhex(each)) for each in lines)
    except ValueError as fault:
        raise KeyFault(f"{file}: a line is no Ed25519 public key in hexadecimal") from fault


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f"{path.name}.{what}")
