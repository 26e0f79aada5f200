"""Keys of SSH: whom we believe to be the partner, and who we are."""

import base64
import hashlib
import io
import re
from contextlib import suppress

import paramiko

FAMILIES = {
    "ssh-ed25519": ("ssh-ed25519",),
    "ecdsa": ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    "ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"),
}
"""Beginning of a key's name to the algorithms by which a server shows such a key."""

_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


class UnknownHostKey(paramiko.SSHException):
    """The server shows a key that is not pinned.

    Attributes:
        seen: its fingerprint.
        family: of FAMILIES.
    """

    def __init__(self, seen: str, family: str) -> None:
        super().__init__(f"it shows the host key {seen}")
        self.seen = seen
        self.family = family


class Pinned(paramiko.MissingHostKeyPolicy):
    """Knows one or two fingerprints and accepts nothing else.

    Attributes:
        seen: the fingerprint that was shown and accepted; empty before.
    """

    def __init__(self, fingerprints: tuple[str, ...]) -> None:
        self._fingerprints = fingerprints
        self.seen = ""

    def missing_host_key(
        self,
        client: paramiko.SSHClient,  # noqa: ARG002 - the library's signature
        hostname: str,  # noqa: ARG002
        key: paramiko.PKey,
    ) -> None:
        """Compare; called before we say who we are."""
        shown = fingerprint(key)
        if shown not in self._fingerprints:
            raise UnknownHostKey(shown, _family(key.get_name()))
        self.seen = shown


def fingerprint(key: paramiko.PKey) -> str:
    """Return the fingerprint as OpenSSH prints it."""
    digest = hashlib.sha256(key.asbytes()).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def pinned(host_key: str, host_keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return the fingerprints that are believed: the one, or the one of now and its successor.

    Raises:
        ValueError: none or too many are given, or one is no fingerprint.

    >>> pinned("", ("SHA256:" + "A" * 43, "SHA256:" + "B" * 43))[0]
    'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    if bool(host_key) == bool(host_keys):
        raise ValueError("set either host_key or host_keys")
    keys = host_keys or (host_key,)
    if len(keys) > 2:
        raise ValueError("host_keys are two: the partner's key of now, and his next one")
    for key in keys:
        if not _FINGERPRINT.fullmatch(key):
            raise ValueError(
                f"the host key {key!r} is no fingerprint as `ssh-keygen -l` prints it: SHA256:…"
            )
    return keys


def private_key(text: str | None) -> paramiko.PKey | None:
    """Read our own key, OpenSSH or PEM.

    Raises:
        paramiko.SSHException: it is none, or locked by a password.
    """
    if text is None:
        return None
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        with suppress(paramiko.SSHException, ValueError, IndexError):
            return kind.from_private_key(io.StringIO(text))
    raise paramiko.SSHException("our own private key is not readable")


def _family(name: str) -> str:
    return next((family for family in FAMILIES if name.startswith(family)), name)
