"""Seal: where a tenant's signing key is, as a child process can load it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A tenant's signing key, as a child process can load it.

    Attributes:
        key: the PKCS#12 file, or the PKCS#11 URI of a key in a token.
        password_file: holds what opens it.
        time_stamp_url: RFC 3161 server, or empty.
        trusted: roots (DER) under which its time stamps must stand; if empty, any will do.
    """

    key: Path
    password_file: Path | None = None
    time_stamp_url: str = ""
    trusted: tuple[bytes, ...] = ()
